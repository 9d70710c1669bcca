import { expect, test } from 'vitest'
import { readCards } from './read.ts'

test('a card of version 4 is told', () => {
  const text =
    'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Anne Martin\r\nORG:Rectorat;DANE\r\nTITLE:Cheffe\r\nitem1.EMAIL;TYPE=work:anne@ac-exemple.fr\r\nTEL;VALUE=uri;TYPE="voice,cell":tel:+33-6-00-00-00-00\r\nADR;TYPE=work:;;10\\, rue X;Besançon;;25000;France\r\nURL:https://ac-exemple.fr\r\nNOTE:Bonjour\\nici\r\nEND:VCARD\r\n'
  expect(readCards(text)).toEqual([
    {
      name: 'Anne Martin',
      organisation: 'Rectorat, DANE',
      title: 'Cheffe',
      emails: [{ value: 'anne@ac-exemple.fr', kind: 'work' }],
      phones: [{ value: '+33-6-00-00-00-00', kind: 'cell' }],
      addresses: [{ value: '10, rue X, Besançon, 25000, France', kind: 'work' }],
      urls: [{ value: 'https://ac-exemple.fr', kind: '' }],
      birthday: '',
      note: 'Bonjour\nici',
    },
  ])
})

test('a card of version 2.1 with quoted accents is told', () => {
  const text =
    'BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Dur=C3=A9;Zo=C3=A9\nTEL;CELL:0600000000\nEND:VCARD'
  expect(readCards(text)[0]).toMatchObject({ name: 'Zoé Duré', phones: [{ value: '0600000000', kind: 'cell' }] })
})

test('hostile files are bounded and never throw', () => {
  expect(readCards('')).toEqual([])
  expect(readCards('BEGIN:VCARD\nFN:x')).toEqual([])
  expect(readCards('BEGIN:VCARD\nFN:x\nEND:VCARD\n'.repeat(5000))).toHaveLength(100)
  readCards(`BEGIN:VCARD\nADR:${';'.repeat(90_000)}\nN:${'\\'.repeat(90_000)}\nEND:VCARD`)
})
