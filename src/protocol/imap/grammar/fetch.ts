/** The arguments of FETCH: `fetch-att` (RFC 9051 §9), BINARY (RFC 3516), modifiers (RFC 7162), and what extensions add. */
import { type PartialRange, partialRange } from './partial.ts'
import { BadSyntax, onceOnly, type Scanner } from './scanner.ts'

export type SectionText = 'HEADER' | 'HEADER.FIELDS' | 'HEADER.FIELDS.NOT' | 'TEXT' | 'MIME'

export interface Section {
  /** Part numbers, empty for the message itself. */
  readonly part: readonly number[]
  readonly text?: SectionText
  /** Header field names in lower case, for HEADER.FIELDS(.NOT). */
  readonly fields?: readonly string[]
}

/** `<offset.length>`, length > 0. */
export interface Partial {
  readonly offset: number
  readonly length: number
}

export type SimpleItem =
  | 'UID'
  | 'FLAGS'
  | 'INTERNALDATE'
  | 'RFC822.SIZE'
  | 'ENVELOPE'
  | 'BODY'
  | 'BODYSTRUCTURE'
  | 'MODSEQ'
  | 'EMAILID'
  | 'THREADID'
  | 'SAVEDATE'

export type FetchItem =
  | { readonly kind: 'simple'; readonly name: SimpleItem }
  | { readonly kind: 'preview'; readonly lazy: boolean }
  /** `label` is what the answer calls it: `BODY[1.MIME]<0>`. */
  | {
      readonly kind: 'section'
      readonly label: string
      readonly section: Section
      readonly peek: boolean
      readonly partial?: Partial
    }
  | {
      readonly kind: 'binary'
      readonly label: string
      readonly part: readonly number[]
      readonly peek: boolean
      readonly partial?: Partial
    }
  | { readonly kind: 'binarySize'; readonly label: string; readonly part: readonly number[] }
  /** `BINARY.SIZE[1.MIME]`. */
  | { readonly kind: 'sectionSize'; readonly label: string; readonly section: Section }

export interface FetchModifiers {
  readonly changedSince?: number
  readonly vanished: boolean
  /** Only so many of the messages (RFC 9394 §3.3). */
  readonly partial?: PartialRange
}

const simpleItems: ReadonlySet<string> = new Set<SimpleItem>([
  'UID',
  'FLAGS',
  'INTERNALDATE',
  'RFC822.SIZE',
  'ENVELOPE',
  'BODY',
  'BODYSTRUCTURE',
  'MODSEQ',
  'EMAILID',
  'THREADID',
  'SAVEDATE',
])

const simple = (...names: SimpleItem[]): FetchItem[] => names.map((name) => ({ kind: 'simple', name }))

const macros: Readonly<Record<string, FetchItem[]>> = {
  ALL: simple('FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE'),
  FAST: simple('FLAGS', 'INTERNALDATE', 'RFC822.SIZE'),
  FULL: simple('FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY'),
}

const maxItems = 200
const maxFields = 500
const maxPartDepth = 100

/** `1.2.` of a section or section-binary; stops before a letter or `]`. */
const sectionPart = (scanner: Scanner): number[] => {
  const part: number[] = []
  while (!scanner.peek(']') && scanner.peekDigit()) {
    if (part.length >= maxPartDepth) throw new BadSyntax('Part nested too deeply')
    part.push(scanner.nzNumber())
    if (!scanner.take('.')) return part
    if (scanner.peek(']')) scanner.fail('a part number')
  }
  return part
}

const headerFields = (scanner: Scanner): string[] => {
  const fields: string[] = []
  scanner.list(() => {
    if (fields.length >= maxFields) throw new BadSyntax('Too many header fields')
    const name = scanner.astring().toString('latin1')
    if (!/^[\x21-\x7e]+$/.test(name) || name.includes(':')) throw new BadSyntax('Invalid header field name')
    fields.push(name)
  })
  if (fields.length === 0) scanner.fail('a header field name')
  return fields
}

const sectionText = (scanner: Scanner, nested: boolean): { text: SectionText; names?: string[] } => {
  const word = scanner.sectionWord()
  if (word === 'HEADER' || word === 'TEXT' || (word === 'MIME' && nested)) return { text: word }
  if (word !== 'HEADER.FIELDS' && word !== 'HEADER.FIELDS.NOT') throw new BadSyntax('Unknown section')
  scanner.sp()
  return { text: word, names: headerFields(scanner) }
}

const quoteField = (name: string): string => (/["\\(){%* \]]/.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : name)

const section = (scanner: Scanner): { section: Section; label: string } => {
  scanner.expect('[')
  const part = sectionPart(scanner)
  if (scanner.take(']')) return { section: { part }, label: `[${part.join('.')}]` }
  const { text, names } = sectionText(scanner, part.length > 0)
  scanner.expect(']')
  const list = names === undefined ? '' : ` (${names.map(quoteField).join(' ')})`
  return {
    section: { part, text, ...(names === undefined ? {} : { fields: names.map((name) => name.toLowerCase()) }) },
    label: `[${[...part, text].join('.')}${list}]`,
  }
}

/** `open`: the length may be left out, for everything from the offset on. */
const partial = (scanner: Scanner, open = false): Partial | undefined => {
  if (!scanner.take('<')) return
  const offset = scanner.number(Number.MAX_SAFE_INTEGER)
  if (open && scanner.take('>')) return { offset, length: Number.MAX_SAFE_INTEGER }
  scanner.expect('.')
  const length = scanner.nzNumber(Number.MAX_SAFE_INTEGER)
  scanner.expect('>')
  return { offset, length }
}

const withPartial = (label: string, range: Partial | undefined): { label: string; partial?: Partial } =>
  range === undefined ? { label } : { label: `${label}<${range.offset}>`, partial: range }

const bodySection = (scanner: Scanner, peek: boolean): FetchItem => {
  const parsed = section(scanner)
  return {
    kind: 'section',
    section: parsed.section,
    peek,
    ...withPartial(`BODY${parsed.label}`, partial(scanner)),
  }
}

/**
 * RFC 3516 §4 knows parts only. Other servers take the texts of BODY too (`BINARY[1.MIME]`), and programs that found it
 * so ask for them; headers have no transfer encoding, so their octets are those of BODY. They also take `<15>` for
 * everything from there on.
 */
const binarySection = (scanner: Scanner, word: string): FetchItem => {
  const { section: asked, label } = section(scanner)
  const { part } = asked
  if (word === 'BINARY.SIZE') {
    const sized = `BINARY.SIZE${label}`
    return asked.text === undefined
      ? { kind: 'binarySize', label: sized, part }
      : { kind: 'sectionSize', label: sized, section: asked }
  }
  const peek = word === 'BINARY.PEEK'
  const labelled = withPartial(`BINARY${label}`, partial(scanner, true))
  if (asked.text === undefined) return { kind: 'binary', part, peek, ...labelled }
  return { kind: 'section', section: asked, peek, ...labelled }
}

const preview = (scanner: Scanner): FetchItem => {
  const at = scanner.position
  let lazy = false
  if (scanner.takeSp() && scanner.take('(')) {
    // RFC 8970 §3.2: the only modifier is LAZY
    if (scanner.keyword() !== 'LAZY') throw new BadSyntax('Unknown PREVIEW modifier')
    scanner.expect(')')
    lazy = true
  } else scanner.position = at
  return { kind: 'preview', lazy }
}

const oldSections: Readonly<Record<string, FetchItem>> = {
  RFC822: { kind: 'section', label: 'RFC822', section: { part: [] }, peek: false },
  'RFC822.HEADER': { kind: 'section', label: 'RFC822.HEADER', section: { part: [], text: 'HEADER' }, peek: true },
  'RFC822.TEXT': { kind: 'section', label: 'RFC822.TEXT', section: { part: [], text: 'TEXT' }, peek: false },
}

const fetchAtt = (scanner: Scanner, word: string): FetchItem => {
  if ((word === 'BODY' || word === 'BODY.PEEK') && scanner.peek('[')) return bodySection(scanner, word === 'BODY.PEEK')
  if (word === 'BINARY' || word === 'BINARY.PEEK' || word === 'BINARY.SIZE') return binarySection(scanner, word)
  if (word === 'PREVIEW') return preview(scanner)
  if (simpleItems.has(word)) return { kind: 'simple', name: word as SimpleItem }
  const old = oldSections[word]
  if (old === undefined) throw new BadSyntax('Unknown FETCH item')
  return old
}

/** One item, a macro, or a parenthesised list of items. */
export const fetchItems = (scanner: Scanner): FetchItem[] => {
  const items: FetchItem[] = []
  if (!scanner.peek('(')) {
    const word = scanner.sectionWord()
    return macros[word] ?? [fetchAtt(scanner, word)]
  }
  scanner.list(() => {
    if (items.length >= maxItems) throw new BadSyntax('Too many FETCH items')
    const word = scanner.sectionWord()
    // RFC 3501 allows macros only alone; inside a list they are forgiven, as everywhere.
    items.push(...(macros[word] ?? [fetchAtt(scanner, word)]))
  })
  if (items.length === 0) scanner.fail('a FETCH item')
  return items
}

/** `(CHANGEDSINCE 12345 VANISHED)`, RFC 7162 §3.1.4.1 and §3.2.6, and `(PARTIAL -1:-30)`. */
export const fetchModifiers = (scanner: Scanner): FetchModifiers => {
  let changedSince: number | undefined
  let vanished = false
  let partial: PartialRange | undefined
  const seen = new Set<string>()
  scanner.list(() => {
    const word = onceOnly(scanner, seen)
    if (word === 'CHANGEDSINCE') {
      scanner.sp()
      changedSince = scanner.modSequence()
    } else if (word === 'PARTIAL') {
      scanner.sp()
      partial = partialRange(scanner)
    } else if (word === 'VANISHED') vanished = true
    else throw new BadSyntax('Unknown FETCH modifier')
  })
  return {
    vanished,
    ...(changedSince === undefined ? {} : { changedSince }),
    ...(partial === undefined ? {} : { partial }),
  }
}
