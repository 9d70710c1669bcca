/**
 * A clock of the server: work that nobody waits for, done in rounds. One round at a time; who asks during one gets another
 * after it. What is to be done rests in rows, so that a kill costs nothing.
 */
import type { Log } from '#base/log.ts'

export interface Clock {
  /** Begins a round now, or another one after the round under way. */
  readonly wake: () => void
  /** Ends it; waits for the round under way. */
  readonly stop: () => Promise<void>
}

export interface ClockParts {
  /** Milliseconds between rounds. */
  readonly interval: number
  readonly log: Log
  /** Under which an error of a round is in the log. */
  readonly event: string
  /** One round; long work asks between its slices whether to stop. */
  readonly round: (isStopped: () => boolean) => Promise<void>
}

/** Starts the clock. The first round comes with the interval, or with `wake`. */
export const startClock = ({ interval, log, event, round }: ClockParts): Clock => {
  let running: Promise<void> | undefined
  let again = false
  let stopped = false
  const isStopped = (): boolean => stopped
  const run = async (): Promise<void> => {
    try {
      do {
        again = false
        await round(isStopped)
      } while (again && !stopped)
    } catch (error) {
      log.error(event, {}, error)
    } finally {
      running = undefined
    }
  }
  const begin = (): void => {
    if (!stopped) running ??= run()
  }
  const timer = setInterval(begin, interval)
  timer.unref()
  return {
    wake: () => {
      again = true
      begin()
    },
    stop: async () => {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}

/** Goes on while there is something to do, giving way to others after each slice. */
export const whileBusy = async (isStopped: () => boolean, slice: () => Promise<number>): Promise<void> => {
  while (!isStopped() && (await slice()) > 0) await new Promise((resolve) => setImmediate(resolve))
}
