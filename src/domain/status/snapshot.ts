/** The status of everything as the public page, the web app and the static copy show it: nothing in it is about a person. */
import { type Params, type Reader, statement } from '#store/engine.ts'
import {
  concerns,
  currentIncidents,
  type Incident,
  type IncidentUpdate,
  incidentsSince,
  upcomingIncidents,
  updatesOf,
  type Words,
} from '../support/incidents.ts'
import type { Place } from './components.data.ts'
import { type Component, dayBefore, daysKept, listComponents } from './components.ts'
import { type DayCounts, overall, type State, uptime, worst } from './state.ts'

const days = statement((q, p: Params<{ from: string }>) =>
  q.selectFrom('status_day').selectAll().where('day', '>=', p.from).limit(50_000),
)

export interface Day extends DayCounts {
  readonly day: string
}

export interface ShownComponent {
  readonly key: string
  readonly name: Words
  readonly place: Place
  /** What was found, and what was announced, whichever is graver. */
  readonly state: State
  readonly since: number
  readonly checkedAt: number
  /** One for each of the last 90 days, the oldest first; undefined: nobody looked. */
  readonly days: readonly (Day | undefined)[]
  /** 0 to 1. */
  readonly uptime: number | undefined
  /** Milliseconds of the latest check. */
  readonly milliseconds: number | undefined
}

export interface ShownIncident extends Incident {
  /** The latest first. */
  readonly updates: readonly IncidentUpdate[]
}

export interface Status {
  readonly at: number
  readonly state: State
  readonly components: readonly ShownComponent[]
  /** Under way, the latest first. */
  readonly current: readonly ShownIncident[]
  /** Planned, the next first. */
  readonly planned: readonly ShownIncident[]
  /** Over, the latest first. */
  readonly past: readonly ShownIncident[]
  /** The days of the history, the oldest first. */
  readonly days: readonly string[]
}

const announced: Readonly<Record<Incident['severity'], State>> = {
  info: 'operational',
  minor: 'degraded',
  major: 'down',
}

/** What a component is shown as: what checks find, unless an announcement says worse. */
export const shownState = ({ key, state }: Pick<Component, 'key' | 'state'>, incidents: readonly Incident[]): State =>
  worst([
    state,
    ...incidents
      .filter((one) => concerns(one, key))
      .map(({ kind, severity }): State => (kind === 'maintenance' ? 'maintenance' : announced[severity])),
  ])

const pastShown = 30

/** The whole status at `now`. */
export const readStatus = async (tx: Reader, now: number): Promise<Status> => {
  const dayNames = Array.from({ length: daysKept }, (_, n) => dayBefore(now, daysKept - 1 - n))
  const history = new Map<string, Map<string, Day>>()
  for (const { component, ...day } of await tx.all(days, { from: dayNames[0] ?? '' })) {
    const known = history.get(component) ?? new Map<string, Day>()
    history.set(component, known.set(day.day, day))
  }
  const going = await currentIncidents(tx, now)
  const planned = await upcomingIncidents(tx, now)
  const past = (await incidentsSince(tx, now - daysKept * 86_400_000))
    .filter(
      ({ endsAt, startsAt, phase }) =>
        (endsAt !== undefined && endsAt <= now && startsAt <= now) || phase === 'cancelled',
    )
    .slice(0, pastShown)
  const steps = await updatesOf(tx, [...going, ...planned, ...past])
  const withSteps = (one: Incident): ShownIncident => ({ ...one, updates: steps.get(one.id) ?? [] })
  const components = (await listComponents(tx))
    .filter(({ watched }) => watched)
    .map((component): ShownComponent => {
      const known = history.get(component.key)
      const shown = dayNames.map((day) => known?.get(day))
      return {
        key: component.key,
        name: component.name,
        place: component.place,
        state: shownState(component, going),
        since: component.since,
        checkedAt: component.checkedAt,
        days: shown,
        uptime: uptime(shown.filter((day) => day !== undefined)),
        milliseconds: component.recent.at(-1)?.[2],
      }
    })
  return {
    at: now,
    state: overall(components.map(({ state }) => state)),
    components,
    current: going.map(withSteps),
    planned: planned.map(withSteps),
    past: past.map(withSteps),
    days: dayNames,
  }
}
