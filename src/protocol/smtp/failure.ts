/** Failures of the domain, as SMTP replies (law 8). */
import { isFailure, isOutOfRoom } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { isRefusal } from '#domain/delivery/refusal.ts'
import { failures, noRoom, type Reply, refusals } from './replies.data.ts'

/** One line of a reply: ASCII, within the length of RFC 5321 §4.5.3.1.5. */
const sayable = (text: string): string =>
  text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 400) || refusals.filtered[2]

/** The reply for an error. What we did not foresee is told as a passing difficulty with an id that is in the log. */
export const replyFor = (error: unknown, log: Log): Reply => {
  // RFC 5429 §2.1.1: what the recipient says of it goes with the refusal.
  if (isRefusal(error, 'filtered')) return [refusals.filtered[0], refusals.filtered[1], sayable(error.message)]
  if (isRefusal(error)) return refusals[error.reason]
  if (isOutOfRoom(error)) {
    log.error('smtp.no-room', {}, error)
    return noRoom
  }
  if (isFailure(error)) {
    if (error.code === 'unavailable') log.warn('smtp.unavailable', { message: error.message })
    return failures[error.code]
  }
  const id = Math.random().toString(36).slice(2, 10)
  log.error('smtp.unexpected', { id }, error)
  const [code, enhanced, text] = failures.unavailable
  return [code, enhanced, `${text} (${id})`]
}
