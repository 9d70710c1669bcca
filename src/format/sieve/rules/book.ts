/**
 * A script as a list of rules. What no rule can say (another client's work, or a person's own) is kept byte for byte,
 * where it is; so is a rule that nobody changed.
 */
import { parseSieve } from '../parse.ts'
import { needsOf, printRule } from './print.ts'
import { readRule } from './read.ts'
import type { Rule } from './rule.ts'

export interface Piece {
  /** Absent: a piece of script that is shown as text. */
  readonly rule: Rule | undefined
  /** `require` stays at the top, what follows the last command at the end; everything else may move. */
  readonly kind: 'rule' | 'code' | 'require' | 'end'
  /** What stands before it: blank lines and comments. */
  readonly lead: string
  readonly text: string
}

export type RuleBook = readonly Piece[]

const nameComment = /^#[ \t]*rule:\[(.*)\][ \t]*$/

/** Splits what stands before a command: what comes before the comment with the rule's name, the name, the comment. */
const takeName = (gap: string): { lead: string; name: string; comment: string } => {
  const start = gap.lastIndexOf('\n', gap.trimEnd().length - 1) + 1
  const match = nameComment.exec(gap.slice(start).trim())
  return match
    ? { lead: gap.slice(0, start), name: match[1] ?? '', comment: gap.slice(start) }
    : { lead: gap, name: '', comment: '' }
}

/** Reads a script; joined again its pieces are the same text. Throws SieveError when it is not well formed. */
export const readBook = (source: string): RuleBook => {
  const { commands } = parseSieve(source)
  const pieces: Piece[] = []
  let from = 0
  for (let i = 0; i < commands.length; i++) {
    const command = commands[i]
    if (!command) continue
    // An if with its elsif and else is one thing.
    let last = i
    while (['elsif', 'else'].includes(commands[last + 1]?.name ?? '')) last++
    const end = commands[last]?.end ?? command.end
    const gap = source.slice(from, command.start)
    const text = source.slice(command.start, end)
    const { lead, name, comment } = takeName(gap)
    const rule = last === i ? readRule(command, name) : undefined
    if (rule) pieces.push({ rule, kind: 'rule', lead, text: comment + text })
    else pieces.push({ rule: undefined, kind: command.name === 'require' ? 'require' : 'code', lead: gap, text })
    from = end
    i = last
  }
  if (from < source.length) pieces.push({ rule: undefined, kind: 'end', lead: '', text: source.slice(from) })
  return pieces
}

const lineEnd = (text: string): '\n' | '\r\n' => (text.includes('\r\n') ? '\r\n' : '\n')

const join = (book: RuleBook): string => book.map(({ lead, text }) => lead + text).join('')

/** Asks for what the rules need and no `require` of the script asks for yet. */
const withRequire = (text: string, book: RuleBook): string => {
  const { commands } = parseSieve(text)
  const required = commands.filter(({ name }) => name === 'require')
  const had = new Set(
    required.flatMap(({ args }) =>
      args.flatMap((arg) => (arg.kind === 'strings' ? arg.list.map(({ value }) => value) : [])),
    ),
  )
  const missing = [...new Set(book.flatMap(({ rule }) => (rule ? needsOf(rule) : [])))].filter((name) => !had.has(name))
  if (missing.length === 0) return text
  const line = `require [${missing.map((name) => `"${name}"`).join(', ')}];`
  const eol = lineEnd(text)
  const at = required.at(-1)?.end
  if (at !== undefined) return `${text.slice(0, at)}${eol}${line}${text.slice(at)}`
  const mark = text.startsWith('\ufeff') ? 1 : 0
  return `${text.slice(0, mark)}${line}${eol}${text.slice(mark).startsWith(eol) ? '' : eol}${text.slice(mark)}`
}

/** The script of a book. */
export const writeBook = (book: RuleBook): string => {
  const text = join(book)
  return withRequire(text, book)
}

/** Where pieces that may move begin and end. */
const bounds = (book: RuleBook): { first: number; last: number } => {
  const last = book.findLastIndex(({ kind }) => kind === 'rule' || kind === 'code')
  return { first: book.findLastIndex(({ kind }) => kind === 'require') + 1, last }
}

/** A piece that stands apart from what comes before it. */
const apart = (piece: Piece, book: RuleBook, at: number): Piece => {
  if (at === 0) return { ...piece, lead: piece.lead.replace(/^\s+/, '') }
  const eol = lineEnd(join(book))
  const blank = piece.lead.startsWith('\n') || piece.lead.startsWith('\r\n')
  return blank ? piece : { ...piece, lead: `${eol}${eol}${piece.lead}` }
}

const spliced = (book: RuleBook, at: number, remove: number, ...pieces: readonly Piece[]): RuleBook => {
  const list = [...book]
  list.splice(at, remove, ...pieces)
  const next = list[at + pieces.length]
  // What came second and is now first keeps its own line all the same.
  if (next && next.kind !== 'end') list[at + pieces.length] = apart(next, book, at + pieces.length)
  const end = list.at(-1)
  return end?.kind === 'end' || list.length === 0
    ? list
    : [...list, { rule: undefined, kind: 'end', lead: '', text: lineEnd(join(book)) }]
}

const pieceOf = (rule: Rule, lead: string, eol: string): Piece => ({
  rule,
  kind: 'rule',
  lead,
  text: printRule(rule).replace(/\r?\n/g, eol),
})

/** Where a piece that was at `at` is now that others may have changed the book; undefined when it is no more as it was. */
export const findPiece = (book: RuleBook, piece: Piece, at: number): number | undefined => {
  const isIt = (one: Piece | undefined) => one?.kind === piece.kind && one.text === piece.text
  const found = isIt(book[at]) ? at : book.findIndex(isIt)
  return found < 0 ? undefined : found
}

/** The book with a rule in the place of the piece `at`. */
export const replaceRule = (book: RuleBook, at: number, rule: Rule): RuleBook =>
  book.map((piece, i) => (i === at ? pieceOf(rule, piece.lead, lineEnd(join(book))) : piece))

/** The book with one more rule, before the piece `at`; at the end of the rules when it is not said. */
export const insertRule = (book: RuleBook, rule: Rule, at?: number): RuleBook => {
  const { first, last } = bounds(book)
  const [only] = book
  // A script of comments alone: they stay above the first rule.
  if (only?.kind === 'end' && only.text.trim() !== '') {
    const eol = lineEnd(only.text)
    return spliced([], 0, 0, pieceOf(rule, `${only.text.trimEnd()}${eol}${eol}`, eol))
  }
  const place = Math.min(Math.max(at ?? last + 1, first), Math.max(last + 1, first))
  return spliced(book, place, 0, apart(pieceOf(rule, '', lineEnd(join(book))), book, place))
}

/** The book without a piece. */
export const removePiece = (book: RuleBook, at: number): RuleBook => spliced(book, at, 1)

/** The book with a piece somewhere else; the same book where it cannot go. */
export const movePiece = (book: RuleBook, from: number, to: number): RuleBook => {
  const { first, last } = bounds(book)
  const piece = book[from]
  if (!piece || from === to || from < first || to < first || from > last || to > last) return book
  const without = book.filter((_, i) => i !== from)
  const moved = spliced(without, to, 0, apart(piece, book, to))
  const start = moved[0]
  return start && from === 0 ? [apart(start, book, 0), ...moved.slice(1)] : moved
}
