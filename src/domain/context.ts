/** What every verb of the domain is given. */
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Store } from '#store/store.ts'

export interface Context {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
}
