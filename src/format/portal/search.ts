/** The search over services: the same on the server (`Tile/query`) and in a browser without a network. */
import type { Tile, Words } from '../jmap/portal.ts'

/** Lower case, without accents: `Élèves` and `eleves` are one word. */
export const foldWord = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

const wordsOf = (text: string): string[] => foldWord(text).match(/[\p{L}\p{N}]+/gu) ?? []

type Searchable = Pick<Tile, 'key' | 'name' | 'description'>

const begins = (texts: readonly string[], word: string): boolean =>
  texts.some((text) => wordsOf(text).some((one) => one.startsWith(word)))

const both = (words: Words): string[] => [words.fr, words.en]

/**
 * How well a service answers what was typed: 0 not at all; higher is better. Every word must begin some word of its
 * name, key or description; a name counts more.
 */
export const tileScore = (tile: Searchable, typed: string): number => {
  const asked = wordsOf(typed.slice(0, 200)).slice(0, 10)
  if (asked.length === 0) return 1
  let score = 0
  for (const word of asked) {
    if (begins([...both(tile.name), tile.key], word)) score += 3
    else if (begins(both(tile.description), word)) score += 1
    else return 0
  }
  return score
}
