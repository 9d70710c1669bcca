/**
 * The clockwork of what people are told: notices whose time has come, documents asked for, the outbox. Every two seconds,
 * and at once when somebody publishes; what is old is forgotten once an hour.
 */
import type { Log } from '#base/log.ts'
import { runNotices } from '#domain/notices/publish.ts'
import { trimNotifications } from '#domain/notify/inbox.ts'
import { runOutbox } from '#domain/notify/outbox.ts'
import type { People } from '#domain/people/people.ts'
import { runRequests } from '#domain/requests/run.ts'

const interval = 2000
const hour = 3_600_000

/** Starts the clock; `stop` waits for the round under way. */
export const startNotifyClock = (people: People, log: Log): { readonly stop: () => Promise<void> } => {
  let running: Promise<void> | undefined
  let again = false
  let stopped = false
  let trimmedAt = people.ctx.clock.now()
  const round = async (): Promise<void> => {
    try {
      do {
        again = false
        const notices = await runNotices(people, () => stopped)
        const requests = await runRequests(people.ctx, () => stopped)
        const told = await runOutbox(people)
        if (notices + requests + told > 0) log.info('notify', { notices, requests, told })
        if (people.ctx.clock.now() - trimmedAt > hour) {
          trimmedAt = people.ctx.clock.now()
          await trimNotifications(people.ctx)
        }
      } while (again && !stopped)
    } catch (error) {
      log.error('notify.clock', {}, error)
    } finally {
      running = undefined
    }
  }
  const wake = (): void => {
    again = true
    running ??= round()
  }
  const timer = setInterval(() => {
    running ??= round()
  }, interval)
  timer.unref()
  const leave = people.ctx.store.bus.subscribeTopic('outbox', wake)
  return {
    stop: async () => {
      stopped = true
      clearInterval(timer)
      leave()
      await running
    },
  }
}
