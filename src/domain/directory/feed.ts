/**
 * A feed: one pass over everybody a source of truth knows. Who was not met is gone, but only when the pass was whole and
 * believable: if more than a few percent of a school would disappear, nothing is suspended and somebody must look
 * (the register was cut, a filter is wrong). Removal is two steps: suspended here, deleted months later.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { suspendPerson } from './life.ts'
import type { Source } from './provision.ts'

export interface FeedCounts {
  readonly met: number
  readonly created: number
  readonly changed: number
  readonly unchanged: number
  /** Entries that could not be taken over; each is in the log. */
  readonly refused: number
  readonly suspended: number
}

export const noCounts: FeedCounts = { met: 0, created: 0, changed: 0, unchanged: 0, refused: 0, suspended: 0 }

export interface Feed {
  readonly id: number
  readonly startedAt: number
  /** True: goes on with a pass that was cut. */
  readonly resumed: boolean
}

const running = statement((q, p: Params<{ source: string; since: number }>) =>
  q
    .selectFrom('directory_run')
    .select(['id', 'started_at as startedAt'])
    .where('source', '=', p.source)
    .where('status', '=', 'running')
    .where('started_at', '>', p.since)
    .orderBy('id', 'desc'),
)
const insert = statement((q, p: Params<{ source: string; at: number; data: string }>) =>
  q
    .insertInto('directory_run')
    .values({ source: p.source, status: 'running', started_at: p.at, updated_at: p.at, ended_at: null, data: p.data })
    .returning('id'),
)
const note = statement((q, p: Params<{ id: number; at: number; data: string }>) =>
  q.updateTable('directory_run').set({ updated_at: p.at, data: p.data }).where('id', '=', p.id),
)
const end = statement((q, p: Params<{ id: number; at: number; status: 'done' | 'stopped' | 'failed'; data: string }>) =>
  q
    .updateTable('directory_run')
    .set({ status: p.status, updated_at: p.at, ended_at: p.at, data: p.data })
    .where('id', '=', p.id),
)

/** A pass that was cut longer ago than this begins anew: the source has moved on. */
const resumable = 12 * 3_600_000

/** Begins a pass, or goes on with the one that was cut. */
export const beginFeed = (people: People, source: string): Promise<Feed> =>
  people.ctx.store.writeGlobal(async (tx) => {
    const now = people.ctx.clock.now()
    const open = await tx.first(running, { source, since: now - resumable })
    if (open) return { ...open, resumed: true }
    const row = await tx.first(insert, { source, at: now, data: JSON.stringify(noCounts) })
    return { id: (row as { id: number }).id, startedAt: now, resumed: false }
  })

/** Keeps how far a pass has come. */
export const noteFeed = async (people: People, feed: Feed, counts: FeedCounts): Promise<void> => {
  const at = people.ctx.clock.now()
  await people.ctx.store.writeGlobal((tx) => tx.run(note, { id: feed.id, at, data: JSON.stringify(counts) }))
}

/** Ends a pass. */
export const endFeed = async (
  people: People,
  source: Source,
  feed: Feed,
  status: 'done' | 'stopped' | 'failed',
  data: FeedCounts & { readonly reason?: string },
): Promise<void> => {
  const at = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    await tx.run(end, { id: feed.id, at, status, data: JSON.stringify(data) })
    const { created, changed, suspended, reason } = data
    const detail = `${status}: ${created} created, ${changed} changed, ${suspended} suspended${reason ? `; ${reason}` : ''}`
    await appendAudit(tx, at, { actor: source.actor, action: 'directory.sync', target: source.name, detail })
  })
}

const pageOfSource = statement((q, p: Params<{ source: string; after: number; limit: number }>) =>
  q
    .selectFrom('person')
    .select(['account_id as id', 'seen_at as seenAt'])
    .where('source', '=', p.source)
    .where('suspended_at', 'is', null)
    .where('account_id', '>', p.after)
    .orderBy('account_id')
    .limit(p.limit),
)

export interface Absence {
  readonly uai: string
  /** People the source vouched for there. */
  readonly total: number
  readonly absent: number
}

export interface Absences {
  readonly accounts: readonly number[]
  readonly schools: readonly Absence[]
}

const schoolsOf = async (tx: Reader, source: string, accounts: readonly number[]) => {
  const rows = await tx.query((q) =>
    q
      .selectFrom('profile')
      .select(['account_id as account', 'uai'])
      .distinct()
      .where('source', '=', source)
      .where('account_id', 'in', [...accounts]),
  )
  return Map.groupBy(rows, ({ account }) => account)
}

/** Who was not met in this pass, and what share of each school that is. `met` adds those a rehearsal met. */
export const findAbsent = async (
  people: People,
  source: string,
  feed: Pick<Feed, 'startedAt'>,
  met: ReadonlySet<number> = new Set(),
): Promise<Absences> => {
  const accounts: number[] = []
  const schools = new Map<string, { total: number; absent: number }>()
  for (let after = 0; ; ) {
    const { page, places } = await people.ctx.store.read(async (tx) => {
      const page = await tx.all(pageOfSource, { source, after, limit: 500 })
      const ids = page.map(({ id }) => id)
      return { page, places: ids.length === 0 ? new Map() : await schoolsOf(tx, source, ids) }
    })
    for (const { id, seenAt } of page) {
      const gone = !met.has(id) && (seenAt === null || seenAt < feed.startedAt)
      if (gone) accounts.push(id)
      const uais: readonly { readonly uai: string }[] = places.get(id) ?? [{ uai: '' }]
      for (const { uai } of uais) {
        const { total, absent } = schools.get(uai) ?? { total: 0, absent: 0 }
        schools.set(uai, { total: total + 1, absent: absent + (gone ? 1 : 0) })
      }
    }
    after = page.at(-1)?.id ?? 0
    if (page.length < 500) break
  }
  const list = [...schools].map(([uai, one]) => ({ uai, ...one })).filter(({ absent }) => absent > 0)
  return { accounts, schools: list.sort((one, other) => (one.uai < other.uai ? -1 : 1)) }
}

/** Two people may leave the smallest school without somebody having to look. */
const alwaysAllowed = 2

/** The schools of which too much would disappear: more than `percent` of those the source vouched for. */
export const suspicious = (schools: readonly Absence[], percent = 5): Absence[] =>
  schools.filter(({ total, absent }) => absent > Math.max(alwaysAllowed, (total * percent) / 100))

/** Suspends those who were not met. Throws Failure conflict when too much of a school would disappear, unless forced. */
export const suspendAbsent = async (
  people: People,
  source: Source,
  absences: Absences,
  options: { readonly percent?: number; readonly force?: boolean } = {},
): Promise<number> => {
  const strange = suspicious(absences.schools, options.percent)
  if (strange.length > 0 && options.force !== true) {
    const said = strange.map(({ uai, total, absent }) => `${uai || 'no school'}: ${absent} of ${total}`).join(', ')
    throw new Failure('conflict', `too many people would disappear (${said})`, { property: 'guard' })
  }
  for (const account of absences.accounts)
    await suspendPerson(people, source.actor, account, `not in ${source.name} any more`)
  return absences.accounts.length
}
