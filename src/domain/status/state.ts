/** What checks say of a component over time: calm enough not to flicker, quick enough to be believed. Pure. */

/** The letters in which recent checks are kept. */
export const stateLetters = { operational: 'o', degraded: 's', down: 'd', maintenance: 'm' } as const

export type State = keyof typeof stateLetters

export const states = Object.keys(stateLetters) as readonly State[]

/** What one check found. */
export interface Outcome {
  readonly result: 'good' | 'slow' | 'failed'
  readonly milliseconds: number
  /** Why it failed, for operators. */
  readonly detail: string
}

/** What is remembered of the checks before. */
export interface Watch {
  readonly state: State
  /** Since when. */
  readonly since: number
  /** Checks in a row of each result. */
  readonly failures: number
  readonly slow: number
  readonly good: number
}

/** How many checks in a row it takes; one lost packet is no outage. */
export const steps = { degraded: 2, down: 3, slow: 3, operational: 2 } as const

const nextState = (before: State, { failures, slow, good }: Omit<Watch, 'state' | 'since'>): State => {
  if (failures >= steps.down) return 'down'
  if (good >= steps.operational) return 'operational'
  if (before === 'down') return good > 0 || slow > 0 ? 'degraded' : 'down'
  if (failures >= steps.degraded || slow >= steps.slow) return 'degraded'
  return before === 'maintenance' ? 'operational' : before
}

/** The watch after one more check. */
export const observe = (before: Watch, { result }: Outcome, now: number): Watch => {
  const counts = {
    failures: result === 'failed' ? before.failures + 1 : 0,
    slow: result === 'slow' ? before.slow + 1 : 0,
    good: result === 'good' ? before.good + 1 : 0,
  }
  const state = nextState(before.state, counts)
  return { ...counts, state, since: state === before.state ? before.since : now }
}

const gravity: Readonly<Record<State, number>> = { operational: 0, degraded: 1, down: 2, maintenance: 3 }

/** The gravest of several; maintenance hides the rest: what was announced is no outage. */
export const worst = (all: readonly State[]): State =>
  all.reduce<State>((known, one) => (gravity[one] > gravity[known] ? one : known), 'operational')

/** What a whole is when its parts are so: down only when each that is not in maintenance is. */
export const overall = (all: readonly State[]): State => {
  const counted = all.filter((state) => state !== 'maintenance')
  if (counted.length === 0) return all.length > 0 ? 'maintenance' : 'operational'
  if (counted.every((state) => state === 'down')) return 'down'
  return counted.some((state) => state !== 'operational') ? 'degraded' : 'operational'
}

export type DayCounts = Readonly<Record<State, number>>

/** The share of time it worked, 0 to 1; undefined without checks. Announced maintenance does not count. */
export const uptime = (days: readonly DayCounts[]): number | undefined => {
  let [worked, checks] = [0, 0]
  for (const { operational, degraded, down } of days) {
    worked += operational + degraded
    checks += operational + degraded + down
  }
  return checks === 0 ? undefined : worked / checks
}
