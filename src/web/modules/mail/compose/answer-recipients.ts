/** Whom an answer goes to. Pure. */
import type { EmailAddress, EmailBody, EmailSummary } from '../../../data/index.ts'
import { addPeople } from './addresses.ts'
import type { Person } from './compose-state.ts'
import type { AnswerKind } from './composers.ts'

/** Addresses of a header as people of a composition. */
export const people = (list: readonly EmailAddress[] | null | undefined): Person[] =>
  (list ?? []).map(({ name, email }) => ({ name, email }))

/**
 * Who an answer goes to. An answer to one's own message goes to whom it went. To all: whoever was addressed stays
 * addressed, whoever had a copy has a copy, as every other program does it.
 */
export const answerRecipients = (
  email: Pick<EmailSummary, 'from' | 'to' | 'cc'>,
  body: Pick<EmailBody, 'replyTo'>,
  how: AnswerKind,
  me: ReadonlySet<string>,
): { to: Person[]; cc: Person[] } => {
  if (how === 'forward') return { to: [], cc: [] }
  const isMe = (person: Person) => me.has(person.email.toLowerCase())
  const sender = people(body.replyTo?.length ? body.replyTo : email.from)
  const own = sender.length > 0 && sender.every(isMe)
  const to = own ? people(email.to) : sender
  if (how === 'reply') return { to: addPeople([], to), cc: [] }
  const chosen = addPeople([], own ? to : [...to, ...people(email.to).filter((person) => !isMe(person))])
  const copies = people(email.cc).filter((person) => !isMe(person))
  return { to: chosen, cc: addPeople(chosen, copies).slice(chosen.length) }
}
