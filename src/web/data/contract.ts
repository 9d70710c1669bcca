/**
 * What the web app's data room promises to the screens. A screen reads `Live` values and calls verbs; it never sees a
 * request, a state string or a failure of the network: those are this room's business (law 12).
 */

import type { PatchObject, UploadResponse } from '#format/jmap/core.ts'
import type { FunctionRole } from '#format/jmap/function.ts'
import type {
  Email,
  EmailAddress,
  EmailBodyPart,
  EmailBodyValue,
  EmailComparator,
  EmailFilter,
  Identity,
  Mailbox,
  SearchSnippet,
} from '#format/jmap/mail.ts'
import type { Reading } from '#format/jmap/reading.ts'
import type { GroupRecipient, Recipient } from '#format/jmap/recipients.ts'
import type { Storage } from './ports.ts'

export type {
  Email,
  EmailAddress,
  EmailBodyPart,
  EmailComparator,
  EmailFilter,
  GroupRecipient,
  Identity,
  Mailbox,
  Reading,
  Recipient,
  SearchSnippet,
}

/**
 * A value that changes. `get()` returns the same object until the value changes (made for `useSyncExternalStore`);
 * undefined means "not known yet". Subscribing to a value that is not known fetches it.
 */
export interface Live<T> {
  get(): T | undefined
  subscribe(fn: () => void): () => void
}

/** `expired`: the server asks to sign in again; nothing pending is lost, `resume()` continues. */
export type Status = 'starting' | 'online' | 'offline' | 'expired'

export interface SessionInfo {
  readonly accountId: string
  readonly username: string
  /** The account's name as the server shows it. */
  readonly name: string
  /** Bytes. */
  readonly maxSizeUpload: number
  /** In a person's own client: the mailboxes of functions that are open to them. */
  readonly functions?: readonly FunctionMailbox[]
  /** Id of the inbox, where the session names it: before any mailbox is known. */
  readonly inbox?: string
  /** In the client of a function's mailbox, what the person may do in it; absent: everything. */
  readonly mayWrite?: boolean
  readonly maySend?: boolean
}

/** A mailbox of a function that is open to the person. */
export interface FunctionMailbox {
  readonly accountId: string
  readonly address: string
  readonly name: string
  readonly role: FunctionRole
}

/** The properties of an Email that every list and thread row has. */
export type EmailSummary = Pick<
  Email,
  | 'id'
  | 'blobId'
  | 'threadId'
  | 'mailboxIds'
  | 'keywords'
  | 'size'
  | 'receivedAt'
  | 'sentAt'
  | 'from'
  | 'to'
  | 'cc'
  | 'subject'
  | 'preview'
  | 'hasAttachment'
>

/** What opening a message needs besides its summary. Never changes once fetched (RFC 8621 §4: immutable). */
export interface EmailBody {
  readonly id: string
  readonly blobId: string
  readonly messageId: readonly string[] | null
  readonly inReplyTo: readonly string[] | null
  readonly references: readonly string[] | null
  readonly sender: readonly EmailAddress[] | null
  readonly replyTo: readonly EmailAddress[] | null
  readonly bcc: readonly EmailAddress[] | null
  readonly textBody: readonly EmailBodyPart[]
  readonly htmlBody: readonly EmailBodyPart[]
  readonly attachments: readonly EmailBodyPart[]
  readonly bodyValues: Readonly<Record<string, EmailBodyValue>>
  /** Raw value of `Disposition-Notification-To` (RFC 8098), when present. */
  readonly receiptTo: string | null
  /** What the server knows of it beyond its own words; null when it did not tell (yet). */
  readonly reading: Reading | null
}

export interface ThreadView {
  readonly id: string
  /** Oldest first. Only those whose summary is known: `complete` tells whether that is all of them. */
  readonly emails: readonly EmailSummary[]
  readonly complete: boolean
}

export interface ListQuery {
  readonly filter: EmailFilter | null
  readonly sort: readonly EmailComparator[]
  readonly collapseThreads: boolean
}

/**
 * A window on a query that may have 100,000 rows. Rows are email ids (the newest matching email of each thread when
 * threads are collapsed); their summaries and threads are fetched along with the window. Optimistic: an archived row
 * leaves at once. Read everything again when `version` changes:
 * `useSyncExternalStore(list.subscribe, () => list.version)`.
 */
export interface LiveList {
  readonly query: ListQuery
  /** Undefined until the first answer (or the cached one). */
  readonly total: number | undefined
  readonly version: number
  /** True when the rows shown may be old and are being verified (offline, or first paint from the cache). */
  readonly stale: boolean
  /** The server refused the query (for example a filter it cannot do); told through `errors` too. */
  readonly failed: boolean
  /** There are more rows than it shows: its end moves on when it comes near. */
  readonly isBound?: boolean
  /** The email id of row `i`, or undefined when that row is not fetched yet. */
  idAt(i: number): string | undefined
  /** The row of an email id among the fetched rows, or -1. */
  indexOf(id: string): number
  /** Says which rows [from, to) are on screen (add a margin); fetches what is missing of them. */
  request(from: number, to: number): void
  subscribe(fn: () => void): () => void
  close(): void
}

export type ErrorCode =
  /** The server refused part or all of a change; it has been rolled back on screen. */
  | 'changeRefused'
  /** What was to be changed no longer exists. */
  | 'gone'
  | 'overQuota'
  | 'tooLarge'
  | 'forbidden'
  /** The message could not be sent; it is still in the drafts. */
  | 'sendFailed'
  | 'uploadFailed'
  | 'loadFailed'
  | 'nameTaken'
  | 'notEmpty'

/** Something a person must be told. `action` is the verb that failed (`archive`, `send`…), for the sentence. */
export interface MailErrorEvent {
  readonly code: ErrorCode
  readonly action: string
  /** The ids concerned (emails, mailbox or draft key). */
  readonly ids: readonly string[]
  /** The server's SetError or method error type, for the log. */
  readonly type?: string
  readonly description?: string
  /** Addresses that it is about: those of a message that was refused for them. */
  readonly addresses?: readonly string[]
}

/** `done` and a draft's promises reject with this. A rejection nobody handles is not reported as unhandled. */
export interface MailError extends Error {
  readonly event: MailErrorEvent
}

export interface Undoable {
  /** Puts things back as they were before this action, whether or not it has reached the server. Does nothing twice. */
  undo(): void
  /** Resolves when the server has acknowledged (or the action was undone before it was sent). May wait long: offline. */
  readonly done: Promise<void>
}

export interface UndoableWithId extends Undoable {
  readonly id: Promise<string>
}

/** Every verb applies at once to all `Live` values and lists. `ids` are email ids. */
export interface MailActions {
  /** Out of `from` (default: the inbox, or everywhere when not in the inbox) into the archive. */
  archive(ids: readonly string[], from?: string): Undoable
  /** Into the trash only. */
  trash(ids: readonly string[]): Undoable
  /** For ever. An email that someone has moved meanwhile is spared (and told as `changeRefused`). */
  destroy(ids: readonly string[]): Undoable
  /** Into `mailboxId`, out of `from` (default: out of all others). */
  move(ids: readonly string[], mailboxId: string, from?: string): Undoable
  setKeyword(ids: readonly string[], keyword: string, on: boolean): Undoable
  markRead(ids: readonly string[], on: boolean): Undoable
  /** On: into the junk mailbox with `$junk`. Off: back into the inbox with `$notjunk`. */
  junk(ids: readonly string[], on: boolean): Undoable
  createMailbox(mailbox: { name: string; parentId?: string | null; role?: string }): UndoableWithId
  renameMailbox(id: string, change: { name?: string; parentId?: string | null; sortOrder?: number }): Undoable
  /** `withEmails`: emails that are only in it are destroyed; without it a mailbox with emails is refused (`notEmpty`).
   * `moveTo`: they go to that mailbox instead. `below`: mailboxes within it, which end with it, the deepest first. */
  deleteMailbox(
    id: string,
    withEmails?: boolean,
    how?: { readonly moveTo?: string | undefined; readonly below?: readonly string[] },
  ): Undoable
  /** Any other change of mailboxes and keywords, told as `action`. */
  patch(action: string, ids: readonly string[], patchFor: (email: EmailSummary) => PatchObject): Undoable
}

export interface DraftAttachment {
  readonly blobId: string
  readonly type: string
  readonly name: string
  readonly size: number
  /** For images inside the HTML body (`cid:`). */
  readonly cid?: string
  readonly disposition?: 'attachment' | 'inline'
}

export interface Draft {
  /**
   * Names one composition through all its saves: for an existing draft its email id at opening, otherwise any unique
   * string (`crypto.randomUUID()`). The email id behind it changes at every save; the key does not.
   */
  readonly key: string
  readonly identityId: string
  readonly from?: EmailAddress
  readonly to: readonly EmailAddress[]
  readonly cc: readonly EmailAddress[]
  readonly bcc: readonly EmailAddress[]
  readonly replyTo?: readonly EmailAddress[]
  readonly subject: string
  readonly text: string
  /** Absent: plain text only. */
  readonly html?: string
  readonly attachments: readonly DraftAttachment[]
  readonly inReplyTo?: readonly string[]
  readonly references?: readonly string[]
  /** Asks for a receipt of reading, to this address (RFC 8098). */
  readonly receiptTo?: string
  /** The date it bears, when that is not the time of the save: milliseconds since 1970. */
  readonly dated?: number
  /** Email this answers or forwards: gets `$answered` / `$forwarded` when sent. */
  readonly answers?: string
  readonly forwards?: string
}

/** How long the server keeps a message before it leaves: so many seconds, or until a time (milliseconds since 1970). */
export type Hold = { readonly seconds: number } | { readonly until: number }

export interface Sending {
  /** Resolves when the server has taken the message; until it leaves, its submission can be called back there. */
  readonly done: Promise<void>
  /** Takes it back while it has not left this page: true when it had not. The draft stays. */
  drop(): boolean
  /** The server's name for the submission, once `done`. */
  submissionId(): string | undefined
  /** The email that holds the draft, once it is saved: what is taken back goes on from there. */
  emailId(): string | undefined
}

export interface Drafts {
  /** Saves (replacing the earlier save of the same key); resolves with the email id. Saves of a key are coalesced. */
  save(draft: Draft): Promise<string>
  /** Destroys what was saved under the key. */
  discard(key: string): Undoable
  /** Saves, then submits; the server holds it if asked to. Never sent twice. */
  send(draft: Draft, hold?: Hold): Sending
  /** Drafts whose sending waits (offline): keys. */
  readonly sending: Live<readonly string[]>
}

export interface IdentityChange {
  readonly name?: string
  readonly textSignature?: string
  readonly htmlSignature?: string
}

export interface SideCall {
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
}

/** A JMAP answer; `type` is the error's. */
export type SideAnswer =
  | { readonly ok: true; readonly args: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly type: string; readonly description?: string }

/** The wire, push and store of the mail client, for the app's other JMAP types (law 12). */
export interface SideDoor {
  /** One request; `#ids` may refer to call `c<index>` of it. A `write` that may be lost rejects, a read waits. */
  send(calls: readonly SideCall[], options?: { readonly write?: boolean }): Promise<SideAnswer[]>
  /** Called when some of those types may have changed. */
  subscribe(fn: () => void): () => void
  readonly storage: Storage
}

/** A message that waits on this device to be sent. */
export interface WaitingMessage {
  readonly key: string
  readonly subject: string
  readonly to: string
  /** It stays a draft; false when it is too late to say so. */
  cancel(): boolean
}

/** Ids of one account. */
export interface AccountIds {
  readonly client: MailClient
  readonly ids: readonly string[]
}

export interface MailClient {
  readonly side: SideDoor
  /** Which mailbox of a function it is the client of; undefined: the person's own. */
  readonly account: string | undefined
  /** Of several accounts shown as one: whose these ids are, and their names there. */
  readonly split?: (ids: readonly string[]) => readonly AccountIds[]
  readonly session: Live<SessionInfo>
  readonly status: Live<Status>
  readonly errors: { subscribe(fn: (event: MailErrorEvent) => void): () => void }
  /** Number of changes not yet acknowledged by the server. */
  readonly pending: Live<number>
  /** Messages that have not left this device yet. */
  readonly waiting: Live<readonly WaitingMessage[]>
  /** Sorted by sortOrder, then name. Counts include pending changes. */
  readonly mailboxes: Live<readonly Mailbox[]>
  readonly identities: Live<readonly Identity[]>
  readonly actions: MailActions
  readonly drafts: Drafts
  list(query: ListQuery): LiveList
  thread(threadId: string): Live<ThreadView>
  email(id: string): Live<EmailSummary>
  body(id: string): Live<EmailBody>
  /** The emails of these threads that are in the mailbox (all of them when no mailbox is given). */
  emailsOf(threadIds: readonly string[], mailboxId?: string): string[]
  /** What matched: escaped HTML with `<mark>` (RFC 8621 §5). */
  snippet(query: ListQuery, emailId: string): Live<SearchSnippet>
  /** The query that a person's search text means; `mailboxId` narrows it to one mailbox. See search.ts. */
  search(text: string, mailboxId?: string, labels?: readonly { name: string; keyword: string }[]): ListQuery
  /** The usual list of a mailbox: newest first, threads collapsed. */
  mailboxQuery(mailboxId: string): ListQuery
  recipients(text: string): Promise<readonly Recipient[]>
  /** Changes a name or signature. Rejects when the server refuses or cannot be reached: the form says so. */
  updateIdentity(id: string, change: IdentityChange): Promise<void>
  upload(file: Blob, onProgress?: (fraction: number) => void, signal?: AbortSignal): Promise<UploadResponse>
  downloadUrl(blobId: string, name: string, type: string): string
  /**
   * Ends every message of the mailbox for ever (those also elsewhere stay there), telling how many are gone; resolves with
   * their number. At the server, page by page: rejects when it cannot be reached.
   */
  emptyMailbox(id: string, onProgress?: (done: number) => void, allBut?: readonly string[]): Promise<number>
  /** Try now: the network is back, the page is visible again. */
  wake(): void
  /** Whether the page is seen. In the background all pages but one listen less closely. */
  setVisible(isVisible: boolean): void
  /** After signing in again (status `expired`). */
  resume(): void
  /** Stops everything. `forget` (sign-out) also erases what is stored on this machine. */
  close(options?: { forget?: boolean }): Promise<void>
}
