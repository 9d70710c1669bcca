import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeText } from '../content-line/property.ts'
import { parseVCards, printVCard, type VCardProperty } from '../vcard/syntax.ts'
import type { JsCard } from './card.ts'
import { nameOf, sortNameOf } from './card.ts'
import { fromVCard } from './from-vcard.ts'
import { toVCard } from './to-vcard.ts'

const read = (text: string): JsCard => fromVCard(parseVCards(text)[0]!, 'none')
const lines = (text: string): string => `BEGIN:VCARD\r\n${text.trim().replace(/\n\s*/g, '\r\n')}\r\nEND:VCARD\r\n`

const apple = lines(`VERSION:3.0
  PRODID:-//Apple Inc.//iPhone OS 18.0//EN
  N:Lefèvre;Zoé;Anne;Mme;
  FN:Mme Zoé Anne Lefèvre
  ORG:Collège des Tilleuls;Vie scolaire
  TITLE:Conseillère principale
  item1.EMAIL;type=INTERNET;type=pref:zoe@ecole.test
  item1.X-ABLabel:_$!<School>!$_
  EMAIL;type=INTERNET;type=HOME:zoe@maison.test
  TEL;type=CELL;type=VOICE;type=pref:06 00 00 00 00
  item2.ADR;type=WORK:;;3 rue\\, haute\\nBât. B;Besançon;;25000;France
  item2.X-ABADR:fr
  BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-08
  X-SOCIALPROFILE;type=mastodon:https://exemple.test/@zoe
  PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRg==
  CATEGORIES:Collègues,Vie scolaire
  NOTE:Deux\\nlignes\\; et un point-virgule
  REV:2025-02-03T10:11:12Z
  UID:0C3E8E5E-7E1E-4E6B-9A4E-2F1B7A1F9D11`)

test('a card of a telephone becomes JSContact', () => {
  expect(read(apple)).toMatchObject({
    '@type': 'Card',
    uid: '0C3E8E5E-7E1E-4E6B-9A4E-2F1B7A1F9D11',
    updated: '2025-02-03T10:11:12Z',
    name: {
      full: 'Mme Zoé Anne Lefèvre',
      components: [
        { kind: 'surname', value: 'Lefèvre' },
        { kind: 'given', value: 'Zoé' },
        { kind: 'given2', value: 'Anne' },
        { kind: 'title', value: 'Mme' },
      ],
    },
    organizations: { o1: { name: 'Collège des Tilleuls', units: [{ name: 'Vie scolaire' }] } },
    titles: { t1: { name: 'Conseillère principale', kind: 'title' } },
    emails: {
      e1: { address: 'zoe@ecole.test', pref: 1, label: 'School' },
      e2: { address: 'zoe@maison.test', contexts: { private: true } },
    },
    phones: { p1: { number: '06 00 00 00 00', features: { mobile: true, voice: true }, pref: 1 } },
    anniversaries: { a1: { kind: 'birth', date: { month: 3, day: 8 } } },
    media: { m1: { kind: 'photo', uri: 'data:image/jpeg;base64,/9j/4AAQSkZJRg==' } },
    keywords: { Collègues: true, 'Vie scolaire': true },
    notes: { n1: { note: 'Deux\nlignes; et un point-virgule' } },
    vCardProps: [
      ['x-abadr', { group: 'item2' }, 'unknown', 'fr'],
      ['x-socialprofile', { type: 'mastodon' }, 'unknown', 'https://exemple.test/@zoe'],
    ],
  })
})

test('what JSContact has no word for comes back in the vCard', () => {
  const again = toVCard(read(apple), '3.0')
  expect(again).toContain('item2.X-ABADR:fr')
  expect(again).toContain('X-SOCIALPROFILE;TYPE=mastodon:https://exemple.test/@zoe')
  expect(again).toMatch(/item2\.ADR;TYPE=WORK:;;3 rue\\, haute\\nBât. B;Besançon;;25000;France/)
  expect(again).toMatch(/(item\d)\.EMAIL;TYPE=INTERNET,PREF:zoe@ecole\.test\r\n\1\.X-ABLabel:School/)
  expect(again).toContain('BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-08')
})

test('a card of version 2.1 with quoted accents over several lines is read', () => {
  const card = read(
    'BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Dur=C3=\r\n=A9;Zo=C3=A9\r\nTEL;CELL;HOME:06\r\nNOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:=E9t=E9\r\nEND:VCARD\r\n',
  )
  expect(card.uid).toBe('none')
  expect([nameOf(card), sortNameOf(card)]).toEqual(['Zoé Duré', 'Duré Zoé'])
  expect(card.phones?.p1).toMatchObject({ features: { mobile: true }, contexts: { private: true } })
  expect(card.notes?.n1?.note).toBe('été')
})

test('a group keeps its members in both versions', () => {
  const group: JsCard = {
    uid: 'g1',
    kind: 'group',
    name: { full: 'Équipe' },
    members: { a1: true, 'mailto:x@y.test': true },
  }
  for (const version of ['3.0', '4.0'] as const)
    expect(read(toVCard(group, version))).toMatchObject({
      kind: 'group',
      members: group.members,
      name: { full: 'Équipe' },
    })
  expect(toVCard(group, '3.0')).toContain('X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:a1')
})

test('members that vCard has no property for travel in it all the same', () => {
  const card: JsCard = {
    uid: 'u',
    name: { full: 'A' },
    speakToAs: { grammaticalGender: 'feminine' },
    'exemple.test:x': [1],
  }
  expect(read(toVCard(card, '4.0'))).toMatchObject({ speakToAs: card.speakToAs, 'exemple.test:x': [1] })
})

test('lines are folded between characters, at 75 octets', () => {
  const text = toVCard({ uid: 'u', name: { full: 'é😀'.repeat(60) } }, '3.0')
  for (const line of text.split('\r\n')) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75)
  expect(read(text).name?.full).toBe('é😀'.repeat(60))
})

test('hostile text is bounded and never breaks a line out of its value', () => {
  expect(parseVCards('BEGIN:VCARD\nFN:x')).toEqual([])
  expect(() => parseVCards(`BEGIN:VCARD\n${'X:y\n'.repeat(5000)}END:VCARD`)).toThrow(/lines/)
  expect(() => parseVCards('BEGIN:VCARD\nFN:x\nEND:VCARD\n'.repeat(3), 2)).toThrow(/cards/)
  const card: JsCard = {
    uid: 'u\r\nEND:VCARD',
    name: { full: 'a\nb' },
    links: { l1: { uri: 'https://x.test/\r\nEMAIL:evil@x.test' } },
    emails: { e1: { address: 'a@b.test', vCardParams: { 'x-y': 'a"b\nc;d:e' }, label: 'x\r\ny' } },
    vCardProps: [['x-a:b', {}, 'unknown', 'c']],
  }
  const back = read(toVCard(card, '4.0'))
  expect(Object.keys(back.emails ?? {})).toEqual(['e1'])
  expect(back.emails?.e1?.vCardParams).toEqual({ 'x-y': 'a"b\nc;d:e' })
})

const word = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .map((text) => text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, '').trim() || 'x')
const simple = fc.stringMatching(/^[a-z]{1,8}$/)
const valued = (name: string, params: VCardProperty['params'] = []) =>
  word.map((value): VCardProperty => ({ group: '', name, params, value: escapeText(value) }))
const typed = (name: string) =>
  fc
    .subarray(['work', 'home', 'pref', 'cell', 'x-odd'])
    .chain((types) => valued(name, types.length === 0 ? [] : [{ name: 'TYPE', values: types }]))
const property = fc.oneof(
  ...['NICKNAME', 'TITLE', 'ROLE', 'NOTE', 'CATEGORIES', 'ORG', 'X-UNKNOWN', 'GENDER', 'PRODID'].map((name) =>
    valued(name),
  ),
  ...['EMAIL', 'TEL', 'NOTE', 'TITLE'].map(typed),
  fc.tuple(word, word, word).map(
    ([a, b, c]): VCardProperty => ({
      group: '',
      name: 'ADR',
      params: [],
      value: `;;${escapeText(a)};${escapeText(b)};;${escapeText(c)};`,
    }),
  ),
  fc
    .tuple(word, word)
    .map(
      ([a, b]): VCardProperty => ({ group: '', name: 'N', params: [], value: `${escapeText(a)};${escapeText(b)};;;` }),
    ),
  fc
    .tuple(simple, word)
    .map(([group, value]): VCardProperty => ({ group, name: 'X-ABLABEL', params: [], value: escapeText(value) })),
  fc
    .tuple(simple, simple)
    .map(([group, value]): VCardProperty => ({ group, name: 'EMAIL', params: [], value: `${value}@x.test` })),
  fc
    .constantFrom('1980-02-03', '19800203', '--0203', '1980', 'vers 1980')
    .map((value): VCardProperty => ({ group: '', name: 'BDAY', params: [], value })),
  fc.tuple(simple, word).map(
    ([name, value]): VCardProperty => ({
      group: '',
      name: `X-${name.toUpperCase()}`,
      params: [{ name: 'X-P', values: [value] }],
      value: escapeText(value),
    }),
  ),
  fc
    .constantFrom('URL', 'CALURI', 'FBURL', 'KEY', 'SOURCE')
    .map((name): VCardProperty => ({ group: '', name, params: [], value: 'https://x.test/a' })),
)

test('whatever a vCard holds, JSContact and back says the same', () => {
  fc.assert(
    fc.property(fc.array(property, { maxLength: 15 }), fc.constantFrom('3.0', '4.0'), (properties, version) => {
      const name: VCardProperty = { group: '', name: 'FN', params: [], value: 'Anne' }
      const uid: VCardProperty = { group: '', name: 'UID', params: [], value: 'u-1' }
      const first = read(printVCard({ version: version as '3.0' | '4.0', properties: [uid, name, ...properties] }))
      for (const to of ['3.0', '4.0'] as const) {
        const second = read(toVCard(first, to))
        expect(comparable(second)).toEqual(comparable(first))
      }
    }),
    { numRuns: 300 },
  )
})

/** Groups are named anew when they carry a label; ids of parts are the card's own affair. */
const comparable = ({ vCardProps = [], ...card }: JsCard): unknown => {
  const parts = Object.fromEntries(
    Object.entries(card).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null && !Array.isArray(value) && name !== 'name' && name !== 'keywords'
        ? Object.values(value)
        : value,
    ]),
  )
  return JSON.parse(
    JSON.stringify({ ...parts, vCardProps: vCardProps.map((one) => JSON.stringify(one)).sort() }),
  ) as unknown
}
