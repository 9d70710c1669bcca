/** The syntax tree of a Sieve script (RFC 5228 §8.2), with the place of everything, and what can be wrong with it. */

/** Counted from 1; columns in characters. */
export interface Position {
  readonly line: number
  readonly column: number
}

export interface StringNode {
  readonly value: string
  readonly at: Position
}

export type Argument =
  | { readonly kind: 'tag'; readonly name: string; readonly at: Position }
  | { readonly kind: 'number'; readonly value: number; readonly at: Position }
  /** One string, or a list of them; RFC 5228 §2.4.2.1 lets a single string stand for a list. */
  | {
      readonly kind: 'strings'
      readonly list: readonly StringNode[]
      readonly bracketed: boolean
      readonly at: Position
    }

export interface Test {
  /** Lower case. */
  readonly name: string
  readonly args: readonly Argument[]
  readonly tests: readonly Test[]
  /** True when the tests stand in parentheses. */
  readonly listed: boolean
  readonly at: Position
}

export interface Command {
  /** Lower case. */
  readonly name: string
  readonly args: readonly Argument[]
  readonly tests: readonly Test[]
  readonly listed: boolean
  /** The commands between braces; undefined when the command ends with a semicolon. */
  readonly block: readonly Command[] | undefined
  readonly at: Position
  /** Offsets of the command in the text, its semicolon or brace included: what is not understood is kept as it is. */
  readonly start: number
  readonly end: number
}

export interface Script {
  readonly commands: readonly Command[]
}

export interface SieveProblem extends Position {
  /** One plain English sentence, without a final stop. */
  readonly message: string
}

/** The script is not right; the first thing that is wrong, and where. */
export class SieveError extends Error implements SieveProblem {
  readonly line: number
  readonly column: number

  constructor(message: string, at: Position) {
    super(message)
    this.name = 'SieveError'
    this.line = at.line
    this.column = at.column
  }
}

/** Bounds of a script: generous for people, small enough for a server. */
export const sieveLimits = {
  /** Octets. */
  script: 512 * 1024,
  nesting: 32,
  /** Commands and tests. */
  nodes: 20_000,
  /** Strings of a list. */
  list: 10_000,
} as const
