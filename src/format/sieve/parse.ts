/** The grammar of Sieve (RFC 5228 §8.2). Any well-formed command is read, known or not: what it means is `check.ts`. */
import {
  type Argument,
  type Command,
  type Position,
  type Script,
  SieveError,
  type StringNode,
  sieveLimits,
  type Test,
} from './syntax.ts'
import { createTokens, type Token } from './tokens.ts'

const bytesOf = (text: string): number => {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7ff) bytes += 2
    else if (code > 0x7f) bytes++
  }
  return bytes
}

class Parser {
  readonly #tokens: ReturnType<typeof createTokens>
  #token: Token
  #last = 0
  #nodes = 0

  constructor(source: string) {
    this.#tokens = createTokens(source)
    this.#token = this.#tokens.next()
  }

  #advance(): Token {
    const token = this.#token
    this.#last = token.end
    this.#token = this.#tokens.next()
    return token
  }

  #is(kind: Token['kind']): boolean {
    return this.#token.kind === kind
  }

  #fail(message: string, at: Position = this.#token.at): never {
    throw new SieveError(message, at)
  }

  #expect(kind: Token['kind'], message: string): Token {
    if (this.#token.kind !== kind) this.#fail(message)
    return this.#advance()
  }

  #count(at: Position): void {
    if (++this.#nodes > sieveLimits.nodes) this.#fail('the script is too long', at)
  }

  script(): Script {
    const commands = this.#commands(0)
    if (this.#token.kind !== 'end')
      this.#fail(this.#token.kind === '}' ? 'there is a } too many' : 'a command is expected')
    return { commands }
  }

  #commands(depth: number): Command[] {
    if (depth > sieveLimits.nesting) this.#fail('blocks are nested too deeply')
    const commands: Command[] = []
    while (this.#token.kind === 'identifier') commands.push(this.#command(depth))
    return commands
  }

  #command(depth: number): Command {
    const token = this.#advance()
    const { at, start } = token
    this.#count(at)
    const name = token.kind === 'identifier' ? token.text : ''
    const { args, tests, listed } = this.#arguments(depth)
    if (this.#token.kind === '{') {
      this.#advance()
      const block = this.#commands(depth + 1)
      this.#expect('}', 'a command or } is expected')
      return { name, args, tests, listed, block, at, start, end: this.#last }
    }
    this.#expect(';', `${name} must end with a semicolon or a block`)
    return { name, args, tests, listed, block: undefined, at, start, end: this.#last }
  }

  #arguments(depth: number): { args: Argument[]; tests: Test[]; listed: boolean } {
    const args: Argument[] = []
    for (;;) {
      const token = this.#token
      const { at } = token
      if (token.kind === 'tag') args.push({ kind: 'tag', name: token.text, at })
      else if (token.kind === 'number') args.push({ kind: 'number', value: token.value, at })
      else if (token.kind === 'string')
        args.push({ kind: 'strings', list: [{ value: token.text, at }], bracketed: false, at })
      else if (token.kind === '[') {
        args.push({ kind: 'strings', list: this.#list(), bracketed: true, at })
        continue
      } else break
      this.#advance()
    }
    if (this.#token.kind === 'identifier') return { args, tests: [this.#test(depth + 1)], listed: false }
    if (!this.#is('(')) return { args, tests: [], listed: false }
    this.#advance()
    const tests = [this.#test(depth + 1)]
    while (this.#is(',')) {
      this.#advance()
      tests.push(this.#test(depth + 1))
    }
    this.#expect(')', 'a , or ) is expected')
    return { args, tests, listed: true }
  }

  #test(depth: number): Test {
    if (depth > sieveLimits.nesting) this.#fail('tests are nested too deeply')
    const token = this.#token
    if (token.kind !== 'identifier') this.#fail('a test is expected')
    this.#advance()
    this.#count(token.at)
    return { name: token.text, ...this.#arguments(depth), at: token.at }
  }

  #list(): StringNode[] {
    this.#advance()
    const list: StringNode[] = []
    for (;;) {
      const token = this.#token
      if (token.kind !== 'string') this.#fail('a string is expected')
      if (list.length >= sieveLimits.list) this.#fail('the list is too long')
      list.push({ value: token.text, at: token.at })
      this.#advance()
      if (this.#token.kind === ']') break
      this.#expect(',', 'a , or ] is expected')
    }
    this.#advance()
    return list
  }
}

/** Parses a script. Throws SieveError with the place of the first fault. */
export const parseSieve = (source: string): Script => {
  if (bytesOf(source) > sieveLimits.script) throw new SieveError('the script is too large', { line: 1, column: 1 })
  // A byte order mark is not part of the script.
  return new Parser(source.startsWith('\ufeff') ? ` ${source.slice(1)}` : source).script()
}
