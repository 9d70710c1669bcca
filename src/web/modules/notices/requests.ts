/** Notices of an author, and what one wants to be told, over plain HTTP. The server checks every right again. */
import type { Words } from '#format/jmap/portal.ts'
import { type Answer, ask, type Body, list, momentOf, numberOr, record, records, text } from '../../shell/request.ts'
import { askSurely } from '../../shell/step-up.tsx'

export interface Rule {
  readonly profiles: readonly string[]
  readonly schools: readonly string[]
  readonly departments: readonly string[]
  readonly classes: readonly string[]
  readonly disciplines: readonly string[]
  readonly groups: readonly string[]
  readonly persons: readonly number[]
}

export interface Audience {
  readonly include: readonly Rule[]
  readonly exclude: readonly Rule[]
}

export const emptyRule: Rule = {
  profiles: [],
  schools: [],
  departments: [],
  classes: [],
  disciplines: [],
  groups: [],
  persons: [],
}

const texts = (value: unknown): string[] => list(value).map(text)
const words = (value: unknown): Words => ({ fr: text(record(value).fr), en: text(record(value).en) })

const readRule = (one: Body): Rule => ({
  profiles: texts(one.profiles),
  schools: texts(one.schools),
  departments: texts(one.departments),
  classes: texts(one.classes),
  disciplines: texts(one.disciplines),
  groups: texts(one.groups),
  persons: list(one.persons).map(Number),
})

export const readAudience = (value: unknown): Audience => {
  const one = record(value)
  return { include: records(one.include).map(readRule), exclude: records(one.exclude).map(readRule) }
}

export interface Reach {
  readonly everywhere: boolean
  readonly schools: readonly { readonly uai: string; readonly name: string; readonly city: string }[]
}

export const loadReach = (): Promise<Answer<Reach>> =>
  ask('/admin/audience', undefined, (answer) => ({
    everywhere: answer.everywhere === true,
    schools: records(answer.schools).map((one) => ({ uai: text(one.uai), name: text(one.name), city: text(one.city) })),
  }))

export interface Choices {
  readonly classes: readonly string[]
  readonly disciplines: readonly string[]
  readonly groups: readonly { readonly key: string; readonly name: Words }[]
}

export const loadChoices = (uai: string): Promise<Answer<Choices>> =>
  ask(`/admin/audience?uai=${uai}`, undefined, (answer) => ({
    classes: texts(answer.classes),
    disciplines: texts(answer.disciplines),
    groups: records(answer.groups).map((one) => ({ key: text(one.key), name: words(one) })),
  }))

export const countPeople = (audience: Audience): Promise<Answer<{ count: number; words: Words }>> =>
  ask('/admin/audience/count', { audience }, (answer) => ({
    count: numberOr(answer.count, 0),
    words: words(answer.words),
  }))

export interface Draft {
  readonly uai: string
  readonly title: Words
  readonly body: Words
  readonly audience: Audience
  readonly urgent: boolean
  readonly acknowledge: boolean
  readonly expiresAt: number | null
}

export interface NoticeLine {
  readonly id: number
  readonly status: string
  readonly title: Words
  readonly sender: string
  readonly author: string
  readonly urgent: boolean
  readonly recipients: number
  readonly publishAt: number | undefined
  readonly publishedAt: number | undefined
  readonly updatedAt: number | undefined
}

const readLine = (one: Body): NoticeLine => ({
  id: numberOr(one.id, 0),
  status: text(one.status),
  title: words(one.title),
  sender: text(one.sender),
  author: text(one.author),
  urgent: one.urgent === true,
  recipients: numberOr(one.recipients, 0),
  publishAt: momentOf(one.publishAt),
  publishedAt: momentOf(one.publishedAt),
  updatedAt: momentOf(one.updatedAt),
})

export const loadNotices = (): Promise<Answer<readonly NoticeLine[]>> =>
  ask('/admin/notices', undefined, (answer) => records(answer.notices).map(readLine))

export interface WrittenNotice extends NoticeLine, Draft {
  readonly html: Words
  readonly audienceWords: Words
  readonly reminders: number
  readonly note: Words
  readonly files: readonly { readonly n: number; readonly name: string; readonly size: number; readonly url: string }[]
  readonly acts: readonly { readonly at: number; readonly actor: string; readonly action: string }[]
}

export const loadNotice = (id: number): Promise<Answer<WrittenNotice>> =>
  ask(`/admin/notices/${id}`, undefined, (one) => ({
    ...readLine(one),
    uai: text(one.uai),
    body: words(one.body),
    html: words(one.html),
    note: words(one.note),
    audience: readAudience(one.audience),
    audienceWords: words(one.audienceWords),
    acknowledge: one.acknowledge === true,
    expiresAt: momentOf(one.expiresAt) ?? null,
    reminders: numberOr(one.reminders, 0),
    files: records(one.files).map((file) => ({
      n: numberOr(file.n, 0),
      name: text(file.name),
      size: numberOr(file.size, 0),
      url: text(file.url),
    })),
    acts: records(one.acts).map((act) => ({
      at: numberOr(act.at, 0),
      actor: text(act.actor),
      action: text(act.action),
    })),
  }))

export interface Tally {
  readonly recipients: number
  readonly seen: number
  readonly acknowledged: number
}

const readTally = (one: Body): Tally => ({
  recipients: numberOr(one.recipients, 0),
  seen: numberOr(one.seen, 0),
  acknowledged: numberOr(one.acknowledged, 0),
})

export interface Statistics {
  readonly total: Tally
  readonly byProfile: readonly (Tally & { readonly kind: string })[]
  readonly bySchool: readonly (Tally & { readonly uai: string; readonly name: string })[]
}

export const loadStatistics = (id: number): Promise<Answer<Statistics>> =>
  ask(`/admin/notices/${id}/statistics`, undefined, (answer) => ({
    total: readTally(record(answer.total)),
    byProfile: records(answer.byProfile).map((one) => ({ ...readTally(one), kind: text(one.kind) })),
    bySchool: records(answer.bySchool).map((one) => ({ ...readTally(one), uai: text(one.uai), name: text(one.name) })),
  }))

export const saveDraft = (id: number | undefined, draft: Draft): Promise<Answer<number>> =>
  ask(id === undefined ? '/admin/notices' : `/admin/notices/${id}`, draft, (answer) => numberOr(answer.id, id ?? 0))

export const actOn = (id: number, verb: string, body: Body = {}): Promise<Answer<undefined>> =>
  askSurely(`/admin/notices/${id}/${verb}`, body, () => undefined)

export const previewOf = (body: Words): Promise<Answer<Words>> =>
  ask('/admin/notices/preview', { body }, (answer) => words(answer.html))

/** Puts a file on the server, for what refers to it next. */
export const uploadFile = async (accountId: string, file: File): Promise<Answer<string>> => {
  try {
    const response = await fetch(`/jmap/upload/${accountId}`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'x-csrf': '1', 'content-type': file.type || 'application/octet-stream' },
      body: file,
    })
    const answer = record(await response.json().catch(() => undefined))
    if (response.ok) return { kind: 'ok', value: text(answer.blobId) }
    const code = response.status === 413 ? 'WEB-03' : 'WEB-01'
    return { kind: 'refused', code, message: '', status: response.status, retryAfter: undefined, details: answer }
  } catch {
    return { kind: 'unreachable' }
  }
}

export interface FoundPerson {
  readonly id: number
  readonly name: string
  readonly login: string
}

export const findPeople = (q: string): Promise<Answer<readonly FoundPerson[]>> =>
  ask(`/admin/people?q=${encodeURIComponent(q)}`, undefined, (answer) =>
    records(answer.people)
      .slice(0, 8)
      .map((one) => ({ id: numberOr(one.id, 0), name: text(one.name), login: text(one.login) })),
  )
