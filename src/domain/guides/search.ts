/** Searching guides: words without accents or plural, a mistake in a longer word forgiven, the best first. */
import { fold, isNear, wordsOf } from './fold.ts'
import type { Guide } from './guide.ts'

export interface Found {
  readonly guide: Guide
  readonly score: number
  /** How many of the words asked for it has. */
  readonly words: number
}

export interface GuideSearch {
  find(text: string): Found[]
  /** Every word of the guides, folded: none of them is somebody's name. */
  readonly vocabulary: ReadonlySet<string>
}

/** What a word is worth by where it stands. */
const weights = { title: 12, codes: 12, keywords: 9, summary: 5, text: 1 } as const

/** Longest text looked at, and most words of it. */
const longest = 500
const mostWords = 12

/** Worked out once for each guide: when an editor changes one, the others are only put together again. */
const known = new WeakMap<Guide, { readonly weights: ReadonlyMap<string, number>; readonly words: readonly string[] }>()

const readWords = (guide: Guide) => {
  const before = known.get(guide)
  if (before) return before
  const texts = [guide.title, guide.summary, guide.next, guide.markdown, guide.keywords.join(' ')]
  const read = { weights: weigh(guide), words: [...new Set(texts.flatMap((text) => fold(text).split(' ')))] }
  known.set(guide, read)
  return read
}

const weigh = (guide: Guide): Map<string, number> => {
  const parts: readonly (readonly [string, number])[] = [
    [guide.title, weights.title],
    [[...guide.codes.keys()].join(' '), weights.codes],
    [guide.keywords.join(' '), weights.keywords],
    [`${guide.summary} ${guide.next} ${[...guide.codes.values()].join(' ')}`, weights.summary],
    [guide.markdown, weights.text],
  ]
  const words = new Map<string, number>()
  for (const [text, weight] of parts)
    for (const word of wordsOf(text)) words.set(word, Math.max(weight, words.get(word) ?? 0))
  return words
}

/** The letters of a word as bits: two words that differ by one letter differ by two bits at most. */
const lettersOf = (word: string): number => {
  let bits = 0
  for (let at = 0; at < word.length; at++) bits |= 1 << (word.charCodeAt(at) % 32)
  return bits
}

const countBits = (bits: number): number => {
  let count = 0
  for (let left = bits; left !== 0; left &= left - 1) count++
  return count
}

interface Word {
  readonly text: string
  readonly letters: number
  readonly places: { readonly guide: Guide; readonly weight: number }[]
}

/** How well a word of the index answers a word that was typed, without mistakes: the same, or its beginning; or 0. */
const exactness = (typed: string, { text }: Word): number =>
  typed === text ? 1 : typed.length >= 3 && text.startsWith(typed) ? 0.7 : 0

/** The same for a word typed with a mistake, two in a long one. */
const nearness = (typed: string, letters: number, word: Word): number => {
  const most = typed.length >= 7 && word.text[0] === typed[0] ? 2 : 1
  // Nearly every word of the index is told apart here, without comparing letter by letter.
  if (Math.abs(typed.length - word.text.length) > most || countBits(letters ^ word.letters) > 2 * most) return 0
  return isNear(typed, word.text, most) ? 0.5 : 0
}

export const createGuideSearch = (guides: readonly Guide[]): GuideSearch => {
  const index = new Map<string, Word>()
  const vocabulary = new Set<string>()
  for (const guide of guides) {
    const read = readWords(guide)
    for (const [text, weight] of read.weights) {
      const word = index.get(text) ?? { text, letters: lettersOf(text), places: [] }
      word.places.push({ guide, weight })
      index.set(text, word)
    }
    for (const word of read.words) vocabulary.add(word)
  }
  const words = [...index.values()]
  /** The words of the index that answer one that was typed. */
  const answering = (typed: string): (readonly [Word, number])[] => {
    const letters = lettersOf(typed)
    return words.flatMap((word) => {
      const like = exactness(typed, word) || (typed.length >= 4 ? nearness(typed, letters, word) : 0)
      return like === 0 ? [] : [[word, like] as const]
    })
  }
  const find = (text: string): Found[] => {
    const totals = new Map<Guide, { score: number; words: number }>()
    for (const typed of wordsOf(text.slice(0, longest)).slice(0, mostWords)) {
      const best = new Map<Guide, number>()
      for (const [{ places }, like] of answering(typed)) {
        // A word that every guide has tells little.
        const rare = Math.log(1 + guides.length / places.length)
        for (const { guide, weight } of places) best.set(guide, Math.max(best.get(guide) ?? 0, like * weight * rare))
      }
      for (const [guide, score] of best) {
        const sum = totals.get(guide) ?? { score: 0, words: 0 }
        totals.set(guide, { score: sum.score + score, words: sum.words + 1 })
      }
    }
    // A guide with all the words comes before one that has a single word very often.
    return [...totals]
      .map(([guide, { score, words }]) => ({ guide, score: score * words, words }))
      .sort((a, b) => b.score - a.score || a.guide.title.localeCompare(b.guide.title))
  }
  return { find, vocabulary }
}
