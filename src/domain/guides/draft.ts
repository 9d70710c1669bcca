/** A guide as its editors have it before them: one head, the words of two languages; to and from the two files. */
import { Failure } from '#base/failure.ts'
import {
  type Guide,
  type GuideLanguage,
  guideLanguages,
  isGuideId,
  type Reader,
  readers,
  type Theme,
  themes,
} from './guide.ts'
import type { Library } from './library.ts'

export interface GuideWords {
  readonly title: string
  readonly summary: string
  readonly next: string
  readonly keywords: readonly string[]
  /** Sentences of messages that the error decoder leads here. */
  readonly phrases: readonly string[]
  /** What each code means, by code. */
  readonly meanings: Readonly<Record<string, string>>
  /** Markdown. */
  readonly text: string
}

export interface GuideDraft {
  readonly id: string
  readonly theme: Theme
  readonly profiles: readonly Reader[]
  readonly devices: readonly string[]
  readonly topic: string
  readonly words: Readonly<Record<GuideLanguage, GuideWords>>
}

export const guideDevices = ['browser', 'iphone', 'android', 'thunderbird', 'outlook'] as const

/** Longest Markdown of a guide, in characters. */
export const longestGuide = 20_000

const codeShape = /^[A-Z]{2,5}-\d{2,3}$/

const line = (text: string): string =>
  text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/^---+/, '')
    .trim()

const bad = (message: string, property: string): never => {
  throw new Failure('invalid', message, { property })
}

const lines = (texts: readonly string[], stop: string, most: number): string[] =>
  texts
    .map((one) => line(one.replaceAll(stop, ' ')).slice(0, 200))
    .filter(Boolean)
    .slice(0, most)

const checkWords = (words: GuideWords, language: GuideLanguage): GuideWords => {
  const need = (name: 'title' | 'summary' | 'next', most: number): string => {
    const value = line(words[name])
    if (value === '') bad('it is needed in both languages', `${name}.${language}`)
    if (value.length > most) bad(`it has at most ${most} characters`, `${name}.${language}`)
    return value
  }
  const text = words.text.replace(/\r\n?/g, '\n').trim()
  if (text === '') bad('it is needed in both languages', `text.${language}`)
  if (text.length > longestGuide) bad(`it has at most ${longestGuide} characters`, `text.${language}`)
  return {
    title: need('title', 120),
    summary: need('summary', 200),
    next: need('next', 200),
    keywords: lines(words.keywords, ',', 40),
    phrases: lines(words.phrases, '|', 40),
    meanings: Object.fromEntries(
      Object.entries(words.meanings)
        .slice(0, 60)
        .map(([code, meaning]) => [code.trim().toUpperCase(), line(meaning).slice(0, 300)]),
    ),
    text,
  }
}

/** Links of a text that lead to no page of help. */
const brokenLinks = (text: string, language: GuideLanguage, known: (id: string) => boolean): string[] =>
  [...text.matchAll(/\]\(\/(aide|help)\/([^)#?\s]*)[^)]*\)/g)]
    // Pictures are the same in every language.
    .filter(([, root = '', path = '']) => !(root === 'aide' && path.startsWith('pictures/')))
    .filter(
      ([, root = '', path = '']) =>
        (root === 'aide') !== (language === 'fr') ||
        !(/^(?:contacts|address|code\/[\w.-]+)$/.test(path) || known(path)),
    )
    .map(([, root, path]) => `/${root}/${path}`)

/**
 * A draft as it is kept. `library` is what is there: every code that leads somewhere must lead somewhere afterwards, and to
 * one guide only. `comes`: guides that are saved with it, which it may lead to. Throws Failure invalid, with the property
 * and its language (`title.en`).
 */
export const checkGuide = (
  draft: GuideDraft,
  library: Library,
  comes: (id: string) => boolean = () => false,
): GuideDraft => {
  const { id } = draft
  if (!isGuideId(id)) bad('an id is small letters, digits and hyphens', 'id')
  // Pages of help that are no guides.
  if (['contacts', 'address', 'code', 'decoder', 'pictures', 'style', 'api'].includes(id)) bad('it is taken', 'id')
  if (!themes.includes(draft.theme)) bad('that is no theme', 'theme')
  const words = { fr: checkWords(draft.words.fr, 'fr'), en: checkWords(draft.words.en, 'en') }
  const codes = Object.keys(words.fr.meanings)
  if (codes.some((code) => !codeShape.test(code))) bad('a code is such as MAIL-07', 'meanings.fr')
  for (const language of guideLanguages) {
    const meanings = words[language].meanings
    if (Object.keys(meanings).length !== codes.length || codes.some((code) => !meanings[code]))
      bad('each code has its meaning in both languages', `meanings.${language}`)
    const [broken] = brokenLinks(
      words[language].text,
      language,
      (one) => one === id || comes(one) || !!library.get(one, language),
    )
    if (broken !== undefined) bad(`${broken} leads to no guide`, `text.${language}`)
  }
  for (const code of codes) {
    const other = library.ofCode(code, 'fr')
    if (other && other.id !== id) bad(`${code} leads to ${other.id} already`, 'meanings.fr')
  }
  for (const code of library.get(id, 'fr')?.codes.keys() ?? [])
    if (!codes.includes(code)) bad(`nothing would explain ${code} any more`, 'meanings.fr')
  return {
    id,
    theme: draft.theme,
    profiles: readers.filter((one) => draft.profiles.includes(one)),
    devices: guideDevices.filter((one) => draft.devices.includes(one)),
    topic: line(draft.topic).slice(0, 40) || 'account',
    words,
  }
}

/** The file of one language. */
export const fileOf = (draft: GuideDraft, language: GuideLanguage, version: number, day: string): string => {
  const { title, summary, next, keywords, phrases, meanings, text } = draft.words[language]
  const head: (readonly [string, string])[] = [
    ['id', draft.id],
    ['title', title],
    ['theme', draft.theme],
    ['profiles', draft.profiles.join(', ') || 'all'],
    ['devices', draft.devices.join(', ')],
    ['topic', draft.topic],
    ['keywords', keywords.join(', ')],
    ['phrases', phrases.join(' | ')],
    ['version', String(version)],
    ['updated', day],
    ['summary', summary],
    ['next', next],
  ]
  const codes = Object.entries(meanings).map(([code, meaning]) => `  ${code}: ${meaning}`)
  return [
    '---',
    ...head.filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${value}`),
    ...(codes.length === 0 ? [] : ['codes:', ...codes]),
    '---',
    '',
    text,
    '',
  ].join('\n')
}

const wordsOf = (guide: Guide | undefined): GuideWords => ({
  title: guide?.title ?? '',
  summary: guide?.summary ?? '',
  next: guide?.next ?? '',
  keywords: guide?.keywords ?? [],
  phrases: guide?.phrases ?? [],
  meanings: Object.fromEntries(guide?.codes ?? []),
  text: guide?.markdown ?? '',
})

/** What an editor has before them of a guide that is there. */
export const draftOf = (guide: Guide, other: Guide | undefined): GuideDraft => {
  const words = { [guide.language]: wordsOf(guide), [guide.language === 'fr' ? 'en' : 'fr']: wordsOf(other) }
  return {
    id: guide.id,
    theme: guide.theme,
    profiles: guide.profiles,
    devices: guide.devices,
    topic: guide.topic,
    words: { fr: words.fr ?? wordsOf(undefined), en: words.en ?? wordsOf(undefined) },
  }
}
