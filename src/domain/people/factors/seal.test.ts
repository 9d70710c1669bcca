import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { seal, unseal } from './seal.ts'

const people = { key: randomBytes(32) }

test('what was sealed opens again, for the same account and purpose alone', () => {
  const sealed = seal(people, 'totp:7', 'secret é')
  expect(sealed).not.toContain('secret')
  expect(unseal(people, 'totp:7', sealed)).toBe('secret é')
  expect(unseal(people, 'totp:8', sealed)).toBeUndefined()
  expect(unseal(people, 'grid:7', sealed)).toBeUndefined()
  expect(unseal({ key: randomBytes(32) }, 'totp:7', sealed)).toBeUndefined()
})

test('the same text is never sealed twice alike', () => {
  expect(seal(people, 'totp:7', 'x')).not.toBe(seal(people, 'totp:7', 'x'))
})

test('what was changed, cut or is something else opens nothing', () => {
  const sealed = seal(people, 'totp:7', 'secret')
  const bytes = Buffer.from(sealed.slice(3), 'base64url')
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(unseal(people, 'totp:7', `v1.${changed.toString('base64url')}`)).toBeUndefined()
  }
  for (const text of ['', 'v1', 'v1.', 'v2.AAAA', sealed.slice(0, 20), `v1.${'A'.repeat(30)}`])
    expect(unseal(people, 'totp:7', text)).toBeUndefined()
})
