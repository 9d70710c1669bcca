/**
 * Decides whether a message matches a search program (RFC 9051 §6.4.4). The answer may be "not known yet": what is cheap
 * is asked first (numbers, then columns, then headers, then text), and only messages still undecided cost more.
 */
import { parseId } from '#base/ids.ts'
import { systemFlags } from '#domain/mail/flags.ts'
import type { ViewedMessage } from '#domain/mail/view.ts'
import type { SearchKey } from '../grammar/search.ts'

/** What is known of one message so far; the parts appear as they are read. */
export interface Facts {
  readonly uid: number
  readonly row?: ViewedMessage | undefined
  readonly header?: HeaderFacts | undefined
  /** Whether a `body` or `text` key matches. */
  readonly matchesText?: ((key: TextKey) => boolean) | undefined
}

export interface HeaderFacts {
  /** Decoded, folded values of the fields of a (lower-case) name. */
  values(name: string): readonly string[]
  /** Folded addresses of the fields of a name, written without comments and blanks. */
  addresses(name: string): readonly string[]
  /** Milliseconds of midnight UTC of the Date field's own calendar day; undefined without a valid one. */
  sentDay(): number | undefined
}

export type TextKey = Extract<SearchKey, { key: 'body' | 'text' }>

/** What does not depend on the message. */
export interface Circumstances {
  readonly now: number
  /** UIDs of a `sequence` or `uid` key. */
  readonly isRecent: (uid: number) => boolean
  readonly contains: (key: Extract<SearchKey, { key: 'sequence' | 'uid' }>, uid: number) => boolean
}

export type Answer = boolean | undefined

/** Case and compatibility forms do not matter; accents do. */
export const fold = (text: string): string => text.normalize('NFKC').toLowerCase()

const flagBits = new Map(systemFlags.map(({ imap, bit }) => [imap.toLowerCase(), bit]))

const hasFlag = (row: ViewedMessage, flag: string): boolean => {
  const name = flag.toLowerCase()
  if (name.startsWith('\\')) return (row.flags & (flagBits.get(name) ?? 0)) !== 0
  return ` ${row.keywords} `.includes(` ${name} `)
}

const inDates = (time: number | undefined, key: Extract<SearchKey, { key: 'date' }>): boolean =>
  time !== undefined &&
  time >= (key.from ?? Number.NEGATIVE_INFINITY) &&
  time < (key.before ?? Number.POSITIVE_INFINITY)

const all = (keys: readonly SearchKey[], facts: Facts, around: Circumstances): Answer => {
  let answer: Answer = true
  for (const key of keys) {
    const one = evaluate(key, facts, around)
    if (one === false) return false
    if (one === undefined) answer = undefined
  }
  return answer
}

const any = (keys: readonly SearchKey[], facts: Facts, around: Circumstances): Answer => {
  let answer: Answer = false
  for (const key of keys) {
    const one = evaluate(key, facts, around)
    if (one === true) return true
    if (one === undefined) answer = undefined
  }
  return answer
}

/** Keys that need no more than the row. */
const ofRow = (key: SearchKey, row: ViewedMessage, now: number): boolean => {
  switch (key.key) {
    case 'flag':
      return hasFlag(row, key.flag)
    case 'larger':
      return row.size > key.size
    case 'smaller':
      return row.size < key.size
    case 'date':
      return inDates(key.of === 'saved' ? row.savedAt : row.receivedAt, key)
    case 'age': {
      const edge = now - key.seconds * 1000
      return key.olderThan ? row.receivedAt <= edge : row.receivedAt >= edge
    }
    case 'modseq':
      return row.modseq >= key.from
    case 'emailid':
      return row.emailId === parseId('email', key.id)
    case 'threadid':
      return row.threadId === parseId('thread', key.id)
    default:
      throw new TypeError(`not a key of the row: ${key.key}`)
  }
}

const ofHeader = (header: HeaderFacts, { name, text, address }: Extract<SearchKey, { key: 'header' }>): boolean => {
  const wanted = fold(text)
  if (header.values(name).some((value) => value.includes(wanted))) return true
  return address === true && header.addresses(name).some((email) => email.includes(wanted))
}

/** True, false, or undefined when the facts do not suffice. */
export const evaluate = (key: SearchKey, facts: Facts, around: Circumstances): Answer => {
  switch (key.key) {
    case 'all':
    case 'saveDateSupported':
      return true
    case 'recent':
      return around.isRecent(facts.uid)
    case 'and':
      return all(key.keys, facts, around)
    case 'or':
      return any(key.keys, facts, around)
    case 'not': {
      const answer = evaluate(key.of, facts, around)
      return answer === undefined ? undefined : !answer
    }
    case 'sequence':
    case 'uid':
      return around.contains(key, facts.uid)
    case 'header':
      return facts.header === undefined ? undefined : ofHeader(facts.header, key)
    case 'body':
    case 'text':
      return key.text === '' ? true : facts.matchesText?.(key)
    case 'date':
      if (key.of === 'sent') return facts.header === undefined ? undefined : inDates(facts.header.sentDay(), key)
      return facts.row === undefined ? undefined : ofRow(key, facts.row, around.now)
    default:
      return facts.row === undefined ? undefined : ofRow(key, facts.row, around.now)
  }
}

/** Every body and text key of a program. */
export const textKeys = (key: SearchKey): TextKey[] => {
  switch (key.key) {
    case 'body':
    case 'text':
      return key.text === '' ? [] : [key]
    case 'and':
    case 'or':
      return key.keys.flatMap(textKeys)
    case 'not':
      return textKeys(key.of)
    default:
      return []
  }
}

/** True when any key of the program satisfies `test`. */
export const mentions = (key: SearchKey, test: (key: SearchKey) => boolean): boolean => {
  if (test(key)) return true
  if (key.key === 'and' || key.key === 'or') return key.keys.some((inner) => mentions(inner, test))
  return key.key === 'not' && mentions(key.of, test)
}

/** Keys that are answered by a message's number. */
export const asksNumber = ({ key }: SearchKey): boolean => key === 'sequence' || key === 'uid' || key === 'recent'

/** Keys that ask for header fields. */
export const needsHeader = (key: SearchKey): boolean =>
  key.key === 'header' || (key.key === 'date' && key.of === 'sent')

const withoutRow: ReadonlySet<SearchKey['key']> = new Set([
  'all',
  'saveDateSupported',
  'recent',
  'and',
  'or',
  'not',
  'sequence',
  'uid',
  'body',
  'text',
])

/** Keys that ask for a message's row. */
export const needsRow = (key: SearchKey): boolean => !withoutRow.has(key.key) && !needsHeader(key)
