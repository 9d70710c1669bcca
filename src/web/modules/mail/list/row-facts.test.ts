import { expect, test } from 'vitest'
import type { EmailSummary } from '../../../data/index.ts'
import { rowFacts } from './row-facts.ts'

const email = (id: string, part: Partial<EmailSummary>): EmailSummary => ({
  id,
  blobId: 'b',
  threadId: 't1',
  mailboxIds: { m1: true },
  keywords: { $seen: true },
  size: 1,
  receivedAt: '2026-11-21T08:00:00Z',
  sentAt: null,
  from: [{ name: 'Karim Benali', email: 'karim@x.fr' }],
  to: [{ name: 'Anne Martin', email: 'anne@x.fr' }],
  cc: null,
  subject: 'Objet',
  preview: '',
  hasAttachment: false,
  ...part,
})
const texts = { me: 'moi', nobody: '(inconnu)' }
const me = new Set(['anne@x.fr'])
const names = (facts: ReturnType<typeof rowFacts>) => facts.people.map((person) => person.name)

test('a conversation names each of its people once, oneself as "moi", with first names in a crowd', () => {
  const mine = email('e2', { from: [{ name: 'Anne Martin', email: 'Anne@x.fr' }] })
  const last = email('e3', { keywords: {}, hasAttachment: true })
  const facts = rowFacts(last, { id: 't1', complete: true, emails: [email('e1', {}), mine, last] }, me, texts, false)
  expect(names(facts)).toEqual(['Karim', 'moi'])
  expect(facts).toMatchObject({ count: 3, unread: true, attachment: true, flagged: false })
  expect(facts.people[0]!.unread).toBe(true)
})

test('in sent mail the recipients are named', () => {
  const facts = rowFacts(email('e1', { to: [{ name: null, email: 'lea@x.fr' }] }), undefined, me, texts, true)
  expect(names(facts)).toEqual(['lea@x.fr'])
})

test('a message without a sender still has a name', () => {
  expect(names(rowFacts(email('e1', { from: null }), undefined, me, texts, false))).toEqual(['(inconnu)'])
})

test('a draft does not make its conversation unread', () => {
  expect(rowFacts(email('e1', { keywords: { $draft: true } }), undefined, me, texts, false).unread).toBe(false)
})
