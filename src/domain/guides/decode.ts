/**
 * The error decoder: what a pasted text is about. Exact codes first, then sentences of known errors, then the words of the
 * guides. Everything is substring search and look-up in maps, so that its time grows with the text alone.
 */
import { partsOf, patternOfCode } from './error-index.ts'
import { fold, wordsOf } from './fold.ts'
import type { Guide, GuideLanguage } from './guide.ts'
import type { Library } from './library.ts'

/** Most characters looked at. */
export const longestError = 8192

export interface Decoded {
  readonly how: 'code' | 'pattern' | 'words'
  /** The code or sentence that was recognised; empty for words. */
  readonly found: string
  /** Where such errors come from: `Convergence`, `IMAP`, `ProConnect`... */
  readonly from: string
  readonly meaning: string
  readonly guide: Guide
}

/** Digits alone are often not a code at all: they count only when nothing better is there. */
const isWeak = (code: string): boolean => /^\d{3}$/.test(code)

/** Our own codes in a text, whatever stands between letters and digits. */
const ownCodes = (text: string, library: Library): string[] => {
  const known = new Set(library.codes)
  return [...text.matchAll(/(?<![A-Za-z])([A-Za-z]{3,4})[ \u00a0‐‑–—_-]?(\d{2})(?!\d)/g)]
    .map(([, letters = '', digits = '']) => `${letters.toUpperCase()}-${digits}`)
    .filter((code) => known.has(code))
}

/** Words that may be codes: whole, and cut where servers glue them (`550-5.1.1`, `net::ERR_X`). */
const candidates = (text: string): Set<string> => {
  const found = new Set<string>()
  for (const piece of text.toUpperCase().split(/[^A-Z0-9._:-]+/)) {
    const word = piece.replace(/^[.:_-]+|[.:_-]+$/g, '')
    if (word === '' || word.length > 80) continue
    found.add(word)
    if (/[:-]/.test(word)) for (const part of word.split(/:+|-/)) found.add(part)
  }
  return found
}

/** True when the parts stand in the text in this order. */
const says = (folded: string, parts: readonly string[]): boolean => {
  let from = 0
  for (const part of parts) {
    const at = folded.indexOf(part, from)
    if (at < 0) return false
    // The space at the end of one part may be the one at the beginning of the next.
    from = at + part.length - 1
  }
  return true
}

/** Enough of a guide's words to be worth showing: a word of its title, or several. */
const worthShowing = (score: number, words: number, asked: number): boolean =>
  asked > 0 && score >= 18 && words >= Math.min(2, asked) && words * 3 >= Math.min(asked, 9)

interface Hit {
  readonly rank: number
  readonly decoded: Decoded
}

const codeHits = (text: string, library: Library, language: GuideLanguage): Hit[] => {
  const hits: Hit[] = []
  for (const code of ownCodes(text, library)) {
    const guide = library.ofCode(code, language)
    const meaning = guide?.codes.get(code)
    if (guide && meaning !== undefined)
      hits.push({ rank: 100, decoded: { how: 'code', found: code, from: 'Convergence', meaning, guide } })
  }
  for (const word of candidates(text)) {
    const found = patternOfCode(library.errors, word)
    const guide = found && library.get(found.pattern.guide, language)
    if (!found || !guide) continue
    const { pattern, isExact } = found
    const rank = !isExact ? 50 : isWeak(word) ? 40 : 80
    hits.push({ rank, decoded: { how: 'code', found: word, from: pattern.from, meaning: pattern[language], guide } })
  }
  return hits
}

/** A longer sentence is a surer sign. */
const rankOf = (sentence: string): number => 60 + Math.min(15, sentence.length / 4)

/** What editors wrote into the head of a guide. */
const phraseHits = (folded: string, library: Library, language: GuideLanguage): Hit[] =>
  library.phrases.flatMap(({ text, id }) => {
    const guide = library.get(id, language)
    if (!guide || !says(folded, partsOf(text))) return []
    const decoded = { how: 'pattern', found: text, from: '', meaning: guide.summary, guide } as const
    return [{ rank: rankOf(text), decoded }]
  })

const sentenceHits = (text: string, library: Library, language: GuideLanguage): Hit[] => {
  const folded = ` ${fold(text)} `
  const ours = phraseHits(folded, library, language)
  return ours.concat(
    library.errors.sentences.flatMap(({ parts, text: found, pattern }) => {
      const guide = library.get(pattern.guide, language)
      if (!guide || !says(folded, parts)) return []
      const decoded = { how: 'pattern', found, from: pattern.from, meaning: pattern[language], guide } as const
      return [{ rank: rankOf(found), decoded }]
    }),
  )
}

/** What a text is about, the surest first, one answer for each guide, at most three. */
export const decodeError = (library: Library, text: string, language: GuideLanguage): Decoded[] => {
  const bounded = text.slice(0, longestError)
  const hits = [...codeHits(bounded, library, language), ...sentenceHits(bounded, library, language)].sort(
    (a, b) => b.rank - a.rank,
  )
  const answers: Decoded[] = []
  for (const { decoded } of hits)
    if (answers.length < 3 && !answers.some(({ guide }) => guide.id === decoded.guide.id)) answers.push(decoded)
  if (answers.length > 0) return answers
  const asked = wordsOf(bounded.slice(0, 500)).length
  return library.index[language]
    .find(bounded)
    .filter(({ score, words }) => worthShowing(score, words, asked))
    .slice(0, 3)
    .map(({ guide }) => ({ how: 'words', found: '', from: '', meaning: guide.summary, guide }))
}

/** Words that no editor needs to have hidden: those of the guides and of the errors known already. */
export const knownWords = (library: Library): ReadonlySet<string> => {
  const words = new Set([...library.index.fr.vocabulary, ...library.index.en.vocabulary])
  for (const { says = [], fr, en, from } of library.errors.patterns)
    for (const text of [...says, fr, en, from]) for (const word of fold(text).split(' ')) words.add(word)
  for (const { text } of library.phrases) for (const word of fold(text).split(' ')) words.add(word)
  return words
}
