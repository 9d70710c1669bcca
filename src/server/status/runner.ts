/**
 * The watch: every round the components are checked, a few at a time, and what was found is written down; then
 * maintenance is moved along, subscribers are told, and the static copy of the public pages is renewed.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Log } from '#base/log.ts'
import type { People } from '#domain/people/people.ts'
import { listComponents, recordChecks, settleComponents } from '#domain/status/components.ts'
import { ringConcerned } from '#domain/status/ring.ts'
import type { Outcome } from '#domain/status/state.ts'
import { tellSubscribers } from '#domain/status/subscribers.ts'
import { turnMaintenance } from '#domain/status/turn.ts'
import type { Probes } from './probes.ts'

export interface WatchParts {
  readonly people: People
  readonly probes: Probes
  readonly log: Log
  /** Milliseconds between rounds. */
  readonly interval: number
  /** Milliseconds before the first one: not while everybody waits for the server to start. */
  readonly first: number
  /** Renews the static copy; rejects when the store does not answer. */
  readonly publish: () => Promise<void>
}

const together = 4
/** Messages to subscribers in one round: batches of twenty. */
const batches = 200

/** Checks every watched component. */
export const checkAll = async ({
  people,
  probes,
}: Pick<WatchParts, 'people' | 'probes'>): Promise<Map<string, Outcome>> => {
  const waiting = (await people.ctx.store.read(listComponents)).filter(
    ({ watched, kind }) => watched && probes.has(kind),
  )
  const outcomes = new Map<string, Outcome>()
  // Each begins in a turn of its own: opening a connection costs milliseconds, and people are being served meanwhile.
  let begun = Promise.resolve()
  const ownTurn = (): Promise<void> => {
    begun = begun.then(() => nextTurn())
    return begun
  }
  const work = async (): Promise<void> => {
    for (let component = waiting.shift(); component; component = waiting.shift()) {
      await ownTurn()
      outcomes.set(component.key, await probes.check(component))
    }
  }
  await Promise.all(Array.from({ length: together }, work))
  return outcomes
}

/** One whole round. */
export const watchOnce = async (
  parts: Omit<WatchParts, 'interval' | 'first'>,
  isStopped = () => false,
): Promise<void> => {
  const { people, log, publish } = parts
  const { ctx } = people
  await settleComponents(ctx, parts.probes.has)
  const changed = await recordChecks(ctx, await checkAll(parts))
  for (const { key, from, to } of changed) log.warn('status.changed', { component: key, from, to })
  const steps = await turnMaintenance(ctx)
  if (steps > 0) log.info('status.maintenance', { steps })
  for (let n = 0; n < batches && !isStopped() && (await tellSubscribers(people)); n++);
  for (let n = 0; n < batches && !isStopped() && (await ringConcerned(people)); n++);
  await publish()
}

/** Starts the watch; `stop` waits for the round under way. */
export const startWatch = (parts: WatchParts): { readonly stop: () => Promise<void> } => {
  let stopped = false
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  const round = async (): Promise<void> => {
    try {
      await watchOnce(parts, () => stopped)
    } catch (error) {
      parts.log.error('status.round', {}, error)
    } finally {
      running = undefined
      if (!stopped) plan(parts.interval)
    }
  }
  const plan = (ms: number): void => {
    timer = setTimeout(() => {
      running = round()
    }, ms)
    timer.unref()
  }
  plan(parts.first)
  return {
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
