/**
 * The shared analyser of full text: what a message says and what a person types become the same words, on every engine.
 * Case, accents and ligatures fold; French elisions go; light stems meet (`stem.ts`); scripts without spaces become pairs
 * of characters. An address or a hyphenated word becomes its parts in a row, so that the whole is a phrase of the parts:
 * it is found whole, in part, and while it is being typed.
 */
import { stem } from './stem.ts'

/** A word longer than this is cut, in the index and in the query alike: it is an encoded attachment or a key, not language. */
export const maxWordLength = 40

/** Letters that NFKD does not take apart. */
const ligatures: Readonly<Record<string, string>> = {
  œ: 'oe',
  æ: 'ae',
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
}

/** Lower case, without accents or ligatures. Marks that are letters of their script (Devanagari vowels) stay. */
export const fold = (text: string): string => {
  const lower = text.toLowerCase()
  if (/^[\x00-\x7f]*$/.test(lower)) return lower
  return (
    lower
      .normalize('NFKD')
      .replace(/[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0640\u00ad\u200b-\u200d\u2060]/g, '')
      .replace(/[œæßøłđðþı]/g, (letter) => ligatures[letter] ?? letter)
      .normalize('NFC')
      // compatibility forms bring capitals back: ™, ㎒
      .toLowerCase()
      .replace(/[’ʼ‘`´＇]/g, "'")
  )
}

/** A run of word characters; apostrophes stay inside so that elisions can be told from quotes. */
const wordPattern = /[\p{L}\p{N}\p{M}]+(?:'[\p{L}\p{N}\p{M}]+)*/gu
const unspacedPattern =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc]+/gu
const elision = /^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|quelqu|presqu)$/

/** One unit of text: `raw` is what was written (folded), `term` what is indexed. */
export interface Word {
  readonly raw: string
  readonly term: string
  /** The lone last character of a run without spaces: indexed so that it can be found, left out of queries. */
  readonly tail?: true
}

/** Mail says the same words again and again: looking one up costs a tenth of stemming it. */
const known = new Map<string, Word>()
const maxKnown = 50_000

const word = (raw: string): Word => {
  const before = known.get(raw)
  if (before) return before
  if (raw.length > maxWordLength) {
    const cut = raw.slice(0, maxWordLength)
    return { raw: cut, term: stem(cut) }
  }
  // A copy of its own: a slice would keep the whole text it was cut from in memory.
  const own = ` ${raw}`.slice(1)
  const made = { raw: own, term: stem(own) }
  if (known.size >= maxKnown) known.clear()
  known.set(own, made)
  return made
}

/** Splits `l'élève`, `aujourd'hui`, `teacher's` as a reader would. */
const pushApostrophes = (text: string, out: Word[]): void => {
  if (text === "aujourd'hui") {
    out.push(word('aujourdhui'))
    return
  }
  const parts = text.split("'")
  parts.forEach((part, index) => {
    const last = index === parts.length - 1
    if (!last && elision.test(part)) return
    if (last && index > 0 && part === 's') return
    out.push(word(part))
  })
}

/** Scripts that are written without spaces: overlapping pairs, and the last character alone. */
const pushPairs = (run: string, out: Word[]): void => {
  const characters = [...run]
  for (let i = 0; i + 1 < characters.length; i++) {
    const pair = `${characters[i]}${characters[i + 1]}`
    out.push({ raw: pair, term: pair })
  }
  const last = characters.at(-1) ?? ''
  out.push(characters.length > 1 ? { raw: last, term: last, tail: true } : { raw: last, term: last })
}

const pushWord = (text: string, out: Word[]): void => {
  if (/^[\x00-\x7f]*$/.test(text)) {
    if (text.includes("'")) pushApostrophes(text, out)
    else out.push(word(text))
    return
  }
  let end = 0
  for (const run of text.matchAll(unspacedPattern)) {
    if (run.index > end) pushApostrophes(text.slice(end, run.index), out)
    pushPairs(run[0], out)
    end = run.index + run[0].length
  }
  if (end < text.length) pushApostrophes(text.slice(end), out)
}

/** The words of a text in order, at most `limit` of them. */
export const words = (text: string, limit = 50_000): Word[] => {
  const out: Word[] = []
  // long texts are folded in slices: one regular expression over megabytes would hold its copies all at once
  const step = 65_536
  for (let start = 0; start < text.length && out.length < limit; ) {
    let end = Math.min(start + step, text.length)
    if (end < text.length) {
      const space = text.lastIndexOf(' ', end)
      const line = text.lastIndexOf('\n', end)
      const cut = Math.max(space, line)
      if (cut > start) end = cut
    }
    for (const match of fold(text.slice(start, end)).matchAll(wordPattern)) {
      pushWord(match[0], out)
      if (out.length >= limit) break
    }
    start = end
  }
  return out.filter((each) => each.term !== '').slice(0, limit)
}

/** The indexed terms of a text, in order, at most `limit`. */
export const analyse = (text: string, limit?: number): string[] => words(text, limit).map((each) => each.term)

/**
 * One condition of a query: `terms` in a row. With `prefix`, the last of them may also be the beginning of a word:
 * `prefix` is that beginning as it was typed.
 */
export interface Clause {
  readonly terms: readonly string[]
  readonly prefix?: string
}

/** No query needs more, and each clause costs an index look-up per field. */
const maxClauses = 32
const maxQueryLength = 2_000

const clauseOf = (text: string, prefix: boolean): Clause | undefined => {
  const found = words(text, 64)
  if (found.length > 1 && found.at(-1)?.tail) found.pop()
  const last = found.at(-1)
  if (last === undefined) return undefined
  const terms = found.map((each) => each.term)
  return prefix ? { terms, prefix: last.raw } : { terms }
}

/**
 * What a person typed, as conditions that must all hold: quoted text is one phrase, any other word stands alone, and the last
 * word, when it is still open (not quoted), also matches as a beginning unless `prefix` is false.
 */
export const parseQuery = (text: string, prefix = true): Clause[] => {
  const clauses: Clause[] = []
  const pieces = [...text.slice(0, maxQueryLength).matchAll(/["“”«»]([^"“”«»]*)(["“”«»]|$)|[^\s"“”«»]+/gu)]
  pieces.forEach((piece, index) => {
    const quoted = piece[1]
    const open = prefix && index === pieces.length - 1 && (quoted === undefined || piece[2] === '')
    const clause = clauseOf(quoted ?? piece[0], open)
    if (clause !== undefined && clauses.length < maxClauses) clauses.push(clause)
  })
  return clauses
}
