/** Comparators and match types (RFC 5228 §2.7, RFC 5231 relational, RFC 5229 §3.2 match variables). */
import type { Node, Value } from './check.ts'
import { compileRegex, RegexError, type RegexMatcher } from './regex.ts'

export type Relation = 'gt' | 'ge' | 'lt' | 'le' | 'eq' | 'ne'

export type Match =
  | { readonly type: 'is' | 'contains' | 'matches' | 'regex' | 'list' }
  | { readonly type: 'count' | 'value'; readonly relation: Relation }

export interface Comparison {
  readonly match: Match
  readonly comparator: string
}

const relationOf = (value: Value | undefined): Relation => String(value).toLowerCase() as Relation

/** The match type and comparator that a test asks for; `:is` and `i;ascii-casemap` when it does not say. */
export const comparisonOf = ({ tags }: Pick<Node, 'tags'>): Comparison => {
  const given = tags.get('comparator')
  const comparator = typeof given === 'string' ? given : 'i;ascii-casemap'
  for (const type of ['contains', 'matches', 'regex', 'list'] as const)
    if (tags.has(type)) return { match: { type }, comparator }
  for (const type of ['count', 'value'] as const)
    if (tags.has(type)) return { match: { type, relation: relationOf(tags.get(type)) }, comparator }
  return { match: { type: 'is' }, comparator }
}

const asciiFold = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

/** A text in the form in which a comparator compares it. */
const foldFor = (comparator: string): ((text: string) => string) => {
  if (comparator === 'i;octet') return (text) => text
  // RFC 5051: titlecase and decompose; ours compares what NFD lower case leaves, which orders the same.
  if (comparator === 'i;unicode-casemap') return (text) => text.normalize('NFD').toLowerCase()
  return asciiFold
}

/** RFC 4790 §9.1: digits at the beginning; anything else is infinity, larger than every number. */
const numeric = (text: string): bigint | undefined => {
  const digits = /^\d{1,4000}/.exec(text)
  return digits ? BigInt(digits[0]) : undefined
}

const order = (comparator: string, a: string, b: string): number => {
  if (comparator === 'i;ascii-numeric') {
    const [x, y] = [numeric(a), numeric(b)]
    if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? 1 : -1
    return x < y ? -1 : x > y ? 1 : 0
  }
  const fold = foldFor(comparator)
  const [x, y] = [fold(a), fold(b)]
  return x < y ? -1 : x > y ? 1 : 0
}

const holds = (relation: Relation, ordered: number): boolean => {
  switch (relation) {
    case 'gt':
      return ordered > 0
    case 'ge':
      return ordered >= 0
    case 'lt':
      return ordered < 0
    case 'le':
      return ordered <= 0
    case 'eq':
      return ordered === 0
    case 'ne':
      return ordered !== 0
  }
}

type Piece = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'any' | 'one' }

const piecesOf = (pattern: string, fold: (text: string) => string): Piece[] => {
  const pieces: Piece[] = []
  let text = ''
  const flush = () => {
    if (text !== '') pieces.push({ kind: 'text', text: fold(text) })
    text = ''
  }
  for (let i = 0; i < pattern.length; i++) {
    const sign = pattern[i] as string
    if (sign === '\\' && i + 1 < pattern.length) text += pattern[++i]
    else if (sign === '*' || sign === '?') {
      flush()
      pieces.push({ kind: sign === '*' ? 'any' : 'one' })
    } else text += sign
  }
  flush()
  return pieces
}

/** Characters of a value and of a pattern that wildcards look at: their product is the work. */
const maxGlobSubject = 16_384
const maxGlobPattern = 2048

/**
 * `:matches`: `*` any text, `?` one character, as little as possible (RFC 5229 §3.2). Greedy with one way back, to the
 * last `*`, which is enough and never slow. Returns what each wildcard stood for, after the whole.
 */
const glob = (pattern: string, subject: string, fold: (text: string) => string): string[] | undefined => {
  const pieces = piecesOf(pattern.slice(0, maxGlobPattern), fold)
  const folded = fold(subject.slice(0, maxGlobSubject))
  // Where folding changes the length, captures are of the folded text.
  const shown = folded.length === subject.length ? subject : folded
  const from: number[] = []
  const to: number[] = []
  let piece = 0
  let at = 0
  let star: { piece: number; at: number } | undefined
  const back = (): boolean => {
    if (!star || star.at >= folded.length) return false
    star = { piece: star.piece, at: star.at + 1 }
    piece = star.piece + 1
    at = star.at
    to[star.piece] = at
    return true
  }
  for (;;) {
    const now = pieces[piece]
    if (!now) {
      if (at === folded.length) break
      if (!back()) return
    } else if (now.kind === 'any') {
      star = { piece, at }
      from[piece] = at
      to[piece] = at
      piece++
    } else if (now.kind === 'one' && at < folded.length) {
      from[piece] = at
      at += (folded.codePointAt(at) as number) > 0xffff ? 2 : 1
      to[piece] = at
      piece++
    } else if (now.kind === 'text' && folded.startsWith(now.text, at)) {
      at += now.text.length
      piece++
    } else if (!back()) return
  }
  const wildcards = pieces.flatMap(({ kind }, n) => (kind === 'text' ? [] : [shown.slice(from[n], to[n])]))
  return [subject, ...wildcards]
}

const compiled = new Map<string, RegexMatcher | RegexError>()
const maxCompiled = 200

const regexFor = (pattern: string, ignoreCase: boolean): RegexMatcher => {
  const key = `${ignoreCase ? 'i' : 'c'}${pattern}`
  let known = compiled.get(key)
  if (!known) {
    try {
      known = compileRegex(pattern, ignoreCase)
    } catch (error) {
      if (!(error instanceof RegexError)) throw error
      known = error
    }
    if (compiled.size >= maxCompiled) compiled.delete(compiled.keys().next().value as string)
    compiled.set(key, known)
  }
  if (known instanceof RegexError) throw known
  return known
}

/** Match variables `${0}` to `${9}`, when something with wildcards matched. */
export interface Matched {
  readonly captures?: readonly string[]
}

const one = ({ match, comparator }: Comparison, value: string, key: string): Matched | undefined => {
  switch (match.type) {
    case 'is':
      return order(comparator, value, key) === 0 ? {} : undefined
    case 'contains': {
      const fold = foldFor(comparator)
      return fold(value).includes(fold(key)) ? {} : undefined
    }
    case 'matches': {
      const captures = glob(key, value, foldFor(comparator))
      return captures && { captures }
    }
    case 'regex': {
      const captures = regexFor(key, comparator !== 'i;octet')(value)
      return captures && { captures }
    }
    case 'value':
      return holds(match.relation, order(comparator, value, key)) ? {} : undefined
    case 'count':
    case 'list':
      return
  }
}

/**
 * True (with its captures) when a value matches a key: the first pair that does. `:count` compares the number of values
 * (RFC 5231 §4.2). `:list` is asked of whoever keeps the lists, not here. Throws RegexError.
 */
export const matchAny = (
  comparison: Comparison,
  values: readonly string[],
  keys: readonly string[],
): Matched | undefined => {
  const { match } = comparison
  if (match.type === 'count') {
    const count = String(values.length)
    const found = keys.some((key) => holds(match.relation, order('i;ascii-numeric', count, key)))
    return found ? {} : undefined
  }
  for (const value of values)
    for (const key of keys) {
      const matched = one(comparison, value, key)
      if (matched) return matched
    }
  return
}
