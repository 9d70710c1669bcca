/** Passphrases for the cards of pupils: short French words and a number, easy to read out and to type. */
import { phraseWords } from './phrase.data.ts'

export interface PhraseOptions {
  /** A fair whole number from 0 to below the bound: `crypto.randomInt`. */
  readonly random: (below: number) => number
  /** Words; four are 42 bits, with the number 52 (CNIL 2022-100 asks for 50 behind a throttle). */
  readonly words?: number
}

/** `melon-violette-tigre-pluvieux-473`: different words, small letters without accents, then a number of three digits. */
export const makePhrase = ({ random, words = 4 }: PhraseOptions): string => {
  const chosen = new Set<string>()
  while (chosen.size < words) chosen.add(phraseWords[random(phraseWords.length)] as string)
  return `${[...chosen].join('-')}-${100 + random(900)}`
}

/** Bits of a phrase made so. */
export const phraseBits = (words = 4): number => Math.floor(words * Math.log2(phraseWords.length) + Math.log2(900))
