/** Incidents and maintenance written by administrators, and their story as it goes on; audited. */
import { Failure } from '#base/failure.ts'
import { type Params, statement, type Writer } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { appendAudit } from '../people/audit.ts'
import {
  currentIncidents,
  type Incident,
  type IncidentKind,
  type IncidentRow,
  type IncidentUpdate,
  incidentById,
  incidentOf,
  lastPhases,
  type Phase,
  phases,
  type Severity,
} from './incidents.ts'

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
  const { id } = row as IncidentRow
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
    const opened = incidentOf(row as IncidentRow)
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
