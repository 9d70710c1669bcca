/**
 * The one place where failures become JMAP errors (law 8): method errors (RFC 8620 §3.6.2) and set errors (§5.3).
 * What is not a known failure becomes an opaque `serverFail` whose id is in the log.
 */
import { isFailure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import type { MethodErrorType, SetError, SetErrorType } from '#format/jmap/core.ts'

/** Ends a method call with an error response. */
export class MethodFault extends Error {
  override readonly name = 'MethodFault'
  readonly type: MethodErrorType
  readonly extra: Readonly<Record<string, unknown>>

  constructor(type: MethodErrorType, description: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(description)
    this.type = type
    this.extra = extra
  }
}

/** Refuses one create, update or destroy; the others of the call go on. */
export class SetFault extends Error {
  override readonly name = 'SetFault'
  readonly error: SetError

  constructor(type: SetErrorType, description: string, extra: Omit<SetError, 'type' | 'description'> = {}) {
    super(description)
    this.error = { type, description, ...extra }
  }
}

export const invalidArguments = (description: string): MethodFault => new MethodFault('invalidArguments', description)

export const invalidProperties = (description: string, ...properties: string[]): SetFault =>
  new SetFault('invalidProperties', description, { properties })

/** The arguments of an `error` response for whatever was thrown by a method. */
export const methodError = (error: unknown, log: Log): Record<string, unknown> => {
  if (error instanceof MethodFault) return { type: error.type, description: error.message, ...error.extra }
  if (isFailure(error)) {
    switch (error.code) {
      case 'cannotCalculateChanges':
        return { type: 'cannotCalculateChanges' }
      case 'invalid':
        return { type: 'invalidArguments', description: error.message }
      case 'forbidden':
      case 'unauthenticated':
        return { type: 'forbidden', description: error.message }
      case 'tooLarge':
      case 'tooMany':
        return { type: 'requestTooLarge', description: error.message }
      case 'unsupported':
        return { type: 'invalidArguments', description: error.message }
      case 'unavailable':
      case 'throttled':
        return { type: 'serverUnavailable', description: 'Try again later' }
    }
  }
  return { type: 'serverFail', description: opaque(error, log) }
}

/** The SetError for whatever was thrown while one object was created, updated or destroyed. */
export const setError = (error: unknown, log: Log): SetError => {
  if (error instanceof SetFault) return error.error
  if (isFailure(error)) {
    const properties = error.property === undefined ? {} : { properties: [error.property] }
    switch (error.code) {
      case 'notFound':
        // What is missing is the object itself, or what one of its properties names.
        if (error.property !== undefined)
          return { type: 'invalidProperties', description: error.message, ...properties }
        return { type: 'notFound', description: error.message }
      case 'forbidden':
        return { type: 'forbidden', description: error.message }
      case 'overQuota':
        return { type: 'overQuota', description: error.message }
      case 'tooLarge':
        return { type: 'tooLarge', description: error.message }
      case 'tooMany':
        return { type: error.property === 'keywords' ? 'tooManyKeywords' : 'overQuota', description: error.message }
      case 'throttled':
        return { type: 'rateLimit', description: error.message }
      case 'invalid':
      case 'unsupported':
        return { type: 'invalidProperties', description: error.message, ...properties }
      case 'alreadyExists':
      case 'conflict':
        return error.property === undefined
          ? { type: 'forbidden', description: error.message }
          : { type: 'invalidProperties', description: error.message, ...properties }
    }
  }
  return { type: 'serverFail', description: opaque(error, log) }
}

/** Logs a failure nobody foresaw and returns a sentence that names its log line. */
export const opaque = (error: unknown, log: Log): string => {
  const id = crypto.randomUUID().slice(0, 8)
  log.error('jmap.failure', { id }, error)
  return `Something failed on the server; its log has it under ${id}`
}
