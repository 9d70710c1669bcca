/** The arguments of SEARCH: `search-program` (RFC 9051 §9), ESEARCH (4731), SEARCHRES (5182), WITHIN (5032), and others. */
import { date } from './date.ts'
import { type PartialRange, partialRange } from './partial.ts'
import { BadSyntax, type Scanner, utf8Text } from './scanner.ts'
import { ranges, type SequenceSet, sequenceSet } from './sequence-set.ts'

export type HeaderName = 'from' | 'to' | 'cc' | 'bcc' | 'subject'

/** A search program as a tree; texts are Unicode as typed, dates are midnight UTC in ms, ages are in seconds. */
export type SearchKey =
  | { readonly key: 'all' }
  | { readonly key: 'recent' }
  | { readonly key: 'and'; readonly keys: readonly SearchKey[] }
  | { readonly key: 'or'; readonly keys: readonly SearchKey[] }
  | { readonly key: 'not'; readonly of: SearchKey }
  | { readonly key: 'sequence'; readonly set: SequenceSet }
  | { readonly key: 'uid'; readonly set: SequenceSet }
  /** `\Seen`-style system flag, or a keyword. */
  | { readonly key: 'flag'; readonly flag: string }
  /** `address`: what counts is the envelope, not how the field is written. */
  | { readonly key: 'header'; readonly name: string; readonly text: string; readonly address?: true }
  | { readonly key: 'body'; readonly text: string }
  | { readonly key: 'text'; readonly text: string }
  | { readonly key: 'larger'; readonly size: number }
  | { readonly key: 'smaller'; readonly size: number }
  | {
      readonly key: 'date'
      readonly of: 'internal' | 'sent' | 'saved'
      readonly from?: number
      readonly before?: number
    }
  | { readonly key: 'age'; readonly olderThan: boolean; readonly seconds: number }
  | { readonly key: 'modseq'; readonly from: number }
  | { readonly key: 'emailid' | 'threadid'; readonly id: string }
  | { readonly key: 'saveDateSupported' }

export type ReturnOption = 'MIN' | 'MAX' | 'ALL' | 'COUNT' | 'SAVE' | 'PARTIAL'

/** What RETURN asks for. */
export interface Returns {
  /** An empty RETURN () means ALL. */
  readonly options: ReadonlySet<ReturnOption>
  /** The range of PARTIAL (RFC 9394 §3.1). */
  readonly partial?: PartialRange
}

export interface SearchProgram {
  /** Present when the command had RETURN. */
  readonly returns?: Returns
  readonly key: SearchKey
}

/** The charset of a SEARCH is not supported: NO [BADCHARSET], RFC 3501 §6.4.4. */
export class UnknownCharset extends Error {}

const maxDepth = 50
const maxKeys = 1_000
const day = 86_400_000

interface Context {
  readonly scanner: Scanner
  /** Text of an astring in the command's charset. */
  readonly text: () => string
  keys: number
}

const not = (of: SearchKey): SearchKey => ({ key: 'not', of })
const flag = (name: string): SearchKey => ({ key: 'flag', flag: name })
const header =
  (name: string) =>
  (context: Context): SearchKey => {
    context.scanner.sp()
    return { key: 'header', name, text: context.text() }
  }

const address =
  (name: string) =>
  (context: Context): SearchKey => {
    context.scanner.sp()
    return { key: 'header', name, text: context.text(), address: true }
  }

const onDate =
  (of: 'internal' | 'sent' | 'saved', relation: 'before' | 'on' | 'since') =>
  ({ scanner }: Context): SearchKey => {
    scanner.sp()
    const from = date(scanner)
    if (relation === 'before') return { key: 'date', of, before: from }
    return relation === 'since' ? { key: 'date', of, from } : { key: 'date', of, from, before: from + day }
  }

const size =
  (key: 'larger' | 'smaller') =>
  ({ scanner }: Context): SearchKey => {
    scanner.sp()
    return { key, size: scanner.number(Number.MAX_SAFE_INTEGER) }
  }

const age =
  (olderThan: boolean) =>
  ({ scanner }: Context): SearchKey => {
    scanner.sp()
    return { key: 'age', olderThan, seconds: scanner.nzNumber() }
  }

const keyword = ({ scanner }: Context): SearchKey => {
  scanner.sp()
  return flag(scanner.flag())
}

const modseq = ({ scanner }: Context): SearchKey => {
  scanner.sp()
  if (scanner.peek('"')) {
    // RFC 7162 §3.1.5: an entry name and type may precede; per-flag mod-sequences are not kept, so they change nothing.
    scanner.string()
    scanner.sp()
    scanner.atom()
    scanner.sp()
  }
  return { key: 'modseq', from: scanner.modSequence() }
}

const objectId =
  (key: 'emailid' | 'threadid') =>
  ({ scanner }: Context): SearchKey => {
    scanner.sp()
    return { key, id: scanner.astring().toString('latin1') }
  }

const always = (key: SearchKey) => (): SearchKey => key

/** Every search key and how its arguments are read (RFC 9051 §6.4.4). */
const keys: Readonly<Record<string, (context: Context, depth: number) => SearchKey>> = {
  ALL: always({ key: 'all' }),
  ANSWERED: always(flag('\\Answered')),
  DELETED: always(flag('\\Deleted')),
  DRAFT: always(flag('\\Draft')),
  FLAGGED: always(flag('\\Flagged')),
  SEEN: always(flag('\\Seen')),
  UNANSWERED: always(not(flag('\\Answered'))),
  UNDELETED: always(not(flag('\\Deleted'))),
  UNDRAFT: always(not(flag('\\Draft'))),
  UNFLAGGED: always(not(flag('\\Flagged'))),
  UNSEEN: always(not(flag('\\Seen'))),
  RECENT: always({ key: 'recent' }),
  NEW: always({ key: 'and', keys: [{ key: 'recent' }, not(flag('\\Seen'))] }),
  OLD: always(not({ key: 'recent' })),
  KEYWORD: keyword,
  UNKEYWORD: (context) => not(keyword(context)),
  FROM: address('from'),
  TO: address('to'),
  CC: address('cc'),
  BCC: address('bcc'),
  SUBJECT: header('subject'),
  HEADER: (context) => {
    context.scanner.sp()
    const name = context.scanner.astring().toString('latin1').toLowerCase()
    return header(name)(context)
  },
  BODY: ({ scanner, text }) => {
    scanner.sp()
    return { key: 'body', text: text() }
  },
  TEXT: ({ scanner, text }) => {
    scanner.sp()
    return { key: 'text', text: text() }
  },
  BEFORE: onDate('internal', 'before'),
  ON: onDate('internal', 'on'),
  SINCE: onDate('internal', 'since'),
  SENTBEFORE: onDate('sent', 'before'),
  SENTON: onDate('sent', 'on'),
  SENTSINCE: onDate('sent', 'since'),
  SAVEDBEFORE: onDate('saved', 'before'),
  SAVEDON: onDate('saved', 'on'),
  SAVEDSINCE: onDate('saved', 'since'),
  SAVEDATESUPPORTED: always({ key: 'saveDateSupported' }),
  LARGER: size('larger'),
  SMALLER: size('smaller'),
  OLDER: age(true),
  YOUNGER: age(false),
  MODSEQ: modseq,
  EMAILID: objectId('emailid'),
  THREADID: objectId('threadid'),
  UID: ({ scanner }) => {
    scanner.sp()
    return { key: 'uid', set: sequenceSet(scanner) }
  },
  NOT: (context, depth) => {
    context.scanner.sp()
    return not(searchKey(context, depth + 1))
  },
  OR: (context, depth) => {
    context.scanner.sp()
    const left = searchKey(context, depth + 1)
    context.scanner.sp()
    return { key: 'or', keys: [left, searchKey(context, depth + 1)] }
  },
}

const searchKey = (context: Context, depth: number): SearchKey => {
  const { scanner } = context
  if (depth > maxDepth) throw new BadSyntax('Search nested too deeply')
  if (++context.keys > maxKeys) throw new BadSyntax('Too many search keys')
  if (scanner.peek('(')) {
    const list: SearchKey[] = []
    scanner.list(() => list.push(searchKey(context, depth + 1)))
    if (list.length === 0) scanner.fail('a search key')
    return { key: 'and', keys: list }
  }
  if (scanner.peek('$')) return { key: 'sequence', set: sequenceSet(scanner) }
  if (scanner.peekDigit() || scanner.peek('*'))
    return { key: 'sequence', set: { saved: false, ranges: ranges(scanner) } }
  const read = keys[scanner.keyword()]
  if (read === undefined) throw new BadSyntax('Unknown search key')
  return read(context, depth)
}

const returnOptions: ReadonlySet<string> = new Set<ReturnOption>(['MIN', 'MAX', 'ALL', 'COUNT', 'SAVE', 'PARTIAL'])

/** `RETURN (MIN MAX) `, when it is there. */
export const searchReturn = (scanner: Scanner): { readonly returns?: Returns } => {
  if (!scanner.takeKeyword('RETURN')) return {}
  scanner.sp()
  const options = new Set<ReturnOption>()
  let partial: PartialRange | undefined
  scanner.list(() => {
    const word = scanner.keyword()
    if (!returnOptions.has(word)) throw new BadSyntax('Unknown RETURN option')
    if (word === 'PARTIAL') {
      if (partial !== undefined) throw new BadSyntax('PARTIAL may be asked once')
      scanner.sp()
      partial = partialRange(scanner)
    }
    options.add(word as ReturnOption)
  })
  // RFC 9394 §3.1: one or the other.
  if (partial !== undefined && options.has('ALL')) throw new BadSyntax('PARTIAL and ALL exclude each other')
  if (options.size === 0) options.add('ALL')
  scanner.sp()
  return { returns: { options, ...(partial === undefined ? {} : { partial }) } }
}

const decoderFor = (charset: string): ((octets: Uint8Array) => string) => {
  const name = charset.toUpperCase()
  if (name === 'UTF-8' || name === 'US-ASCII') return utf8Text
  if (!/^(ISO-8859-\d{1,2}|WINDOWS-125\d)$/.test(name)) throw new UnknownCharset()
  try {
    const decoder = new TextDecoder(charset)
    return (octets) => decoder.decode(octets)
  } catch {
    throw new UnknownCharset()
  }
}

/** A charset name, and how its texts are read. Throws UnknownCharset. */
export const charset = (scanner: Scanner): ((octets: Uint8Array) => string) =>
  decoderFor(scanner.astring().toString('latin1'))

/** The search keys up to the end of the command. */
export const searchKeys = (scanner: Scanner, decode: (octets: Uint8Array) => string): SearchKey => {
  const context: Context = { scanner, text: () => decode(scanner.astring()), keys: 0 }
  const list = [searchKey(context, 0)]
  while (scanner.takeSp()) list.push(searchKey(context, 0))
  scanner.crlf()
  return list.length === 1 ? list[0]! : { key: 'and', keys: list }
}

/** Reads everything after `SEARCH`. */
export const searchProgram = (scanner: Scanner): SearchProgram => {
  scanner.sp()
  return programAfterSource(scanner)
}

/** What follows the space after `SEARCH`, or after the sources of `ESEARCH`. */
export const programAfterSource = (scanner: Scanner): SearchProgram => {
  const returns = searchReturn(scanner)
  let decode: (octets: Uint8Array) => string = utf8Text
  if (scanner.takeKeyword('CHARSET')) {
    scanner.sp()
    decode = charset(scanner)
    scanner.sp()
  }
  return { key: searchKeys(scanner, decode), ...returns }
}
