/**
 * Forgets the old end of the change logs. A client that comes back after longer is told that its changes cannot be
 * calculated (RFC 8620 §5.2) or gets what it holds compared anew (RFC 7162 §3.2.5.2): slower, never wrong. Rows go in
 * small transactions, each of which raises the account's `low_modseq` with them.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { trimming } from './changes.ts'
import { type Engine, type Params, statement } from './engine.ts'
import type { SearchIndex } from './search/search.ts'

const day = 86_400_000
/** Looked for so often. */
const interval = 6 * 3_600_000
/** So many of the last changes of an account stay, however old. */
export const changesKept = 250
/** Rows that one transaction forgets: a few milliseconds. */
const slice = 500
const accountsPerPage = 500

export interface TrimParts {
  readonly engine: Engine
  /** Brought up to date before anything that it may not have read goes. */
  readonly search: Pick<SearchIndex, 'caughtUp'>
  readonly clock: Clock
  readonly log: Log
}

const longLogs = statement((q, p: Params<{ after: number; kept: number; limit: number }>) =>
  q
    .selectFrom('account')
    .select(['id', 'low_modseq'])
    .where('id', '>', p.after)
    .where((e) => e(e('modseq', '-', e.ref('low_modseq')), '>', p.kept))
    .orderBy('id')
    .limit(p.limit),
)

const oldest = statement((q, p: Params<{ account: number; after: number; limit: number }>) =>
  q
    .selectFrom('change')
    .select(['modseq', 'at'])
    .where('account_id', '=', p.account)
    .where('modseq', '>', p.after)
    .orderBy('modseq')
    .limit(p.limit),
)

const logEnds = statement((q, p: Params<{ account: number }>, dialect) => {
  const select = q.selectFrom('account').select(['modseq', 'low_modseq']).where('id', '=', p.account)
  return dialect === 'postgres' ? select.forUpdate() : select
})

/** Forgets one slice; returns how many changes it held. */
const trimSlice = (engine: Engine, account: number, cutoff: number): Promise<number> =>
  engine.write(async (tx) => {
    const ends = await tx.first(logEnds, { account })
    if (!ends) return 0
    const rows = await tx.all(oldest, { account, after: ends.low_modseq, limit: slice })
    // A clock that went back must not tear a hole: the log is cut at its first young change.
    const young = rows.findIndex(({ modseq, at }) => at >= cutoff || modseq > ends.modseq - changesKept)
    const old = young < 0 ? rows : rows.slice(0, young)
    const upTo = old.at(-1)?.modseq
    if (upTo === undefined) return 0
    await tx.run(trimming.trimRows, { account, upTo })
    await tx.run(trimming.trimGone, { account, upTo })
    await tx.run(trimming.trimGoneEvents, { account, upTo })
    await tx.run(trimming.raiseLow, { account, upTo })
    return old.length
  })

const trimAccount = async (parts: TrimParts, account: number, low: number, cutoff: number, stopped: () => boolean) => {
  const { engine, search } = parts
  const first = (await engine.read((tx) => tx.all(oldest, { account, after: low, limit: 1 })))[0]
  if (!first || first.at >= cutoff) return 0
  // What is older than the cutoff is older than this moment: the index has read all of it afterwards.
  await search.caughtUp(account)
  let count = 0
  while (!stopped()) {
    const gone = await trimSlice(engine, account, cutoff)
    count += gone
    if (gone < slice) break
    await sleep(1)
  }
  return count
}

/**
 * Forgets the changes of every account that are older than `days`, but for its last `changesKept`. Returns how many went.
 * May run at any time, beside anything, also in several processes. An account whose index cannot be brought up to date
 * keeps its log.
 */
export const trimChanges = async (
  parts: TrimParts,
  days: number,
  stopped: () => boolean = () => false,
): Promise<number> => {
  const { engine, clock, log } = parts
  const cutoff = clock.now() - days * day
  let count = 0
  for (let after = 0; !stopped(); ) {
    const page = await engine.read((tx) => tx.all(longLogs, { after, kept: changesKept, limit: accountsPerPage }))
    for (const { id, low_modseq: low } of page) {
      if (stopped()) break
      try {
        count += await trimAccount(parts, id, low, cutoff, stopped)
      } catch (error) {
        log.warn('changes.trim.account', { account: id, message: error instanceof Error ? error.message : 'failed' })
      }
    }
    const last = page.at(-1)
    if (!last || page.length < accountsPerPage) break
    after = last.id
    await sleep(1)
  }
  if (count > 0) log.info('changes.trimmed', { changes: count })
  return count
}

/** Trims every six hours; `days` 0 keeps everything. `stop` waits for the slice under way. */
export const startTrimmer = (parts: TrimParts, days: number): { stop(): Promise<void> } => {
  let running: Promise<unknown> = Promise.resolve()
  let stopped = days === 0
  const round = async (): Promise<void> => {
    try {
      await trimChanges(parts, days, () => stopped)
    } catch (error) {
      parts.log.error('changes.trim.failed', {}, error)
    }
  }
  const timer = setInterval(() => {
    if (!stopped) running = running.then(round)
  }, interval)
  timer.unref()
  return {
    stop: async () => {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}
