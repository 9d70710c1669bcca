/** A clock with timers that move only when told, and a network under the test's control. */
import type { Timers } from '#web/data/ports.ts'

interface Timer {
  readonly at: number
  readonly fn: () => void
}

export class VirtualTime implements Timers {
  private time = Date.UTC(2026, 8, 1, 8)
  private readonly timers = new Map<number, Timer>()
  private counter = 0

  now(): number {
    return this.time
  }

  setTimeout(fn: () => void, ms: number): number {
    this.counter += 1
    this.timers.set(this.counter, { at: this.time + Math.max(0, ms), fn })
    return this.counter
  }

  clearTimeout(handle: unknown): void {
    this.timers.delete(handle as number)
  }

  /** Lets everything that waits for no timer happen. */
  async drain(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
  }

  /** Moves time forward, running each timer at its moment. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms
    await this.drain()
    for (;;) {
      let first: [number, Timer] | undefined
      for (const entry of this.timers) if (entry[1].at <= end && (!first || entry[1].at < first[1].at)) first = entry
      if (!first) break
      this.timers.delete(first[0])
      this.time = Math.max(this.time, first[1].at)
      first[1].fn()
      await this.drain()
    }
    this.time = end
  }
}
