/** Commands as they come (RFC 5804 §4): words, quoted strings, numbers, and literals that are sent without waiting. */
import type { Input } from './input.ts'

export type Word =
  | { readonly kind: 'atom'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly bytes: Uint8Array }

export type ReadCommand =
  | { readonly kind: 'command'; readonly words: readonly Word[] }
  | { readonly kind: 'refused'; readonly reason: string; readonly tooLarge?: true }
  | { readonly kind: 'end' }

export interface ReadLimits {
  readonly line: number
  readonly literal: number
  readonly skipped: number
  readonly words: number
}

const token = /^(?:"((?:[^"\\\0]|\\["\\])*)"|([A-Za-z][A-Za-z0-9_-]*)|(\d{1,15}))(?= |$)/
const announcement = /^\{(\d{1,15})(\+?)\}$/

/** Words of a line; `literal` is the size that its end announces. Undefined when it is not well-formed. */
const split = (line: string): { words: Word[]; literal: number | undefined; waits: boolean } | undefined => {
  const words: Word[] = []
  let rest = line.trim()
  while (rest !== '') {
    const announced = announcement.exec(rest)
    if (announced) return { words, literal: Number(announced[1]), waits: announced[2] === '' }
    const match = token.exec(rest)
    if (!match) return
    const [whole, quoted, atom, number] = match
    if (quoted !== undefined)
      words.push({ kind: 'string', bytes: Buffer.from(quoted.replace(/\\(["\\])/g, '$1'), 'latin1') })
    else if (atom !== undefined) words.push({ kind: 'atom', text: atom.toUpperCase() })
    else words.push({ kind: 'number', value: Number(number) })
    rest = rest.slice(whole.length).trimStart()
  }
  return { words, literal: undefined, waits: false }
}

/** Reads the next command, literals in place. */
export const readCommand = async (input: Input, limits: ReadLimits): Promise<ReadCommand> => {
  const words: Word[] = []
  let refused: ReadCommand | undefined
  for (let first = true; ; first = false) {
    const line = await input.line(limits.line)
    if (line === undefined) return { kind: 'end' }
    if (first && line.length === 0) return readCommand(input, limits)
    const part = split(line.toString('latin1'))
    if (!part) return refused ?? { kind: 'refused', reason: 'This is not a command' }
    words.push(...part.words)
    if (part.literal === undefined) {
      if (words.length > limits.words) return { kind: 'refused', reason: 'Too many arguments' }
      return refused ?? { kind: 'command', words }
    }
    // RFC 5804 §4: a client's literal is never one that waits for an answer.
    if (part.waits) return { kind: 'refused', reason: 'Literals are written {size+}' }
    if (part.literal > limits.literal || words.length > limits.words) {
      if (part.literal > limits.skipped || !(await input.skip(part.literal))) return { kind: 'end' }
      refused = { kind: 'refused', reason: 'The literal is too large', tooLarge: true }
      continue
    }
    const bytes = await input.octets(part.literal)
    if (bytes === undefined) return { kind: 'end' }
    words.push({ kind: 'string', bytes })
  }
}
