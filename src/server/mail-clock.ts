/**
 * Work on mail that nobody waits for: what was put off comes back at its moment, and acts on thousands of messages go on.
 * All of it rests in rows, so that a kill costs nothing: the next start goes on.
 */
import type { Log } from '#base/log.ts'
import type { Context } from '#domain/context.ts'
import { typeBit } from '#domain/mail/history.ts'
import { awakenDue } from '#domain/organise/awaken.ts'
import { advanceJobs, forgetJobs } from '#domain/organise/jobs.ts'

const interval = 10_000
const forgetEvery = 3_600_000

/** Starts the clock; `stop` waits for the round under way. */
export const startMailClock = (ctx: Context, log: Log): { readonly stop: () => Promise<void> } => {
  let running: Promise<void> | undefined
  let again = false
  let stopped = false
  let forgotten = 0
  const turn = async (): Promise<void> => {
    const back = await awakenDue(ctx)
    if (back > 0) log.info('mail.awakened', { emails: back })
    // Slices of all jobs in turn; each gives way to whoever else writes.
    while (!stopped && (await advanceJobs(ctx)) > 0) await new Promise((resolve) => setImmediate(resolve))
    if (Date.now() - forgotten < forgetEvery) return
    forgotten = Date.now()
    await forgetJobs(ctx)
  }
  const round = async (): Promise<void> => {
    try {
      do {
        again = false
        await turn()
      } while (again && !stopped)
    } catch (error) {
      log.error('mail.clock', {}, error)
    } finally {
      running = undefined
    }
  }
  const begin = () => {
    if (!stopped) running ??= round()
  }
  const timer = setInterval(begin, interval)
  timer.unref()
  const jobs = typeBit('MailJob')
  const unsubscribe = ctx.store.bus.subscribeAll(({ types }) => {
    if ((types & jobs) === 0) return
    again = true
    begin()
  })
  begin()
  return {
    stop: async () => {
      stopped = true
      clearInterval(timer)
      unsubscribe()
      await running
    },
  }
}
