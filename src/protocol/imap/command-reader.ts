/**
 * Gathers one command: its line, and its literals in place (RFC 9051 §4.3, LITERAL+ RFC 7888). The message of an APPEND
 * or a REPLACE is not gathered: reading stops at its announcement, so that the command can stream it.
 */
import type { Input } from './input.ts'
import type { Output } from './output.ts'

/** `{size}` or `{size+}` at the end of a line. */
export interface Announcement {
  readonly size: number
  /** The client waits for our `+` before it sends the octets. */
  readonly waits: boolean
  /** `~{`: the octets may hold NUL (RFC 3516). */
  readonly binary: boolean
}

export type ReadCommand =
  | { readonly kind: 'command'; readonly text: Buffer; readonly message?: Announcement }
  | { readonly kind: 'refused'; readonly tag: string; readonly reason: string; readonly tooBig: boolean }
  | { readonly kind: 'end' }

export interface ReadLimits {
  readonly line: number
  readonly literal: number
  /** Line and literals of one command together. */
  readonly command: number
  /** Octets of refused literals that may be thrown away. */
  readonly skipped: number
}

const CR = 0x0d
const brace = 0x7d

/** The literal that the end of this line announces, if any. */
export const announcement = (line: Buffer): Announcement | undefined => {
  if (line[line.length - 1] !== brace) return
  const match = /(~?)\{(\d{1,15})(\+?)\}$/.exec(line.toString('latin1', Math.max(0, line.length - 24)))
  if (match === null) return
  return { size: Number(match[2]), waits: match[3] === '', binary: match[1] === '~' }
}

/** A plausible tag at the start of a line, or `*`. */
const tagOf = (line: Buffer): string =>
  /^[^\x00-\x20\x7f-\xff(){%*"\\+]{1,100}(?= )/.exec(line.toString('latin1', 0, 120))?.[0] ?? '*'

/** Some programs leave spaces at the end of a line. */
const withoutBlanks = (line: Buffer): Buffer => {
  let end = line.length
  while (end > 0 && line[end - 1] === 0x20) end--
  return line.subarray(0, end)
}

/** A command that ends in a message: APPEND, or REPLACE (RFC 8508). */
const takesMessage = /^[^ ]+ (?:APPEND|(?:UID )?REPLACE [^ ]+) /i

/** True when the literal announced at the end of `line` is the message rather than the mailbox name before it. */
const startsMessage = (line: Buffer): boolean => {
  const head = line.toString('latin1', 0, 200)
  const match = takesMessage.exec(head)
  return match !== null && !/^~?\{\d+\+?\}$/.test(head.slice(match[0].length))
}

/**
 * Throws away an announced literal and the rest of its command, as far as the client sends it unasked. False when the
 * client has gone or wants to send more than can be skipped.
 */
export const skipCommand = async (input: Input, first: Announcement, limits: ReadLimits): Promise<boolean> => {
  let next: Announcement | undefined = first
  let skipped = 0
  while (next !== undefined && !next.waits) {
    skipped += next.size
    if (skipped > limits.skipped || !(await input.stream(next.size, () => {}))) return false
    const line = await input.line(limits.line)
    if (line === undefined) return false
    next = line === 'tooLong' ? undefined : announcement(line)
  }
  return true
}

/** Reads the next command. Answers `+` to literals that it accepts. `begun` is awaited when it has begun. */
export const readCommand = async (
  input: Input,
  output: Output,
  limits: ReadLimits,
  begun?: () => Promise<void>,
): Promise<ReadCommand> => {
  let first = await input.line(limits.line)
  // Some programs end a command with a line end too many.
  while (first !== undefined && first !== 'tooLong' && first.length === 0) first = await input.line(limits.line)
  if (begun !== undefined) await begun()
  if (first === undefined) return { kind: 'end' }
  if (first === 'tooLong')
    return { kind: 'refused', tag: tagOf(input.beginning), reason: 'Line too long', tooBig: false }
  const tag = tagOf(first)
  const parts: Buffer[] = []
  let total = 0
  let appending = takesMessage.test(first.toString('latin1', 0, 200))
  for (let line: Buffer = first; ; ) {
    parts.push(line)
    total += line.length
    const literal = announcement(line)
    if (literal === undefined) {
      parts[parts.length - 1] = withoutBlanks(line)
      return { kind: 'command', text: Buffer.concat(parts) }
    }
    if (appending && (parts.length > 1 || startsMessage(first)))
      return { kind: 'command', text: Buffer.concat(parts), message: literal }
    if (literal.size > limits.literal || total + literal.size > limits.command) {
      if (!(await skipCommand(input, literal, limits))) return { kind: 'end' }
      return { kind: 'refused', tag, reason: 'Literal too large', tooBig: true }
    }
    if (literal.waits) {
      output.write('+ OK\r\n')
      output.flush()
    }
    const octets = await input.octets(literal.size)
    if (octets === undefined) return { kind: 'end' }
    const rest = await input.line(limits.line)
    if (rest === undefined) return { kind: 'end' }
    if (rest === 'tooLong') return { kind: 'refused', tag, reason: 'Line too long', tooBig: false }
    total += octets.length
    parts.push(Buffer.from([CR, 0x0a]), octets)
    line = rest
    appending &&= total <= limits.command
  }
}
