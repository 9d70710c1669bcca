/** Filters and sorts over emails (RFC 8621 §4.4), evaluated row by row on what query-rows.ts has read. */
import type { SearchField } from '#store/search/search.ts'
import { systemFlags } from './flags.ts'

export interface EmailCondition {
  readonly inMailbox?: number
  readonly inMailboxOtherThan?: readonly number[]
  readonly before?: number
  readonly after?: number
  readonly minSize?: number
  readonly maxSize?: number
  readonly allInThreadHaveKeyword?: string
  readonly someInThreadHaveKeyword?: string
  readonly noneInThreadHaveKeyword?: string
  readonly hasKeyword?: string
  readonly notKeyword?: string
  readonly hasAttachment?: boolean
  readonly text?: string
  readonly from?: string
  readonly to?: string
  readonly cc?: string
  readonly bcc?: string
  readonly subject?: string
  readonly body?: string
  /** Words of the names of attachments. */
  readonly attachmentName?: string
  /** Of somebody whom the person follows (domain/organise/focus.ts), or of nobody such. */
  readonly isFollowed?: boolean
  /** Header name and, optionally, text that its value contains. */
  readonly header?: readonly [name: string, value?: string]
}

export type EmailFilter =
  | { readonly operator: 'AND' | 'OR' | 'NOT'; readonly conditions: readonly EmailFilter[] }
  | EmailCondition

export const sortProperties = [
  'receivedAt',
  'sentAt',
  'size',
  'from',
  'to',
  'subject',
  'hasKeyword',
  'allInThreadHaveKeyword',
  'someInThreadHaveKeyword',
] as const

export interface EmailSort {
  readonly property: (typeof sortProperties)[number]
  readonly isAscending: boolean
  /** For the three keyword sorts. */
  readonly keyword?: string
}

/** One email as filters and sorts see it. */
export interface EmailRow {
  readonly id: number
  readonly threadId: number
  readonly blobId: number
  readonly size: number
  readonly receivedAt: number
  /** JMAP keywords, combined over its entries. */
  readonly flags: number
  readonly keywords: readonly string[]
  readonly mailboxIds: readonly number[]
  /** Set when `needsContent`. */
  readonly hasAttachment: boolean
  readonly sentAt: number
  readonly subject: string
  readonly from: string
  readonly to: string
}

export const searchFields = [
  'text',
  'from',
  'to',
  'cc',
  'bcc',
  'subject',
  'body',
  'attachmentName',
] as const satisfies readonly SearchField[]

/** Every condition in a filter. */
export function* conditionsOf(filter: EmailFilter): Generator<EmailCondition> {
  if ('operator' in filter) for (const part of filter.conditions) yield* conditionsOf(part)
  else yield filter
}

/** Conditions that every match satisfies: the ones an index may be chosen by. */
export function* requiredConditions(filter: EmailFilter): Generator<EmailCondition> {
  if (!('operator' in filter)) yield filter
  else if (filter.operator === 'AND') for (const part of filter.conditions) yield* requiredConditions(part)
}

export const needsContent = (filter: EmailFilter | undefined, sort: readonly EmailSort[]): boolean =>
  sort.some(({ property }) => ['sentAt', 'from', 'to', 'subject'].includes(property)) ||
  (filter !== undefined && [...conditionsOf(filter)].some((condition) => condition.hasAttachment !== undefined))

const bitOf = new Map<string, number>(systemFlags.flatMap(({ bit, jmap }) => (jmap ? [[jmap, bit]] : [])))

/** The bit of a keyword that is a system flag; undefined for all others. */
export const systemBit = (keyword: string): number | undefined => bitOf.get(keyword.toLowerCase())

export const hasKeyword = (row: Pick<EmailRow, 'flags' | 'keywords'>, keyword: string): boolean => {
  const name = keyword.toLowerCase()
  const bit = bitOf.get(name)
  return bit === undefined ? row.keywords.includes(name) : (row.flags & bit) !== 0
}

/** What cannot be seen on the row alone. */
export interface FilterWorld {
  /** Emails that match a search condition; looked up beforehand. */
  readonly matches: (field: SearchField, words: string) => ReadonlySet<number>
  readonly headerMatches: (name: string, value: string | undefined) => ReadonlySet<number>
  /** Emails of those whom the person follows. */
  readonly followed: ReadonlySet<number>
  /** The other emails of the row's thread, itself included. */
  readonly thread: (row: EmailRow) => readonly EmailRow[]
}

type Test = (row: EmailRow, world: FilterWorld) => boolean

const tests: { [K in keyof EmailCondition]-?: (value: NonNullable<EmailCondition[K]>) => Test } = {
  inMailbox: (id) => (row) => row.mailboxIds.includes(id),
  inMailboxOtherThan: (ids) => (row) => row.mailboxIds.some((id) => !ids.includes(id)),
  before: (time) => (row) => row.receivedAt < time,
  after: (time) => (row) => row.receivedAt >= time,
  minSize: (size) => (row) => row.size >= size,
  maxSize: (size) => (row) => row.size < size,
  allInThreadHaveKeyword: (word) => (row, world) => world.thread(row).every((other) => hasKeyword(other, word)),
  someInThreadHaveKeyword: (word) => (row, world) => world.thread(row).some((other) => hasKeyword(other, word)),
  noneInThreadHaveKeyword: (word) => (row, world) => !world.thread(row).some((other) => hasKeyword(other, word)),
  hasKeyword: (word) => (row) => hasKeyword(row, word),
  notKeyword: (word) => (row) => !hasKeyword(row, word),
  hasAttachment: (wanted) => (row) => row.hasAttachment === wanted,
  text: (words) => (row, world) => world.matches('text', words).has(row.id),
  from: (words) => (row, world) => world.matches('from', words).has(row.id),
  to: (words) => (row, world) => world.matches('to', words).has(row.id),
  cc: (words) => (row, world) => world.matches('cc', words).has(row.id),
  bcc: (words) => (row, world) => world.matches('bcc', words).has(row.id),
  subject: (words) => (row, world) => world.matches('subject', words).has(row.id),
  body: (words) => (row, world) => world.matches('body', words).has(row.id),
  attachmentName: (words) => (row, world) => world.matches('attachmentName', words).has(row.id),
  isFollowed: (wanted) => (row, world) => world.followed.has(row.id) === wanted,
  header:
    ([name, value]) =>
    (row, world) =>
      world.headerMatches(name, value).has(row.id),
}

/** The filter as one function. */
export const compileFilter = (filter: EmailFilter | undefined): Test => {
  if (filter === undefined) return () => true
  if ('operator' in filter) {
    const parts = filter.conditions.map(compileFilter)
    if (filter.operator === 'AND') return (row, world) => parts.every((part) => part(row, world))
    if (filter.operator === 'OR') return (row, world) => parts.some((part) => part(row, world))
    return (row, world) => !parts.some((part) => part(row, world))
  }
  const parts = (Object.keys(filter) as (keyof EmailCondition)[])
    .filter((key) => filter[key] !== undefined)
    .map((key) => (tests[key] as (value: unknown) => Test)(filter[key]))
  return (row, world) => parts.every((part) => part(row, world))
}

const collator = new Intl.Collator('fr', { sensitivity: 'base', numeric: true })
const bool = (value: boolean): number => (value ? 1 : 0)

type Compare = (a: EmailRow, b: EmailRow, world: FilterWorld) => number

const ascending = ({ property, keyword = '' }: EmailSort): Compare => {
  switch (property) {
    case 'receivedAt':
      return (a, b) => a.receivedAt - b.receivedAt
    case 'sentAt':
      return (a, b) => a.sentAt - b.sentAt
    case 'size':
      return (a, b) => a.size - b.size
    case 'from':
    case 'to':
    case 'subject':
      return (a, b) => collator.compare(a[property], b[property])
    case 'hasKeyword':
      return (a, b) => bool(hasKeyword(a, keyword)) - bool(hasKeyword(b, keyword))
    case 'allInThreadHaveKeyword':
    case 'someInThreadHaveKeyword': {
      const test = tests[property](keyword)
      return (a, b, world) => bool(test(a, world)) - bool(test(b, world))
    }
  }
}

/** The order of rows; later criteria decide between equals, the order they came in at last. */
export const compileSort = (sort: readonly EmailSort[]): Compare => {
  const parts = sort.map((part) => ({ compare: ascending(part), sign: part.isAscending ? 1 : -1 }))
  return (a, b, world) => {
    for (const { compare, sign } of parts) {
      const order = compare(a, b, world)
      if (order !== 0) return order * sign
    }
    return 0
  }
}
