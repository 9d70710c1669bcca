/**
 * What does not work, or will not for a while: incidents and planned maintenance, with their story; shown to everybody
 * (or first to an audience).
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'

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

export interface IncidentRow {
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

export const incidentOf = (row: IncidentRow): Incident => ({
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
