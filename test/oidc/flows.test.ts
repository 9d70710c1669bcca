/** Device flow, consent, client credentials, single log-out, registration: with openid-client as the service. */
import { createServer } from 'node:http'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rotateSigningKeys } from '#domain/access/oauth/keys.ts'
import { addProfile } from '#domain/directory/profiles.ts'
import { saveSchool } from '#domain/directory/schools.ts'
import { verifyBearer } from '#domain/people/bearer.ts'
import { setSessionProfile } from '#domain/people/session-changes.ts'
import { revokeSession } from '#domain/people/session-end.ts'
import { onEveryEngine } from '../contract/all.ts'
import { ask, callback, exchange, hidden, type OidcRig, openOidc } from './rig.ts'

onEveryEngine('OpenID Connect', (driver) => {
  let rig: OidcRig
  beforeAll(async () => {
    rig = await openOidc(driver)
  })
  afterAll(() => rig.close())

  const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

  const television = async () => {
    await rig.service('tv', {
      grant_types: [deviceGrant, 'refresh_token'],
      response_types: [],
      redirect_uris: [],
      token_endpoint_auth_method: 'none',
      client_secret: undefined,
      scope: 'openid offline_access mail:imap',
    })
    const config = await rig.peer('tv', client.None())
    const begun = await client.initiateDeviceAuthorization(config, { scope: 'openid mail:imap' })
    return { config, begun }
  }

  test('a television is connected by a code typed in a browser', async () => {
    const { config, begun } = await television()
    expect(begun.verification_uri).toBe(`${rig.origin}/device`)
    expect(begun.verification_uri_complete).toBe(`${rig.origin}/device?user_code=${begun.user_code}`)
    const { browser } = await rig.signedIn()
    const asked = await browser.json('/auth/device', { code: begun.user_code.toLowerCase().replace('-', ' ') })
    expect(JSON.parse(asked.body)).toMatchObject({
      code: begun.user_code,
      service: { name: 'Service tv' },
      askedFrom: { ip: expect.stringMatching(/127\.0\.0\.1|::1/) },
      scopes: [{ id: 'openid' }, { id: 'mail:imap', title: 'Lire et classer votre courrier' }],
    })
    expect(
      JSON.parse((await browser.json('/auth/device/decide', { code: begun.user_code, decision: 'allow' })).body),
    ).toEqual({ allowed: true })
    const tokens = await client.pollDeviceAuthorizationGrant(config, { ...begun, interval: 0.1 })
    const principal = await verifyBearer(rig.people.people, { token: tokens.access_token, service: 'imap' })
    expect(principal).toMatchObject({ accountId: rig.account, login: 'anne.martin' })
    expect(tokens.refresh_token).toBeTruthy()
    // The same code a second time is not known.
    expect((await browser.json('/auth/device', { code: begun.user_code })).status).toBe(404)
    // Listed, and taken back.
    const { apps } = JSON.parse((await browser.open('/auth/apps')).body) as { apps: object[] }
    expect(apps).toMatchObject([{ id: 'tv', name: 'Service tv', offline: true }])
    expect((await browser.json('/auth/apps/revoke', { id: 'tv' })).status).toBe(200)
    await expect(client.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toThrow()
    await expect(verifyBearer(rig.people.people, { token: tokens.access_token, service: 'imap' })).rejects.toThrow()
    expect((await browser.json('/auth/apps/revoke', { id: 'tv' })).status).toBe(404)
  })

  test('a television that is refused is told so; the page works without script', async () => {
    const { config, begun } = await television()
    const { browser } = await rig.signedIn()
    const first = await browser.open(`/device?user_code=${begun.user_code}`)
    const proof = hidden(first.body, 'proof')
    const wrong = await browser.form('/device', { proof, code: 'BBBB-BBBB' })
    expect([wrong.status, wrong.body.includes('role="alert"')]).toEqual([404, true])
    const shown = await browser.form('/device', { proof, code: begun.user_code })
    expect(shown.body).toContain('Service tv')
    expect((await browser.form('/device', { code: begun.user_code, decision: 'allow' })).status).toBe(403)
    const denied = await browser.form('/device', { proof, code: begun.user_code, decision: 'deny' })
    expect(denied.body).toContain('refusé')
    await expect(client.pollDeviceAuthorizationGrant(config, { ...begun, interval: 0.1 })).rejects.toThrow()
  })

  test('codes of devices cannot be guessed for long', async () => {
    const { browser } = await rig.signedIn()
    const status = async () => (await browser.json('/auth/device', { code: 'BCDF-GHJK' })).status
    let last = 0
    for (let i = 0; i < 30 && last !== 429; i++) last = await status()
    expect(last).toBe(429)
    rig.people.people.throttle.succeeded(`device #${rig.account}`, '127.0.0.1')
  })

  test('an outside service is consented to once, and only for what it asked', async () => {
    await rig.service('editor', {}, { outside: true, attributes: ['displayName', 'mail'] })
    const { browser } = await rig.signedIn()
    const config = await rig.peer('editor')
    const asked = await ask(config, { scope: 'openid profile' })
    const page = await browser.follow(asked.url.href)
    expect(page.headers.get('content-security-policy')).toContain(`form-action 'self' ${new URL(callback).origin}`)
    const uid = /action="\/oidc\/consent\/([\w-]+)"/.exec(page.body)?.[1] ?? ''
    const form = { proof: hidden(page.body, 'proof'), decision: 'allow' }
    const back = await browser.follow((await browser.form(`/oidc/consent/${uid}`, form)).location)
    const tokens = await exchange(config, asked, back.location)
    const info = await client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck)
    expect(info.name).toBe('Personne anne.martin')
    expect(info.email).toBeUndefined()
    // In another session: no question, until it asks for more.
    const later = await rig.signedIn()
    const again = await later.browser.follow((await ask(config, { scope: 'openid profile' })).url.href)
    expect(again.location.startsWith(`${callback}?code=`)).toBe(true)
    const more = await later.browser.follow((await ask(config, { scope: 'openid profile email' })).url.href)
    expect(more.body).toContain('/oidc/consent/')
  })

  test('who does not agree sends the service away with nothing', async () => {
    await rig.service('curious', {}, { outside: true })
    const { browser } = await rig.signedIn()
    const page = await browser.follow((await ask(await rig.peer('curious'))).url.href)
    const uid = /action="\/oidc\/consent\/([\w-]+)"/.exec(page.body)?.[1] ?? ''
    const answer = await browser.json(`/auth/consent/${uid}`, { decision: 'deny' })
    const back = await browser.follow((JSON.parse(answer.body) as { then: string }).then)
    expect(new URL(back.location).searchParams.get('error')).toBe('access_denied')
  })

  test('a service that needs a strong sign-in sends people to it, and takes nothing less', async () => {
    await rig.service('secret', {}, { acr: 2 })
    const config = await rig.peer('secret')
    const weak = await rig.signedIn()
    const asked = await ask(config, { acr_values: 'https://refeds.org/profile/mfa' })
    const page = await weak.browser.open((await weak.browser.open(asked.url.href)).location)
    expect(page.location).toContain('/login?')
    expect(new URL(page.location, rig.origin).searchParams.get('acr')).toBe('2')
    const none = await weak.browser.follow((await ask(config, { prompt: 'none' })).url.href)
    expect(new URL(none.location).searchParams.get('error')).toBe('login_required')
    const strong = await rig.signedIn(['pwd', 'otp', 'mfa'])
    const tokens = await exchange(config, asked, (await strong.browser.follow(asked.url.href)).location)
    expect(tokens.claims()).toMatchObject({ acr: 'https://refeds.org/profile/mfa', amr: ['pwd', 'otp', 'mfa'] })
  })

  test('a class that nobody can reach is refused at once', async () => {
    await rig.service('picky')
    const claims = JSON.stringify({ id_token: { acr: { essential: true, values: ['urn:unheard:of'] } } })
    const { url } = await ask(await rig.peer('picky'), { claims })
    for (const { browser } of [await rig.signedIn(), { browser: rig.stranger() }]) {
      const page = await browser.follow(url.href)
      expect(new URL(page.location).searchParams.get('error')).toBe('unmet_authentication_requirements')
    }
  })

  test('claims and subject are those of the profile of the session, and stay so when it is over', async () => {
    const { people } = rig.people
    await saveSchool(people, 'test', {
      uai: '0250001R',
      name: 'Collège des Tilleuls',
      kind: 'college',
      city: 'Besançon',
    })
    const id = await rig.people.account('prof')
    const now = people.ctx.clock.now()
    const profile = await people.ctx.store.writeGlobal((tx) =>
      addProfile(tx, now, id, { kind: 'teacher', uai: '0250001R', functionCode: 'ENS' }),
    )
    const who = await rig.signedIn(['pwd'], id)
    const account = { accountId: id, login: 'prof', name: '', email: '', locale: 'fr', admin: false }
    const principal = { ...account, amr: [], authenticatedAt: 0, steppedUpAt: 0, sessionId: who.session }
    await people.ctx.store.writeGlobal((tx) => setSessionProfile(tx, principal, profile))
    const attributes = ['ENTPersonProfils', 'schoolName', 'uai', 'profile']
    const grants = { grant_types: ['authorization_code', 'refresh_token'] }
    const profiles = ['teacher'] as const
    await rig.service('school', grants, { attributes, identifier: 'uai', profileSeries: 'both', profiles })
    const config = await rig.peer('school')
    const asked = await ask(config, { scope: 'openid education profile offline_access', prompt: 'consent' })
    const page = await who.browser.follow(asked.url.href)
    const uid = /consent\/([\w-]+)/.exec(page.body)?.[1] ?? ''
    const answer = await who.browser.json(`/auth/consent/${uid}`, { decision: 'allow' })
    const back = await who.browser.follow((JSON.parse(answer.body) as { then: string }).then)
    const tokens = await exchange(config, asked, back.location)
    const told = {
      sub: '0250001R',
      profile_kind: 'teacher',
      school_uai: '0250001R',
      school_name: 'Collège des Tilleuls',
      ENTPersonProfils: ['National_3', 'National_ENS'],
    }
    const info = await client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck)
    expect(info).toEqual(told)
    await revokeSession(people, { accountId: id, login: 'prof' }, who.session)
    const later = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
    expect(await client.fetchUserInfo(config, later.access_token, client.skipSubjectCheck)).toEqual(told)
    // Who is no teacher any more does not go on.
    await people.ctx.store.writeGlobal((tx) => tx.execute((q) => q.deleteFrom('profile').where('account_id', '=', id)))
    await expect(client.refreshTokenGrant(config, later.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })

  test('a service that is not for this profile says so, and can be gone back to', async () => {
    await rig.service('teachers', {}, { profiles: ['teacher'] })
    const { browser } = await rig.signedIn()
    const page = await browser.follow((await ask(await rig.peer('teachers'))).url.href)
    expect([page.status, page.body.includes('SSO-23')]).toEqual([403, true])
    const refuse = /href="(\/oidc\/interaction\/[\w-]+\/refuse)"/.exec(page.body)?.[1] ?? ''
    const back = await browser.follow(refuse)
    expect(new URL(back.location).searchParams.get('error')).toBe('access_denied')
  })

  test('after a form of ours the way to the service is cut by a page', async () => {
    await rig.service('plain')
    const { browser } = await rig.signedIn()
    const { url } = await ask(await rig.peer('plain'), { prompt: 'login' })
    const interaction = (await browser.open(url.href)).location
    await rig.renew({ browser, session: '', account: rig.account })
    const page = await browser.open(interaction, { headers: { 'sec-fetch-site': 'same-origin' } })
    expect([page.status, page.location]).toEqual([200, ''])
    expect(page.body).toMatch(/http-equiv="refresh" content="0;url=\/oidc\/auth\//)
  })

  test('a service acts in its own name with its credentials, and reads nobody', async () => {
    await rig.service('cards', { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] })
    const config = await rig.peer('cards')
    const tokens = await client.clientCredentialsGrant(config)
    expect((await client.tokenIntrospection(config, tokens.access_token)).active).toBe(true)
    await expect(verifyBearer(rig.people.people, { token: tokens.access_token, service: 'jmap' })).rejects.toThrow()
    await client.tokenRevocation(config, tokens.access_token)
    expect((await client.tokenIntrospection(config, tokens.access_token)).active).toBe(false)
  })

  test('signing out at one service tells the others, with a token that proves it', async () => {
    const heard: URLSearchParams[] = []
    const listener = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => {
        body += String(chunk)
      })
      request.on('end', () => {
        heard.push(new URLSearchParams(body))
        response.end()
      })
    })
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    const address = listener.address()
    const uri = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/backchannel`
    await rig.service('told', {
      backchannel_logout_uri: uri,
      backchannel_logout_session_required: true,
      post_logout_redirect_uris: ['https://pratic.example/bye'],
    })
    const { browser } = await rig.signedIn()
    const config = await rig.peer('told')
    const asked = await ask(config)
    const tokens = await exchange(config, asked, (await browser.follow(asked.url.href)).location)
    const claims = tokens.claims()
    const end = client.buildEndSessionUrl(config, {
      post_logout_redirect_uri: 'https://pratic.example/bye',
      id_token_hint: tokens.id_token ?? '',
      state: 'where',
    })
    const page = await browser.open(end.href)
    expect(page.body).toContain('Service told')
    const fields: Record<string, string> = { answer: 'out', proof: hidden(page.body, 'proof') }
    for (const name of ['id_token_hint', 'post_logout_redirect_uri', 'state']) fields[name] = hidden(page.body, name)
    const out = await browser.form('/oidc/session/end/confirm', fields)
    expect(out.location).toBe('https://pratic.example/bye?state=where')
    expect((await browser.open('/auth/apps')).status).toBe(401)
    await rig.runner.idle()
    const keys = createRemoteJWKSet(new URL(`${rig.origin}/oidc/jwks`))
    const { payload, protectedHeader } = await jwtVerify(heard[0]?.get('logout_token') ?? '', keys, {
      issuer: `${rig.origin}/oidc`,
      audience: 'told',
      typ: 'logout+jwt',
    })
    expect(payload).toMatchObject({ sub: claims?.sub, sid: claims?.sid })
    expect(payload.events).toEqual({ 'http://schemas.openid.net/event/backchannel-logout': {} })
    expect(payload.nonce).toBeUndefined()
    expect(protectedHeader.alg).toBe('RS256')
    listener.close()
  })

  test('only an administrator, freshly proved, lets a service register itself; it is an outside one, without the mailbox', async () => {
    const boss = await rig.people.account('chef', { admin: true })
    const weak = await rig.signedIn(['pwd'], boss)
    expect((await weak.browser.json('/auth/admin/oidc/registration', { label: 'x' })).status).toBe(403)
    const strong = await rig.signedIn(['pwd', 'otp', 'mfa'], boss)
    const path = '/auth/admin/oidc/registration'
    rig.people.clock.advance(6 * 60_000)
    expect(JSON.parse((await strong.browser.json(path, { label: 'Éditeur' })).body)).toMatchObject({ code: 'AUTH-12' })
    // Signing in anew is a fresh proof.
    const fresh = await rig.signedIn(['pwd', 'otp', 'mfa'], boss)
    const given = JSON.parse((await fresh.browser.json(path, { label: 'Éditeur' })).body) as { token: string }
    const registered = await client.dynamicClientRegistration(
      new URL(`${rig.origin}/oidc`),
      { redirect_uris: [callback], client_name: 'Éditeur', scope: 'openid profile mail:imap' },
      undefined,
      { initialAccessToken: given.token, execute: [client.allowInsecureRequests] },
    )
    const metadata = registered.clientMetadata()
    expect(metadata.scope).toBe('openid profile')
    const person = await rig.signedIn()
    expect((await person.browser.follow((await ask(registered, { scope: 'openid' })).url.href)).body).toContain(
      '/oidc/consent/',
    )
    const anonymous = client.dynamicClientRegistration(
      new URL(`${rig.origin}/oidc`),
      { redirect_uris: [callback] },
      undefined,
      { execute: [client.allowInsecureRequests] },
    )
    await expect(anonymous).rejects.toThrow()
    // RFC 7592: it reads and ends its own registration.
    const uri = String(metadata.registration_client_uri)
    const authorization = `Bearer ${String(metadata.registration_access_token)}`
    const own = (await (await fetch(uri, { headers: { authorization } })).json()) as Record<string, unknown>
    expect(own.client_secret).toBe(metadata.client_secret)
    const again = `Bearer ${String(own.registration_access_token)}`
    expect((await fetch(uri, { method: 'DELETE', headers: { authorization: again } })).status).toBe(204)
    expect((await person.browser.follow((await ask(registered, { scope: 'openid' })).url.href)).body).toContain(
      'SSO-20',
    )
  })

  test('keys are rotated with overlap: what was signed before is still read', async () => {
    const jwks = async () =>
      ((await (await fetch(`${rig.origin}/oidc/jwks`)).json()) as { keys: { kid: string; d?: string }[] }).keys
    const before = await jwks()
    expect(before).toHaveLength(3)
    expect(before.some((key) => key.d !== undefined)).toBe(false)
    await rotateSigningKeys(rig.people.people, 'test')
    const { keys } = await import('#domain/access/oauth/keys.ts').then((all) => all.signingKeys(rig.people.people))
    expect(keys).toHaveLength(6)
    // The new ones are published and do not sign for a day.
    expect(keys.slice(0, 3).map(({ kid }) => kid)).toEqual(before.map(({ kid }) => kid))
    rig.people.clock.advance(25 * 3_600_000)
    const after = await import('#domain/access/oauth/keys.ts').then((all) => all.signingKeys(rig.people.people))
    expect(after.keys.slice(3).map(({ kid }) => kid)).toEqual(before.map(({ kid }) => kid))
  })
})
