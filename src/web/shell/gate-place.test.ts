import { expect, test } from 'vitest'
import { gatePageOf, isOfTheServer, readWanted, safeThen } from './gate-place.ts'

test.each([
  ['/cas/login?service=https%3A%2F%2Farena.example%2F', true],
  ['/oidc/auth?client_id=x&state=y', true],
  ['/saml/sso?SAMLRequest=x', true],
  ['/mail/inbox', false],
  ['/account#passkeys', false],
])('%s may follow a sign-in', (path, server) => {
  expect(safeThen(path)).toBe(path)
  expect(isOfTheServer(path)).toBe(server)
})

test.each([
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example/',
  '/\\/evil.example',
  '/cas\\evil',
  'javascript:alert(1)',
  '/\tevil',
  ' /mail',
  '/mail\n',
  '/cases',
  '/login',
  '',
  `/mail/${'a'.repeat(5000)}`,
  null,
])('%s leads home instead', (path) => {
  expect(safeThen(path)).toBe('/')
})

test('the sign-in page reads what it was asked for and nothing more', () => {
  expect(readWanted('?then=%2Fcas%2Flogin&acr=2&renew=1&login=anne&error=AUTH-01')).toEqual({
    onward: '/cas/login',
    acr: 2,
    renew: true,
    profile: '',
    login: 'anne',
    error: 'AUTH-01',
  })
  expect(readWanted('?then=//x&acr=9&error=<script>')).toMatchObject({ onward: '/', acr: 1, renew: false, error: '' })
})

test('a word of the path names a page of the gate', () => {
  expect(gatePageOf('/login')).toBe('login')
  expect(gatePageOf('/recover/password')).toBe('recover')
  expect(gatePageOf('/mail/inbox')).toBeUndefined()
  expect(gatePageOf('/')).toBeUndefined()
})
