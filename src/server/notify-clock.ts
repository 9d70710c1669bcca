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
import { startClock } from './clock.ts'

const interval = 2000
const hour = 3_600_000

/** Starts the clock; `stop` waits for the round under way. */
export const startNotifyClock = (people: People, log: Log): { readonly stop: () => Promise<void> } => {
  const { clock: time, store } = people.ctx
  let trimmedAt = time.now()
  const clock = startClock({
    interval,
    log,
    event: 'notify.clock',
    round: async (isStopped) => {
      const notices = await runNotices(people, isStopped)
      const requests = await runRequests(people.ctx, isStopped)
      const told = await runOutbox(people)
      if (notices + requests + told > 0) log.info('notify', { notices, requests, told })
      if (time.now() - trimmedAt <= hour) return
      trimmedAt = time.now()
      await trimNotifications(people.ctx)
    },
  })
  const leave = store.bus.subscribeTopic('outbox', clock.wake)
  return {
    stop: async () => {
      leave()
      await clock.stop()
    },
  }
}
