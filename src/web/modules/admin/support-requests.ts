/** Administration of what everybody is told: incidents, what is watched, who helps and when. */
import { type Answer, ask, momentOf, numberOr, record, records, text } from '../../shell/request.ts'
import { localName, words } from './requests.ts'

type When = number | undefined

export interface Incident {
  readonly id: number
  readonly kind: 'incident' | 'maintenance'
  readonly components: readonly string[]
  readonly phase: string
  readonly title: string
  readonly body: string
  readonly startsAt: When
  readonly endsAt: When
  readonly isOver: boolean
}

const over: ReadonlySet<string> = new Set(['resolved', 'finished', 'cancelled'])

export const loadIncidents = (): Promise<Answer<readonly Incident[]>> =>
  ask('/admin/incidents', undefined, (answer) =>
    records(answer.incidents).map((one) => ({
      id: numberOr(one.id, 0),
      kind: one.kind === 'maintenance' ? 'maintenance' : 'incident',
      components: words(one.components),
      phase: text(one.phase),
      title: localName(record(one.title)),
      body: localName(record(one.body)),
      startsAt: momentOf(one.startsAt),
      endsAt: momentOf(one.endsAt),
      isOver: over.has(text(one.phase)) || (momentOf(one.endsAt) ?? Number.POSITIVE_INFINITY) <= Date.now(),
    })),
  )

export interface Component {
  readonly key: string
  readonly name: string
  readonly kind: string
  readonly target: string
  readonly isWatched: boolean
  readonly state: string
  readonly detail: string
  readonly checkedAt: When
}

export const loadComponents = (): Promise<Answer<readonly Component[]>> =>
  ask('/admin/components', undefined, (answer) =>
    records(answer.components).map((one) => ({
      key: text(one.key),
      name: localName(record(one.name)),
      kind: text(one.kind),
      target: text(one.target),
      isWatched: one.watched === true,
      state: text(one.state),
      detail: text(one.detail),
      checkedAt: momentOf(one.checkedAt),
    })),
  )

export interface Contact {
  readonly id: number
  readonly name: string
  readonly profile: string
  readonly department: string
  readonly topic: string
  readonly level: number
  readonly phone: string
  readonly mail: string
  readonly url: string
  /** As people write them. */
  readonly hours: string
}

export const loadContacts = (): Promise<Answer<readonly Contact[]>> =>
  ask('/admin/contacts', undefined, (answer) =>
    records(answer.contacts).map((one) => ({
      id: numberOr(one.id, 0),
      name: text(one.name),
      profile: text(one.profile),
      department: text(one.department),
      topic: text(one.topic),
      level: numberOr(one.level, 1),
      phone: text(one.phone),
      mail: text(one.mail),
      url: text(one.url),
      hours: text(one.hours),
    })),
  )

export interface Closure {
  readonly name: string
  /** `2026-05-15`: the first day closed, and the day on which it opens again. */
  readonly from: string
  readonly to: string
}

/** Days on which nobody answers, and the holidays on which schools do not: the quiet days of people, too. */
export const loadClosures = (kind: 'exceptional' | 'schoolHolidays'): Promise<Answer<readonly Closure[]>> =>
  ask('/admin/closures', undefined, (answer) =>
    records(answer[kind]).map((one) => ({ name: text(one.name), from: text(one.from), to: text(one.to) })),
  )
