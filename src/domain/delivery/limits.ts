/** How much an account may send: what a stolen password is worth to a spammer. Counted per process, in memory. */
import type { Clock } from '#base/clock.ts'
import type { DeliveryConfig } from './config.ts'
import { Refusal } from './refusal.ts'

const hour = 3_600_000
const day = 24 * hour
const maxAccounts = 100_000

interface Count {
  hourEnds: number
  messages: number
  dayEnds: number
  recipients: number
}

export interface Rates {
  /** Counts a message to so many recipients. Throws Refusal rateLimited, and counts nothing then. */
  spend(account: number, recipients: number): void
}

export const createRates = (clock: Clock, limits: DeliveryConfig['limits']): Rates => {
  const counts = new Map<number, Count>()
  return {
    spend: (account, recipients) => {
      const now = clock.now()
      const count = counts.get(account) ?? { hourEnds: 0, messages: 0, dayEnds: 0, recipients: 0 }
      const messages = count.hourEnds > now ? count.messages : 0
      const addressed = count.dayEnds > now ? count.recipients : 0
      if (messages + 1 > limits.messagesPerHour)
        throw new Refusal('rateLimited', 'too many messages within an hour', { retryAfter: count.hourEnds - now })
      if (addressed + recipients > limits.recipientsPerDay && addressed > 0)
        throw new Refusal('rateLimited', 'too many recipients within a day', { retryAfter: count.dayEnds - now })
      // Re-inserted at the end, so that the oldest are forgotten first.
      counts.delete(account)
      counts.set(account, {
        hourEnds: count.hourEnds > now ? count.hourEnds : now + hour,
        messages: messages + 1,
        dayEnds: count.dayEnds > now ? count.dayEnds : now + day,
        recipients: addressed + recipients,
      })
      if (counts.size > maxAccounts) counts.delete(counts.keys().next().value as number)
    },
  }
}
