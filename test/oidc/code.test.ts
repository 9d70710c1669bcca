/** Code with PKCE, pushed requests, refresh and its theft, with openid-client as the service, on every engine. */
import * as client from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { revokeSession } from '#domain/people/session-end.ts'
import { onEveryEngine } from '../contract/all.ts'
import { ask, callback, exchange, type OidcRig, openOidc, secret } from './rig.ts'

onEveryEngine('OpenID Connect', (driver) => {
  let rig: OidcRig
  beforeAll(async () => {
    rig = await openOidc(driver)
    await rig.service('pratic', { grant_types: ['authorization_code', 'refresh_token'] })
  })
  afterAll(() => rig.close())

  test('a person who is signed in enters one of our services without a question', async () => {
    const { browser } = await rig.signedIn()
    const config = await rig.peer('pratic')
    const asked = await ask(config)
    const page = await browser.follow(asked.url.href)
    expect(page.location.startsWith(`${callback}?`)).toBe(true)
    // RFC 9207: the answer says who gives it (mixed-up issuers).
    expect(new URL(page.location).searchParams.get('iss')).toBe(`${rig.origin}/oidc`)
    const tokens = await exchange(config, asked, page.location)
    const claims = tokens.claims()
    expect(claims?.sub).toMatch(/^[0-9a-f]{40}$/)
    expect(claims).toMatchObject({ acr: 'urn:convergence:acr:1', amr: ['pwd'], aud: 'pratic' })
    const info = await client.fetchUserInfo(config, tokens.access_token, claims?.sub ?? '')
    expect(info).toMatchObject({ email: 'anne.martin@ecole.test', email_verified: true })
    expect(browser.cookies.filter((name) => name.startsWith('oidc_session'))).toEqual([])
  })

  test('a stranger is sent to sign in, comes back, and enters', async () => {
    const browser = rig.stranger()
    const config = await rig.peer('pratic')
    const asked = await ask(config, { login_hint: 'anne', acr_values: 'urn:convergence:acr:2' })
    const interaction = await browser.open(asked.url.href)
    const page = await browser.open(interaction.location)
    const login = new URL(page.location, rig.origin)
    expect(login.pathname).toBe('/login')
    expect(Object.fromEntries(login.searchParams)).toMatchObject({ login: 'anne', acr: '2' })
    await rig.renew({ browser, session: '', account: rig.account })
    const back = await browser.follow(login.searchParams.get('then') ?? '')
    expect((await exchange(config, asked, back.location)).claims()?.acr).toBe('urn:convergence:acr:1')
  })

  test('prompt=login really asks again, and the new proof is told', async () => {
    const person = await rig.signedIn()
    const config = await rig.peer('pratic')
    const asked = await ask(config, { prompt: 'login', max_age: '0' })
    const page = await person.browser.follow(asked.url.href)
    expect(page.status).toBe(404)
    const again = await person.browser.open(
      (await person.browser.open((await ask(config, { prompt: 'login' })).url.href)).location,
    )
    expect(again.location).toContain('renew=1')
    const then = new URL(again.location, rig.origin).searchParams.get('then') ?? ''
    // The same session again is not a new proof.
    expect((await person.browser.open(then)).location).toContain('renew=1')
    await rig.renew(person)
    expect((await person.browser.follow(then)).location.startsWith(`${callback}?code=`)).toBe(true)
  })

  test('prompt=select_account leads to the sign-in page, where another person may answer', async () => {
    const person = await rig.signedIn()
    const config = await rig.peer('pratic')
    const asked = await ask(config, { prompt: 'select_account' })
    const page = await person.browser.open((await person.browser.open(asked.url.href)).location)
    const login = new URL(page.location, rig.origin)
    expect([login.pathname, login.searchParams.get('renew')]).toEqual(['/login', '1'])
    await rig.renew(person)
    const back = await person.browser.follow(login.searchParams.get('then') ?? '')
    expect((await exchange(config, asked, back.location)).claims()?.aud).toBe('pratic')
    const silent = await ask(config, { prompt: 'none select_account' })
    expect((await person.browser.follow(silent.url.href)).location).toContain('error=invalid_request')
  })

  test('prompt=none answers at once, with or without a person', async () => {
    const config = await rig.peer('pratic')
    const none = await rig.stranger().follow((await ask(config, { prompt: 'none' })).url.href)
    expect(new URL(none.location).searchParams.get('error')).toBe('login_required')
    const { browser } = await rig.signedIn()
    const there = await browser.follow((await ask(config, { prompt: 'none' })).url.href)
    expect(new URL(there.location).searchParams.get('code')).toBeTruthy()
  })

  test('a request may be posted; from another site, without its cookies, it is the same question', async () => {
    const { browser } = await rig.signedIn()
    const config = await rig.peer('pratic')
    const asked = await ask(config)
    const body = asked.url.searchParams
    const { location, status } = await rig.stranger().open('/oidc/auth', { method: 'POST', body })
    expect([status, location]).toEqual([303, `/oidc/auth?${body}`])
    const page = await browser.follow(location)
    expect((await exchange(config, asked, page.location)).claims()?.aud).toBe('pratic')
    const twice = `${body}&client_id=other`
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await browser.follow('/oidc/auth', { method: 'POST', body: twice, headers })).status).toBe(400)
  })

  test('a client that names no method of signature is told by the one it expects', async () => {
    const { browser } = await rig.signedIn()
    const config = await rig.peer('pratic')
    const asked = await ask(config)
    const tokens = await exchange(config, asked, (await browser.follow(asked.url.href)).location)
    const header = Buffer.from(tokens.id_token?.split('.')[0] ?? '', 'base64url').toString()
    expect(JSON.parse(header)).toMatchObject({ alg: 'RS256' })
  })

  test('two services know the same person by different names', async () => {
    await rig.service('arena')
    const { browser } = await rig.signedIn()
    const subjects = []
    for (const id of ['pratic', 'arena', 'pratic']) {
      const config = await rig.peer(id)
      const asked = await ask(config)
      subjects.push((await exchange(config, asked, (await browser.follow(asked.url.href)).location)).claims()?.sub)
    }
    expect(subjects[0]).toBe(subjects[2])
    expect(subjects[0]).not.toBe(subjects[1])
  })

  test('a pushed request is good once', async () => {
    const { browser } = await rig.signedIn()
    const config = await rig.peer('pratic')
    const asked = await ask(config)
    const pushed = await client.buildAuthorizationUrlWithPAR(config, asked.url.searchParams)
    expect([...pushed.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri'])
    const page = await browser.follow(pushed.href)
    expect((await exchange(config, asked, page.location)).access_token).toBeTruthy()
    expect((await browser.follow(pushed.href)).status).toBe(400)
  })

  test('a refresh token is changed at each use; used twice, everything of the grant ends', async () => {
    const { browser } = await rig.signedIn()
    const config = await rig.peer('pratic')
    const asked = await ask(config, { scope: 'openid offline_access', prompt: 'consent' })
    const first = await browser.open(asked.url.href)
    const consent = await browser.follow(first.location)
    const uid = /consent\/([\w-]+)/.exec(consent.body)?.[1] ?? ''
    const allowed = await browser.json(`/auth/consent/${uid}`, { decision: 'allow' })
    const page = await browser.follow((JSON.parse(allowed.body) as { then: string }).then)
    const one = await exchange(config, asked, page.location)
    const two = await client.refreshTokenGrant(config, one.refresh_token ?? '')
    expect(two.refresh_token).not.toBe(one.refresh_token)
    await expect(client.refreshTokenGrant(config, one.refresh_token ?? '')).rejects.toThrow()
    await expect(client.refreshTokenGrant(config, two.refresh_token ?? '')).rejects.toThrow()
    await expect(client.fetchUserInfo(config, two.access_token, client.skipSubjectCheck)).rejects.toThrow()
  })

  test('a code that is shown twice is refused, and what it gave ends', async () => {
    const { browser } = await rig.signedIn()
    const config = await rig.peer('pratic')
    const asked = await ask(config)
    const { location } = await browser.follow(asked.url.href)
    const tokens = await exchange(config, asked, location)
    await expect(exchange(config, asked, location)).rejects.toThrow()
    await expect(client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck)).rejects.toThrow()
  })

  test('tokens of a session end with it', async () => {
    const { browser, session, account } = await rig.signedIn()
    const config = await rig.peer('pratic')
    const asked = await ask(config)
    const tokens = await exchange(config, asked, (await browser.follow(asked.url.href)).location)
    expect(await client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck)).toBeTruthy()
    expect((await client.tokenIntrospection(config, tokens.access_token)).active).toBe(true)
    await revokeSession(rig.people.people, { accountId: account, login: 'anne.martin' }, session)
    await expect(client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck)).rejects.toThrow()
    expect((await client.tokenIntrospection(config, tokens.access_token)).active).toBe(false)
  })

  test('nothing that opens anything rests in the store', async () => {
    const { browser } = await rig.signedIn()
    const config = await rig.peer('pratic')
    const asked = await ask(config)
    const { location } = await browser.follow(asked.url.href)
    const code = new URL(location).searchParams.get('code') ?? ''
    const tokens = await exchange(config, asked, location)
    const rows = await rig.people.people.ctx.store.read((tx) =>
      tx.query((q) => q.selectFrom('oauth_record').selectAll()),
    )
    const services = await rig.people.people.ctx.store.read((tx) =>
      tx.query((q) => q.selectFrom('relying_party').selectAll()),
    )
    const settings = await rig.people.people.ctx.store.read((tx) =>
      tx.query((q) => q.selectFrom('setting').selectAll()),
    )
    const all = JSON.stringify([rows, services, settings])
    for (const value of [code, tokens.access_token, secret, '"d":"']) expect(all).not.toContain(value)
    expect(all).toContain('sealed:')
  })
})
