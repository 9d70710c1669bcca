/** A guide: one problem or one thing to set up, in one language, from a Markdown file with a head. */
import { readFrontMatter } from '#format/markdown/front-matter.ts'
import { renderMarkdown } from '#format/markdown/render.ts'

export type GuideLanguage = 'fr' | 'en'

export const guideLanguages: readonly GuideLanguage[] = ['fr', 'en']

/** In the order in which the list shows them. */
export const themes = ['sign-in', 'recovery', 'security', 'phone', 'mail', 'services', 'web', 'administration'] as const

export type Theme = (typeof themes)[number]

/** Doors of the sign-in page (domain/support/contacts.ts), and those who administer. */
export const readers = ['staff', 'administrative', 'pupil', 'parent', 'administrator'] as const

export type Reader = (typeof readers)[number]

export interface Guide {
  /** The same in every language; part of its address. */
  readonly id: string
  readonly language: GuideLanguage
  readonly title: string
  /** What it is about, in one sentence. */
  readonly summary: string
  /** The first thing to do, in one sentence. */
  readonly next: string
  readonly theme: Theme
  /** Whom it is for; empty: everybody. */
  readonly profiles: readonly Reader[]
  /** `browser`, `iphone`, `android`, `thunderbird`, `outlook`; empty: any. */
  readonly devices: readonly string[]
  /** What the contacts that help with it are about: `account`, `mail`. */
  readonly topic: string
  readonly keywords: readonly string[]
  /** What messages say that the error decoder leads here, one sentence each; ` * ` stands for anything in between. */
  readonly phrases: readonly string[]
  /** What each code that leads here means, in one sentence. */
  readonly codes: ReadonlyMap<string, string>
  readonly version: number
  /** `2026-11-22`. */
  readonly updated: string
  readonly markdown: string
  /** Runs nothing (format/markdown). */
  readonly html: string
}

const listIn = (text: string | undefined): string[] =>
  text === undefined || text === 'all'
    ? []
    : text
        .split(',')
        .map((one) => one.trim())
        .filter(Boolean)

/** `mailbox-full`: part of addresses and of file names. */
export const isGuideId = (id: string): boolean => /^[a-z][a-z0-9-]{2,60}$/.test(id)

/** Reads one file. Throws Error, with what is wrong, for the person who wrote it. */
export const readGuide = (file: string, language: GuideLanguage): Guide => {
  const { values, maps, body } = readFrontMatter(file)
  const need = (name: string): string => {
    const value = values.get(name)
    if (value === undefined) throw new Error(`the head has no "${name}"`)
    return value
  }
  const theme = themes.find((one) => one === need('theme'))
  if (!theme) throw new Error(`the theme is one of ${themes.join(', ')}`)
  const profiles = listIn(values.get('profiles')).map((name) => {
    const found = readers.find((one) => one === name)
    if (!found) throw new Error(`the profile ${name} is none of ${readers.join(', ')}`)
    return found
  })
  const id = need('id')
  if (!isGuideId(id)) throw new Error('an id is small letters, digits and hyphens')
  const version = Number(need('version'))
  const updated = need('updated')
  if (!Number.isSafeInteger(version) || version < 1) throw new Error('the version is a number from 1')
  if (!/^\d{4}-\d{2}-\d{2}$/.test(updated)) throw new Error('the day of the last change is written 2026-11-22')
  return {
    id,
    language,
    title: need('title'),
    summary: need('summary'),
    next: need('next'),
    theme,
    profiles,
    devices: listIn(values.get('devices')),
    topic: values.get('topic') ?? 'account',
    keywords: listIn(values.get('keywords')),
    phrases: (values.get('phrases') ?? '')
      .split('|')
      .map((one) => one.trim())
      .filter(Boolean),
    codes: maps.get('codes') ?? new Map(),
    version,
    updated,
    markdown: body,
    html: renderMarkdown(body),
  }
}
