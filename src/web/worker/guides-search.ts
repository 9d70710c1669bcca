/** Searching the guides that a browser has kept: words without accents, by their beginnings. Pure. */

export interface KeptGuide {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly codes: readonly string[]
  /** HTML. */
  readonly body: string
  /** What is searched, the weightiest first: title and keywords, summary, text. */
  readonly words: readonly string[]
}

const weights = [9, 4, 1] as const

const wordsOf = (text: string): string[] =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? []

/** Without its plural: what the server's own search does, too. */
const stem = (word: string): string => (word.length > 3 ? word.replace(/[sx]$/, '') : word)

/** The best first, at most twenty. Words of one or two letters count only when nothing else was typed. */
export const searchKept = (guides: readonly KeptGuide[], typed: string): KeptGuide[] => {
  const all = wordsOf(typed).slice(0, 12)
  const long = all.filter((word) => word.length > 2)
  const asked = (long.length > 0 ? long : all).map(stem)
  const scored = guides.map((guide) => {
    const texts = guide.words.map(wordsOf)
    let [score, found] = [0, 0]
    for (const word of asked) {
      const at = texts.findIndex((text) => text.some((one) => one.startsWith(word)))
      if (at < 0) continue
      score += weights[at] ?? 1
      found++
    }
    return { guide, score: score * found }
  })
  return scored
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.guide.title.localeCompare(b.guide.title))
    .slice(0, 20)
    .map(({ guide }) => guide)
}
