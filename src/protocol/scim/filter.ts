/**
 * The filter language (RFC 7644 §3.4.2.2, figure 1): attribute comparisons, `pr`, `and` `or` `not`, groups, and filters
 * on the values of a complex attribute (`emails[type eq "work" and value co "@"]`).
 */
import { ScimError } from './failure.ts'

export const comparisons = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const
export type Comparison = (typeof comparisons)[number]

export interface AttributePath {
  /** URN of an extension or core schema, as written. */
  readonly schema?: string
  readonly name: string
  readonly sub?: string
}

export type FilterValue = string | number | boolean | null

export type Filter =
  | { readonly type: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly type: 'not'; readonly filter: Filter }
  | { readonly type: 'present'; readonly path: AttributePath }
  | { readonly type: 'compare'; readonly path: AttributePath; readonly by: Comparison; readonly value: FilterValue }
  /** One value of the attribute satisfies the whole inner filter. */
  | { readonly type: 'values'; readonly path: AttributePath; readonly filter: Filter }

/** Longer questions are not asked by programs that provision people. */
const longest = 2000
const deepest = 20

type Token =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'value'; readonly value: FilterValue }
  | { readonly kind: '(' | ')' | '[' | ']' }

const fail = (why: string): never => {
  throw new ScimError(400, `this filter is not understood: ${why}`, 'invalidFilter')
}

const tokenForm =
  /\s*(?:([()[\]])|("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w:.-]))|([A-Za-z$][\w$:.-]*(?:(?<=:)\*)?))/y

const tokensOf = (text: string): Token[] => {
  if (text.length > longest) fail('it is too long')
  const tokens: Token[] = []
  const end = text.trimEnd().length
  tokenForm.lastIndex = 0
  for (let at = 0; at < end; at = tokenForm.lastIndex) {
    const match = tokenForm.exec(text)
    if (!match) return fail(`"${text.slice(at, at + 20)}"`)
    const [, bracket, quoted, number, word] = match
    if (bracket) tokens.push({ kind: bracket as '(' })
    else if (quoted) tokens.push({ kind: 'value', value: parseQuoted(quoted) })
    else if (number) tokens.push({ kind: 'value', value: Number(number) })
    else tokens.push({ kind: 'word', text: word ?? '' })
  }
  return tokens
}

const parseQuoted = (text: string): string => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? value : fail(text)
  } catch {
    return fail(text)
  }
}

const nameForm = /^[A-Za-z$][\w$-]*$/

/** `urn:...:User:name.familyName`, `name.familyName`, `name`. Throws ScimError invalidFilter or invalidPath. */
export const parseAttributePath = (
  text: string,
  wrong: 'invalidFilter' | 'invalidPath' = 'invalidPath',
): AttributePath => {
  const colon = /^urn:/i.test(text) ? text.lastIndexOf(':') : -1
  const [name = '', sub, ...more] = text.slice(colon + 1).split('.')
  const good = nameForm.test(name) && (sub === undefined || nameForm.test(sub)) && more.length === 0
  if (!good) throw new ScimError(400, `"${text.slice(0, 100)}" is not the path of an attribute`, wrong)
  return { name, ...(colon > 0 ? { schema: text.slice(0, colon) } : {}), ...(sub === undefined ? {} : { sub }) }
}

const words: Readonly<Record<string, FilterValue>> = { true: true, false: false, null: null }

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at]
  }
  #next(): Token {
    return this.#tokens[this.#at++] ?? fail('it ends too early')
  }
  #isWord(text: string): boolean {
    const token = this.#peek()
    return token?.kind === 'word' && token.text.toLowerCase() === text
  }
  #expect(kind: ')' | ']' | '('): void {
    if (this.#next().kind !== kind) fail(`${kind} is missing`)
  }

  or(depth: number): Filter {
    if (depth > deepest) fail('it is too deep')
    let left = this.#and(depth)
    while (this.#isWord('or')) {
      this.#at++
      left = { type: 'or', left, right: this.#and(depth) }
    }
    return left
  }

  #and(depth: number): Filter {
    let left = this.#term(depth)
    while (this.#isWord('and')) {
      this.#at++
      left = { type: 'and', left, right: this.#term(depth) }
    }
    return left
  }

  #term(depth: number): Filter {
    const token = this.#next()
    if (token.kind === '(') {
      const inner = this.or(depth + 1)
      this.#expect(')')
      return inner
    }
    if (token.kind !== 'word') return fail('an attribute was expected')
    if (token.text.toLowerCase() === 'not' && this.#peek()?.kind === '(') {
      this.#at++
      const filter = this.or(depth + 1)
      this.#expect(')')
      return { type: 'not', filter }
    }
    return this.#comparison(parseAttributePath(token.text, 'invalidFilter'), depth)
  }

  #comparison(path: AttributePath, depth: number): Filter {
    const token = this.#next()
    if (token.kind === '[') {
      const filter = this.or(depth + 1)
      this.#expect(']')
      return { type: 'values', path, filter }
    }
    if (token.kind !== 'word') return fail('a comparison was expected')
    const word = token.text.toLowerCase()
    if (word === 'pr') return { type: 'present', path }
    const by = comparisons.find((one) => one === word) ?? fail(`there is no comparison "${token.text}"`)
    return { type: 'compare', path, by, value: this.#value(by) }
  }

  #value(by: Comparison): FilterValue {
    const token = this.#next()
    if (token.kind !== 'value' && token.kind !== 'word') return fail('a value was expected')
    const value = token.kind === 'value' ? token.value : words[token.text.toLowerCase()]
    if (value === undefined) return fail('a value was expected')
    const ordered = by !== 'eq' && by !== 'ne'
    // §3.4.2.2: order and parts of truth values mean nothing.
    if (ordered && (typeof value === 'boolean' || value === null)) return fail(`${by} does not compare such a value`)
    return value
  }

  end(): void {
    if (this.#at < this.#tokens.length) fail('something follows its end')
  }
}

/** Reads a filter. Throws ScimError 400 invalidFilter. */
export const parseFilter = (text: string): Filter => {
  const parser = new Parser(tokensOf(text))
  const filter = parser.or(0)
  parser.end()
  return filter
}
