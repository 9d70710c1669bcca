/** JMAP wire types of filters: Sieve scripts (RFC 9661) and the vacation response (RFC 8621 §8). */
import type { Id, UTCDate } from './core.ts'

export const SIEVE = 'urn:ietf:params:jmap:sieve'
export const VACATION = 'urn:ietf:params:jmap:vacationresponse'

/** Our own: a script applied to mail that is there already (docs/sieve.md). */
export const FILTERS = 'urn:convergence:filters'

export interface SieveScript {
  readonly id: Id
  readonly name: string
  readonly blobId: Id
  readonly isActive: boolean
}

/** RFC 9661 §1.2.1, of an account. */
export interface SieveAccountCapability {
  readonly maxSizeScriptName: number
  readonly maxSizeScript: number | null
  readonly maxNumberScripts: number | null
  readonly maxNumberRedirects: number | null
  readonly sieveExtensions: readonly string[]
  readonly notificationMethods: readonly string[] | null
  readonly externalLists: readonly string[] | null
}

export interface VacationResponse {
  readonly id: 'singleton'
  readonly isEnabled: boolean
  readonly fromDate: UTCDate | null
  readonly toDate: UTCDate | null
  readonly subject: string | null
  readonly textBody: string | null
  readonly htmlBody: string | null
  /** Our own: the text for people of other domains; null: the same. */
  readonly outsideTextBody: string | null
}

/** What `Mailbox/applySieve` did to some messages of a mailbox. */
export interface SieveApplied {
  /** Messages looked at. */
  readonly messages: number
  /** Messages filed, by the path that the script names. */
  readonly filed: Readonly<Record<string, number>>
  /** Messages whose keywords changed where they are. */
  readonly flagged: number
  /** Messages that the script failed on, and why it did on the first one; they stay as they are. */
  readonly faults: number
  readonly fault: string | null
  /** Each changed message as it was before: a patch for Email/set that brings it back. Empty for a rehearsal. */
  readonly before: Readonly<
    Record<Id, { readonly mailboxIds: Record<Id, true>; readonly keywords: Record<string, true> }>
  >
  /** Where the next call goes on; null at the end. */
  readonly next: number | null
}
