import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isAppPage } from './app-paths.ts'

/** Paths of the router that the server must answer itself. */
const served = new Set(['/login'])

test('every route of the web app opens without a network', () => {
  const router = readFileSync(new URL('../shell/router.tsx', import.meta.url), 'utf8')
  const paths = [...router.matchAll(/path: '(\/[^']*)'/g)].map(([, path]) => path ?? '')
  expect(paths.length).toBeGreaterThan(6)
  for (const path of paths)
    expect([path, isAppPage(path.replace(/\$\w+/g, 'some-id'))]).toEqual([path, !served.has(path)])
})

test('a conversation opens without a network', () => {
  expect(isAppPage('/mail/inbox/Tb1')).toBe(true)
})

test.each([
  '/login',
  '/recover',
  '/aide',
  '/aide/mot-de-passe',
  '/help',
  '/cas/login',
  '/oidc/authorize',
  '/saml/sso',
  '/federation/start',
  '/portal/open',
  '/portal/open/12',
  '/mail/zip/e12',
  '/mail/image',
  '/requests/4/files/1',
  '/notices/4/files/1',
  '/admin/people',
  '/admin/portal/tiles',
  '/jmap/session',
  '/auth/session',
  '/accessibilite',
  '/signed-out',
  '/.well-known/jmap',
  '/mail/inbox/piece.pdf',
  '/assets/none.js',
])('%s is left to the server', (path) => {
  expect(isAppPage(path)).toBe(false)
})
