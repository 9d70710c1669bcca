/** The state of one run: steps counted, decisions collected, strings expanded. */

import type { MimePart } from '#format/mime/structure.ts'
import type { Node, Program, Value } from '#format/sieve/check.ts'
import type { Comparison } from '#format/sieve/match.ts'
import { matchAny } from '#format/sieve/match.ts'
import { RegexError } from '#format/sieve/regex.ts'
import type { Position } from '#format/sieve/syntax.ts'
import { decodeEncodedCharacters, expandVariables } from '#format/sieve/variables.ts'
import { type Action, type Decided, type Duplicate, type FilterHost, filterLimits } from './filter.ts'
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

/** Milliseconds that this thread has worked: what others do on a busy machine is not held against a script. */
const worked = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
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
  /** Where the script decided what becomes of the message. */
  readonly decided: Decided[] = []
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
  #lookUps = 0
  readonly #began = worked()
  /** Milliseconds that went by while the host was asked: not the script's. */
  #outside = 0

  constructor(program: Program, message: FilterMessage, host: FilterHost, name: string) {
    this.message = message
    this.host = this.#timed(host)
    this.frame = { program, name, scope: new Scope(this.globals), depth: 0 }
  }

  step(at: Position): void {
    if (++this.#steps > filterLimits.steps) throw new RunFault('the script takes too many steps', at)
    if (this.#lookUps > filterLimits.lookUps) throw new RunFault('the script asks too much of the server', at)
    if (worked() - this.#began - this.#outside > filterLimits.milliseconds)
      throw new RunFault('the script takes too much time', at)
  }

  /** The host, its answers counted and the time they take set apart. */
  #timed(host: FilterHost): FilterHost {
    const aside = async <T>(ask: () => Promise<T>): Promise<T> => {
      this.#lookUps++
      const began = worked()
      try {
        return await ask()
      } finally {
        this.#outside += worked() - began
      }
    }
    return {
      ...host,
      mailboxExists: (path) => aside(() => host.mailboxExists(path)),
      mailboxIdExists: (id) => aside(() => host.mailboxIdExists(id)),
      specialUseExists: (mailbox, attribute) => aside(() => host.specialUseExists(mailbox, attribute)),
      seen: (duplicate) => aside(() => host.seen(duplicate)),
      listContains: (list, value) => aside(() => host.listContains(list, value)),
      listAddresses: (list) => aside(() => host.listAddresses(list)),
      include: (location, name) => aside(() => host.include(location, name)),
    }
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
    keepsCaptures = true,
  ): Promise<boolean> {
    if (comparison.match.type === 'list') {
      for (const list of keys) for (const value of values) if (await this.host.listContains(list, value)) return true
      return false
    }
    try {
      const matched = matchAny(comparison, values, keys)
      if (keepsCaptures && matched?.captures && this.frame.program.extensions.has('variables'))
        this.frame.scope.captures = matched.captures
      return matched !== undefined
    } catch (error) {
      if (error instanceof RegexError) throw new RunFault(`a regular expression is not right: ${error.message}`, at)
      throw error
    }
  }

  /** An action that passes the message on as it is now. */
  #edited(action: Action): Action {
    const edits = this.message.edits.length
    const passes = action.kind === 'keep' || action.kind === 'fileinto' || action.kind === 'redirect'
    return passes && edits > 0 ? { ...action, edits } : action
  }

  decide(action: Action, at: Position): void {
    if (this.actions.length >= filterLimits.actions) throw new RunFault('the script takes too many actions', at)
    this.actions.push(this.#edited(action))
  }
}
