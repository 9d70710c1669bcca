/** What does not work at present, by way of signing in; written by administrators, shown to everybody, audited. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { appendAudit } from '../people/audit.ts'

export type Severity = 'info' | 'minor' | 'major'

export const severities: readonly Severity[] = ['info', 'minor', 'major']

interface Words {
  readonly fr: string
  readonly en: string
}

export interface Incident {
  readonly id: number
  /** `password`, `passkey`, id of an identity provider, or `*`. */
  readonly component: string
  readonly severity: Severity
  readonly title: Words
  readonly body: Words
  readonly startsAt: number
  /** Undefined: until it is closed. */
  readonly endsAt: number | undefined
}

const current = statement((q, p: Params<{ now: number }>) =>
  q
    .selectFrom('incident')
    .selectAll()
    .where('starts_at', '<=', p.now)
    .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', p.now)]))
    .orderBy('starts_at', 'desc')
    .limit(50),
)

const wordsOf = (json: string): Words => {
  try {
    const { fr, en } = JSON.parse(json) as Partial<Words>
    const first = typeof fr === 'string' ? fr : ''
    return { fr: first, en: typeof en === 'string' && en !== '' ? en : first }
  } catch {
    return { fr: json, en: json }
  }
}

/** The incidents of now, the latest first; of one way of signing in (and of all) when it is named. */
export const currentIncidents = async (tx: Reader, now: number, component?: string): Promise<Incident[]> =>
  (await tx.all(current, { now }))
    .filter((row) => component === undefined || row.component === component || row.component === '*')
    .map((row) => ({
      id: row.id,
      component: row.component,
      severity: severities.find((one) => one === row.severity) ?? 'info',
      title: wordsOf(row.title),
      body: wordsOf(row.body),
      startsAt: row.starts_at,
      endsAt: row.ends_at ?? undefined,
    }))

const insert = statement(
  (
    q,
    p: Params<{
      component: string
      severity: Severity
      title: string
      body: string
      starts: number
      ends: number | null
      by: string
      at: number
    }>,
  ) =>
    q
      .insertInto('incident')
      .values({
        component: p.component,
        severity: p.severity,
        title: p.title,
        body: p.body,
        starts_at: p.starts,
        ends_at: p.ends,
        created_by: p.by,
        created_at: p.at,
      })
      .returning('id'),
)

export interface NewIncident {
  readonly component: string
  readonly severity: Severity
  /** English is the French when it is empty. */
  readonly title: { readonly fr: string; readonly en?: string }
  readonly body?: { readonly fr: string; readonly en?: string }
  readonly startsAt?: number
  readonly endsAt?: number
}

const tidy = (words: { readonly fr: string; readonly en?: string } | undefined, most: number): string => {
  const one = (text = ''): string =>
    text
      .replace(/\p{Cc}+/gu, ' ')
      .trim()
      .slice(0, most)
  return JSON.stringify({ fr: one(words?.fr), en: one(words?.en) })
}

/** Tells everybody of an incident. Throws Failure invalid. */
export const openIncident = async (ctx: Context, actor: string, wanted: NewIncident): Promise<number> => {
  if (wanted.title.fr.trim() === '') throw new Failure('invalid', 'an incident has a title', { property: 'title' })
  if (!/^(?:\*|[a-z0-9][a-z0-9._-]{0,99})$/i.test(wanted.component))
    throw new Failure('invalid', 'that is no way of signing in', { property: 'component' })
  const at = ctx.clock.now()
  const starts = wanted.startsAt ?? at
  if (wanted.endsAt !== undefined && wanted.endsAt <= starts)
    throw new Failure('invalid', 'it would end before it begins', { property: 'endsAt' })
  return ctx.store.writeGlobal(async (tx) => {
    const row = await tx.first(insert, {
      component: wanted.component,
      severity: wanted.severity,
      title: tidy(wanted.title, 200),
      body: tidy(wanted.body, 2000),
      starts,
      ends: wanted.endsAt ?? null,
      by: actor.slice(0, 200),
      at,
    })
    const detail = wanted.title.fr
    await appendAudit(tx, at, { actor, action: 'incident.open', target: wanted.component, detail })
    return (row as { id: number }).id
  })
}

const close = statement((q, p: Params<{ id: number; now: number }>) =>
  q
    .updateTable('incident')
    .set({ ends_at: p.now })
    .where('id', '=', p.id)
    .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', p.now)]))
    .returning('component'),
)

/** It works again. Throws Failure notFound when there is no such incident, or it has ended. */
export const closeIncident = (ctx: Context, actor: string, id: number): Promise<void> =>
  ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    const row = await tx.first(close, { id, now })
    if (!row) throw new Failure('notFound', `no incident ${id} is going on`)
    await appendAudit(tx, now, { actor, action: 'incident.close', target: row.component, detail: String(id) })
  })
