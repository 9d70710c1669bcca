/** The seam between full text and the engine that keeps it: eight methods. Terms come analysed (`analyse.ts`). */
import type { SearchBound, SearchExpression } from './search.ts'

/** Raised when the analyser or the columns change: indexes made by another version are built again. */
export const indexVersion = 2

/** Columns of the index. `sender` is From, `recipient` is To: FROM and TO are words of SQL. `attached`: text of attachments. */
export const indexFields = ['subject', 'sender', 'recipient', 'cc', 'bcc', 'body', 'names', 'attached'] as const
export type IndexField = (typeof indexFields)[number]

/** One email as analysed terms in order. */
export interface IndexDocument {
  readonly id: number
  readonly fields: Readonly<Record<IndexField, readonly string[]>>
}

export interface IndexBatch {
  /** Where the index stood when the batch was made. */
  readonly from: number
  /** Where it stands afterwards: a modseq of the account. */
  readonly to: number
  readonly documents: readonly IndexDocument[]
  readonly destroyed: readonly number[]
}

/** What rests of an account's index. */
export interface IndexRest {
  /** The modseq up to which the account is indexed; 0 when nothing is. */
  readonly position: number
  /** Emails that it holds. */
  readonly documents: number
  /** The last email whose attachments have been read. */
  readonly attached: number
}

export interface IndexDriver {
  /** The modseq up to which the account is indexed; 0 when nothing is. */
  position(account: number): Promise<number>
  /** Applies a batch in one transaction. Applying it again changes nothing; one made from another position is ignored. */
  apply(account: number, batch: IndexBatch): Promise<void>
  /** The last email whose attachments have been read; 0 when none has. */
  attachedUpTo(account: number): Promise<number>
  /** Replaces documents by those with the text of their attachments, and notes how far that has come. */
  attach(account: number, documents: readonly IndexDocument[], upTo: number): Promise<void>
  /** Ids of the emails that match, ascending (with `last`, descending). `prefix`: the last word may be unfinished. */
  query(account: number, expression: SearchExpression, prefix: boolean, last?: SearchBound): Promise<number[]>
  /** What rests, looked up anew: another process may be the one that indexes. Throws when the index cannot be read. */
  look(account: number): Promise<IndexRest>
  /** Forgets everything about the account. */
  clear(account: number): Promise<void>
  close(): Promise<void>
}

/** The columns that a field of a query covers. */
export const columnsOf = (field: string): readonly IndexField[] => {
  switch (field) {
    case 'subject':
    case 'cc':
    case 'bcc':
      return [field]
    case 'body':
      return ['body', 'attached']
    case 'attachmentName':
      return ['names']
    case 'from':
      return ['sender']
    case 'to':
      return ['recipient']
    default:
      return indexFields
  }
}
