/** The identity provider with node-saml as its service, on every engine. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { beginLogoutRound } from '#domain/access/saml-sessions.ts'
import { activateSamlKey, dropSamlKey, publishSamlKey, samlKeys } from '#domain/federation/keys.ts'
import { sessionLives } from '#domain/people/sessions.ts'
import { readMetadata } from '#protocol/saml/metadata.ts'
import { openSigned } from '#protocol/saml/signature.ts'
import { onEveryEngine } from '../contract/all.ts'
import { follow, formIn, get, keyNamed, openSaml, post, type SamlRig, service } from './rig.ts'

onEveryEngine('the identity provider', (driver) => {
  let rig: SamlRig
  beforeAll(async () => {
    rig = await openSaml(driver)
  })
  afterAll(() => rig.close())

  const signOn = async (options = {}, cookie?: string) => {
    const sp = await rig.sp(options)
    const session = cookie ?? (await rig.session()).cookie
    const page = await follow(rig.app, await sp.getAuthorizeUrlAsync('où aller', undefined, {}), session)
    return { sp, page, form: formIn(page.body) }
  }

  test('a signed request by redirect ends in a response that the service accepts', async () => {
    const { sp, page, form } = await signOn()
    expect(form.action).toBe(service.acs)
    expect(form.fields.RelayState).toBe('où aller')
    expect(String(page.headers['content-security-policy'])).toContain('form-action https://ent.example;')
    const { profile } = await sp.validatePostResponseAsync({ SAMLResponse: form.fields.SAMLResponse ?? '' })
    expect(profile?.nameID).toMatch(/^[0-9a-f]{40}$/)
    expect(profile?.attributes).toMatchObject({ mail: 'anne.martin@ecole.test' })
    expect(profile?.sessionIndex).toMatch(/^_/)
  })

  test('a request by post is kept, and goes on by a plain redirect that brings the cookie', async () => {
    const sp = await rig.sp({ authnRequestBinding: 'HTTP-POST', skipRequestCompression: true })
    const { fields } = formInputs(await sp.getAuthorizeFormAsync('r'))
    const page = await post(rig.app, '/saml/sso', fields)
    expect(page.status).toBe(303)
    const { cookie } = await rig.session()
    const form = formIn((await follow(rig.app, page.location, cookie)).body)
    expect((await sp.validatePostResponseAsync({ SAMLResponse: form.fields.SAMLResponse ?? '' })).profile).toBeTruthy()
  })

  test('without a session the person is sent to sign in and comes back', async () => {
    const sp = await rig.sp()
    const page = await follow(rig.app, await sp.getAuthorizeUrlAsync('', undefined, {}))
    expect(page.location).toMatch(/^\/login\?then=%2Fsaml%2Fcontinue%3Frequest%3D/)
    const then = new URLSearchParams(page.location.slice(7)).get('then') ?? ''
    const back = await follow(rig.app, then, (await rig.session()).cookie)
    expect(formIn(back.body).action).toBe(service.acs)
  })

  test('an answer is given once', async () => {
    const sp = await rig.sp()
    const asked = await get(rig.app, await sp.getAuthorizeUrlAsync('', undefined, {}))
    const { cookie } = await rig.session()
    expect(formIn((await get(rig.app, asked.location, cookie)).body).action).toBe(service.acs)
    expect((await get(rig.app, asked.location, cookie)).body).toContain('SSO-22')
  })

  test('an encrypted assertion is opened by the service', async () => {
    await rig.change({ encryptionCertificate: keyNamed('sp').certificate })
    const { sp, form } = await signOn({ decryptionPvk: keyNamed('sp').key })
    const xml = Buffer.from(form.fields.SAMLResponse ?? '', 'base64').toString()
    expect(xml).not.toContain('anne.martin')
    expect(xml).toContain('xmlenc11#aes256-gcm')
    const { profile } = await sp.validatePostResponseAsync({ SAMLResponse: form.fields.SAMLResponse ?? '' })
    expect(profile?.attributes).toMatchObject({ mail: 'anne.martin@ecole.test' })
    await rig.change({})
  })

  test.each(['assertion', 'response'] as const)('only the %s is signed when the row says so', async (sign) => {
    await rig.change({ sign })
    const wanted = { wantAssertionsSigned: sign === 'assertion', wantAuthnResponseSigned: sign === 'response' }
    const { sp, form } = await signOn(wanted)
    const xml = Buffer.from(form.fields.SAMLResponse ?? '', 'base64').toString()
    expect(xml.match(/<ds:Signature /g)).toHaveLength(1)
    expect((await sp.validatePostResponseAsync({ SAMLResponse: form.fields.SAMLResponse ?? '' })).profile).toBeTruthy()
    await rig.change({})
  })

  test('passive without a session is answered NoPassive, to the service', async () => {
    const { sp, form } = await signOn({ passive: true }, 'none=1')
    expect(form.action).toBe(service.acs)
    const outcome = await sp.validatePostResponseAsync({ SAMLResponse: form.fields.SAMLResponse ?? '' })
    expect(outcome.profile).toBeNull()
  })

  test('ForceAuthn asks a person who is signed in to prove it again, and takes a fresh proof', async () => {
    const { page } = await signOn({ forceAuthn: true })
    expect(page.location).toContain('renew=1')
    rig.people.clock.advance(1000)
    const then = new URLSearchParams(page.location.slice(7)).get('then') ?? ''
    expect(formIn((await follow(rig.app, then, (await rig.session()).cookie)).body).action).toBe(service.acs)
  })

  test('a class that means two factors sends to the second one; the answer says what is true', async () => {
    const mfa = 'https://refeds.org/profile/mfa'
    const options = { disableRequestedAuthnContext: false, authnContext: [mfa], racComparison: 'exact' as const }
    expect((await signOn(options)).page.location).toContain('acr=2')
    const strong = await rig.session(['pwd', 'otp', 'mfa'])
    const { form } = await signOn(options, strong.cookie)
    expect(Buffer.from(form.fields.SAMLResponse ?? '', 'base64').toString()).toContain(
      `<saml:AuthnContextClassRef>${mfa}</saml:AuthnContextClassRef>`,
    )
    const unknown = await signOn({ ...options, authnContext: ['urn:unheard:of'] })
    expect(Buffer.from(unknown.form.fields.SAMLResponse ?? '', 'base64').toString()).toContain('NoAuthnContext')
  })

  test('a transient identifier is new each time; a persistent one stays and is of this service only', async () => {
    const nameOf = async (options = {}) => {
      const { sp, form } = await signOn(options)
      return (await sp.validatePostResponseAsync({ SAMLResponse: form.fields.SAMLResponse ?? '' })).profile?.nameID
    }
    expect(await nameOf()).toBe(await nameOf())
    const transient = { identifierFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' }
    expect(await nameOf(transient)).not.toBe(await nameOf(transient))
    const mail = { identifierFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' }
    const { form } = await signOn(mail)
    expect(Buffer.from(form.fields.SAMLResponse ?? '', 'base64').toString()).toContain('InvalidNameIDPolicy')
  })

  test('a service of others is told nothing before the person agrees', async () => {
    await rig.change({}, { outside: true, attributes: ['mail'] })
    const { cookie } = await rig.session()
    const { page } = await signOn({}, cookie)
    expect(page.body).toContain('anne.martin@ecole.test')
    const { fields } = formIn(page.body)
    const foreign = await post(rig.app, '/saml/agree', fields, cookie, { 'sec-fetch-site': 'cross-site' })
    expect(foreign.body).toContain('SSO-21')
    const agreed = await post(rig.app, '/saml/agree', fields, cookie, { 'sec-fetch-site': 'same-origin' })
    expect(formIn((await follow(rig.app, agreed.location, cookie)).body).action).toBe(service.acs)
    await rig.change({})
  })

  test('a profile that the service is not for does not enter', async () => {
    await rig.change({}, { profiles: ['head'] })
    expect((await signOn()).page.body).toContain('SSO-23')
    await rig.change({})
  })

  test('a passive question shows the person nothing, whatever the answer', async () => {
    await rig.change({}, { profiles: ['head'] })
    const { form } = await signOn({ passive: true })
    expect(form.action).toBe(service.acs)
    expect(Buffer.from(form.fields.SAMLResponse ?? '', 'base64').toString()).toContain('status:RequestDenied')
    await rig.change({})
  })

  test('the answer to a log-out request goes where the service wants answers', async () => {
    await rig.change({ sloResponse: 'https://ent.example/saml/slo/answers' })
    const { cookie } = await rig.session()
    const { sp, form } = await signOn({}, cookie)
    const { profile } = await sp.validatePostResponseAsync({ SAMLResponse: form.fields.SAMLResponse ?? '' })
    if (!profile) throw new Error('no profile')
    const page = await follow(rig.app, await sp.getLogoutUrlAsync(profile, 'fin', {}))
    expect(page.location.startsWith('https://ent.example/saml/slo/answers?SAMLResponse=')).toBe(true)
    await rig.change({})
  })

  test('the portal opens a service only when its row allows unasked answers', async () => {
    const { cookie } = await rig.session()
    const path = `/saml/start?service=${encodeURIComponent(service.entity)}`
    expect((await follow(rig.app, path, cookie)).body).toContain('SSO-21')
    await rig.change({ idpInitiated: true })
    const form = formIn((await follow(rig.app, path, cookie)).body)
    const xml = Buffer.from(form.fields.SAMLResponse ?? '', 'base64').toString()
    expect(xml).not.toContain('InResponseTo')
    await rig.change({})
  })

  test('metadata are signed and carry both certificates while a key is being replaced', async () => {
    const { ctx } = rig.people.people
    await publishSamlKey(ctx, 'test', async () => keyNamed('next'))
    const { body } = await get(rig.app, '/saml/metadata')
    const signed = openSigned(body, {
      ns: 'urn:oasis:names:tc:SAML:2.0:metadata',
      name: 'EntityDescriptor',
      certificates: [keyNamed('idp').certificate],
    })
    expect(readMetadata(signed.xml).idp?.signing).toEqual([keyNamed('idp').certificate, keyNamed('next').certificate])
    await activateSamlKey(ctx, 'test')
    const { sp, form } = await signOn()
    expect((await sp.validatePostResponseAsync({ SAMLResponse: form.fields.SAMLResponse ?? '' })).profile).toBeTruthy()
    expect((await samlKeys(ctx, async () => keyNamed('idp'))).active.certificate).toBe(keyNamed('next').certificate)
    await activateSamlKey(ctx, 'test')
    await dropSamlKey(ctx, 'test')
    expect(readMetadata((await get(rig.app, '/saml/metadata')).body).idp?.signing).toHaveLength(1)
  })

  test('a service signs out: the session ends and the service is answered', async () => {
    const session = await rig.session()
    const { sp, form } = await signOn({}, session.cookie)
    const { profile } = await sp.validatePostResponseAsync({ SAMLResponse: form.fields.SAMLResponse ?? '' })
    if (!profile) throw new Error('no profile')
    // By the session it names, without the browser's cookie.
    const page = await follow(rig.app, await sp.getLogoutUrlAsync(profile, 'fin', {}))
    expect(page.location.startsWith('https://ent.example/saml/slo?SAMLResponse=')).toBe(true)
    const query = new URL(page.location).searchParams
    expect(query.get('RelayState')).toBe('fin')
    const { loggedOut } = await sp.validateRedirectAsync(
      Object.fromEntries(query) as never,
      page.location.slice(page.location.indexOf('?') + 1),
    )
    expect(loggedOut).toBe(true)
    const { people } = rig.people
    expect(await people.ctx.store.read((tx) => sessionLives(tx, people, session.id))).toBe(false)
  })

  test('a sign-out visits the services that only the browser can tell, and believes only their signed answer', async () => {
    const session = await rig.session()
    const { sp, form } = await signOn({}, session.cookie)
    await sp.validatePostResponseAsync({ SAMLResponse: form.fields.SAMLResponse ?? '' })
    const { people } = rig.people
    const path = (await beginLogoutRound(people, session.id)) ?? ''
    const visit = await get(rig.app, path)
    expect(visit.location.startsWith('https://ent.example/saml/slo?SAMLRequest=')).toBe(true)
    const query = visit.location.slice(visit.location.indexOf('?') + 1)
    const { profile } = await sp.validateRedirectAsync(Object.fromEntries(new URLSearchParams(query)) as never, query)
    if (!profile) throw new Error('no profile')
    const relay = new URLSearchParams(query).get('RelayState') ?? ''
    const evil = await rig.sp({ privateKey: keyNamed('evil').key })
    const forged = await evil.getLogoutResponseUrlAsync(profile, relay, {}, true)
    expect((await follow(rig.app, forged)).body).toContain('SSO-25')
    const again = (await beginLogoutRound(people, session.id)) ?? ''
    const second = (await get(rig.app, again)).location
    const asked = second.slice(second.indexOf('?') + 1)
    const told = await sp.validateRedirectAsync(Object.fromEntries(new URLSearchParams(asked)) as never, asked)
    const token = new URLSearchParams(asked).get('RelayState') ?? ''
    if (!told.profile) throw new Error('no profile')
    const good = await sp.getLogoutResponseUrlAsync(told.profile, token, {}, true)
    expect((await follow(rig.app, good)).location).toBe('/login')
    await rig.change({ sloSoap: 'https://ent.example/saml/soap' })
    expect(await beginLogoutRound(people, session.id)).toBeUndefined()
    await rig.change({})
  })

  test('a log-out request that nobody signed, or that somebody else signed, ends nothing', async () => {
    const session = await rig.session()
    const { sp, form } = await signOn({}, session.cookie)
    const { profile } = await sp.validatePostResponseAsync({ SAMLResponse: form.fields.SAMLResponse ?? '' })
    if (!profile) throw new Error('no profile')
    const unsigned = new URL(await sp.getLogoutUrlAsync(profile, '', {}))
    for (const name of ['Signature', 'SigAlg']) unsigned.searchParams.delete(name)
    expect((await get(rig.app, unsigned.href, session.cookie)).body).toContain('SSO-21')
    const evil = await rig.sp({ privateKey: keyNamed('evil').key })
    expect((await get(rig.app, await evil.getLogoutUrlAsync(profile, '', {}), session.cookie)).body).toContain('SSO-21')
    const { people } = rig.people
    expect(await people.ctx.store.read((tx) => sessionLives(tx, people, session.id))).toBe(true)
  })
})

const formInputs = (html: string): { fields: Record<string, string> } => ({
  fields: Object.fromEntries(
    [...html.matchAll(/name="([^"]*)"\s+value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  ),
})
