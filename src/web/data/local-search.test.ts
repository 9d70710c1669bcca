import { expect, test } from 'vitest'
import type { EmailFilter } from '#format/jmap/mail.ts'
import type { EmailSummary } from './contract.ts'
import { localMatches } from './local-search.ts'

const email = (id: string, subject: string, more: Partial<EmailSummary> = {}): EmailSummary => ({
  id,
  blobId: 'b',
  threadId: `t${id}`,
  mailboxIds: { m1: true },
  keywords: {},
  size: 10,
  receivedAt: `2026-01-0${id.slice(1)}T08:00:00Z`,
  sentAt: null,
  from: [{ name: 'Élise Faure', email: 'elise@x.fr' }],
  to: null,
  cc: null,
  subject,
  preview: '',
  hasAttachment: false,
  ...more,
})
const emails = [
  email('e1', 'Réunion de rentrée'),
  email('e2', 'Sortie', { preview: 'La réunion est jeudi' }),
  email('e3', 'Prérentrée', { mailboxIds: { m2: true } }),
]
const found = (filter: EmailFilter) =>
  localMatches({ filter, sort: [{ property: 'receivedAt', isAscending: false }], collapseThreads: false }, emails)

test('beginnings of words are found without accents, the newest first', () => {
  expect(found({ text: 'reun' })).toEqual(['e2', 'e1'])
  expect(found({ text: 'rentr' })).toEqual(['e1'])
  expect(found({ text: '"de rentree"' })).toEqual(['e1'])
  expect(found({ from: 'elise', subject: 'sort' })).toEqual(['e2'])
})

test('other conditions hold too, and what cannot be known here is not shown', () => {
  expect(found({ operator: 'AND', conditions: [{ text: 'pre' }, { inMailbox: 'm1' }] })).toEqual([])
  expect(found({ operator: 'AND', conditions: [{ text: 'pre' }, { inMailbox: 'm2' }] })).toEqual(['e3'])
  expect(found({ operator: 'AND', conditions: [{ text: 'reunion' }, { body: 'jeudi' }] })).toEqual([])
  expect(found({ operator: 'NOT', conditions: [{ text: 'reunion' }] })).toEqual([])
  expect(found({ inMailbox: 'm1' })).toEqual([])
})
