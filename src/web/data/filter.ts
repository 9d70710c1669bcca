/**
 * Filters and sorts evaluated on cached records, to know at once whether a pending change puts an email in or out of a
 * list. What only the server can know (words in the text) is `undefined`: it does not change by editing.
 */
import type { EmailComparator, EmailFilter, EmailFilterCondition } from '#format/jmap/mail.ts'
import type { EmailSummary } from './contract.ts'

/** The thread's emails as they are in the same world (base or view); undefined when not all are known. */
export type ThreadOf = (email: EmailSummary) => readonly EmailSummary[] | undefined

type Maybe = boolean | undefined

const not = (value: Maybe): Maybe => (value === undefined ? undefined : !value)
const every = (values: readonly Maybe[]): Maybe =>
  values.includes(false) ? false : values.includes(undefined) ? undefined : true

/**
 * Three-valued: true, false, or undefined when it cannot be known here. `more` are conditions that can be known for once
 * (offline-rows.ts).
 */
export const evaluate = (
  filter: EmailFilter | null,
  email: EmailSummary,
  threadOf: ThreadOf,
  more: Tests = {},
): Maybe => {
  if (!filter) return true
  if ('operator' in filter) {
    const results = filter.conditions.map((condition) => evaluate(condition, email, threadOf, more))
    if (filter.operator === 'AND') return every(results)
    const none = every(results.map(not))
    return filter.operator === 'NOT' ? none : not(none)
  }
  return every(
    Object.keys(filter).map((name) => {
      const key = name as keyof EmailFilterCondition
      const test = conditions[key] ?? more[key]
      return test ? test(email, filter, threadOf) : undefined
    }),
  )
}

export type Test = (email: EmailSummary, condition: EmailFilterCondition, threadOf: ThreadOf) => Maybe

type Tests = Partial<Record<keyof EmailFilterCondition, Test>>

const conditions: Tests = {
  inMailbox: (email, c) => email.mailboxIds[c.inMailbox ?? ''] === true,
  inMailboxOtherThan: (email, c) => Object.keys(email.mailboxIds).some((id) => !c.inMailboxOtherThan?.includes(id)),
  before: (email, c) => email.receivedAt < (c.before ?? ''),
  after: (email, c) => email.receivedAt >= (c.after ?? ''),
  minSize: (email, c) => email.size >= (c.minSize ?? 0),
  maxSize: (email, c) => email.size < (c.maxSize ?? 0),
  hasKeyword: (email, c) => email.keywords[c.hasKeyword ?? ''] === true,
  notKeyword: (email, c) => email.keywords[c.notKeyword ?? ''] !== true,
  hasAttachment: (email, c) => email.hasAttachment === c.hasAttachment,
  allInThreadHaveKeyword: (email, c, threadOf) =>
    threadOf(email)?.every((one) => one.keywords[c.allInThreadHaveKeyword ?? '']),
  someInThreadHaveKeyword: (email, c, threadOf) =>
    threadOf(email)?.some((one) => one.keywords[c.someInThreadHaveKeyword ?? '']),
  noneInThreadHaveKeyword: (email, c, threadOf) =>
    not(threadOf(email)?.some((one) => one.keywords[c.noneInThreadHaveKeyword ?? ''])),
}

/** Without accents and capitals. */
export const foldWords = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

const firstAddress = (list: EmailSummary['from']): string => foldWords(list?.[0]?.name ?? list?.[0]?.email ?? '')

const keyOf = (email: EmailSummary, by: EmailComparator): string | number => {
  switch (by.property) {
    case 'size':
      return email.size
    case 'sentAt':
      return Date.parse(email.sentAt ?? email.receivedAt)
    case 'from':
      return firstAddress(email.from)
    case 'to':
      return firstAddress(email.to)
    case 'subject':
      return foldWords(email.subject ?? '').replace(/^((re|fwd?|tr|ref)\s*:\s*)+/, '')
    case 'hasKeyword':
      return email.keywords[by.keyword ?? ''] ? 1 : 0
    default:
      return Date.parse(email.receivedAt)
  }
}

/** Our ids count up: shorter is older, then alphabetical. Breaks ties, newest first as our server does. */
const compareIds = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)

/** The order of two emails under a sort, as near to the server's as can be known here. */
export const compareEmails = (sort: readonly EmailComparator[], a: EmailSummary, b: EmailSummary): number => {
  for (const by of sort) {
    const [x, y] = [keyOf(a, by), keyOf(b, by)]
    if (x !== y) return (x < y ? -1 : 1) * (by.isAscending === false ? -1 : 1)
  }
  return Date.parse(b.receivedAt) - Date.parse(a.receivedAt) || compareIds(b.id, a.id)
}
