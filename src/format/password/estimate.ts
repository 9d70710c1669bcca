/**
 * How hard a password is to guess, in bits: a reckoning of tokens (rows of keys, words, years, digits, signs), rather
 * too low than too high. Linear in the length, which is bounded.
 */
import { fold } from './fold.ts'
import { localWords } from './local.data.ts'
import { splitWalks } from './walks.ts'

const local = new Set(localWords)

/** Letters of a language tell less and less as a word goes on: about four bits each, then two. */
const letterBits = (letters: string): number =>
  4 * Math.min(5, letters.length) + 2 * Math.max(0, Math.min(20, letters.length) - 5)

const tokenBits = (token: string, isCommon: (word: string) => boolean): number => {
  if (/^\p{L}/u.test(token)) {
    const plain = letterBits(token)
    if (local.has(token)) return Math.min(6, plain)
    return isCommon(token) ? Math.min(13, plain) : plain
  }
  if (/^\d/.test(token)) return /^(?:19|20)\d\d$/.test(token) ? 6 : 3.3 * Math.min(20, token.length)
  return 4 * new Set(token).size + Math.log2(token.length)
}

/** Bits for the capitals: one at the beginning is the rule, others are worth something. */
const capitalBits = (password: string): number => {
  const capitals = [...password].filter((char) => /\p{Lu}/u.test(char)).length
  if (capitals === 0) return 0
  return capitals === 1 && /^\p{Lu}/u.test(password) ? 1 : Math.min(8, 2 * capitals)
}

/** Bits of a password; `isCommon` knows the words everybody uses (folded), when the list is at hand. */
export const estimateBits = (password: string, isCommon: (word: string) => boolean = () => false): number => {
  const seen = new Set<string>()
  let bits = capitalBits(password)
  for (const { text, walk } of splitWalks(fold(password))) {
    if (walk) {
      bits += 5 + Math.log2(text.length)
      continue
    }
    for (const [token] of text.matchAll(/\p{L}+|\d+|[^\p{L}\d]+/gu)) {
      // A dash between words, or the same word again, is one decision for the whole.
      bits += seen.has(token) ? 1 : tokenBits(token, isCommon)
      seen.add(token)
    }
  }
  return Math.round(bits)
}
