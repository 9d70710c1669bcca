import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Delivery } from '#domain/delivery/delivery.ts'
import { destinationsOf, NoDestination } from '#domain/delivery/destination.ts'
import { openRig, type Rig } from './rig.ts'

const mx = (...names: [string, number][]) => ({ MX: names.map(([exchange, priority]) => ({ exchange, priority })) })

let rig: Rig
beforeAll(async () => {
  rig = await openRig({
    zone: {
      'deux.test': mx(['b.deux.test', 20], ['a.deux.test', 10]),
      'a.deux.test': { A: ['198.51.100.1'], AAAA: ['2001:db8:1::1'] },
      'b.deux.test': { A: ['198.51.100.2'] },
      'secours.test': mx(['a.deux.test', 5], ['mail.ecole.test', 10], ['b.deux.test', 20]),
      'dedans.test': mx(['prive.test', 10], ['b.deux.test', 20]),
      'prive.test': {
        A: ['10.1.2.3', '127.0.0.1', '169.254.169.254'],
        AAAA: ['::1', 'fe80::1', 'fd00::1', '::ffff:10.0.0.1'],
      },
      'seulement-prive.test': mx(['prive.test', 10]),
      'perdu.test': mx(['nulle-part.test', 10]),
      'muet.test': mx(['panne.test', 10]),
      'panne.test': { A: 'ESERVFAIL', AAAA: 'ESERVFAIL' },
      'etrange.test': { MX: ['not a record', 7, null, { exchange: 5 }], A: ['198.51.100.9', 'not an address', 12] },
    },
  })
})
afterAll(() => rig.close())

const addresses = async (domain: string, delivery: Delivery = rig.delivery): Promise<string[]> =>
  (await destinationsOf(delivery, domain)).map(({ address }) => address)

const status = async (domain: string): Promise<string> => {
  const error: unknown = await destinationsOf(rig.delivery, domain).catch((thrown: unknown) => thrown)
  return error instanceof NoDestination ? error.answer.status : String(error)
}

test('exchanges are tried in the order of their preference', async () => {
  expect(await addresses('deux.test')).toEqual(['198.51.100.1', '2001:db8:1::1', '198.51.100.2'])
})

test('as a backup we send only to those who come before us', async () => {
  expect(await addresses('secours.test')).toEqual(['198.51.100.1', '2001:db8:1::1'])
})

test('a zone that points into our own network is not followed', async () => {
  expect(await addresses('dedans.test')).toEqual(['198.51.100.2'])
  expect(await status('seulement-prive.test')).toBe('5.4.4')
  expect(await status('[127.0.0.1]')).toBe('5.4.4')
  expect(await status('[IPv6:::1]')).toBe('5.4.4')
})

test('what cannot be found is final, what does not answer is not', async () => {
  expect(await status('perdu.test')).toBe('5.4.4')
  expect(await status('muet.test')).toBe('4.4.3')
  expect(await status('rien.test')).toBe('5.1.2')
  expect(await status('[nonsense]')).toBe('5.1.3')
})

test('records that are none are left out', async () => {
  expect(await addresses('etrange.test')).toEqual(['198.51.100.9'])
})

test('with a smarthost everything goes there', async () => {
  const smarthost = { host: 'relais.test', port: 587, tls: 'starttls', login: 'a', password: 'b' } as const
  const delivery = { ...rig.delivery, config: { ...rig.delivery.config, smarthost } }
  expect(await destinationsOf(delivery, 'deux.test')).toEqual([
    { name: 'relais.test', address: 'relais.test', port: 587, tls: 'starttls', login: 'a', password: 'b' },
  ])
})
