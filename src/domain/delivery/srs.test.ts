import fc from 'fast-check'
import { expect, test } from 'vitest'
import { originalSender, rewriteSender } from './srs.ts'

const people = { key: Buffer.alloc(32, 7) }
const others = { key: Buffer.alloc(32, 8) }
const now = Date.UTC(2026, 10, 23)
const day = 86_400_000

const rewritten = (sender: string, by = people, at = now) => rewriteSender(by, sender, 'ecole.test', at)

test('a sender is written into an address of ours and read from it, for three weeks', () => {
  const address = rewritten('Anne.Martin+x@ailleurs.test') ?? ''
  expect(address).toMatch(/^SRS0=[a-z2-7]{6}=[a-z2-7]{2}=ailleurs\.test=Anne\.Martin\+x@ecole\.test$/)
  for (const days of [0, 1, 21])
    expect(originalSender(people, address, now + days * day)).toBe('Anne.Martin+x@ailleurs.test')
  for (const days of [22, 100, 1000]) expect(originalSender(people, address, now + days * day)).toBeUndefined()
})

test('a server that changes the case does no harm', () => {
  const address = rewritten('anne@ailleurs.test') ?? ''
  expect(originalSender(people, address.toUpperCase(), now)?.toLowerCase()).toBe('anne@ailleurs.test')
  expect(originalSender(people, address.toLowerCase(), now)).toBe('anne@ailleurs.test')
})

test('nobody else can make one: not by changing a letter, not with another key', () => {
  const address = rewritten('anne@ailleurs.test') ?? ''
  for (const wrong of [
    address.replace('anne', 'paul'),
    address.replace('ailleurs', 'victime'),
    address.replace(/=([a-z2-7])/, (_all, letter) => `=${letter === 'a' ? 'b' : 'a'}`),
    'SRS0=aaaaaa=aa=victime.test=x@ecole.test',
    'SRS0==aa=victime.test=x@ecole.test',
    'SRS1=aaaaaa=relais.test==x@ecole.test',
    'SRS0@ecole.test',
    'SRS0=@ecole.test',
    'anne@ecole.test',
  ])
    expect(originalSender(people, wrong, now)).toBeUndefined()
  expect(originalSender(people, rewritten('anne@ailleurs.test', others) ?? '', now)).toBeUndefined()
})

test('the address of another forwarder is kept once, however many follow each other, and each way back leads to it', () => {
  const first = rewriteSender(others, 'anne@ailleurs.test', 'un.test', now) ?? ''
  const second = rewriteSender(people, first, 'ecole.test', now) ?? ''
  expect(second).toMatch(/^SRS1=[a-z2-7]{6}=un\.test==[a-z2-7]{6}=/)
  const third = rewriteSender(others, second, 'trois.test', now) ?? ''
  expect(third).toMatch(/^SRS1=[a-z2-7]{6}=un\.test==[a-z2-7]{6}=/)
  expect(originalSender(others, third, now)).toBe(first)
  expect(originalSender(people, second, now)).toBe(first)
  expect(originalSender(others, first, now)).toBe('anne@ailleurs.test')
})

test.each([
  ['', 'the null sender'],
  ['"anne martin"@ailleurs.test', 'one that needs quotes'],
  ['anne@[192.0.2.1]', 'an address literal'],
  ['bounces+123456-abcd-anne=ecole.test@em1234.lettres.ailleurs.test', 'one that would become too long'],
])('%s stays as it is: %s', (sender) => {
  expect(rewritten(sender)).toBeUndefined()
})

test('what is written is always read again and never too long; no address makes the reader fail', () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9+=_-]{1,20}$/)
  fc.assert(
    fc.property(word, word, fc.integer({ min: 0, max: 4e12 }), (local, name, at) => {
      const sender = `${local}@${name.toLowerCase().replace(/[^a-z0-9]/g, 'x')}.test`
      const address = rewritten(sender, people, at)
      if (address === undefined) return
      expect(address.lastIndexOf('@')).toBeLessThanOrEqual(64)
      expect(originalSender(people, address, at)).toBe(sender)
    }),
  )
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(originalSender(people, `SRS0=${text}`, now)).toBeUndefined()
      expect(originalSender(people, `SRS1=${text}`, now)).toBeUndefined()
    }),
  )
})
