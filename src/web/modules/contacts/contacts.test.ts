import { expect, test } from 'vitest'
import type { JsCard } from '#format/jscontact/card.ts'
import { draftOf, emptyDraft, patchOf } from './card-draft.ts'
import { cardsOfCsv, cardsOfVcf, csvOf, vcfOf } from './transfer.ts'

const card: JsCard = {
  uid: 'u1',
  name: {
    full: 'Mme Zoé Lefèvre',
    components: [
      { kind: 'title', value: 'Mme' },
      { kind: 'given', value: 'Zoé' },
      { kind: 'surname', value: 'Lefèvre' },
    ],
  },
  emails: { e1: { address: 'zoe@ecole.test', contexts: { work: true }, label: 'École' } },
  organizations: { o1: { name: 'Collège', units: [{ name: 'Vie scolaire' }] } },
  anniversaries: { a1: { kind: 'wedding', date: { year: 2000 } } },
}

test('a form that nobody touched changes nothing', () => {
  expect(patchOf(draftOf(card), card)).toEqual({})
  expect(patchOf(emptyDraft, undefined)).toEqual({})
})

test('what the form does not show stays', () => {
  const draft = { ...draftOf(card), surname: 'Durand', organisation: '', birthday: '1980-02-03' }
  const patch = patchOf(
    { ...draft, emails: [...draft.emails, { id: 'n1', value: ' z@maison.test ', place: 'private' }] },
    card,
  )
  expect(patch).toEqual({
    name: {
      full: 'Zoé Durand',
      components: [
        { kind: 'given', value: 'Zoé' },
        { kind: 'surname', value: 'Durand' },
        { kind: 'title', value: 'Mme' },
      ],
    },
    emails: {
      e1: { address: 'zoe@ecole.test', contexts: { work: true }, label: 'École' },
      n1: { address: 'z@maison.test', contexts: { private: true } },
    },
    organizations: { o1: { name: '', units: [{ name: 'Vie scolaire' }] } },
    anniversaries: {
      a1: { kind: 'wedding', date: { year: 2000 } },
      b1: { kind: 'birth', date: { '@type': 'PartialDate', year: 1980, month: 2, day: 3 } },
    },
  })
  expect(patchOf({ ...draftOf(card), emails: [] }, card)).toEqual({ emails: null })
})

test('tables of other programs are read, with quotes, semicolons and accents', () => {
  const google =
    'First Name,Last Name,E-mail 1 - Value,Phone 1 - Value,Notes\r\nZoé,"Le ""Fèvre""",zoe@x.test,+33 6 00,"deux\nlignes"\r\n,,,,\r\n'
  expect(cardsOfCsv(google)).toMatchObject([
    {
      name: { full: 'Zoé Le "Fèvre"' },
      emails: { e1: { address: 'zoe@x.test' } },
      phones: { p1: { number: '+33 6 00' } },
      notes: { n1: { note: 'deux\nlignes' } },
    },
  ])
  expect(cardsOfCsv('\ufeffPrénom;Nom;Courriel\nPaul;Roy;paul@x.test')).toMatchObject([{ name: { full: 'Paul Roy' } }])
  expect(cardsOfCsv('a,b\n1,2')).toEqual([])
})

test('what is exported is read again, and no cell is a formula', () => {
  expect(cardsOfVcf(vcfOf([card, { uid: 'u2', name: { full: 'B' } }])).map(({ uid }) => uid)).toEqual(['u1', 'u2'])
  const csv = csvOf([card, { uid: 'x', name: { full: '=HYPERLINK("x")' }, phones: { p: { number: '+33 6' } } }], 'fr')
  expect(csv).toContain(`"'=HYPERLINK(""x"")"`)
  expect(csv).toContain(';+33 6;')
  expect(cardsOfCsv(csv)).toMatchObject([
    { name: { full: 'Mme Zoé Lefèvre' }, organizations: { o1: { name: 'Collège' } } },
    {},
  ])
})
