/** Practice campaigns and what is planned, over plain HTTP. */
import type { Words } from '#format/jmap/portal.ts'
import { type Answer, ask, type Body, momentOf, numberOr, record, records, text } from '../../shell/request.ts'
import { type Audience, readAudience } from '../notices/requests.ts'

const statuses = ['draft', 'sending', 'running', 'ended'] as const
export const languages = ['fr', 'en'] as const
export type Language = (typeof languages)[number]

export interface Campaign {
  readonly id: number
  readonly name: string
  readonly status: (typeof statuses)[number]
  readonly subject: string
  readonly audience: string
  readonly people: number | undefined
  readonly endsAt: number | undefined
  readonly sent: number | undefined
  readonly clicked: number | undefined
  readonly reported: number | undefined
}

export interface Template {
  readonly id: string
  readonly name: Words
  readonly senderName: Words
  readonly sender: string
  readonly subject: Words
  readonly body: Words
}

/** As it stands in the form; null: no moment yet. */
export interface PlanDraft {
  readonly name: string
  /** Of a template; `none`: it informs only. */
  readonly template: string
  readonly language: Language
  readonly senderName: string
  readonly subject: string
  readonly body: string
  readonly audience: Audience
  readonly days: number
  readonly announceAt: number | null
  readonly beginsAt: number | null
  readonly repeats: boolean
  readonly title: Words
  readonly text: Words
}

const planStatuses = ['planned', 'announced', 'stopped', 'ended'] as const

export interface Plan extends PlanDraft {
  readonly id: number
  readonly status: (typeof planStatuses)[number]
  readonly why: '' | 'rights' | 'few'
  readonly whom: string
  readonly people: number
  readonly noticeId: number | undefined
}

interface Ready {
  readonly title: string
  readonly body: string
}

export interface Practice {
  readonly campaigns: readonly Campaign[]
  readonly plans: readonly Plan[]
  /** May write notices in the name of the académie, too. */
  readonly mayPlan: boolean
  readonly templates: readonly Template[]
  readonly fewest: number
  readonly announcement: Readonly<Record<Language, Ready>>
  readonly awareness: Readonly<Record<Language, Ready>>
}

const wordsIn = (value: unknown): Words => ({ fr: text(record(value).fr), en: text(record(value).en) })
const noticeIn = (value: unknown): Ready => ({ title: text(record(value).title), body: text(record(value).body) })
const readyIn = (value: unknown) => ({ fr: noticeIn(record(value).fr), en: noticeIn(record(value).en) })
/** In the language of the page. */
const shownIn = (value: unknown): string => {
  const said = record(value)
  return text(said[document.documentElement.lang]) || text(said.fr)
}

const readCampaign = (one: Body): Campaign => {
  const results = record(one.results)
  return {
    id: numberOr(one.id, 0),
    name: text(one.name),
    status: statuses.find((status) => status === one.status) ?? 'draft',
    subject: text(one.subject),
    audience: shownIn(one.audience) || text(one.audience),
    people: numberOr(one.people, undefined),
    endsAt: one.status === 'draft' ? undefined : momentOf(one.endsAt),
    sent: numberOr(results.sent, undefined),
    clicked: numberOr(results.clicked, undefined),
    reported: numberOr(results.reported, undefined),
  }
}

const readPlan = (one: Body): Plan => ({
  id: numberOr(one.id, 0),
  name: text(one.name),
  status: planStatuses.find((status) => status === one.status) ?? 'stopped',
  why: one.why === 'rights' || one.why === 'few' ? one.why : '',
  template: text(one.template),
  language: one.language === 'en' ? 'en' : 'fr',
  senderName: text(one.senderName),
  subject: text(one.subject),
  body: text(one.body),
  audience: readAudience(one.audience),
  whom: shownIn(one.whom) || text(one.whom),
  people: numberOr(one.people, 0),
  days: numberOr(one.days, 14),
  announceAt: momentOf(one.announceAt) ?? null,
  beginsAt: momentOf(one.beginsAt) ?? null,
  repeats: one.repeats === true,
  title: wordsIn(one.title),
  text: wordsIn(one.text),
  noticeId: numberOr(one.noticeId, undefined),
})

export const loadPractice = (): Promise<Answer<Practice>> =>
  ask('/admin/practice', undefined, (answer) => ({
    campaigns: records(answer.campaigns).map(readCampaign),
    plans: records(answer.plans).map(readPlan),
    mayPlan: answer.mayPlan === true,
    templates: records(answer.templates).map((one) => ({
      id: text(one.id),
      name: wordsIn(one.name),
      senderName: wordsIn(one.senderName),
      sender: text(one.sender),
      subject: wordsIn(one.subject),
      body: wordsIn(one.body),
    })),
    fewest: numberOr(answer.fewest, 5),
    announcement: readyIn(answer.announcement),
    awareness: readyIn(answer.awareness),
  }))
