/** Time as the program sees it, in milliseconds since 1970-01-01 UTC; tests pass their own. */
export interface Clock {
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

export interface ManualClock extends Clock {
  /** Moves time forward by `ms`. */
  advance(ms: number): void
  set(ms: number): void
}

/** A clock that moves only when told to. */
export const manualClock = (start = Date.UTC(2026, 8, 1, 8)): ManualClock => {
  let time = start
  return {
    now: () => time,
    advance: (ms) => {
      time += ms
    },
    set: (ms) => {
      time = ms
    },
  }
}
