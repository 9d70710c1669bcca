import { expect, test } from 'vitest'
import { type Checked, checkMessage, isOneSlipAway, MANY_VISIBLE } from './checks.ts'

const person = (email: string) => ({ name: null, email })
const around = { domains: new Set(['ac-exemple.fr']), words: 'attached' }
const good: Checked = {
  to: [person('hugo.martin@ac-exemple.fr')],
  cc: [],
  bcc: [],
  subject: 'Sortie',
  text: 'Bonjour',
  hasFiles: false,
  participants: [],
}
const kinds = (change: Partial<Checked>) => checkMessage({ ...good, ...change }, around).map(({ kind }) => kind)

test('a usual message is asked nothing about', () => {
  expect(kinds({})).toEqual([])
  expect(kinds({ to: [person('papa@orange.fr')] })).toEqual([])
})

test('a domain that looks like ours is told', () => {
  for (const domain of ['ac-exempIe.fr', 'ac-exemple.fe', 'ac-exmeple.fr', 'ac-exernple.fr'])
    expect(kinds({ to: [person(`hugo.martin@${domain}`)] })).toEqual(['lookAlike'])
})

test('an address that looks like one of the conversation is told', () => {
  const participants = ['hugo.martin@ac-exemple.fr', 'claire@orange.fr']
  expect(kinds({ participants })).toEqual([])
  expect(kinds({ to: [person('hugo.marti@ac-exemple.fr')], participants: ['hugo.martin@ac-exemple.fr'] })).toEqual([
    'lookAlike',
  ])
})

test('somebody from outside in a conversation among ourselves is told, not in one with others', () => {
  const to = [...good.to, person('zoe@ailleurs.test')]
  expect(kinds({ to, participants: ['hugo.martin@ac-exemple.fr'] })).toEqual(['outside'])
  expect(kinds({ to, participants: ['hugo.martin@ac-exemple.fr', 'yan@ailleurs.test'] })).toEqual([])
})

test('too many visible addresses, a forgotten file, an empty subject and an unfilled place are told', () => {
  const many = [...Array(MANY_VISIBLE + 1).keys()].map((n) => person(`p${n}@ac-exemple.fr`))
  expect(kinds({ to: many })).toEqual(['visible'])
  expect(kinds({ to: [], bcc: many })).toEqual([])
  expect(kinds({ text: 'Voir la pièce jointe' })).toEqual(['attachment'])
  expect(kinds({ text: 'Voir la pièce jointe', hasFiles: true })).toEqual([])
  expect(kinds({ subject: ' ' })).toEqual(['subject'])
  expect(kinds({ text: 'Bonjour {prénom},' })).toEqual(['placeholder'])
})

test('one slip is one letter more, less, other, or two swapped', () => {
  for (const other of ['martn', 'martinn', 'mertin', 'matrin'])
    expect([other, isOneSlipAway('martin', other)]).toEqual([other, true])
  for (const other of ['martin', 'mart', 'marie', 'durand'])
    expect([other, isOneSlipAway('martin', other)]).toEqual([other, false])
})
