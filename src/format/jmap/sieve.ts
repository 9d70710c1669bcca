/** JMAP wire types of filters: Sieve scripts (RFC 9661) and the vacation response (RFC 8621 §8). */
import type { Id, UTCDate } from './core.ts'

export const SIEVE = 'urn:ietf:params:jmap:sieve'
export const VACATION = 'urn:ietf:params:jmap:vacationresponse'

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
