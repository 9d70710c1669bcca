/** Full text, derived from the change log after the commit (law 7); it can be dropped and rebuilt. */
export type SearchField = 'text' | 'subject' | 'from' | 'to' | 'cc' | 'bcc' | 'body' | 'attachmentName'

export type SearchExpression =
  | { readonly field: SearchField; readonly words: string }
  | { readonly and: readonly SearchExpression[] }
  | { readonly or: readonly SearchExpression[] }
  | { readonly not: SearchExpression }

/** Only the last emails before one: what a hundred thousand matches cost is not paid to know of a few. */
export interface SearchBound {
  readonly before: number
  readonly limit: number
}

export interface SearchOptions {
  readonly prefix?: boolean
  readonly last?: SearchBound
}

/** An email as its row tells it. `size` in octets. */
export interface StoredEmail {
  readonly id: number
  readonly blob: number
  readonly size: number
}

/** Where an attachment has what was looked for. */
export interface Passage {
  /** The file's name; empty when it has none. */
  readonly name: string
  /** Some words of it, with spaces for line ends, from a little before the first that was found. */
  readonly text: string
}

/** How far the index of one account has come. */
export interface IndexState {
  /** Emails of the account. */
  readonly emails: number
  /** Of them, those that came after what is indexed; 0: every message is found. */
  readonly waiting: number
  /** Emails in the index. Fewer than `emails` with none waiting: some could not be read, or the index lost them. */
  readonly documents: number
  /** Attachments of the newest emails are still to be read. */
  readonly attachmentsWait: boolean
}

/** An index that cannot be brought up to date. */
export interface StandingStill {
  readonly account: number
  /** Milliseconds since 1970 at the first failure. */
  readonly since: number
  /** The last failure, for operators. */
  readonly message: string
}

/** How full text fares in this process. */
export interface SearchHealth {
  /** Accounts with something to index, as far as this process knows. */
  readonly accounts: number
  /** Messages of theirs that wait: exact for the first accounts, at least one for each of the others. */
  readonly messages: number
  readonly standing: readonly StandingStill[]
  /** Messages that ended the thread twice and are passed over. */
  readonly passedOver: number
  /** The thread answers. */
  readonly answers: boolean
}

export interface SearchIndex {
  /**
   * Ids of the emails that match, ascending (with `last`, descending). Waits (bounded) until the index has caught up with
   * the account. The last word may be unfinished unless `prefix` is false. Throws Failure unavailable.
   */
  query(account: number, expression: SearchExpression, options?: SearchOptions): Promise<number[]>
  /**
   * The place of an email's attachments that has one of these words (folded, see format/search/spans.ts); undefined when
   * none has, or when reading them takes longer than `withinMs`. Throws Failure unavailable.
   */
  passage(email: StoredEmail, words: readonly string[], withinMs: number): Promise<Passage | undefined>
  /** Resolves when everything committed so far is indexed. */
  caughtUp(account: number): Promise<void>
  /** Forgets the index of an account and builds it again. */
  rebuild(account: number): Promise<void>
  /** How far an account's index has come, looked up anew. Throws Failure unavailable. */
  state(account: number): Promise<IndexState>
  /** The last query of this account was answered by an index that had not caught up. */
  behind(account: number): boolean
  /** Never throws, and answers within two seconds. */
  health(): Promise<SearchHealth>
  /** Starts following the bus. */
  start(): void
  close(): Promise<void>
}
