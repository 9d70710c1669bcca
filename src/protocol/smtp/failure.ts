/** Failures of the domain, as SMTP replies (law 8). */
import { isFailure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { isRefusal } from '#domain/delivery/refusal.ts'
import { failures, type Reply, refusals } from './replies.data.ts'

/** The reply for an error. What we did not foresee is told as a passing difficulty with an id that is in the log. */
export const replyFor = (error: unknown, log: Log): Reply => {
  if (isRefusal(error)) return refusals[error.reason]
  if (isFailure(error)) {
    if (error.code === 'unavailable') log.warn('smtp.unavailable', { message: error.message })
    return failures[error.code]
  }
  const id = Math.random().toString(36).slice(2, 10)
  log.error('smtp.unexpected', { id }, error)
  const [code, enhanced, text] = failures.unavailable
  return [code, enhanced, `${text} (${id})`]
}
