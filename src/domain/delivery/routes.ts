/**
 * Routes of a moment ago: a busy list sends a thousand messages to the same ten people, and each look at the store costs
 * more than the rest of RCPT. Only what is certain is remembered (an active account here that is far from its quota), for
 * two seconds, and forgotten at once when the bus says that people have changed. Delivery itself looks at the account
 * again in its own transaction.
 */
import type { Bus } from '#store/bus/bus.ts'
import type { LocalRoute, Route } from './route.ts'

const freshMs = 2_000
const maxRoutes = 20_000
/** Above this share of its quota an account is looked at each time. */
const safeShare = 0.9

export interface RouteMemory {
  /** The route of an address as RCPT gave it; `size` is what the message says it takes. */
  find(address: string, size: number): LocalRoute | undefined
  /** Remembers what a look that began at `epoch` has found. */
  keep(address: string, route: Route, epoch: number): void
  /** Grows with every change of people: what was read before it is not kept after it. */
  readonly epoch: number
}

export const createRouteMemory = (bus: Bus): RouteMemory => {
  const known = new Map<string, { readonly route: LocalRoute; readonly until: number }>()
  let epoch = 0
  bus.subscribeTopic('people', () => {
    epoch++
    known.clear()
  })
  return {
    get epoch() {
      return epoch
    },
    find: (address, size) => {
      const found = known.get(address)
      if (!found) return
      const { quotaBytes, usedBytes } = found.route
      if (found.until > performance.now() && (quotaBytes === 0 || usedBytes + size < quotaBytes * safeShare))
        return found.route
      known.delete(address)
      return
    },
    keep: (address, route, since) => {
      if (since !== epoch || route.kind !== 'local' || !route.active) return
      // The oldest go first.
      if (known.size >= maxRoutes) known.delete(known.keys().next().value as string)
      known.set(address, { route, until: performance.now() + freshMs })
    },
  }
}
