/** The components that are watched: what we run, the identity providers we trust, services that administrators add. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { listProviders } from '../federation/providers.ts'
import { appendAudit } from '../people/audit.ts'
import { concerns, currentIncidents, type Words, wordsOf } from '../support/incidents.ts'
import { parisTime } from '../support/paris.ts'
import { builtIns, type Place, type ProbeKind, places, probeKinds } from './components.data.ts'
import { type Outcome, observe, type State, stateLetters, states, type Watch } from './state.ts'

/** [seconds since 1970, letter of the state seen, milliseconds]. */
export type RecentCheck = readonly [at: number, letter: string, milliseconds: number]

export interface Component extends Watch {
  readonly key: string
  readonly kind: ProbeKind
  readonly name: Words
  readonly target: string
  readonly place: Place
  readonly watched: boolean
  readonly detail: string
  readonly recent: readonly RecentCheck[]
  /** 0: never. */
  readonly checkedAt: number
}

const recentKept = 60
const mostComponents = 200

const all = statement((q) =>
  q.selectFrom('status_component').selectAll().orderBy('sort_order').orderBy('key').limit(mostComponents),
)

const recentIn = (json: string): RecentCheck[] => {
  try {
    const rows: unknown = JSON.parse(json)
    return Array.isArray(rows) ? rows.filter((row): row is RecentCheck => Array.isArray(row) && row.length === 3) : []
  } catch {
    return []
  }
}

/** Every component, in the order of the page. */
export const listComponents = async (tx: Reader): Promise<Component[]> =>
  (await tx.all(all, {})).map((row) => ({
    key: row.key,
    kind: probeKinds.find((one) => one === row.kind) ?? 'http',
    name: wordsOf(row.name),
    target: row.target,
    place: places.find((one) => one === row.place) ?? 'services',
    watched: row.watched === 1,
    state: states.find((one) => one === row.state) ?? 'operational',
    since: row.since,
    failures: row.failures,
    slow: row.slow,
    good: row.good,
    detail: row.detail,
    recent: recentIn(row.recent),
    checkedAt: row.checked_at,
  }))

const insert = statement(
  (
    q,
    p: Params<{
      key: string
      kind: string
      name: string
      target: string
      place: string
      order: number
      watched: number
      now: number
    }>,
  ) =>
    q
      .insertInto('status_component')
      .values({
        key: p.key,
        kind: p.kind,
        name: p.name,
        target: p.target,
        place: p.place,
        sort_order: p.order,
        watched: p.watched,
        state: 'operational',
        since: p.now,
        failures: 0,
        slow: 0,
        good: 0,
        detail: '',
        recent: '[]',
        checked_at: 0,
      })
      .onConflict((on) => on.column('key').doUpdateSet({ name: p.name, target: p.target, place: p.place })),
)

const drop = statement((q, p: Params<{ key: string }>) => q.deleteFrom('status_component').where('key', '=', p.key))
const dropDays = statement((q, p: Params<{ key: string }>) => q.deleteFrom('status_day').where('component', '=', p.key))

const remove = async (tx: Writer, key: string): Promise<void> => {
  await tx.run(drop, { key })
  await tx.run(dropDays, { key })
}

/** Our own parts that are served here (`has`) and the identity providers of today; what administrators added stays. */
export const settleComponents = async (ctx: Context, has: (kind: ProbeKind) => boolean = () => true): Promise<void> => {
  const [known, providers] = await ctx.store.read(
    async (tx) => [await listComponents(tx), await listProviders(tx)] as const,
  )
  const active = providers.filter(({ status }) => status === 'active')
  const wanted = [
    ...builtIns
      .map(({ key, kind, place, fr, en }, n) => ({ key, kind, place, name: JSON.stringify({ fr, en }), order: n * 10 }))
      .filter(({ kind }) => has(kind)),
    ...active.map(({ id, name }, n) => ({
      key: id,
      kind: 'provider' as const,
      place: 'sign-in' as const,
      name: JSON.stringify({ fr: name, en: name }),
      order: 15 + n,
    })),
  ]
  const keys = new Set(wanted.map(({ key }) => key))
  const gone = known.filter(({ kind, key }) => kind !== 'http' && !keys.has(key))
  const missing = wanted.filter(({ key, name }) => {
    const one = known.find((component) => component.key === key)
    return !one || one.name.fr !== wordsOf(name).fr
  })
  if (gone.length + missing.length === 0) return
  await ctx.store.writeGlobal(async (tx) => {
    for (const { key } of gone) await remove(tx, key)
    const now = ctx.clock.now()
    for (const one of missing) await tx.run(insert, { ...one, target: '', watched: 1, now })
  })
}

export interface NewComponent {
  readonly key: string
  readonly name: { readonly fr: string; readonly en?: string }
  readonly target: string
}

/** Throws Failure invalid with the property at fault. */
export const checkComponent = ({ key, name, target }: NewComponent): void => {
  if (!/^[a-z0-9][a-z0-9._-]{0,60}$/.test(key)) throw new Failure('invalid', 'that is no key', { property: 'key' })
  if (name.fr.trim() === '') throw new Failure('invalid', 'a component has a name', { property: 'name' })
  if (target.length > 500 || !/^https?:$/.test(URL.parse(target)?.protocol ?? ''))
    throw new Failure('invalid', 'that is no web address', { property: 'target' })
}

/** Within a transaction: adds a component that was checked, or changes it; audited. Throws Failure alreadyExists, tooMany. */
export const putComponent = async (
  tx: Writer,
  now: number,
  actor: string,
  { key, name, target }: NewComponent,
): Promise<void> => {
  const known = await listComponents(tx)
  const before = known.find((one) => one.key === key)
  if (before && before.kind !== 'http') throw new Failure('alreadyExists', 'this key is taken', { property: 'key' })
  if (!before && known.length >= mostComponents) throw new Failure('tooMany', 'there are too many components')
  const words = JSON.stringify({ fr: name.fr.trim().slice(0, 100), en: (name.en ?? '').trim().slice(0, 100) })
  await tx.run(insert, { key, kind: 'http', name: words, target, place: 'services', order: 1000, watched: 1, now })
  await appendAudit(tx, now, { actor, action: 'status.component', target: key, detail: target })
}

/** Watches a service by its address. Throws Failure invalid, alreadyExists, tooMany. */
export const addComponent = async (ctx: Context, actor: string, wanted: NewComponent): Promise<void> => {
  checkComponent(wanted)
  await ctx.store.writeGlobal((tx) => putComponent(tx, ctx.clock.now(), actor, wanted))
}

/** A service is no longer watched, nor shown. Throws Failure notFound, forbidden (it is one of our own parts). */
export const removeComponent = (ctx: Context, actor: string, key: string): Promise<void> =>
  ctx.store.writeGlobal(async (tx) => {
    const one = (await listComponents(tx)).find((component) => component.key === key)
    if (!one) throw new Failure('notFound', 'there is no such component')
    if (one.kind !== 'http') throw new Failure('conflict', 'this is a part of the platform', { property: 'key' })
    await remove(tx, key)
    await appendAudit(tx, ctx.clock.now(), { actor, action: 'status.component', target: key, detail: 'removed' })
  })

const setWatched = statement((q, p: Params<{ key: string; watched: number }>) =>
  q.updateTable('status_component').set({ watched: p.watched }).where('key', '=', p.key).returning('key'),
)

/** Within a transaction; audited. Throws Failure notFound. */
export const putWatched = async (
  tx: Writer,
  now: number,
  actor: string,
  key: string,
  watched: boolean,
): Promise<void> => {
  if (!(await tx.first(setWatched, { key, watched: watched ? 1 : 0 })))
    throw new Failure('notFound', 'there is no such component')
  const detail = watched ? 'watched' : 'not watched'
  await appendAudit(tx, now, { actor, action: 'status.component', target: key, detail })
}

/** Watches a component, or stops: what is not watched is not shown. Throws Failure notFound. */
export const watchComponent = (ctx: Context, actor: string, key: string, watched: boolean): Promise<void> =>
  ctx.store.writeGlobal((tx) => putWatched(tx, ctx.clock.now(), actor, key, watched))

const save = statement(
  (
    q,
    p: Params<{
      key: string
      state: string
      since: number
      failures: number
      slow: number
      good: number
      detail: string
      recent: string
      now: number
    }>,
  ) =>
    q
      .updateTable('status_component')
      .set({
        state: p.state,
        since: p.since,
        failures: p.failures,
        slow: p.slow,
        good: p.good,
        detail: p.detail,
        recent: p.recent,
        checked_at: p.now,
      })
      .where('key', '=', p.key),
)

const countDay = statement((q, p: Params<{ key: string; day: string; o: number; s: number; d: number; m: number }>) =>
  q
    .insertInto('status_day')
    .values({ component: p.key, day: p.day, operational: p.o, degraded: p.s, down: p.d, maintenance: p.m })
    .onConflict((on) =>
      on.columns(['component', 'day']).doUpdateSet((eb) => ({
        operational: eb('status_day.operational', '+', eb.ref('excluded.operational')),
        degraded: eb('status_day.degraded', '+', eb.ref('excluded.degraded')),
        down: eb('status_day.down', '+', eb.ref('excluded.down')),
        maintenance: eb('status_day.maintenance', '+', eb.ref('excluded.maintenance')),
      })),
    ),
)

const dropOldDays = statement((q, p: Params<{ before: string }>) =>
  q.deleteFrom('status_day').where('day', '<', p.before),
)

/** Days of history that are kept. */
export const daysKept = 90

/** The day that is `days` before `now`, in Paris. */
export const dayBefore = (now: number, days: number): string => parisTime(now - days * 86_400_000).day

/** Writes down a round of checks, in one transaction. Returns the components whose state changed. */
export const recordChecks = (
  ctx: Context,
  outcomes: ReadonlyMap<string, Outcome>,
): Promise<readonly { readonly key: string; readonly from: State; readonly to: State }[]> =>
  ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    const { day } = parisTime(now)
    const maintenance = (await currentIncidents(tx, now)).filter(({ kind }) => kind === 'maintenance')
    const changed: { key: string; from: State; to: State }[] = []
    for (const component of await listComponents(tx)) {
      const { key } = component
      const outcome = outcomes.get(key)
      if (!outcome) continue
      const after = observe(component, outcome, now)
      if (after.state !== component.state) changed.push({ key, from: component.state, to: after.state })
      // What the page says counts, not a single failure that nobody noticed.
      const seen: State = maintenance.some((one) => concerns(one, key)) ? 'maintenance' : after.state
      const letter = stateLetters[seen]
      const check: RecentCheck = [Math.floor(now / 1000), letter, Math.round(outcome.milliseconds)]
      const recent = JSON.stringify([...component.recent, check].slice(-recentKept))
      await tx.run(save, { key, ...after, detail: outcome.detail.slice(0, 200), recent, now })
      const one = (state: State): number => (seen === state ? 1 : 0)
      await tx.run(countDay, {
        key,
        day,
        o: one('operational'),
        s: one('degraded'),
        d: one('down'),
        m: one('maintenance'),
      })
    }
    await tx.run(dropOldDays, { before: dayBefore(now, daysKept) })
    return changed
  })
