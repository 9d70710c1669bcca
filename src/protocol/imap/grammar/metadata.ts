/** The arguments of GETMETADATA and SETMETADATA (RFC 5464 §5), and of LIST RETURN (METADATA (...)) (RFC 9590). */
import { BadSyntax, type Scanner } from './scanner.ts'

export interface EntryName {
  readonly scope: 'private' | 'shared'
  /** In lower case, beginning with a slash. */
  readonly entry: string
  /** As the client wrote it. */
  readonly written: string
}

export interface MetadataOptions {
  readonly maxSize: number
  /** Levels below the entry that are told too. */
  readonly depth: number
}

const maxEntries = 100

/** `/private/comment`; entries are case-insensitive. */
export const entryName = (scanner: Scanner): EntryName => {
  const written = scanner.astring().toString('latin1')
  const match = /^\/(private|shared)((?:\/[\x21-\x24\x26-\x29\x2b-\x2e\x30-\x7e]+)*)$/i.exec(written)
  if (match === null || written.length > 220) throw new BadSyntax('Not the name of an entry')
  return {
    scope: match[1]!.toLowerCase() === 'private' ? 'private' : 'shared',
    entry: match[2]!.toLowerCase(),
    written,
  }
}

/** One entry, or several in parentheses. */
export const entryNames = (scanner: Scanner): EntryName[] => {
  if (!scanner.peek('(')) return [entryName(scanner)]
  const names: EntryName[] = []
  scanner.list(() => {
    if (names.length >= maxEntries) throw new BadSyntax('Too many entries')
    names.push(entryName(scanner))
  })
  if (names.length === 0) scanner.fail('an entry')
  return names
}

const options = (scanner: Scanner): MetadataOptions => {
  let maxSize = Number.POSITIVE_INFINITY
  let depth = 0
  scanner.list(() => {
    const word = scanner.keyword()
    scanner.sp()
    if (word === 'MAXSIZE') maxSize = scanner.number()
    else if (word === 'DEPTH') {
      const value = scanner.keyword()
      if (value !== '0' && value !== '1' && value !== 'INFINITY') throw new BadSyntax('Unknown DEPTH')
      depth = value === 'INFINITY' ? Number.POSITIVE_INFINITY : Number(value)
    } else throw new BadSyntax('Unknown GETMETADATA option')
  })
  return { maxSize, depth }
}

const noOptions: MetadataOptions = { maxSize: Number.POSITIVE_INFINITY, depth: 0 }

/** Everything after `GETMETADATA`; options stand before the mailbox, or, as in the examples of the RFC, after it. */
export const getMetadataArguments = (scanner: Scanner) => {
  scanner.sp()
  let asked = noOptions
  if (scanner.peek('(')) {
    asked = options(scanner)
    scanner.sp()
  }
  const mailbox = scanner.astring()
  scanner.sp()
  const before = scanner.position
  if (asked === noOptions && scanner.take('(') && (scanner.takeKeyword('MAXSIZE') || scanner.takeKeyword('DEPTH'))) {
    scanner.position = before
    asked = options(scanner)
    scanner.sp()
  } else scanner.position = before
  const entries = entryNames(scanner)
  scanner.crlf()
  return { mailbox, entries, options: asked }
}

/** Everything after `SETMETADATA`; a value of undefined (NIL) takes the entry away. */
export const setMetadataArguments = (scanner: Scanner) => {
  scanner.sp()
  const mailbox = scanner.astring()
  scanner.sp()
  const changes: { readonly name: EntryName; readonly value: Buffer | undefined }[] = []
  scanner.list(() => {
    if (changes.length >= maxEntries) throw new BadSyntax('Too many entries')
    const name = entryName(scanner)
    scanner.sp()
    changes.push({ name, value: scanner.nstring() })
  })
  scanner.crlf()
  if (changes.length === 0) scanner.fail('an entry')
  return { mailbox, changes }
}
