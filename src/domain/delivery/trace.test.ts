import fc from 'fast-check'
import { expect, test } from 'vitest'
import { received, transactionId } from './trace.ts'

const facts = (helo: string) => ({
  client: { ip: '2001:db8::1', helo, protocol: 'ESMTPS', tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384' },
  hostname: 'mail.ecole.test',
  id: 'ABC',
  now: Date.UTC(2026, 8, 1, 8),
})

test('Received names who, how and when', () => {
  expect(received({ ...facts('relais.test'), recipient: 'anne@ecole.test' })).toBe(
    'Received: from relais.test ([IPv6:2001:db8::1])\r\n by mail.ecole.test with ESMTPS\r\n' +
      ' (TLSv1.3 TLS_AES_256_GCM_SHA384)\r\n id ABC\r\n for <anne@ecole.test>;\r\n Tue, 1 Sep 2026 08:00:00 +0000\r\n',
  )
})

test('no name that a client gives itself breaks out of its place', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (helo) => {
      const field = received(facts(helo))
      expect(field.split('\r\n')).toHaveLength(6)
      expect(field).toMatch(/^Received: from [A-Za-z0-9.\-_:[\]?]+ \(\[/)
    }),
  )
})

test('transactions have names of their own, in the order of time', () => {
  const ids = Array.from({ length: 2000 }, () => transactionId(1_800_000_000_000))
  expect(new Set(ids).size).toBe(2000)
  expect(transactionId(1_800_000_000_001) > (ids[0] as string)).toBe(true)
})
