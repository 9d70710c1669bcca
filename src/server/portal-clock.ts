/** Every half minute: cards of the portal whose time has come are shown, those whose time is over go. */
import type { Log } from '#base/log.ts'
import type { Context } from '#domain/context.ts'
import { turnCards } from '#domain/portal/cards.ts'
import { startClock } from './clock.ts'

const interval = 30_000

/** Starts the clock; `stop` waits for the round under way. */
export const startPortalClock = (ctx: Context, log: Log): { readonly stop: () => Promise<void> } =>
  startClock({
    interval,
    log,
    event: 'portal.clock',
    round: async () => {
      const cards = await turnCards(ctx)
      if (cards > 0) log.info('portal.cards', { cards })
    },
  })
