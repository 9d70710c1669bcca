/**
 * What a script means: every word known, its extension required, its arguments right, or the line and column of the
 * first fault (RFC 5228 §2.10.5: a script that is not right is refused as a whole). The result is what is executed.
 */
import {
  baseComparators,
  brings,
  capabilities,
  commands,
  lexicalExtensions,
  type TagSpec,
  tests,
  type ValueType,
  type WordSpec,
} from './language.data.ts'
import { parseSieve } from './parse.ts'
import { type Argument, type Command, type Position, SieveError, type Test } from './syntax.ts'

export type Value = string | number | readonly string[] | true

/** A command or a test, its arguments sorted out. */
export interface Node {
  readonly name: string
  /** By tag name, without its colon; `true` for tags without a value. */
  readonly tags: ReadonlyMap<string, Value>
  /** Positional; undefined where an optional one was left out. Lists are always lists. */
  readonly args: readonly (Value | undefined)[]
  readonly tests: readonly Node[]
  readonly block: readonly Node[]
  readonly at: Position
}

export interface Program {
  readonly commands: readonly Node[]
  /** The extensions in force. */
  readonly extensions: ReadonlySet<string>
}

/** Capabilities a server offers: those of the table unless it is configured with fewer. */
export interface CheckOptions {
  readonly offered?: readonly string[]
}

class Checker {
  readonly #offered: ReadonlySet<string>
  readonly #extensions = new Set<string>()
  /** After `ihave`, what is not known is a fault only when it is executed (RFC 5463 §4). */
  #lenient = false

  constructor(offered: readonly string[]) {
    this.#offered = new Set(offered)
  }

  program(parsed: readonly Command[]): Program {
    let preamble = true
    for (const command of parsed) {
      if (command.name !== 'require') preamble = false
      else if (!preamble) throw new SieveError('require must come first', command.at)
      else this.#require(command)
    }
    const nodes = this.#block(parsed.filter(({ name }) => name !== 'require'))
    return { commands: nodes, extensions: this.#extensions }
  }

  #enable(name: string): boolean {
    if (!this.#offered.has(name)) return false
    this.#extensions.add(name)
    for (const other of brings[name] ?? []) this.#extensions.add(other)
    if (name === 'ihave') this.#lenient = true
    return true
  }

  #require(command: Command): void {
    const [arg, ...rest] = command.args
    if (arg?.kind !== 'strings' || rest.length > 0 || command.tests.length > 0 || command.block)
      throw new SieveError('require takes the names of extensions', command.at)
    for (const { value, at } of arg.list)
      if (!this.#enable(value)) throw new SieveError(`the extension ${JSON.stringify(value)} is not supported`, at)
  }

  #block(list: readonly Command[]): Node[] {
    const nodes: Node[] = []
    let previous = ''
    for (const command of list) {
      const { name, at } = command
      if (name === 'require') throw new SieveError('require must come first', at)
      if ((name === 'elsif' || name === 'else') && previous !== 'if' && previous !== 'elsif')
        throw new SieveError(`${name} needs an if before it`, at)
      nodes.push(this.#lazily(at, () => this.#command(command)))
      previous = name
    }
    return nodes
  }

  /** A fault becomes an `error` that is met only when it is executed, where the script asked for that. */
  #lazily(at: Position, make: () => Node): Node {
    if (!this.#lenient) return make()
    try {
      return make()
    } catch (error) {
      if (!(error instanceof SieveError)) throw error
      return { name: 'error', tags: new Map(), args: [error.message], tests: [], block: [], at }
    }
  }

  #command(command: Command): Node {
    const { name, at } = command
    const spec = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (!spec) throw new SieveError(`${name} is not a command`, at)
    this.#needs(spec.needs, name, at)
    if (spec.block && !command.block) throw new SieveError(`${name} needs a block`, at)
    if (!spec.block && command.block) throw new SieveError(`${name} takes no block`, at)
    const { tags, args } = this.#arguments(name, spec, command.args, at)
    const inner = this.#tests(name, spec, command)
    return { name, tags, args, tests: inner, block: this.#block(command.block ?? []), at }
  }

  #test(test: Test): Node {
    const { name, at } = test
    const spec = Object.hasOwn(tests, name) ? tests[name] : undefined
    if (!spec) throw new SieveError(`${name} is not a test`, at)
    this.#needs(spec.needs, name, at)
    const { tags, args } = this.#arguments(name, spec, test.args, at)
    if (name === 'ihave')
      for (const wanted of args[0] as readonly string[]) if (!lexicalExtensions.includes(wanted)) this.#enable(wanted)
    return { name, tags, args, tests: this.#tests(name, spec, test), block: [], at }
  }

  #tests(name: string, spec: WordSpec, { tests: given, listed, at }: Pick<Command, 'tests' | 'listed' | 'at'>): Node[] {
    if (spec.tests === undefined && given.length > 0) throw new SieveError(`${name} takes no test`, at)
    if (spec.tests === 'one' && (given.length !== 1 || listed)) throw new SieveError(`${name} takes one test`, at)
    if (spec.tests === 'list' && !listed) throw new SieveError(`${name} takes tests in parentheses`, at)
    return given.map((test) => this.#lazily(test.at, () => this.#test(test)))
  }

  #needs(extension: string | undefined, word: string, at: Position): void {
    if (extension === undefined || this.#extensions.has(extension)) return
    throw new SieveError(`${word} needs require "${extension}"`, at)
  }

  #arguments(name: string, spec: WordSpec, given: readonly Argument[], at: Position) {
    const tags = new Map<string, Value>()
    const chosen = new Set<string>()
    const positional: Argument[] = []
    for (let i = 0; i < given.length; i++) {
      const arg = given[i] as Argument
      if (arg.kind !== 'tag') {
        positional.push(arg)
        continue
      }
      const tag = this.#tag(name, spec, arg.name, positional.length > 0, arg.at)
      const choice = tag.choice ?? arg.name
      if (chosen.has(choice)) throw new SieveError(`:${arg.name} contradicts or repeats another argument`, arg.at)
      chosen.add(choice)
      if (tag.takes === undefined) tags.set(arg.name, true)
      else tags.set(arg.name, readValue(given[++i], tag.takes, `:${arg.name}`, arg.at))
    }
    if (spec.must !== undefined && !chosen.has(spec.must)) {
      const words = Object.entries(spec.tags ?? {}).flatMap(([tag, { choice }]) =>
        choice === spec.must ? [`:${tag}`] : [],
      )
      throw new SieveError(`${name} needs ${words.join(' or ')}`, at)
    }
    const args = place(name, spec, positional, at)
    this.#checkMatch(tags, at)
    return { tags, args }
  }

  #tag(name: string, spec: WordSpec, tag: string, late: boolean, at: Position): TagSpec {
    const found = Object.hasOwn(spec.tags ?? {}, tag) ? spec.tags?.[tag] : undefined
    if (!found) throw new SieveError(`${name} does not know :${tag}`, at)
    // RFC 5228 §2.6.2: tagged arguments come before positional ones.
    if (late) throw new SieveError(`:${tag} must come before the other arguments`, at)
    this.#needs(found.needs, `:${tag}`, at)
    return found
  }

  #checkMatch(tags: ReadonlyMap<string, Value>, at: Position): void {
    const comparator = tags.get('comparator')
    if (typeof comparator === 'string' && !baseComparators.includes(comparator))
      this.#needs(`comparator-${comparator}`, `:comparator "${comparator}"`, at)
    // RFC 5228 §2.7.1: i;ascii-numeric knows no substrings.
    if (comparator === 'i;ascii-numeric' && (tags.has('contains') || tags.has('matches') || tags.has('regex')))
      throw new SieveError('i;ascii-numeric compares whole values only', at)
    for (const relation of [tags.get('count'), tags.get('value')])
      if (typeof relation === 'string' && !/^(?:gt|ge|lt|le|eq|ne)$/i.test(relation))
        throw new SieveError(`${JSON.stringify(relation)} is not a relation: gt, ge, lt, le, eq or ne`, at)
  }
}

const named: Readonly<Record<ValueType, string>> = {
  string: 'a string',
  strings: 'a list of strings',
  number: 'a number',
}

const fits = (arg: Argument | undefined, type: ValueType): boolean => {
  if (arg?.kind === 'number') return type === 'number'
  if (arg?.kind !== 'strings') return false
  return type === 'strings' || (type === 'string' && !arg.bracketed)
}

const readValue = (arg: Argument | undefined, type: ValueType, whose: string, at: Position): Value => {
  if (!arg || !fits(arg, type)) throw new SieveError(`${whose} takes ${named[type]}`, arg?.at ?? at)
  if (arg.kind === 'number') return arg.value
  if (arg.kind !== 'strings') return true
  return type === 'strings' ? arg.list.map(({ value }) => value) : (arg.list[0]?.value ?? '')
}

/** Puts positional arguments into their places; what was left out is undefined. */
const place = (name: string, spec: WordSpec, given: readonly Argument[], at: Position): (Value | undefined)[] => {
  const { args, optional = 0, optionalLast = false } = spec
  const missing = args.length - given.length
  if (missing > optional || missing < 0) {
    const wanted = args.map((type) => named[type]).join(', then ')
    const text = args.length === 0 ? `${name} takes no such argument` : `${name} takes ${wanted}`
    throw new SieveError(text, missing < 0 ? (given[args.length]?.at ?? at) : at)
  }
  const skipped = (i: number) => (optionalLast ? i >= args.length - missing : i < missing)
  let next = 0
  return args.map((type, i) => (skipped(i) ? undefined : readValue(given[next++], type, name, at)))
}

/** Reads a script and checks it. Throws SieveError. */
export const checkSieve = (source: string, options: CheckOptions = {}): Program =>
  new Checker(options.offered ?? capabilities).program(parseSieve(source).commands)
