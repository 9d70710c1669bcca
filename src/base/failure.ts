/**
 * Failures are domain words (law 8): a closed union that every protocol maps to its own codes in one `failure.ts`.
 * The message is for logs and operators; strangers see only what a protocol chooses to tell.
 */
export type FailureCode =
  | 'notFound'
  | 'forbidden'
  | 'unauthenticated'
  /** The right is there, but a sensitive act wants a fresh proof of who asks. */
  | 'stepUpRequired'
  /** A program gave the main password of an account that has a second factor. */
  | 'appPasswordRequired'
  /** The password is right, and opens nothing until its owner has chosen another. */
  | 'passwordChangeRequired'
  | 'overQuota'
  | 'tooLarge'
  | 'tooMany'
  | 'conflict'
  | 'alreadyExists'
  | 'invalid'
  | 'unsupported'
  | 'cannotCalculateChanges'
  | 'throttled'
  | 'unavailable'

export interface FailureOptions {
  /** True when the same request may succeed later without change. */
  readonly temporary?: boolean
  readonly cause?: unknown
  /** Name of the offending property, for protocols that report one (JMAP `properties`). */
  readonly property?: string
  /** Wait this long before trying again, in milliseconds (throttling). */
  readonly retryAfter?: number
}

const temporaryByDefault: ReadonlySet<FailureCode> = new Set(['unavailable', 'throttled', 'overQuota'])

export class Failure extends Error {
  readonly code: FailureCode
  readonly temporary: boolean
  readonly property: string | undefined
  readonly retryAfter: number | undefined

  constructor(code: FailureCode, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Failure'
    this.code = code
    this.temporary = options.temporary ?? temporaryByDefault.has(code)
    this.property = options.property
    this.retryAfter = options.retryAfter
  }
}

/** True when `error` is a Failure (of the given code, when one is named). */
export const isFailure = (error: unknown, code?: FailureCode): error is Failure =>
  error instanceof Failure && (code === undefined || error.code === code)

const outOfRoomCodes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL', '53100'])
const sqliteFull = 13

/**
 * True when the disk has no room left, as the system (ENOSPC, EDQUOT), the embedded database (SQLITE_FULL) or the database
 * server (53100) says it, however deep the cause: a passing difficulty that an operator can mend.
 */
export const isOutOfRoom = (error: unknown): boolean => {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    if ('code' in at && outOfRoomCodes.has(at.code)) return true
    if ('errcode' in at && (Number(at.errcode) & 0xff) === sqliteFull) return true
  }
  return false
}
