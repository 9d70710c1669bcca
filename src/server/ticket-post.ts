/** The helpdesk's post: mail to the support address is read as it comes, and the clockwork of requests turns. */
import type { Log } from '#base/log.ts'
import type { Post } from '#domain/tickets/address.ts'
import { settlePostAccount, takeMail } from '#domain/tickets/incoming.ts'
import { turnTickets } from '#domain/tickets/turn.ts'
import type { Config } from './config.ts'

const interval = 60_000

/** The support address: of the configuration, or of a demonstration; empty: none. */
export const supportAddress = (config: Config, demo: boolean): string => {
  const asked = config['tickets.address'] || (demo ? 'assistance' : '')
  return asked === '' || asked.includes('@') ? asked : `${asked}@${config.domains[0] ?? 'localhost'}`
}

/** Starts reading; `stop` waits for what is under way. */
export const startTicketPost = async (
  post: Post,
  config: Config,
  log: Log,
): Promise<{ readonly stop: () => Promise<void> }> => {
  const { ctx } = post.people
  const account = post.address === '' ? undefined : await settlePostAccount(post.people, post.address)
  let running: Promise<void> | undefined
  let again = false
  let stopped = false
  const round = async (): Promise<void> => {
    do {
      again = false
      try {
        const taken = account === undefined ? 0 : await takeMail(post, account)
        if (taken > 0) log.info('tickets.mail', { taken })
      } catch (error) {
        log.error('tickets.round', {}, error)
      }
    } while (again && !stopped)
    running = undefined
  }
  const look = (): void => {
    if (stopped) return
    if (running) again = true
    else running = round()
  }
  const unsubscribe = account === undefined ? () => {} : ctx.store.bus.subscribe(account, look)
  const rule = { hours: config['tickets.escalate-hours'], months: config['tickets.retention-months'] }
  const timer = setInterval(() => {
    look()
    turnTickets(ctx, rule).then(
      (turned) => {
        if (turned.escalated + turned.closed + turned.forgotten > 0) log.info('tickets.turned', { ...turned })
      },
      (error: unknown) => log.error('tickets.turn', {}, error),
    )
  }, interval)
  timer.unref()
  look()
  return {
    stop: async () => {
      stopped = true
      clearInterval(timer)
      unsubscribe()
      await running
    },
  }
}
