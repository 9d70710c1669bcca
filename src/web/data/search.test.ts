import { expect, test } from 'vitest'
import type { Mailbox } from './contract.ts'
import { dayOf, mailboxWord, parseSearch } from './search.ts'

const rights = {
  mayReadItems: true,
  mayAddItems: true,
  mayRemoveItems: true,
  maySetSeen: true,
  maySetKeywords: true,
  mayCreateChild: true,
  mayRename: true,
  mayDelete: true,
  maySubmit: true,
}
const mailbox = (id: string, name: string, role: Mailbox['role'] = null): Mailbox => ({
  id,
  name,
  role,
  parentId: null,
  sortOrder: 0,
  totalEmails: 0,
  unreadEmails: 0,
  totalThreads: 0,
  unreadThreads: 0,
  myRights: rights,
  isSubscribed: true,
})
const mailboxes = [mailbox('m1', 'INBOX', 'inbox'), mailbox('m2', 'Corbeille', 'trash'), mailbox('m3', 'Projet Europe')]
const now = new Date(2026, 8, 15, 10).getTime()
const filterOf = (text: string, places: readonly Mailbox[] = []) => parseSearch(text, { mailboxes: places, now }).filter

test('plain words are looked for together, everywhere', () => {
  expect(filterOf('conseil de classe')).toEqual({ text: 'conseil de classe' })
  expect(filterOf('"conseil de classe" 3B')).toEqual({ text: '"conseil de classe" 3B' })
})

test('names narrow, in English and in French', () => {
  expect(filterOf('from:dupont')).toEqual({ from: 'dupont' })
  expect(filterOf('de:dupont objet:"conseil de classe"')).toEqual({
    operator: 'AND',
    conditions: [{ from: 'dupont' }, { subject: 'conseil de classe' }],
  })
  expect(filterOf('à:rectorat')).toEqual({ to: 'rectorat' })
  expect(filterOf('is:unread has:attachment')).toEqual({
    operator: 'AND',
    conditions: [{ notKeyword: '$seen' }, { hasAttachment: true }],
  })
  expect(filterOf('est:non-lu avec:pj')).toEqual({
    operator: 'AND',
    conditions: [{ notKeyword: '$seen' }, { hasAttachment: true }],
  })
})

test('a minus excludes', () => {
  expect(filterOf('-from:info stage')).toEqual({
    operator: 'AND',
    conditions: [{ text: 'stage' }, { operator: 'NOT', conditions: [{ from: 'info' }] }],
  })
})

test('days begin at midnight of the person, in every way of writing them', () => {
  const day = new Date(2026, 8, 1).getTime()
  for (const text of ['2026-09-01', '01/09/2026', '1.9.2026', '1/9', '2026-09', '2w'])
    expect(dayOf(text, now)).toBe(day)
  expect(dayOf('31/02/2026', now)).toBeUndefined()
  const utc = new Date(day).toISOString().replace('.000', '')
  expect(filterOf('before:2026-09-01')).toEqual({ before: utc })
  expect(filterOf('après:01/09/2026')).toEqual({ after: utc })
})

test('a place is a role, a name or its beginning; elsewhere the trash is left out', () => {
  expect(filterOf('in:inbox', mailboxes)).toEqual({ inMailbox: 'm1' })
  expect(filterOf('dans:"projet europe"', mailboxes)).toEqual({ inMailbox: 'm3' })
  expect(filterOf('dans:proj', mailboxes)).toEqual({ inMailbox: 'm3' })
  expect(filterOf('stage', mailboxes)).toEqual({
    operator: 'AND',
    conditions: [{ text: 'stage' }, { inMailboxOtherThan: ['m2'] }],
  })
  expect(filterOf('in:partout stage', mailboxes)).toEqual({ text: 'stage' })
})

test('either of two terms is taken where OU or OR stands between them', () => {
  expect(filterOf('stage de:dupont OU de:"Léa Roy" OR objet:brevet 3B')).toEqual({
    operator: 'AND',
    conditions: [
      { text: 'stage 3B' },
      { operator: 'OR', conditions: [{ from: 'dupont' }, { from: 'Léa Roy' }, { subject: 'brevet' }] },
    ],
  })
  expect(filterOf('musée OU théâtre')).toEqual({ operator: 'OR', conditions: [{ text: 'musée' }, { text: 'théâtre' }] })
  expect(filterOf('musée OU')).toEqual({ text: 'musée' })
  expect(filterOf('OU musée')).toEqual({ text: 'OU musée' })
  expect(filterOf('pierre ou paul')).toEqual({ text: 'pierre ou paul' })
  expect(filterOf('"OU" musée')).toEqual({ text: 'OU musée' })
})

test('spaces about the colon of an operator are those of French typography', () => {
  expect(filterOf('de : Hélène')).toEqual({ from: 'Hélène' })
  expect(filterOf('Objet\u00a0: "conseil de classe"')).toEqual({ subject: 'conseil de classe' })
  expect(filterOf('de: léa a:pj')).toEqual({
    operator: 'AND',
    conditions: [{ from: 'léa' }, { hasAttachment: true }],
  })
  expect(filterOf('remarque : urgent')).toEqual({ text: 'remarque : urgent' })
  expect(filterOf('12 : 30')).toEqual({ text: '12 : 30' })
})

test('folders of the same name, and of the name of a standard one, are told apart by their paths', () => {
  const twins = [
    ...mailboxes,
    mailbox('a', '3e A'),
    mailbox('b', '3e B'),
    { ...mailbox('a1', 'Notes'), parentId: 'a' },
    { ...mailbox('b1', 'Notes'), parentId: 'b' },
    mailbox('s', 'spam'),
    mailbox('j', 'Indésirables', 'junk'),
    mailbox('t', 'tout'),
    mailbox('q', 'dit "le gros"'),
    mailbox('e', 'été'),
    mailbox('E', 'ÉTÉ'),
  ]
  for (const one of twins.filter(({ role }) => role === null)) {
    const word = mailboxWord(one, twins)
    expect(filterOf(`dans:"${word}"`, twins), word).toEqual({ inMailbox: one.id })
  }
  expect(mailboxWord(twins[2]!, twins)).toBe('Projet Europe')
  expect(filterOf('dans:"/3E b/notes"', twins)).toEqual({ inMailbox: 'b1' })
})

test('what is not understood is searched for as it is', () => {
  expect(filterOf('http://exemple.fr 12:30 is:blue before:demain')).toEqual({
    text: 'http://exemple.fr 12:30 is:blue before:demain',
  })
  expect(filterOf('')).toBeNull()
  expect(filterOf('from:')).toEqual({ text: 'from:' })
})

test('labels, names of attachments and sizes narrow, and "a:pj" is no recipient', () => {
  const labels = [{ name: 'Conseil d’école', keyword: 'conseil-d-ecole' }]
  const of = (text: string) => parseSearch(text, { mailboxes: [], labels, now }).filter
  expect(of('étiquette:conseil')).toEqual({ hasKeyword: 'conseil-d-ecole' })
  expect(of('label:"conseil d’école"')).toEqual({ hasKeyword: 'conseil-d-ecole' })
  expect(of('label:inconnue')).toEqual({ text: 'label:inconnue' })
  expect(of('fichier:notes plus-grand:5m')).toEqual({
    operator: 'AND',
    conditions: [{ attachmentName: 'notes' }, { minSize: 5_000_000 }],
  })
  expect(of('a:pj')).toEqual({ hasAttachment: true })
  expect(of('à:paul')).toEqual({ to: 'paul' })
  expect(of('est:suivie')).toEqual({ isFollowed: true })
})
