/**
 * What of the cache a search surely finds, while the server has not answered: words at the beginning of words of the
 * subject, the people and the beginning of the text. It only ever shows too little; the server's answer replaces it.
 */
import type { EmailFilter, EmailFilterCondition } from '#format/jmap/mail.ts'
import type { EmailSummary, ListQuery } from './contract.ts'
import { compareEmails, evaluate } from './filter.ts'

/** Emails looked at, the last ones read first, and rows shown. */
const MAX_LOOKED = 4000
const MAX_FOUND = 50

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

interface Folded {
  readonly subject: string
  readonly from: string
  readonly to: string
  readonly cc: string
  readonly text: string
}

const known = new WeakMap<EmailSummary, Folded>()

const people = (list: EmailSummary['from']): string =>
  fold(list?.map(({ name, email }) => `${name ?? ''} ${email}`).join(' ') ?? '')

const foldedOf = (email: EmailSummary): Folded => {
  const before = known.get(email)
  if (before) return before
  const [subject, from, to, cc] = [fold(email.subject ?? ''), people(email.from), people(email.to), people(email.cc)]
  const folded = { subject, from, to, cc, text: `${subject} ${from} ${to} ${cc} ${fold(email.preview)}` }
  known.set(email, folded)
  return folded
}

/** Every word, or quoted phrase, begins a word of the text. */
const has = (text: string, typed: string): boolean => {
  const words = [...fold(typed).matchAll(/"([^"]+)"?|([^\s"]+)/g)].map(([, phrase, word]) => phrase ?? word ?? '')
  return words.every((word) => {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
      if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '')) return true
    return false
  })
}

const textual = ['text', 'subject', 'from', 'to', 'cc'] as const

/** True only when it surely matches. */
const matches = (filter: EmailFilter, email: EmailSummary): boolean | undefined => {
  if ('operator' in filter) {
    const results = filter.conditions.map((condition) => matches(condition, email))
    if (filter.operator === 'OR') return results.includes(true) ? true : undefined
    const wanted = filter.operator === 'AND'
    return results.includes(!wanted) ? false : results.every((one) => one === wanted) ? true : undefined
  }
  const rest: Record<string, unknown> = { ...filter }
  for (const name of textual) {
    const typed = filter[name]
    if (typed === undefined) continue
    delete rest[name]
    // What is not at the beginning of the text may be further down.
    if (!has(foldedOf(email)[name], typed)) return name === 'text' ? undefined : false
  }
  return evaluate(rest as EmailFilterCondition, email, () => undefined)
}

/** True for a filter with words in it: others the server answers from its lists. */
export const looksForWords = (filter: EmailFilter | null): boolean =>
  filter !== null &&
  ('operator' in filter ? filter.conditions.some(looksForWords) : textual.some((name) => filter[name] !== undefined))

/** Ids of cached emails that the query finds, in its order. */
export const localMatches = (query: ListQuery, emails: Iterable<EmailSummary>): string[] => {
  const { filter } = query
  if (filter === null || !looksForWords(filter)) return []
  return [...emails]
    .slice(-MAX_LOOKED)
    .filter((email) => matches(filter, email) === true)
    .sort((a, b) => compareEmails(query.sort, a, b))
    .slice(0, MAX_FOUND)
    .map(({ id }) => id)
}
