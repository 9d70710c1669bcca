/** What strangers and other sites get from the routes of OpenID; and what two requests at the same moment get. */
import * as client from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, Browser, exchange, type OidcRig, openOidc } from './rig.ts'

let rig: OidcRig
beforeAll(async () => {
  rig = await openOidc()
  await rig.service('pratic', { grant_types: ['authorization_code', 'refresh_token'] })
})
afterAll(() => rig.close())

const own = [
  ['GET', '/auth/apps'],
  ['POST', '/auth/apps/revoke'],
  ['POST', '/auth/admin/oidc/registration'],
  ['GET', '/auth/consent/abcdefghijkl'],
  ['POST', '/auth/consent/abcdefghijkl'],
  ['POST', '/auth/device'],
  ['POST', '/auth/device/decide'],
] as const

test.each(own)('%s %s answers no stranger, and no other site', async (method, path) => {
  const body = method === 'POST' ? { body: '{"decision":"allow"}' } : {}
  const json = { 'content-type': 'application/json' }
  const stranger = new Browser(rig.origin)
  expect((await stranger.open(path, { method, headers: { ...json, 'x-csrf': '1' }, ...body })).status).toBe(401)
  if (method === 'GET') return
  const { browser } = await rig.signedIn()
  for (const headers of [
    { ...json, 'x-csrf': '1', 'sec-fetch-site': 'cross-site' },
    { ...json, 'x-csrf': '1', origin: 'https://evil.example' },
    json,
  ])
    expect((await browser.open(path, { method, headers, ...body })).status).toBe(403)
})

test.each([
  '/oidc/auth?client_id=none&redirect_uri=https%3A%2F%2Fevil.example%2F&response_type=code',
  '/oidc/auth?client_id=pratic&redirect_uri=https%3A%2F%2Fevil.example%2F&response_type=code&scope=openid',
  '/oidc/auth?client_id=%3Cscript%3Ealert(1)%3C%2Fscript%3E',
  '/oidc/session/end?post_logout_redirect_uri=https%3A%2F%2Fevil.example%2F',
  '/oidc/session/end?client_id=pratic&post_logout_redirect_uri=https%3A%2F%2Fevil.example%2F',
  '/oidc/interaction/abcdefghijkl',
])('%s leads nowhere else, cannot be framed and runs no inline script', async (path) => {
  const { location, headers, body } = await new Browser(rig.origin).open(path)
  expect(location).toMatch(/^(?:\/(?![/\\])|$)/)
  expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
  expect(headers.get('content-security-policy')).not.toContain('script-src')
  expect(headers.get('cache-control')).toContain('no-store')
  expect(body).not.toMatch(/<script|\son\w+=|(?:href|action|url=)["']?(?:https?:)?\/\/evil/i)
})

test('of two refreshes at the same moment at most one is answered, and what the token gave ends', async () => {
  const config = await rig.peer('pratic')
  const { browser } = await rig.signedIn()
  const asked = await ask(config, { scope: 'openid offline_access', prompt: 'consent' })
  const consent = await browser.follow((await browser.open(asked.url.href)).location)
  const uid = /consent\/([\w-]+)/.exec(consent.body)?.[1] ?? ''
  const allowed = await browser.json(`/auth/consent/${uid}`, { decision: 'allow' })
  const page = await browser.follow((JSON.parse(allowed.body) as { then: string }).then)
  const tokens = await exchange(config, asked, page.location)
  const refresh = String(tokens.refresh_token)
  const both = await Promise.allSettled([1, 2].map(() => client.refreshTokenGrant(config, refresh)))
  const given = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  expect(given.length).toBeLessThanOrEqual(1)
  for (const one of given) await expect(client.refreshTokenGrant(config, String(one.refresh_token))).rejects.toThrow()
})
