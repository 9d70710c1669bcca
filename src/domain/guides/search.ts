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
const mostWords = 16

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

/** How well a word of the index answers a word that was typed: 1 the same, less for a beginning or a mistake, or 0. */
const likeness = (typed: string, word: string): number => {
  if (typed === word) return 1
  if (typed.length >= 3 && word.startsWith(typed)) return 0.7
  if (typed.length >= 7 && word[0] === typed[0] && isNear(typed, word, 2)) return 0.4
  return typed.length >= 4 && isNear(typed, word, 1) ? 0.5 : 0
}

export const createGuideSearch = (guides: readonly Guide[]): GuideSearch => {
  const index = new Map<string, { guide: Guide; weight: number }[]>()
  const vocabulary = new Set<string>()
  for (const guide of guides) {
    for (const [word, weight] of weigh(guide)) {
      const places = index.get(word) ?? []
      places.push({ guide, weight })
      index.set(word, places)
    }
    for (const text of [guide.title, guide.summary, guide.next, guide.markdown, guide.keywords.join(' ')])
      for (const word of fold(text).split(' ')) vocabulary.add(word)
  }
  const find = (text: string): Found[] => {
    const totals = new Map<Guide, { score: number; words: number }>()
    for (const typed of wordsOf(text.slice(0, longest)).slice(0, mostWords)) {
      const best = new Map<Guide, number>()
      for (const [word, places] of index) {
        const like = likeness(typed, word)
        if (like === 0) continue
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
