/**
 * Flags of a message: the system flags of IMAP (RFC 9051 §2.3.2) as a bit mask, everything else as keywords. JMAP
 * keywords (RFC 8621 §4.1.1) are the same things by other names; `\Deleted` exists in IMAP only.
 */
import { Failure } from '#base/failure.ts'

export const seen = 1
export const answered = 2
export const flagged = 4
export const deleted = 8
export const draft = 16

/** Flags as the domain passes them. */
export interface FlagSet {
  readonly flags: number
  /** Lower case, sorted, without duplicates. */
  readonly keywords: readonly string[]
}

export const noFlags: FlagSet = { flags: 0, keywords: [] }

/** Bit, IMAP name, JMAP keyword. */
export const systemFlags = [
  { bit: seen, imap: '\\Seen', jmap: '$seen' },
  { bit: answered, imap: '\\Answered', jmap: '$answered' },
  { bit: flagged, imap: '\\Flagged', jmap: '$flagged' },
  { bit: deleted, imap: '\\Deleted', jmap: null },
  { bit: draft, imap: '\\Draft', jmap: '$draft' },
] as const

/** An entry may hold this many keywords, of at most `maxKeywordLength` characters. */
export const maxKeywords = 64
export const maxKeywordLength = 255

const bitByImapName = new Map<string, number>(systemFlags.map((flag) => [flag.imap.toLowerCase(), flag.bit]))
const bitByJmapName = new Map<string, number>(systemFlags.flatMap((flag) => (flag.jmap ? [[flag.jmap, flag.bit]] : [])))

/** RFC 8621 §4.1.1: 1 to 255 printable ASCII characters without `( ) { ] % * " \`. */
const keywordPattern = /^[\x21\x23\x24\x26\x27\x2b-\x5b\x5e-\x7a\x7c-\x7e]+$/

const checkKeyword = (keyword: string): string => {
  if (keyword.length > maxKeywordLength || !keywordPattern.test(keyword))
    throw new Failure('invalid', `not a keyword: ${keyword.slice(0, 40)}`, { property: 'keywords' })
  return keyword.toLowerCase()
}

const normalize = (keywords: Iterable<string>): string[] => {
  const sorted = [...new Set(keywords)].sort()
  if (sorted.length > maxKeywords) throw new Failure('tooMany', 'too many keywords', { property: 'keywords' })
  return sorted
}

const build = (names: Iterable<string>, bits: Map<string, number>, ignored: RegExp): FlagSet => {
  let flags = 0
  const keywords: string[] = []
  for (const name of names) {
    const bit = bits.get(name.toLowerCase())
    if (bit !== undefined) flags |= bit
    else if (!ignored.test(name)) keywords.push(checkKeyword(name))
  }
  return { flags, keywords: normalize(keywords) }
}

/** From IMAP flags; `\Recent` and unknown system flags are ignored. Throws Failure invalid or tooMany. */
export const fromImapFlags = (names: Iterable<string>): FlagSet => build(names, bitByImapName, /^\\/)

/** From JMAP keywords. Throws Failure invalid or tooMany. */
export const fromKeywords = (names: Iterable<string>): FlagSet => build(names, bitByJmapName, /^$/)

/** IMAP names, system flags first. */
export const toImapFlags = (set: FlagSet): string[] => [
  ...systemFlags.filter(({ bit }) => (set.flags & bit) !== 0).map(({ imap }) => imap),
  ...set.keywords,
]

/** JMAP's keywords object. */
export const toKeywords = (set: FlagSet): Record<string, true> => {
  const keywords: Record<string, true> = {}
  for (const { bit, jmap } of systemFlags) if (jmap && (set.flags & bit) !== 0) keywords[jmap] = true
  for (const keyword of set.keywords) keywords[keyword] = true
  return keywords
}

/** The column's form: keywords separated by spaces. */
export const joinKeywords = (keywords: readonly string[]): string => keywords.join(' ')
export const splitKeywords = (column: string): string[] => (column === '' ? [] : column.split(' '))

export type FlagMode = 'add' | 'remove' | 'replace'

/** The flags after a STORE of `change` in a mode. Throws Failure tooMany. */
export const applyFlags = (before: FlagSet, mode: FlagMode, change: FlagSet): FlagSet => {
  if (mode === 'replace') return change
  if (mode === 'add') {
    const missing = change.keywords.some((keyword) => !before.keywords.includes(keyword))
    return {
      flags: before.flags | change.flags,
      keywords: missing ? normalize([...before.keywords, ...change.keywords]) : before.keywords,
    }
  }
  return {
    flags: before.flags & ~change.flags,
    keywords: before.keywords.filter((keyword) => !change.keywords.includes(keyword)),
  }
}

/**
 * The flags of an email with several entries, as JMAP shows them: `$seen` when every entry has it, any other when at
 * least one has it, never `\Deleted`.
 */
export const combineFlags = (entries: readonly FlagSet[]): FlagSet => {
  let any = 0
  let all = ~0
  for (const { flags } of entries) {
    any |= flags
    all &= flags
  }
  const keywords = entries.length === 1 ? entries[0]!.keywords : normalize(entries.flatMap((entry) => entry.keywords))
  return { flags: (any & ~seen & ~deleted) | (all & seen), keywords }
}
