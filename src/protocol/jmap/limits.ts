/** The limits that the session object announces (RFC 8620 §2) and that the front door enforces. */
export interface Limits {
  /** Octets of one upload. */
  readonly maxSizeUpload: number
  /** Uploads under way at once, per account. */
  readonly maxConcurrentUpload: number
  /** Octets of one API request. */
  readonly maxSizeRequest: number
  /** API requests under way at once, per account. */
  readonly maxConcurrentRequests: number
  readonly maxCallsInRequest: number
  readonly maxObjectsInGet: number
  readonly maxObjectsInSet: number
  /** Ids in one answer to a query, whatever `limit` asks for. */
  readonly maxQueryResults: number
  /** Octets of body values in one answer; our own, so that one request cannot fill the memory. */
  readonly maxSizeResponse: number
  /** Octets of a composed message's attachments, before their transfer encoding. */
  readonly maxSizeAttachmentsPerEmail: number
  /** Seconds. */
  readonly maxDelayedSend: number
  /** The public key by which push services know us (RFC 9749 §3). */
  readonly applicationServerKey?: string | undefined
}

const defaultLimits: Limits = {
  maxSizeUpload: 52_428_800,
  maxConcurrentUpload: 8,
  maxSizeRequest: 10_000_000,
  maxConcurrentRequests: 16,
  maxCallsInRequest: 64,
  maxObjectsInGet: 1000,
  maxObjectsInSet: 500,
  maxQueryResults: 20_000,
  maxSizeResponse: 64_000_000,
  maxSizeAttachmentsPerEmail: 36_700_160,
  maxDelayedSend: 30 * 86_400,
}

/**
 * The limits with what is given in place of the defaults. Attachments grow by a third and more when they are encoded:
 * unless it is given, their limit follows from that of a whole message.
 */
export const limitsWith = (given: Partial<Limits>): Limits => {
  const limits = { ...defaultLimits, ...given }
  const derived = Math.floor(limits.maxSizeUpload * 0.7)
  return { ...limits, maxSizeAttachmentsPerEmail: given.maxSizeAttachmentsPerEmail ?? derived }
}
