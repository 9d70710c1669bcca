/** Errors that the decoder knows, over plain HTTP, for those who write them. */
import { type Answer, ask, type Body, nothing, numberOr, record, records, text } from '../../../shell/request.ts'
import { act, words } from '../requests.ts'
import { type Version, versionsIn } from '../versions.tsx'

export const languages = ['fr', 'en'] as const
export type Language = (typeof languages)[number]

/** As it stands in the fields: lists are one line each. */
export interface Draft {
  readonly id: string
  readonly from: string
  readonly codes: string
  readonly says: string
  readonly guide: string
  readonly fr: string
  readonly en: string
  readonly isOff: boolean
}

export const emptyDraft: Draft = { id: '', from: '', codes: '', says: '', guide: '', fr: '', en: '', isOff: false }

type Origin = 'program' | 'changed' | 'own'
const originIn = (value: unknown): Origin => (value === 'own' || value === 'changed' ? value : 'program')

export interface KnownError {
  readonly id: string
  readonly from: string
  readonly codes: readonly string[]
  readonly says: readonly string[]
  readonly guide: string
  readonly meaning: Readonly<Record<Language, string>>
  readonly isOff: boolean
  readonly origin: Origin
  readonly leads: boolean
  readonly also: readonly { readonly code: string; readonly id: string }[]
}

export interface GuideName {
  readonly id: string
  readonly title: Readonly<Record<Language, string>>
}

export interface Errors {
  readonly errors: readonly KnownError[]
  readonly guides: readonly GuideName[]
}

export const loadErrors = (): Promise<Answer<Errors>> =>
  ask('/admin/errors', undefined, (answer) => ({
    errors: records(answer.errors).map((one) => ({
      id: text(one.id),
      from: text(one.from),
      codes: words(one.codes),
      says: words(one.says),
      guide: text(one.guide),
      meaning: { fr: text(one.fr), en: text(one.en) },
      isOff: one.isOff === true,
      origin: originIn(one.origin),
      leads: one.leads !== false,
      also: records(one.also).map(({ code, id }) => ({ code: text(code), id: text(id) })),
    })),
    guides: records(answer.guides).map((one) => ({ id: text(one.id), title: { fr: text(one.fr), en: text(one.en) } })),
  }))

const readDraft = (one: Body): Draft => ({
  id: text(one.id),
  from: text(one.from),
  codes: words(one.codes).join('\n'),
  says: words(one.says).join('\n'),
  guide: text(one.guide),
  fr: text(one.fr),
  en: text(one.en),
  isOff: one.isOff === true,
})

const lines = (value: string, by: RegExp): string[] =>
  value
    .split(by)
    .map((one) => one.trim())
    .filter(Boolean)

const bodyOf = ({ codes, says, ...rest }: Draft) => ({
  ...rest,
  codes: lines(codes, /[\s,;]+/),
  says: lines(says, /\n/),
})

export interface ErrorToEdit {
  readonly draft: Draft
  readonly version: number
  readonly origin: Origin
  readonly versions: readonly Version[]
}

export const loadError = (id: string): Promise<Answer<ErrorToEdit>> =>
  ask(`/admin/errors/${encodeURIComponent(id)}`, undefined, (answer) => ({
    draft: readDraft(record(answer.draft)),
    version: numberOr(answer.version, 0),
    origin: originIn(answer.origin),
    versions: versionsIn(answer),
  }))

export const loadErrorVersion = (id: string, version: number): Promise<Answer<Draft>> =>
  ask(`/admin/errors/${encodeURIComponent(id)}/versions/${version}`, undefined, (answer) =>
    readDraft(record(answer.draft)),
  )

/** `version`: the one that was read; undefined: there was none. */
export const saveError = (draft: Draft, version: number | undefined): Promise<Answer<number>> =>
  act('errors', { draft: bodyOf(draft), version: version ?? null }, (answer) => numberOr(answer.version, 1))

export const restoreError = (id: string) => act(`errors/${encodeURIComponent(id)}/restore`, {}, nothing)

export interface Said {
  readonly found: string
  readonly from: string
  readonly meaning: string
  readonly guide: string
}

/** What the decoder would answer to a text with this draft. */
export const tryError = (draft: Draft, tried: string): Promise<Answer<Readonly<Record<Language, readonly Said[]>>>> => {
  const read = (value: unknown): Said[] =>
    records(value).map((one) => ({
      found: text(one.found),
      from: text(one.from),
      meaning: text(one.meaning),
      guide: text(record(one.guide).title),
    }))
  return act('errors/try', { draft: bodyOf(draft), text: tried }, (answer) => ({
    fr: read(answer.fr),
    en: read(answer.en),
  }))
}
