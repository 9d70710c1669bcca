import { expect, test } from 'vitest'
import { safeThen } from './then.ts'

test.each([
  '/cas/login?service=https%3A%2F%2Farena.test%2F',
  '/mail',
  '/mail/inbox/12#x',
  '/oidc/auth/abc?x=//evil.test',
  '/portal',
])('a path of ours is kept: %s', (path) => {
  expect(safeThen(path)).toBe(path)
})

test.each([
  'https://evil.test/',
  '//evil.test/',
  '/\\evil.test',
  '\\\\evil.test',
  '/\t/evil.test',
  '/mail\r\nSet-Cookie: x=1',
  '/mail/../../evil',
  '/mail/%2e%2E/x',
  '/mail//evil.test',
  'javascript:alert(1)',
  '/unknown',
  '/auth/logout',
  '/',
  '',
  undefined,
  ['/mail'],
  `/mail/${'a'.repeat(5000)}`,
])('anything else leads home: %j', (text) => {
  expect(safeThen(text)).toBe('/')
})
