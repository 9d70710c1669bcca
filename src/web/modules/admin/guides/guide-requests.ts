/** Guides over plain HTTP, for those who write them. */
import {
  type Answer,
  ask,
  type Body,
  momentOf,
  nothing,
  numberOr,
  record,
  records,
  text,
} from '../../../shell/request.ts'
import { act, words } from '../requests.ts'
import { type Version, versionsIn } from '../versions.tsx'

export const themes = ['sign-in', 'recovery', 'security', 'phone', 'mail', 'services', 'web', 'administration'] as const
export type Theme = (typeof themes)[number]
export const readers = ['staff', 'administrative', 'pupil', 'parent', 'administrator'] as const
export const devices = ['browser', 'iphone', 'android', 'thunderbird', 'outlook'] as const
export const languages = ['fr', 'en'] as const
export type Language = (typeof languages)[number]

export interface ListedGuide {
  readonly id: string
  readonly theme: Theme
  readonly title: Readonly<Record<Language, string>>
  readonly version: number
  readonly updated: string
  readonly origin: 'program' | 'changed' | 'own'
  readonly helped: number
  readonly notHelped: number
}

export interface Unmatched {
  readonly id: string
  readonly text: string
  readonly times: number
  readonly lastAt: number | undefined
}

/** A guide that was written here and is not shown. */
export interface Aside {
  readonly id: string
  readonly title: string
  readonly why:
    | { readonly kind: 'code'; readonly code: string; readonly other: string }
    | { readonly kind: 'unreadable'; readonly message: string }
}

export interface Guides {
  readonly aside: readonly Aside[]
  readonly guides: readonly ListedGuide[]
  readonly unmatched: readonly Unmatched[]
  readonly pictures: readonly { readonly name: string; readonly path: string }[]
}

const themeIn = (value: unknown): Theme => themes.find((one) => one === value) ?? 'mail'
const asideIn = (one: Body): Aside => {
  const why = record(one.why)
  return {
    id: text(one.id),
    title: text(one.title),
    why:
      why.kind === 'code'
        ? { kind: 'code', code: text(why.code), other: text(why.other) }
        : { kind: 'unreadable', message: text(why.message) },
  }
}
const originIn = (value: unknown) => (value === 'own' || value === 'changed' ? value : 'program')

export const loadGuides = (): Promise<Answer<Guides>> =>
  ask('/admin/guides', undefined, (answer) => ({
    aside: records(answer.aside).map(asideIn),
    guides: records(answer.guides).map((one) => ({
      id: text(one.id),
      theme: themeIn(one.theme),
      title: { fr: text(record(one.title).fr), en: text(record(one.title).en) },
      version: numberOr(one.version, 1),
      updated: text(one.updated),
      origin: originIn(one.origin),
      helped: numberOr(one.helped, 0),
      notHelped: numberOr(one.notHelped, 0),
    })),
    unmatched: records(answer.unmatched).map((one) => ({
      id: text(one.id),
      text: text(one.text),
      times: numberOr(one.times, 1),
      lastAt: momentOf(one.lastAt),
    })),
    pictures: records(answer.pictures).map((one) => ({ name: text(one.name), path: text(one.path) })),
  }))

/** The words of one language, as they stand in the fields: lists are one line each. */
export interface Words {
  readonly title: string
  readonly summary: string
  readonly next: string
  readonly keywords: string
  readonly phrases: string
  /** `MAIL-07: what it means`, one a line. */
  readonly meanings: string
  readonly text: string
}

export interface Draft {
  readonly id: string
  readonly theme: Theme
  readonly profiles: readonly string[]
  readonly devices: readonly string[]
  readonly topic: string
  readonly words: Readonly<Record<Language, Words>>
}

export const emptyWords: Words = { title: '', summary: '', next: '', keywords: '', phrases: '', meanings: '', text: '' }
export const emptyDraft: Draft = {
  ...{ id: '', theme: 'mail', profiles: [], devices: [], topic: 'account' },
  words: { fr: emptyWords, en: emptyWords },
}

const readWords = (one: Body): Words => ({
  title: text(one.title),
  summary: text(one.summary),
  next: text(one.next),
  keywords: words(one.keywords).join(', '),
  phrases: words(one.phrases).join('\n'),
  meanings: Object.entries(record(one.meanings))
    .map(([code, meaning]) => `${code}: ${text(meaning)}`)
    .join('\n'),
  text: text(one.text),
})

const readDraft = (one: Body): Draft => ({
  id: text(one.id),
  theme: themeIn(one.theme),
  profiles: words(one.profiles),
  devices: words(one.devices),
  topic: text(one.topic),
  words: { fr: readWords(record(record(one.words).fr)), en: readWords(record(record(one.words).en)) },
})

const parts = (value: string, by: RegExp): string[] =>
  value
    .split(by)
    .map((one) => one.trim())
    .filter(Boolean)

const wordsOf = (one: Words) => ({
  ...one,
  keywords: parts(one.keywords, /[,\n]/),
  phrases: parts(one.phrases, /\n/),
  meanings: Object.fromEntries(
    parts(one.meanings, /\n/).map((line) => {
      const colon = line.indexOf(':')
      return colon < 0 ? [line, ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
    }),
  ),
})

const bodyOf = ({ words: { fr, en }, ...rest }: Draft) => ({ ...rest, words: { fr: wordsOf(fr), en: wordsOf(en) } })

export interface GuideToEdit {
  readonly draft: Draft
  readonly version: number
  readonly origin: ListedGuide['origin']
  readonly versions: readonly Version[]
}

export const loadGuide = (id: string): Promise<Answer<GuideToEdit>> =>
  ask(`/admin/guides/${id}`, undefined, (answer) => ({
    draft: readDraft(record(answer.draft)),
    version: numberOr(answer.version, 1),
    origin: originIn(answer.origin),
    versions: versionsIn(answer),
  }))

export const loadVersion = (id: string, version: number): Promise<Answer<Draft>> =>
  ask(`/admin/guides/${id}/versions/${version}`, undefined, (answer) => readDraft(record(answer.draft)))

/** `version`: the one that was read; undefined: there was none. */
export const saveGuide = (draft: Draft, version: number | undefined): Promise<Answer<number>> =>
  act('guides', { draft: bodyOf(draft), version: version ?? null }, (answer) => numberOr(answer.version, 1))

export const previewGuide = (draft: Draft): Promise<Answer<Readonly<Record<Language, string>>>> =>
  act('guides/preview', { draft: bodyOf(draft) }, (answer) => ({ fr: text(answer.fr), en: text(answer.en) }))

export const restoreGuide = (id: string) => act(`guides/${id}/restore`, {}, nothing)
export const forgetText = (id: string) => act(`guides/unmatched/${id}/forget`, {}, nothing)

const base64Of = async (file: File): Promise<string> => {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let binary = ''
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(binary)
}

/** Returns the path of the picture, for the Markdown. */
export const addPicture = async (file: File): Promise<Answer<string>> => {
  const data = await base64Of(file)
  return act('guides/pictures', { name: file.name, data }, (answer) => text(answer.path))
}
export const removePicture = (name: string) => act(`guides/pictures/${encodeURIComponent(name)}/remove`, {}, nothing)
