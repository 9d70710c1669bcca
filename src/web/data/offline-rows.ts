/**
 * A query answered from what is kept here, while the server cannot be asked: the rows are few, but they are there. The
 * server's own replace them when it is back.
 */
import type { EmailFilterCondition } from '#format/jmap/mail.ts'
import type { EmailBody, EmailSummary, ListQuery } from './contract.ts'
import { compareEmails, evaluate, foldWords, type Test, type ThreadOf } from './filter.ts'
import type { Model } from './model.ts'

/** As many as a person scrolls through without a network. */
const MAX_ROWS = 500

type Addresses = EmailSummary['from']
const addresses = (list: Addresses | undefined): string =>
  (list ?? []).map(({ name, email }) => `${name ?? ''} ${email}`).join(' ')

const bodyWords = (body: EmailBody | undefined): string =>
  body === undefined
    ? ''
    : Object.values(body.bodyValues)
        .map(({ value }) => value.replace(/<[^>]*>/g, ' '))
        .join(' ')

/** Every word is somewhere in the text, as the server's search has it. */
const holds = (text: string, words: string | undefined): boolean => {
  const folded = foldWords(text)
  return foldWords(words ?? '')
    .split(/\s+/)
    .every((word) => folded.includes(word))
}

const wordsIn = (model: Model): Partial<Record<keyof EmailFilterCondition, Test>> => {
  const who = (email: EmailSummary) => [email.from, email.to, email.cc].map(addresses).join(' ')
  const body = (email: EmailSummary) => `${email.preview} ${bodyWords(model.bodies.get(email.id))}`
  return {
    from: (email, c) => holds(addresses(email.from), c.from),
    to: (email, c) => holds(addresses(email.to), c.to),
    cc: (email, c) => holds(addresses(email.cc), c.cc),
    subject: (email, c) => holds(email.subject ?? '', c.subject),
    body: (email, c) => holds(body(email), c.body),
    text: (email, c) => holds(`${email.subject ?? ''} ${who(email)} ${body(email)}`, c.text),
  }
}

/** Ids of the rows, in the query's order. What cannot be known here is left out. */
export const rowsFromCache = (model: Model, query: ListQuery): string[] => {
  const words = wordsIn(model)
  const threadOf: ThreadOf = (email) => model.thread(email.threadId)?.emails
  const found: EmailSummary[] = []
  for (const id of model.emails.keys()) {
    const email = model.email(id)
    if (email !== undefined && evaluate(query.filter, email, threadOf, words) === true) found.push(email)
  }
  found.sort((a, b) => compareEmails(query.sort, a, b))
  const threads = new Set<string>()
  const rows = query.collapseThreads
    ? found.filter(({ threadId }) => !threads.has(threadId) && threads.add(threadId))
    : found
  return rows.slice(0, MAX_ROWS).map(({ id }) => id)
}
