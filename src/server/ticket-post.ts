/** The helpdesk's post: mail to the support address is read as it comes, and the clockwork of requests turns. */
import type { Log } from '#base/log.ts'
import type { Post } from '#domain/tickets/address.ts'
import { settlePostAccount, takeMail } from '#domain/tickets/incoming.ts'
import { turnTickets } from '#domain/tickets/turn.ts'
import { startClock } from './clock.ts'
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
  const rule = { hours: config['tickets.escalate-hours'], months: config['tickets.retention-months'] }
  const mail = startClock({
    interval,
    log,
    event: 'tickets.round',
    round: async () => {
      const taken = account === undefined ? 0 : await takeMail(post, account)
      if (taken > 0) log.info('tickets.mail', { taken })
    },
  })
  const turning = startClock({
    interval,
    log,
    event: 'tickets.turn',
    round: async () => {
      const turned = await turnTickets(ctx, rule)
      if (turned.escalated + turned.closed + turned.forgotten > 0) log.info('tickets.turned', { ...turned })
    },
  })
  const leave = account === undefined ? () => {} : ctx.store.bus.subscribe(account, mail.wake)
  mail.wake()
  return {
    stop: async () => {
      leave()
      await Promise.all([mail.stop(), turning.stop()])
    },
  }
}
