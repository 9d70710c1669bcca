/** Filtering and sorting of the model server: the plainest reading of RFC 8621 §4.4, nothing incremental. */
import type { EmailComparator, EmailFilter, EmailFilterCondition } from '#format/jmap/mail.ts'
import type { FakeEmail } from './fake-jmap.ts'

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

const contains = (haystack: string, needle: string) =>
  fold(needle)
    .split(/\s+/)
    .every((word) => fold(haystack).includes(word.replaceAll('"', '')))

const addresses = (list: FakeEmail['from']) => (list ?? []).map((a) => `${a.name ?? ''} ${a.email}`).join(' ')

export const matches = (email: FakeEmail, filter: EmailFilter | null, thread: readonly FakeEmail[]): boolean => {
  if (!filter) return true
  if ('operator' in filter) {
    const results = filter.conditions.map((condition) => matches(email, condition, thread))
    if (filter.operator === 'AND') return results.every(Boolean)
    if (filter.operator === 'OR') return results.some(Boolean)
    return !results.some(Boolean)
  }
  return matchesCondition(email, filter, thread)
}

const matchesCondition = (email: FakeEmail, c: EmailFilterCondition, thread: readonly FakeEmail[]): boolean => {
  const has = (keyword: string) => (one: FakeEmail) => one.keywords[keyword] === true
  const text = [email.subject ?? '', email.text, addresses(email.from), addresses(email.to), addresses(email.cc)].join(
    ' ',
  )
  return [
    c.inMailbox === undefined || email.mailboxIds[c.inMailbox] === true,
    c.inMailboxOtherThan === undefined ||
      Object.keys(email.mailboxIds).some((id) => !c.inMailboxOtherThan!.includes(id)),
    c.before === undefined || email.receivedAt < c.before,
    c.after === undefined || email.receivedAt >= c.after,
    c.minSize === undefined || email.size >= c.minSize,
    c.maxSize === undefined || email.size < c.maxSize,
    c.hasKeyword === undefined || has(c.hasKeyword)(email),
    c.notKeyword === undefined || !has(c.notKeyword)(email),
    c.allInThreadHaveKeyword === undefined || thread.every(has(c.allInThreadHaveKeyword)),
    c.someInThreadHaveKeyword === undefined || thread.some(has(c.someInThreadHaveKeyword)),
    c.noneInThreadHaveKeyword === undefined || !thread.some(has(c.noneInThreadHaveKeyword)),
    c.hasAttachment === undefined || email.attachments.length > 0 === c.hasAttachment,
    c.text === undefined || contains(text, c.text),
    c.body === undefined || contains(email.text, c.body),
    c.subject === undefined || contains(email.subject ?? '', c.subject),
    c.from === undefined || contains(addresses(email.from), c.from),
    c.to === undefined || contains(addresses(email.to), c.to),
    c.cc === undefined || contains(addresses(email.cc), c.cc),
    c.bcc === undefined || contains(addresses(email.bcc), c.bcc),
    c.header === undefined ||
      (c.header[0].toLowerCase() === 'message-id' && (email.messageId ?? []).includes(c.header[1] ?? '')),
  ].every(Boolean)
}

const sortKey = (email: FakeEmail, by: EmailComparator): string | number => {
  if (by.property === 'size') return email.size
  if (by.property === 'subject') return fold(email.subject ?? '').replace(/^((re|fwd?|tr)\s*:\s*)+/, '')
  if (by.property === 'from') return fold(addresses(email.from))
  if (by.property === 'to') return fold(addresses(email.to))
  if (by.property === 'hasKeyword') return email.keywords[by.keyword ?? ''] ? 1 : 0
  if (by.property === 'sentAt') return email.sentAt ?? ''
  return email.receivedAt
}

/** The order of ids is that of their creation. */
const byId = (a: string, b: string) => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)

export const compare = (sort: readonly EmailComparator[]) => (a: FakeEmail, b: FakeEmail) => {
  for (const by of sort) {
    const [x, y] = [sortKey(a, by), sortKey(b, by)]
    if (x !== y) return (x < y ? -1 : 1) * (by.isAscending === false ? -1 : 1)
  }
  return sort[0]?.isAscending === false ? byId(b.id, a.id) : byId(a.id, b.id)
}
