/** Accounts whose index could not be brought up to date, and when to try again. */
import type { StandingStill } from './search.ts'

/** What of an index failed: the messages' own words, or those of their attachments. */
export type IndexPart = 'text' | 'attachments'

const firstRetryMs = 5_000
const lastRetryMs = 600_000

interface Failed {
  readonly account: number
  readonly since: number
  readonly message: string
  readonly tries: number
}

export class Standing {
  readonly #failed = new Map<string, Failed>()

  /** Notes a failure; returns the milliseconds until the next try. */
  failed(account: number, part: IndexPart, error: unknown, now = Date.now()): number {
    const before = this.#failed.get(`${account} ${part}`)
    const message = error instanceof Error ? error.message : String(error)
    const tries = (before?.tries ?? 0) + 1
    this.#failed.set(`${account} ${part}`, { account, since: before?.since ?? now, message, tries })
    return Math.min(lastRetryMs, firstRetryMs * 2 ** Math.min(tries - 1, 10))
  }

  recovered(account: number, part: IndexPart): void {
    this.#failed.delete(`${account} ${part}`)
  }

  /** One for each account, the oldest failure first. */
  list(): StandingStill[] {
    const byAccount = new Map<number, StandingStill>()
    for (const { account, since, message } of this.#failed.values()) {
      const known = byAccount.get(account)
      if (known === undefined || since < known.since) byAccount.set(account, { account, since, message })
    }
    return [...byAccount.values()].sort((a, b) => a.since - b.since)
  }
}
