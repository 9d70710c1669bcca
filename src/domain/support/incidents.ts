/**
 * What does not work, or will not for a while: incidents and planned maintenance, with their story; written by
 * administrators, shown to everybody (or first to an audience), audited.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { appendAudit } from '../people/audit.ts'

export type Severity = 'info' | 'minor' | 'major'

export const severities: readonly Severity[] = ['info', 'minor', 'major']

export type IncidentKind = 'incident' | 'maintenance'

/** Where the work on it stands. */
export const phases = {
  incident: ['investigating', 'identified', 'monitoring', 'resolved'],
  maintenance: ['planned', 'reminder', 'started', 'finished', 'cancelled'],
} as const satisfies Readonly<Record<IncidentKind, readonly string[]>>

export type Phase = (typeof phases)[IncidentKind][number]

/** Phases after which there is nothing more to say. */
export const lastPhases: ReadonlySet<Phase> = new Set(['resolved', 'finished', 'cancelled'])

export interface Words {
  readonly fr: string
  readonly en: string
}

export interface IncidentUpdate {
  readonly id: number
  readonly at: number
  readonly phase: Phase
  readonly body: Words
}

export interface Incident {
  readonly id: number
  readonly kind: IncidentKind
  /** `password`, `passkey`, id of an identity provider, key of a component, or `*`: the first one concerned. */
  readonly component: string
  readonly components: readonly string[]
  /** A door of the sign-in page, or `*`. */
  readonly audience: string
  readonly severity: Severity
  readonly phase: Phase
  readonly title: Words
  readonly body: Words
  readonly startsAt: number
  /** Undefined: until it is closed. */
  readonly endsAt: number | undefined
}

/** True when it concerns a component: it is named, or all are. */
export const concerns = ({ components }: Pick<Incident, 'components'>, component: string): boolean =>
  components.includes(component) || components.includes('*')

/** True when an audience is told of it; without one, everybody is. */
export const isFor = ({ audience }: Pick<Incident, 'audience'>, asked: string | undefined): boolean =>
  asked === undefined || audience === '*' || audience === asked

export const wordsOf = (json: string): Words => {
  try {
    const { fr, en } = JSON.parse(json) as Partial<Words>
    const first = typeof fr === 'string' ? fr : ''
    return { fr: first, en: typeof en === 'string' && en !== '' ? en : first }
  } catch {
    return { fr: json, en: json }
  }
}

const allPhases: readonly Phase[] = [...phases.incident, ...phases.maintenance]
const phaseOf = (text: string): Phase => allPhases.find((one) => one === text) ?? 'identified'

interface Row {
  readonly id: number
  readonly component: string
  readonly components: string
  readonly kind: string
  readonly audience: string
  readonly severity: string
  readonly phase: string
  readonly title: string
  readonly body: string
  readonly starts_at: number
  readonly ends_at: number | null
}

const incidentOf = (row: Row): Incident => ({
  id: row.id,
  kind: row.kind === 'maintenance' ? 'maintenance' : 'incident',
  component: row.component,
  components: row.components === '' ? [row.component] : row.components.split(' '),
  audience: row.audience,
  severity: severities.find((one) => one === row.severity) ?? 'info',
  phase: phaseOf(row.phase),
  title: wordsOf(row.title),
  body: wordsOf(row.body),
  startsAt: row.starts_at,
  endsAt: row.ends_at ?? undefined,
})

const current = statement((q, p: Params<{ now: number }>) =>
  q
    .selectFrom('incident')
    .selectAll()
    .where('starts_at', '<=', p.now)
    .where('phase', '!=', 'cancelled')
    .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', p.now)]))
    .orderBy('starts_at', 'desc')
    .limit(50),
)

/** The incidents and maintenances of now, the latest first; of one component (and of all) when it is named. */
export const currentIncidents = async (tx: Reader, now: number, component?: string): Promise<Incident[]> =>
  (await tx.all(current, { now })).map(incidentOf).filter((one) => component === undefined || concerns(one, component))

const upcoming = statement((q, p: Params<{ now: number }>) =>
  q
    .selectFrom('incident')
    .selectAll()
    .where('starts_at', '>', p.now)
    .where('phase', '!=', 'cancelled')
    .orderBy('starts_at')
    .limit(50),
)

/** Maintenance that is planned, the next first. */
export const upcomingIncidents = async (tx: Reader, now: number): Promise<Incident[]> =>
  (await tx.all(upcoming, { now })).map(incidentOf)

const since = statement((q, p: Params<{ since: number }>) =>
  q.selectFrom('incident').selectAll().where('starts_at', '>=', p.since).orderBy('starts_at', 'desc').limit(200),
)

/** Everything that began, or will, since a moment; the latest first. */
export const incidentsSince = async (tx: Reader, from: number): Promise<Incident[]> =>
  (await tx.all(since, { since: from })).map(incidentOf)

const byId = statement((q, p: Params<{ id: number }>) => q.selectFrom('incident').selectAll().where('id', '=', p.id))

/** One of them. Throws Failure notFound. */
export const incidentById = async (tx: Reader, id: number): Promise<Incident> => {
  const row = await tx.first(byId, { id })
  if (!row) throw new Failure('notFound', `there is no incident ${id}`)
  return incidentOf(row)
}

const updates = statement((q, p: Params<{ from: number; to: number }>) =>
  q
    .selectFrom('incident_update')
    .select(['id', 'incident_id', 'at', 'phase', 'body'])
    .where('incident_id', '>=', p.from)
    .where('incident_id', '<=', p.to)
    .orderBy('id', 'desc')
    .limit(2000),
)

/** The steps of each incident, the latest first. */
export const updatesOf = async (
  tx: Reader,
  incidents: readonly Pick<Incident, 'id'>[],
): Promise<ReadonlyMap<number, readonly IncidentUpdate[]>> => {
  const steps = new Map<number, IncidentUpdate[]>(incidents.map(({ id }) => [id, []]))
  if (steps.size === 0) return steps
  const ids = [...steps.keys()]
  for (const { id, incident_id, at, phase, body } of await tx.all(updates, {
    from: Math.min(...ids),
    to: Math.max(...ids),
  }))
    steps.get(incident_id)?.push({ id, at, phase: phaseOf(phase), body: wordsOf(body) })
  return steps
}

const addUpdate = statement(
  (
    q,
    p: Params<{
      incident: number
      at: number
      phase: string
      body: string
      by: string
      told: number | null
      ring: number | null
      urgent: number
    }>,
  ) =>
    q.insertInto('incident_update').values({
      incident_id: p.incident,
      at: p.at,
      phase: p.phase,
      body: p.body,
      created_by: p.by,
      told_to: 0,
      told_at: p.told,
      ring_from: p.ring,
      urgent: p.urgent,
    }),
)

const setPhase = statement((q, p: Params<{ id: number; phase: string; ends: number | null }>) =>
  q.updateTable('incident').set({ phase: p.phase, ends_at: p.ends }).where('id', '=', p.id),
)

const noWords = { fr: '', en: '' }

/** Within a transaction: the next step of an incident. `quiet`: subscribers are not told. */
export const appendUpdate = async (
  tx: Writer,
  { id, kind, startsAt, endsAt }: Incident,
  step: {
    readonly at: number
    readonly phase: Phase
    readonly body?: GivenWords | undefined
    readonly by: string
    readonly quiet?: boolean
    /** Passes the quiet hours of those concerned. */
    readonly urgent?: boolean
  },
): Promise<void> => {
  const { at, phase, body = noWords, by, quiet = false, urgent = false } = step
  const told = quiet ? at : null
  await tx.run(addUpdate, {
    incident: id,
    at,
    phase,
    body: tidy(body, 2000),
    by: by.slice(0, 200),
    told,
    ring: quiet ? null : 0,
    urgent: urgent ? 1 : 0,
  })
  // What is called off before it began never began.
  const calledOff = phase === 'cancelled' && startsAt > at
  const ended = lastPhases.has(phase) && !calledOff
  const ends = ended && (kind === 'incident' || endsAt === undefined || endsAt > at) ? at : (endsAt ?? null)
  await tx.run(setPhase, { id, phase, ends })
}

const insert = statement(
  (
    q,
    p: Params<{
      component: string
      components: string
      kind: string
      audience: string
      phase: string
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
        components: p.components,
        kind: p.kind,
        audience: p.audience,
        phase: p.phase,
        severity: p.severity,
        title: p.title,
        body: p.body,
        starts_at: p.starts,
        ends_at: p.ends,
        created_by: p.by,
        created_at: p.at,
      })
      .returningAll(),
)

/** English is the French when it is empty. */
export interface GivenWords {
  readonly fr: string
  readonly en?: string
}

export interface NewIncident {
  readonly kind?: IncidentKind
  readonly component: string
  /** Every component concerned; the one above when absent. */
  readonly components?: readonly string[]
  readonly audience?: string
  readonly severity: Severity
  readonly title: GivenWords
  readonly body?: GivenWords
  readonly startsAt?: number
  readonly endsAt?: number
  /** Those concerned are told in their quiet hours, too. */
  readonly urgent?: boolean
  /** Nobody is told: it stands on the pages. */
  readonly quiet?: boolean
}

const tidy = (words: GivenWords | undefined, most: number): string => {
  const one = (text = ''): string =>
    text
      .replace(/\p{Cc}+/gu, ' ')
      .trim()
      .slice(0, most)
  return JSON.stringify({ fr: one(words?.fr), en: one(words?.en) })
}

const componentForm = /^(?:\*|[a-z0-9][a-z0-9._-]{0,99})$/i
const mostComponents = 50

const checkNew = (wanted: NewIncident, components: readonly string[], starts: number): void => {
  if (wanted.title.fr.trim() === '') throw new Failure('invalid', 'an incident has a title', { property: 'title' })
  if (
    components.length === 0 ||
    components.length > mostComponents ||
    !components.every((one) => componentForm.test(one))
  )
    throw new Failure('invalid', 'that is no way of signing in', { property: 'component' })
  if (wanted.kind === 'maintenance' && wanted.endsAt === undefined)
    throw new Failure('invalid', 'maintenance has an end', { property: 'endsAt' })
  if (wanted.endsAt !== undefined && wanted.endsAt <= starts)
    throw new Failure('invalid', 'it would end before it begins', { property: 'endsAt' })
}

/** An incident with its story, as a file has it. */
export interface KeptIncident extends Omit<Incident, 'id' | 'component'> {
  readonly updates: readonly Omit<IncidentUpdate, 'id'>[]
}

/** What a file says of an incident, checked. Throws Failure invalid with the property at fault. */
export const checkKept = (kept: KeptIncident): void => {
  const { kind, components, severity, title, startsAt, endsAt } = kept
  const wanted = { kind, component: components[0] ?? '*', severity, title }
  checkNew(endsAt === undefined ? wanted : { ...wanted, endsAt }, components, startsAt)
  const known: readonly Phase[] = phases[kept.kind]
  if (![kept.phase, ...kept.updates.map(({ phase }) => phase)].every((phase) => known.includes(phase)))
    throw new Failure('invalid', `phases are ${known.join(', ')}`, { property: 'phase' })
}

/** Within a transaction: writes an incident that was told elsewhere, story and all. Nobody is told again. */
export const keepIncident = async (tx: Writer, now: number, actor: string, kept: KeptIncident): Promise<void> => {
  const by = actor.slice(0, 200)
  const row = await tx.first(insert, {
    component: kept.components[0] ?? '*',
    components: kept.components.join(' '),
    kind: kept.kind,
    audience: kept.audience.slice(0, 40),
    phase: kept.phase,
    severity: kept.severity,
    title: tidy(kept.title, 200),
    body: tidy(kept.body, 2000),
    starts: kept.startsAt,
    ends: kept.endsAt ?? null,
    by,
    at: now,
  })
  const { id } = row as Row
  for (const { at, phase, body } of kept.updates)
    await tx.run(addUpdate, { incident: id, at, phase, body: tidy(body, 2000), by, told: at, ring: null, urgent: 0 })
}

/** Tells everybody of an incident, or plans maintenance. Throws Failure invalid. */
export const openIncident = async (ctx: Context, actor: string, wanted: NewIncident): Promise<number> => {
  const { kind = 'incident', audience = '*' } = wanted
  const at = ctx.clock.now()
  const starts = wanted.startsAt ?? at
  const components = [...new Set(wanted.components ?? [wanted.component])]
  checkNew(wanted, components, starts)
  return ctx.store.writeGlobal(async (tx) => {
    const phase: Phase = kind === 'incident' ? 'investigating' : starts > at ? 'planned' : 'started'
    const row = await tx.first(insert, {
      component: components[0] ?? '*',
      components: components.join(' '),
      kind,
      audience: audience.slice(0, 40),
      phase,
      severity: wanted.severity,
      title: tidy(wanted.title, 200),
      body: tidy(wanted.body, 2000),
      starts,
      ends: wanted.endsAt ?? null,
      by: actor.slice(0, 200),
      at,
    })
    const opened = incidentOf(row as Row)
    await appendUpdate(tx, opened, {
      at,
      phase,
      body: wanted.body,
      by: actor,
      urgent: wanted.urgent === true,
      quiet: wanted.quiet === true,
    })
    const detail = wanted.title.fr
    await appendAudit(tx, at, { actor, action: 'incident.open', target: opened.component, detail })
    return opened.id
  })
}

/**
 * The next step of an incident or of maintenance; the last phases end it. Throws Failure notFound (there is none), conflict
 * (it has ended), invalid (a phase of the other kind).
 */
export const updateIncident = (
  ctx: Context,
  actor: string,
  id: number,
  step: { readonly phase: Phase; readonly body?: GivenWords },
): Promise<void> =>
  ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    const incident = await incidentById(tx, id)
    if (!(phases[incident.kind] as readonly Phase[]).includes(step.phase))
      throw new Failure('invalid', `${incident.kind} has no phase ${step.phase}`, { property: 'phase' })
    if (lastPhases.has(incident.phase) || (incident.endsAt !== undefined && incident.endsAt <= now))
      throw new Failure('conflict', 'it has ended', { property: 'phase' })
    await appendUpdate(tx, incident, { at: now, phase: step.phase, body: step.body, by: actor })
    const action = lastPhases.has(step.phase) ? 'incident.close' : 'incident.update'
    await appendAudit(tx, now, { actor, action, target: incident.component, detail: `${id} ${step.phase}` })
  })

/** It works again. Throws Failure notFound when there is no such incident, or it has ended. */
export const closeIncident = async (ctx: Context, actor: string, id: number): Promise<void> => {
  const now = ctx.clock.now()
  const going = await ctx.store.read((tx) => currentIncidents(tx, now))
  const incident = going.find((one) => one.id === id)
  if (!incident) throw new Failure('notFound', `no incident ${id} is going on`)
  await updateIncident(ctx, actor, id, { phase: incident.kind === 'maintenance' ? 'finished' : 'resolved' })
}
