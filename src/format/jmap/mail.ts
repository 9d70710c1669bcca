/** JMAP mail wire types (RFC 8621 §2 to §6): Mailbox, Thread, Email, SearchSnippet, Identity. */
import type {
  Comparator,
  Filter,
  GetArguments,
  Id,
  JmapDate,
  QueryArguments,
  QueryChangesArguments,
  SetArguments,
  UTCDate,
} from './core.ts'

/** Special uses that our server gives (RFC 8621 §2, IANA "IMAP Mailbox Name Attributes", lower case). */
export type MailboxRole =
  /** Our own: what is put off. */
  | 'snoozed'
  | 'all'
  | 'archive'
  | 'drafts'
  | 'flagged'
  | 'important'
  | 'inbox'
  | 'junk'
  | 'scheduled'
  | 'sent'
  | 'subscribed'
  | 'trash'

export interface MailboxRights {
  readonly mayReadItems: boolean
  readonly mayAddItems: boolean
  readonly mayRemoveItems: boolean
  readonly maySetSeen: boolean
  readonly maySetKeywords: boolean
  readonly mayCreateChild: boolean
  readonly mayRename: boolean
  readonly mayDelete: boolean
  readonly maySubmit: boolean
}

export interface Mailbox {
  readonly id: Id
  readonly name: string
  readonly parentId: Id | null
  readonly role: MailboxRole | null
  readonly sortOrder: number
  readonly totalEmails: number
  readonly unreadEmails: number
  readonly totalThreads: number
  readonly unreadThreads: number
  readonly myRights: MailboxRights
  readonly isSubscribed: boolean
}

export interface MailboxSetArguments extends SetArguments {
  readonly onDestroyRemoveEmails?: boolean
}

export interface MailboxFilterCondition {
  readonly parentId?: Id | null
  readonly name?: string
  readonly role?: MailboxRole | null
  readonly hasAnyRole?: boolean
  readonly isSubscribed?: boolean
}

export type MailboxSortProperty = 'sortOrder' | 'name' | 'parentId'

export interface MailboxQueryArguments extends QueryArguments<MailboxFilterCondition, Comparator<MailboxSortProperty>> {
  readonly sortAsTree?: boolean
  readonly filterAsTree?: boolean
}

export interface Thread {
  readonly id: Id
  /** Oldest first (RFC 8621 §3). */
  readonly emailIds: readonly Id[]
}

export interface EmailAddress {
  readonly name: string | null
  readonly email: string
}

export interface EmailAddressGroup {
  readonly name: string | null
  readonly addresses: readonly EmailAddress[]
}

export interface EmailHeader {
  readonly name: string
  readonly value: string
}

/** RFC 8621 §4.1.4. */
export interface EmailBodyPart {
  readonly partId: string | null
  readonly blobId: Id | null
  /** Bytes after decoding of the content-transfer-encoding. */
  readonly size: number
  readonly headers?: readonly EmailHeader[]
  readonly name: string | null
  readonly type: string
  readonly charset: string | null
  readonly disposition: string | null
  readonly cid: string | null
  readonly language: readonly string[] | null
  readonly location: string | null
  readonly subParts?: readonly EmailBodyPart[] | null
  /** The field as it was written, when it was asked for (RFC 8621 §4.1.4: any `header:` property). */
  readonly 'header:Content-Type:asRaw'?: string | null
}

export interface EmailBodyValue {
  readonly value: string
  readonly isEncodingProblem: boolean
  readonly isTruncated: boolean
}

/** Keywords of RFC 8621 §4.1.1 that both sides name; any other IMAP keyword in lower case is possible. */
export const Keyword = {
  draft: '$draft',
  seen: '$seen',
  flagged: '$flagged',
  answered: '$answered',
  forwarded: '$forwarded',
  junk: '$junk',
  notJunk: '$notjunk',
} as const

/** An Email with every property; what a response holds is a Partial of it, by the `properties` asked for. */
export interface Email {
  readonly id: Id
  readonly blobId: Id
  readonly threadId: Id
  readonly mailboxIds: Readonly<Record<Id, true>>
  readonly keywords: Readonly<Record<string, true>>
  readonly size: number
  readonly receivedAt: UTCDate
  readonly messageId: readonly string[] | null
  readonly inReplyTo: readonly string[] | null
  readonly references: readonly string[] | null
  readonly sender: readonly EmailAddress[] | null
  readonly from: readonly EmailAddress[] | null
  readonly to: readonly EmailAddress[] | null
  readonly cc: readonly EmailAddress[] | null
  readonly bcc: readonly EmailAddress[] | null
  readonly replyTo: readonly EmailAddress[] | null
  readonly subject: string | null
  readonly sentAt: JmapDate | null
  readonly headers: readonly EmailHeader[]
  readonly bodyStructure: EmailBodyPart
  readonly bodyValues: Readonly<Record<string, EmailBodyValue>>
  readonly textBody: readonly EmailBodyPart[]
  readonly htmlBody: readonly EmailBodyPart[]
  readonly attachments: readonly EmailBodyPart[]
  readonly hasAttachment: boolean
  readonly preview: string
}

/** RFC 8621 §4.1.2: how a `header:Name:asForm[:all]` property is parsed. */
export type HeaderForm =
  | 'asRaw'
  | 'asText'
  | 'asAddresses'
  | 'asGroupedAddresses'
  | 'asMessageIds'
  | 'asDate'
  | 'asURLs'

export interface EmailGetArguments extends GetArguments {
  readonly bodyProperties?: readonly string[]
  readonly fetchTextBodyValues?: boolean
  readonly fetchHTMLBodyValues?: boolean
  readonly fetchAllBodyValues?: boolean
  /** Bytes; 0 means whole. */
  readonly maxBodyValueBytes?: number
}

/** RFC 8621 §4.4.1. */
export interface EmailFilterCondition {
  readonly inMailbox?: Id
  readonly inMailboxOtherThan?: readonly Id[]
  readonly before?: UTCDate
  readonly after?: UTCDate
  readonly minSize?: number
  readonly maxSize?: number
  readonly allInThreadHaveKeyword?: string
  readonly someInThreadHaveKeyword?: string
  readonly noneInThreadHaveKeyword?: string
  readonly hasKeyword?: string
  readonly notKeyword?: string
  readonly hasAttachment?: boolean
  readonly text?: string
  readonly from?: string
  readonly to?: string
  readonly cc?: string
  readonly bcc?: string
  readonly subject?: string
  readonly body?: string
  /** Our own: words of the names of attachments. */
  readonly attachmentName?: string
  /** Our own: of somebody whom the person follows (MailPreferences). */
  readonly isFollowed?: boolean
  readonly header?: readonly [name: string] | readonly [name: string, value: string]
}

export type EmailFilter = Filter<EmailFilterCondition>

export type EmailSortProperty =
  | 'receivedAt'
  | 'size'
  | 'from'
  | 'to'
  | 'subject'
  | 'sentAt'
  | 'hasKeyword'
  | 'allInThreadHaveKeyword'
  | 'someInThreadHaveKeyword'

/** RFC 8621 §4.4.2: the keyword properties carry the keyword beside them. */
export interface EmailComparator extends Comparator<EmailSortProperty> {
  readonly keyword?: string
}

export interface EmailQueryArguments extends QueryArguments<EmailFilterCondition, EmailComparator> {
  readonly collapseThreads?: boolean
}

export interface EmailQueryChangesArguments extends QueryChangesArguments<EmailFilterCondition, EmailComparator> {
  readonly collapseThreads?: boolean
}

/** A body part as a client creates it: `partId` into bodyValues, or `blobId` of an upload (RFC 8621 §4.6). */
export interface EmailBodyPartCreate {
  readonly partId?: string
  readonly blobId?: Id
  readonly type?: string
  readonly name?: string | null
  readonly charset?: string | null
  readonly disposition?: string | null
  readonly cid?: string | null
  readonly language?: readonly string[] | null
  readonly location?: string | null
  readonly headers?: readonly EmailHeader[]
  readonly subParts?: readonly EmailBodyPartCreate[] | null
}

export interface EmailCreate {
  readonly mailboxIds: Readonly<Record<Id, true>>
  readonly keywords?: Readonly<Record<string, true>>
  readonly receivedAt?: UTCDate
  readonly messageId?: readonly string[] | null
  readonly inReplyTo?: readonly string[] | null
  readonly references?: readonly string[] | null
  readonly sender?: readonly EmailAddress[] | null
  readonly from?: readonly EmailAddress[] | null
  readonly to?: readonly EmailAddress[] | null
  readonly cc?: readonly EmailAddress[] | null
  readonly bcc?: readonly EmailAddress[] | null
  readonly replyTo?: readonly EmailAddress[] | null
  readonly subject?: string | null
  readonly sentAt?: JmapDate | null
  readonly bodyStructure?: EmailBodyPartCreate
  readonly bodyValues?: Readonly<Record<string, { readonly value: string }>>
  readonly textBody?: readonly EmailBodyPartCreate[]
  readonly htmlBody?: readonly EmailBodyPartCreate[]
  readonly attachments?: readonly EmailBodyPartCreate[]
  /** RFC 8098 §2.1. */
  readonly 'header:Disposition-Notification-To:asAddresses'?: readonly EmailAddress[]
}

/** RFC 8621 §4.8. */
export interface EmailImport {
  readonly blobId: Id
  readonly mailboxIds: Readonly<Record<Id, true>>
  readonly keywords?: Readonly<Record<string, true>>
  readonly receivedAt?: UTCDate
}

export interface EmailImportArguments {
  readonly accountId: Id
  readonly ifInState?: string | null
  readonly emails: Readonly<Record<Id, EmailImport>>
}

/** RFC 8621 §5: `subject` and `preview` are HTML-escaped text with `<mark>` around what matched. */
export interface SearchSnippet {
  readonly emailId: Id
  readonly subject: string | null
  readonly preview: string | null
  /** Our own: the preview is of this attachment, not of the message; empty for a file without a name. */
  readonly attachmentName?: string
}

export interface SearchSnippetGetArguments {
  readonly accountId: Id
  readonly filter?: EmailFilter | null
  readonly emailIds: readonly Id[]
}

export interface SearchSnippetGetResponse {
  readonly accountId: Id
  readonly list: readonly SearchSnippet[]
  readonly notFound: readonly Id[] | null
}

/** RFC 8621 §6. */
export interface Identity {
  readonly id: Id
  readonly name: string
  readonly email: string
  readonly replyTo: readonly EmailAddress[] | null
  readonly bcc: readonly EmailAddress[] | null
  readonly textSignature: string
  readonly htmlSignature: string
  readonly mayDelete: boolean
}
