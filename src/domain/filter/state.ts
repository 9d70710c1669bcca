/** The state of one run: steps counted, decisions collected, strings expanded. */

import type { MimePart } from '#format/mime/structure.ts'
import type { Node, Program, Value } from '#format/sieve/check.ts'
import type { Comparison } from '#format/sieve/match.ts'
import { matchAny } from '#format/sieve/match.ts'
import { RegexError } from '#format/sieve/regex.ts'
import type { Position } from '#format/sieve/syntax.ts'
import { decodeEncodedCharacters, expandVariables } from '#format/sieve/variables.ts'
import { type Action, type Duplicate, type FilterHost, filterLimits } from './filter.ts'
import type { FilterMessage } from './message.ts'
import { Globals, Scope } from './scope.ts'

/** Something went wrong while a script ran; the implicit keep follows (RFC 5228 §2.10.6). */
export class RunFault extends Error {
  readonly at: Position

  constructor(message: string, at: Position) {
    super(message)
    this.at = at
  }
}

/** One script on its way: its own variables; the rest is shared with those that include it. */
export interface Frame {
  readonly program: Program
  readonly name: string
  readonly scope: Scope
  readonly depth: number
}

export class State {
  readonly message: FilterMessage
  readonly host: FilterHost
  readonly globals = new Globals()
  readonly actions: Action[] = []
  readonly remember: Duplicate[] = []
  readonly included = new Set<string>()
  implicitKeep = true
  includes = 0
  /** The flags variable of RFC 5232 that has no name. */
  flags: readonly string[] = []
  /** The part that `foreverypart` has come to. */
  part: MimePart | undefined
  frame: Frame
  #steps = 0

  constructor(program: Program, message: FilterMessage, host: FilterHost, name: string) {
    this.message = message
    this.host = host
    this.frame = { program, name, scope: new Scope(this.globals), depth: 0 }
  }

  step(at: Position): void {
    if (++this.#steps > filterLimits.steps) throw new RunFault('the script takes too many steps', at)
  }

  /** A string as the script means it: encoded characters decoded, variables replaced. */
  expand(text: string): string {
    const { extensions } = this.frame.program
    const decoded = extensions.has('encoded-character') ? decodeEncodedCharacters(text) : text
    return extensions.has('variables') ? expandVariables(decoded, (name) => this.frame.scope.get(name)) : decoded
  }

  text(value: Value | undefined): string {
    return typeof value === 'string' ? this.expand(value) : ''
  }

  texts(value: Value | undefined): string[] {
    return Array.isArray(value) ? (value as readonly string[]).map((text) => this.expand(text)) : []
  }

  optional(node: Node, tag: string): string | undefined {
    const value = node.tags.get(tag)
    return value === undefined ? undefined : this.text(value)
  }

  /** Compares values with keys; wildcards set the match variables (RFC 5229 §3.2). */
  async matches(
    comparison: Comparison,
    values: readonly string[],
    keys: readonly string[],
    at: Position,
  ): Promise<boolean> {
    if (comparison.match.type === 'list') {
      for (const list of keys) for (const value of values) if (await this.host.listContains(list, value)) return true
      return false
    }
    try {
      const matched = matchAny(comparison, values, keys)
      if (matched?.captures && this.frame.program.extensions.has('variables'))
        this.frame.scope.captures = matched.captures
      return matched !== undefined
    } catch (error) {
      if (error instanceof RegexError) throw new RunFault(`a regular expression is not right: ${error.message}`, at)
      throw error
    }
  }

  decide(action: Action, at: Position): void {
    if (this.actions.length >= filterLimits.actions) throw new RunFault('the script takes too many actions', at)
    this.actions.push(action)
  }
}
