import { expect, test } from 'vitest'
import { addPeople, parsePeople } from './addresses.ts'
import { isAddress } from './compose-state.ts'

test('recipients are read from what people paste', () => {
  expect(parsePeople('Claire Petit <claire@x.fr>, "Dupont, Jean" <j@x.fr>; paul@x.fr\nmailto:lea@x.fr')).toEqual([
    { name: 'Claire Petit', email: 'claire@x.fr' },
    { name: 'Dupont, Jean', email: 'j@x.fr' },
    { name: null, email: 'paul@x.fr' },
    { name: null, email: 'lea@x.fr' },
  ])
})

test('nobody is added twice, whatever the case of the address', () => {
  const claire = { name: 'Claire', email: 'claire@x.fr' }
  expect(addPeople([claire], [{ name: null, email: 'Claire@X.fr' }])).toEqual([claire])
})

test('what cannot be an address is seen before sending', () => {
  expect(['a@b.fr', 'élève@collège.fr'].every(isAddress)).toBe(true)
  expect(['a', 'a@b', 'a b@c.fr', 'a@@c.fr', '<a@c.fr>'].some(isAddress)).toBe(false)
})
