/** Sieve text as tokens (RFC 5228 §8.1). */
import { type Position, SieveError } from './syntax.ts'

export type Token = { readonly at: Position; readonly start: number; readonly end: number } & (
  | { readonly kind: 'identifier' | 'tag'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: '[' | ']' | '(' | ')' | '{' | '}' | ',' | ';' | 'end' }
)

const identifier = /[A-Za-z_][A-Za-z0-9_]*/y
const number = /(\d+)([KMGkmg]?)(?![A-Za-z0-9_])/y
const space = /[ \t\r\n]+/y
const hashComment = /#[^\n]*(?:\n|$)/y
const textStart = /[ \t]*(?:#[^\r\n]*)?\r?\n/y
const quantities: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }
/** RFC 5228 §2.4.1: at least 2^31 - 1; ours is what a double holds exactly. */
const maxNumber = Number.MAX_SAFE_INTEGER

/** Reads a text token by token. Positions are counted only when they are asked for: once for each token. */
export const createTokens = (source: string) => {
  let offset = 0
  let counted = 0
  let line = 1
  let lineStart = 0

  const positionAt = (to: number): Position => {
    for (let next = source.indexOf('\n', counted); next >= 0 && next < to; next = source.indexOf('\n', next + 1)) {
      line++
      lineStart = next + 1
    }
    counted = Math.max(counted, to)
    return { line, column: to - lineStart + 1 }
  }

  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = offset
    const match = pattern.exec(source)
    if (match) offset = pattern.lastIndex
    return match
  }

  const skip = (): void => {
    for (;;) {
      if (take(space) || take(hashComment)) continue
      if (!source.startsWith('/*', offset)) return
      const end = source.indexOf('*/', offset + 2)
      if (end < 0) throw new SieveError('a comment is not closed', positionAt(offset))
      offset = end + 2
    }
  }

  /** `"..."`: a backslash makes the next character itself (RFC 5228 §2.4.2). */
  const quoted = (at: Position): string => {
    let text = ''
    for (let from = ++offset; ; ) {
      const quote = source.indexOf('"', offset)
      if (quote < 0) throw new SieveError('a string is not closed', at)
      const backslash = source.indexOf('\\', offset)
      if (backslash < 0 || backslash > quote) {
        offset = quote + 1
        return text + source.slice(from, quote)
      }
      text += source.slice(from, backslash)
      from = backslash + 1
      offset = backslash + 2
    }
  }

  /** `text:` up to a line with a lone dot; dots that begin a line are doubled (RFC 5228 §2.4.2). */
  const multiline = (at: Position): string => {
    if (!take(textStart)) throw new SieveError('text: must be followed by a new line', at)
    const lines: string[] = []
    for (;;) {
      const end = source.indexOf('\n', offset)
      if (end < 0 && source.slice(offset) !== '.')
        throw new SieveError('a text: is not closed by a line with a lone dot', at)
      const stop = end < 0 ? source.length : end
      const content = source.slice(offset, stop).replace(/\r$/, '')
      offset = end < 0 ? stop : end + 1
      if (content === '.') return lines.map((one) => `${one}\r\n`).join('')
      lines.push(content.startsWith('..') ? content.slice(1) : content)
    }
  }

  const readNumber = (at: Position): number => {
    const match = take(number)
    if (!match) throw new SieveError('this is not a number', at)
    const value = Number(match[1]) * (quantities[match[2]?.toLowerCase() ?? ''] ?? 1)
    if (value > maxNumber) throw new SieveError('the number is too large', at)
    return value
  }

  const next = (): Token => {
    skip()
    const start = offset
    const at = positionAt(start)
    const sign = source[offset] ?? ''
    const token = <T extends object>(rest: T) => ({ at, start, end: offset, ...rest })
    if (sign === '') return token({ kind: 'end' as const })
    if ('[](){},;'.includes(sign)) {
      offset++
      return token({ kind: sign as '[' })
    }
    if (sign === '"') return token({ kind: 'string' as const, text: quoted(at) })
    if (sign >= '0' && sign <= '9') return token({ kind: 'number' as const, value: readNumber(at) })
    if (sign === ':') {
      offset++
      const word = take(identifier)
      if (!word) throw new SieveError('a tag needs a name', at)
      return token({ kind: 'tag' as const, text: word[0].toLowerCase() })
    }
    const word = take(identifier)
    if (!word) throw new SieveError(`${JSON.stringify(sign)} does not belong here`, at)
    if (word[0].toLowerCase() === 'text' && source[offset] === ':') {
      offset++
      return token({ kind: 'string' as const, text: multiline(at) })
    }
    return token({ kind: 'identifier' as const, text: word[0].toLowerCase() })
  }

  return { next }
}
