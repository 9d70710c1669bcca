/**
 * POSIX extended regular expressions for `:regex` (draft-ietf-sieve-regex), as an automaton that reads its input once:
 * no expression makes it slow, which backtracking engines cannot promise. Leftmost match, by the order of Perl.
 */

type Set = (code: number) => boolean

type Instruction =
  | { readonly op: 'char'; readonly test: Set }
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'start' | 'end' | 'match' }

/** Instructions an expression may compile to, and steps one match may take: that many characters are looked at. */
const maxProgram = 5000
const maxSteps = 4_000_000
const maxSubject = 100_000
const maxRepeat = 255

type Tree =
  | { readonly kind: 'char'; readonly test: Set }
  | { readonly kind: 'start' | 'end' | 'empty' }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Tree[] }
  | { readonly kind: 'group'; readonly n: number; readonly inner: Tree }
  | { readonly kind: 'repeat'; readonly inner: Tree; readonly least: number; readonly most: number }

export class RegexError extends Error {}

const classes: Readonly<Record<string, RegExp>> = {
  alpha: /\p{L}/u,
  digit: /[0-9]/,
  alnum: /[\p{L}0-9]/u,
  upper: /\p{Lu}/u,
  lower: /\p{Ll}/u,
  space: /\s/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  xdigit: /[0-9A-Fa-f]/,
  cntrl: /\p{Cc}/u,
  print: /[^\p{Cc}]/u,
  graph: /[^\p{Cc}\s]/u,
}

const folded = (code: number): number[] => {
  const text = String.fromCodePoint(code)
  return [...new Set([text, text.toLowerCase(), text.toUpperCase()])].flatMap((one) =>
    [...one].length === 1 ? [one.codePointAt(0) as number] : [],
  )
}

class Reader {
  readonly #text: string[]
  readonly #ignoreCase: boolean
  #at = 0
  groups = 0

  constructor(pattern: string, ignoreCase: boolean) {
    this.#text = [...pattern]
    this.#ignoreCase = ignoreCase
  }

  read(): Tree {
    const tree = this.#alternatives(0)
    if (this.#at < this.#text.length) throw new RegexError('there is a ) too many')
    return tree
  }

  #peek(): string | undefined {
    return this.#text[this.#at]
  }

  #alternatives(depth: number): Tree {
    if (depth > 50) throw new RegexError('groups are nested too deeply')
    const parts = [this.#sequence(depth)]
    while (this.#peek() === '|') {
      this.#at++
      parts.push(this.#sequence(depth))
    }
    return parts.length === 1 ? (parts[0] as Tree) : { kind: 'any', parts }
  }

  #sequence(depth: number): Tree {
    const parts: Tree[] = []
    for (let sign = this.#peek(); sign !== undefined && sign !== '|' && sign !== ')'; sign = this.#peek())
      parts.push(this.#repeated(this.#atom(depth)))
    return parts.length === 1 ? (parts[0] as Tree) : { kind: 'all', parts }
  }

  #atom(depth: number): Tree {
    const sign = this.#text[this.#at++] as string
    if (sign === '.') return { kind: 'char', test: () => true }
    if (sign === '^') return { kind: 'start' }
    if (sign === '$') return { kind: 'end' }
    if (sign === '[') return { kind: 'char', test: this.#bracket() }
    if (sign === '*' || sign === '+' || sign === '?') throw new RegexError(`${sign} has nothing to repeat`)
    if (sign === '(') {
      const n = ++this.groups
      const inner = this.#alternatives(depth + 1)
      if (this.#text[this.#at++] !== ')') throw new RegexError('a ( is not closed')
      return { kind: 'group', n, inner }
    }
    const literal = sign === '\\' ? this.#text[this.#at++] : sign
    if (literal === undefined) throw new RegexError('a \\ at the end')
    return { kind: 'char', test: this.#literal(literal) }
  }

  #literal(sign: string): Set {
    const code = sign.codePointAt(0) as number
    if (!this.#ignoreCase) return (given) => given === code
    const all = folded(code)
    return (given) => all.includes(given)
  }

  #repeated(atom: Tree): Tree {
    let tree = atom
    for (;;) {
      const bounds = this.#bounds()
      if (!bounds) return tree
      tree = { kind: 'repeat', inner: tree, least: bounds[0], most: bounds[1] }
    }
  }

  #bounds(): readonly [number, number] | undefined {
    const sign = this.#peek()
    const simple = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] } as const
    if (sign === '*' || sign === '+' || sign === '?') {
      this.#at++
      return simple[sign]
    }
    if (sign !== '{') return
    const text = this.#text.slice(this.#at, this.#at + 12).join('')
    const match = /^\{(\d{1,3})(,(\d{1,3})?)?\}/.exec(text)
    if (!match) throw new RegexError('a { that is no repetition')
    const least = Number(match[1])
    const most = match[2] === undefined ? least : match[3] === undefined ? Infinity : Number(match[3])
    if (least > maxRepeat || (most !== Infinity && most > maxRepeat) || most < least)
      throw new RegexError('a repetition out of bounds')
    this.#at += match[0].length
    return [least, most]
  }

  #bracket(): Set {
    const negated = this.#peek() === '^'
    if (negated) this.#at++
    const tests: Set[] = []
    for (let first = true; ; first = false) {
      const sign = this.#text[this.#at++]
      if (sign === undefined) throw new RegexError('a [ is not closed')
      if (sign === ']' && !first) break
      tests.push(this.#member(sign))
    }
    return (code) => tests.some((test) => test(code)) !== negated
  }

  #member(sign: string): Set {
    if (sign === '[' && this.#peek() === ':') {
      const end = this.#text.indexOf(']', this.#at)
      const name = this.#text.slice(this.#at + 1, end - 1).join('')
      const known = Object.hasOwn(classes, name) ? classes[name] : undefined
      if (end < 0 || this.#text[end - 1] !== ':' || !known) throw new RegexError('there is no such class')
      this.#at = end + 1
      return (code) => known.test(String.fromCodePoint(code))
    }
    if (this.#peek() !== '-' || this.#text[this.#at + 1] === ']') return this.#literal(sign)
    const last = this.#text[this.#at + 1]
    if (last === undefined) throw new RegexError('a [ is not closed')
    this.#at += 2
    const [from, to] = [sign.codePointAt(0) as number, last.codePointAt(0) as number]
    if (to < from) throw new RegexError('a range runs backwards')
    const ignoreCase = this.#ignoreCase
    return (code) => (ignoreCase ? folded(code) : [code]).some((one) => one >= from && one <= to)
  }
}

const compile = (tree: Tree, program: Instruction[]): void => {
  if (program.length > maxProgram) throw new RegexError('the expression is too large')
  switch (tree.kind) {
    case 'char':
      program.push({ op: 'char', test: tree.test })
      return
    case 'start':
    case 'end':
      program.push({ op: tree.kind })
      return
    case 'empty':
      return
    case 'all':
      for (const part of tree.parts) compile(part, program)
      return
    case 'any':
      compileAny(tree.parts, program)
      return
    case 'group':
      program.push({ op: 'save', slot: 2 * tree.n })
      compile(tree.inner, program)
      program.push({ op: 'save', slot: 2 * tree.n + 1 })
      return
    case 'repeat':
      compileRepeat(tree, program)
  }
}

const compileAny = (parts: readonly Tree[], program: Instruction[]): void => {
  const jumps: { op: 'jump'; to: number }[] = []
  for (const [i, part] of parts.entries()) {
    if (i === parts.length - 1) {
      compile(part, program)
      break
    }
    const split = { op: 'split' as const, first: program.length + 1, second: 0 }
    program.push(split)
    compile(part, program)
    const jump = { op: 'jump' as const, to: 0 }
    program.push(jump)
    jumps.push(jump)
    split.second = program.length
  }
  for (const jump of jumps) jump.to = program.length
}

const compileRepeat = (tree: Tree & { kind: 'repeat' }, program: Instruction[]): void => {
  for (let n = 0; n < tree.least; n++) compile(tree.inner, program)
  if (tree.most === Infinity) {
    const split = { op: 'split' as const, first: program.length + 1, second: 0 }
    program.push(split)
    compile(tree.inner, program)
    program.push({ op: 'jump', to: program.indexOf(split) })
    split.second = program.length
    return
  }
  const splits: { second: number }[] = []
  for (let n = tree.least; n < tree.most; n++) {
    const split = { op: 'split' as const, first: program.length + 1, second: 0 }
    program.push(split)
    splits.push(split)
    compile(tree.inner, program)
  }
  for (const split of splits) split.second = program.length
}

interface Thread {
  readonly pc: number
  readonly saved: readonly number[]
}

/** Runs every alternative side by side, one step for each character of the subject. */
const run = (program: readonly Instruction[], subject: readonly number[]): readonly number[] | undefined => {
  let matched: readonly number[] | undefined
  const add = (list: Thread[], seen: Uint8Array, start: Thread, at: number): void => {
    const stack: Thread[] = [start]
    for (let thread = stack.pop(); thread; thread = stack.pop()) {
      const { pc, saved } = thread
      if (seen[pc]) continue
      seen[pc] = 1
      const step = program[pc] as Instruction
      if (step.op === 'jump') stack.push({ pc: step.to, saved })
      else if (step.op === 'split') stack.push({ pc: step.second, saved }, { pc: step.first, saved })
      else if (step.op === 'save') stack.push({ pc: pc + 1, saved: saved.with(step.slot, at) })
      else if (step.op === 'start') at === 0 && stack.push({ pc: pc + 1, saved })
      else if (step.op === 'end') at === subject.length && stack.push({ pc: pc + 1, saved })
      else list.push(thread)
    }
  }
  const slots = program.reduce((most, step) => (step.op === 'save' ? Math.max(most, step.slot + 1) : most), 2)
  const none = Array<number>(slots).fill(-1)
  let now: Thread[] = []
  for (let at = 0; at <= subject.length; at++) {
    const seen = new Uint8Array(program.length)
    const ready: Thread[] = []
    for (const thread of now) add(ready, seen, thread, at)
    if (!matched) add(ready, seen, { pc: 0, saved: none.with(0, at) }, at)
    if (ready.length === 0 && matched) break
    now = []
    for (const { pc, saved } of ready) {
      const step = program[pc] as Instruction
      if (step.op === 'match') {
        matched = saved.with(1, at)
        break
      }
      if (step.op === 'char' && at < subject.length && step.test(subject[at] as number)) now.push({ pc: pc + 1, saved })
    }
  }
  return matched
}

/** The parts of a subject that an expression matched: the whole, then its groups; undefined when it does not match. */
export type RegexMatcher = (subject: string) => readonly string[] | undefined

/** Compiles an expression. Throws RegexError. */
export const compileRegex = (pattern: string, ignoreCase: boolean): RegexMatcher => {
  const reader = new Reader(pattern, ignoreCase)
  const tree = reader.read()
  const program: Instruction[] = []
  compile(tree, program)
  program.push({ op: 'match' })
  if (program.length > maxProgram) throw new RegexError('the expression is too large')
  const { groups } = reader
  return (subject) => {
    const characters = [...subject.slice(0, Math.min(maxSubject, Math.floor(maxSteps / program.length)))]
    const saved = run(
      program,
      characters.map((one) => one.codePointAt(0) as number),
    )
    if (!saved) return
    return Array.from({ length: groups + 1 }, (_, n) => {
      const [from = -1, to = -1] = [saved[2 * n], saved[2 * n + 1]]
      return from < 0 || to < 0 ? '' : characters.slice(from, to).join('')
    })
  }
}
