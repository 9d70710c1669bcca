/**
 * Work on mail that nobody waits for: what was put off comes back at its moment, and acts on thousands of messages go on.
 * All of it rests in rows, so that a kill costs nothing: the next start goes on.
 */
import type { Log } from '#base/log.ts'
import type { Context } from '#domain/context.ts'
import { typeBit } from '#domain/mail/history.ts'
import { awakenDue } from '#domain/organise/awaken.ts'
import { advanceJobs, forgetJobs } from '#domain/organise/jobs.ts'
import { startClock, whileBusy } from './clock.ts'

const interval = 10_000
const forgetEvery = 3_600_000

/** Starts the clock; `stop` waits for the round under way. */
export const startMailClock = (ctx: Context, log: Log): { readonly stop: () => Promise<void> } => {
  let forgotten = 0
  const clock = startClock({
    interval,
    log,
    event: 'mail.clock',
    round: async (isStopped) => {
      const back = await awakenDue(ctx)
      if (back > 0) log.info('mail.awakened', { emails: back })
      await whileBusy(isStopped, () => advanceJobs(ctx))
      if (Date.now() - forgotten < forgetEvery) return
      forgotten = Date.now()
      await forgetJobs(ctx)
    },
  })
  const jobs = typeBit('MailJob')
  const leave = ctx.store.bus.subscribeAll(({ types }) => {
    if ((types & jobs) !== 0) clock.wake()
  })
  clock.wake()
  return {
    stop: async () => {
      leave()
      await clock.stop()
    },
  }
}
