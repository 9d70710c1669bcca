/**
 * JMAP core wire types (RFC 8620): the contract that the server and the web app share. Types only, plus the names that
 * both sides spell. Everything that arrives from the other side must still be checked: a type is a promise, not a proof.
 */

/** RFC 8620 §1.2: 1 to 255 characters of the URL and filename safe base64 alphabet. */
export type Id = string
/** RFC 3339 date-time whose time-offset is Z (RFC 8620 §1.4). */
export type UTCDate = string
/** RFC 3339 date-time (RFC 8620 §1.4). */
export type JmapDate = string

export const CORE = 'urn:ietf:params:jmap:core'
export const MAIL = 'urn:ietf:params:jmap:mail'
export const SUBMISSION = 'urn:ietf:params:jmap:submission'
/** RFC 9749. */
export const WEBPUSH_VAPID = 'urn:ietf:params:jmap:webpush-vapid'
/** Recipient completion: our own (`Recipient/query`). */
export const RECIPIENTS = 'urn:convergence:recipients'

/** [method name, arguments, client call id] (RFC 8620 §3.2). */
export type Invocation = [name: string, args: Record<string, unknown>, callId: string]

export interface JmapRequest {
  readonly using: readonly string[]
  readonly methodCalls: readonly Invocation[]
  readonly createdIds?: Readonly<Record<Id, Id>>
}

export interface JmapResponse {
  readonly methodResponses: readonly Invocation[]
  readonly createdIds?: Readonly<Record<Id, Id>>
  readonly sessionState: string
}

/** RFC 8620 §3.7: the value of an argument whose name starts with `#`. */
export interface ResultReference {
  readonly resultOf: string
  readonly name: string
  readonly path: string
}

export interface CoreCapability {
  readonly maxSizeUpload: number
  readonly maxConcurrentUpload: number
  readonly maxSizeRequest: number
  readonly maxConcurrentRequests: number
  readonly maxCallsInRequest: number
  readonly maxObjectsInGet: number
  readonly maxObjectsInSet: number
  readonly collationAlgorithms: readonly string[]
}

export interface JmapAccount {
  readonly name: string
  readonly isPersonal: boolean
  readonly isReadOnly: boolean
  readonly accountCapabilities: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** The session resource (RFC 8620 §2). */
export interface JmapSession {
  readonly capabilities: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly accounts: Readonly<Record<Id, JmapAccount>>
  readonly primaryAccounts: Readonly<Record<string, Id>>
  readonly username: string
  readonly apiUrl: string
  readonly downloadUrl: string
  readonly uploadUrl: string
  readonly eventSourceUrl: string
  readonly state: string
}

/** A request that failed as a whole (RFC 8620 §3.6.1), an RFC 7807 problem document. */
export interface ProblemDetails {
  readonly type: string
  readonly status: number
  readonly title?: string
  readonly detail?: string
  readonly limit?: string
}

export type RequestErrorType =
  | 'urn:ietf:params:jmap:error:unknownCapability'
  | 'urn:ietf:params:jmap:error:notJSON'
  | 'urn:ietf:params:jmap:error:notRequest'
  | 'urn:ietf:params:jmap:error:limit'

/** RFC 8620 §3.6.2 and the method errors of the standard methods. */
export type MethodErrorType =
  | 'serverUnavailable'
  | 'serverFail'
  | 'serverPartialFail'
  | 'unknownMethod'
  | 'invalidArguments'
  | 'invalidResultReference'
  | 'forbidden'
  | 'accountNotFound'
  | 'accountNotSupportedByMethod'
  | 'accountReadOnly'
  | 'requestTooLarge'
  | 'stateMismatch'
  | 'cannotCalculateChanges'
  | 'tooManyChanges'
  | 'anchorNotFound'
  | 'unsupportedSort'
  | 'unsupportedFilter'
  | 'fromAccountNotFound'
  | 'fromAccountNotSupportedByMethod'
  /** RFC 9404 §4.3. */
  | 'unknownDataType'
  /** draft-ietf-jmap-calendars §5.11. */
  | 'expandDurationTooLarge'

export interface MethodError {
  readonly type: MethodErrorType
  readonly description?: string
}

/** RFC 8620 §5.3, with the SetError types of RFC 8621 (mailbox, email, identity, submission). */
export type SetErrorType =
  | 'forbidden'
  | 'overQuota'
  | 'tooLarge'
  | 'rateLimit'
  | 'notFound'
  | 'invalidPatch'
  | 'willDestroy'
  | 'invalidProperties'
  | 'singleton'
  | 'alreadyExists'
  | 'mailboxHasChild'
  | 'mailboxHasEmail'
  | 'addressBookHasContents'
  | 'calendarHasEvent'
  | 'blobNotFound'
  | 'tooManyKeywords'
  | 'tooManyMailboxes'
  | 'invalidEmail'
  | 'tooManyRecipients'
  | 'noRecipients'
  | 'invalidRecipients'
  | 'forbiddenMailFrom'
  | 'forbiddenFrom'
  | 'forbiddenToSend'
  | 'cannotUnsend'
  | 'invalidSieve'
  | 'sieveIsActive'
  | 'mdnAlreadySent'
  | 'serverFail'

export interface SetError {
  readonly type: SetErrorType
  readonly description?: string
  readonly properties?: readonly string[]
  readonly existingId?: Id
  readonly notFound?: readonly Id[]
  readonly maxSize?: number
  readonly maxRecipients?: number
  readonly invalidRecipients?: readonly string[]
}

export interface GetArguments {
  readonly accountId: Id
  readonly ids: readonly Id[] | null
  readonly properties?: readonly string[] | null
}

export interface GetResponse<T> {
  readonly accountId: Id
  readonly state: string
  readonly list: readonly T[]
  readonly notFound: readonly Id[]
}

export interface ChangesArguments {
  readonly accountId: Id
  readonly sinceState: string
  readonly maxChanges?: number | null
}

export interface ChangesResponse {
  readonly accountId: Id
  readonly oldState: string
  readonly newState: string
  readonly hasMoreChanges: boolean
  readonly created: readonly Id[]
  readonly updated: readonly Id[]
  readonly destroyed: readonly Id[]
}

/** A property path (JSON pointer without its first slash) and its new value; null removes (RFC 8620 §5.3). */
export type PatchObject = Readonly<Record<string, unknown>>

export interface SetArguments<Create = Record<string, unknown>> {
  readonly accountId: Id
  readonly ifInState?: string | null
  readonly create?: Readonly<Record<Id, Create>> | null
  readonly update?: Readonly<Record<Id, PatchObject>> | null
  readonly destroy?: readonly Id[] | null
}

export interface SetResponse<T = Record<string, unknown>> {
  readonly accountId: Id
  readonly oldState: string | null
  readonly newState: string
  readonly created: Readonly<Record<Id, Partial<T>>> | null
  readonly updated: Readonly<Record<Id, Partial<T> | null>> | null
  readonly destroyed: readonly Id[] | null
  readonly notCreated: Readonly<Record<Id, SetError>> | null
  readonly notUpdated: Readonly<Record<Id, SetError>> | null
  readonly notDestroyed: Readonly<Record<Id, SetError>> | null
}

export interface CopyArguments<Create = Record<string, unknown>> {
  readonly fromAccountId: Id
  readonly ifFromInState?: string | null
  readonly accountId: Id
  readonly ifInState?: string | null
  readonly create: Readonly<Record<Id, Create>>
  readonly onSuccessDestroyOriginal?: boolean
  readonly destroyFromIfInState?: string | null
}

export interface CopyResponse<T = Record<string, unknown>> {
  readonly fromAccountId: Id
  readonly accountId: Id
  readonly oldState: string | null
  readonly newState: string
  readonly created: Readonly<Record<Id, Partial<T>>> | null
  readonly notCreated: Readonly<Record<Id, SetError>> | null
}

export interface Comparator<Property extends string = string> {
  readonly property: Property
  /** Default true. */
  readonly isAscending?: boolean
  readonly collation?: string
}

export interface FilterOperator<Condition> {
  readonly operator: 'AND' | 'OR' | 'NOT'
  readonly conditions: readonly Filter<Condition>[]
}

export type Filter<Condition> = FilterOperator<Condition> | Condition

export interface QueryArguments<Condition, Sort extends Comparator = Comparator> {
  readonly accountId: Id
  readonly filter?: Filter<Condition> | null
  readonly sort?: readonly Sort[] | null
  /** Negative counts from the end. Default 0. Ignored when `anchor` is given. */
  readonly position?: number
  readonly anchor?: Id | null
  readonly anchorOffset?: number
  readonly limit?: number | null
  readonly calculateTotal?: boolean
}

export interface QueryResponse {
  readonly accountId: Id
  readonly queryState: string
  readonly canCalculateChanges: boolean
  readonly position: number
  readonly ids: readonly Id[]
  readonly total?: number
  readonly limit?: number
}

export interface QueryChangesArguments<Condition, Sort extends Comparator = Comparator> {
  readonly accountId: Id
  readonly filter?: Filter<Condition> | null
  readonly sort?: readonly Sort[] | null
  readonly sinceQueryState: string
  readonly maxChanges?: number | null
  readonly upToId?: Id | null
  readonly calculateTotal?: boolean
}

export interface AddedItem {
  readonly id: Id
  readonly index: number
}

export interface QueryChangesResponse {
  readonly accountId: Id
  readonly oldQueryState: string
  readonly newQueryState: string
  readonly total?: number
  readonly removed: readonly Id[]
  readonly added: readonly AddedItem[]
}

export interface UploadResponse {
  readonly accountId: Id
  readonly blobId: Id
  readonly type: string
  readonly size: number
}

/** Push (RFC 8620 §7.1): per account, per type, the new state. */
export interface StateChange {
  readonly '@type': 'StateChange'
  readonly changed: Readonly<Record<Id, Readonly<Record<string, string>>>>
}
