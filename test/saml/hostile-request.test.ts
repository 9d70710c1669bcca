/** Attacks on the identity provider: requests and log-outs that were forged, moved aside, replayed or blown up. */
import { createPrivateKey } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { saveRelyingParty } from '#domain/access/relying-parties.ts'
import { sessionLives } from '#domain/people/sessions.ts'
import { encodePost, encodeRedirect } from '#protocol/saml/bindings.ts'
import { writeLogoutRequest } from '#protocol/saml/logout.ts'
import { newId } from '#protocol/saml/message.ts'
import { writeAuthnRequest } from '#protocol/saml/request.ts'
import { signXml } from '#protocol/saml/signature.ts'
import { wrap, wrappings } from './attacks.ts'
import { draft, follow, formIn, get, keyNamed, openSaml, origin, post, type SamlRig, service } from './rig.ts'

let rig: SamlRig
beforeAll(async () => {
  rig = await openSaml()
})
afterAll(() => rig.close())

const sso = `${origin}/saml/sso`
const keyOf = (name: string) => ({ key: createPrivateKey(keyNamed(name).key), certificate: keyNamed(name).certificate })
const opening = (change = {}) => ({
  id: newId(),
  now: Date.now(),
  issuer: service.entity,
  destination: sso,
  ...change,
})
const request = (change = {}, acs = service.acs) => writeAuthnRequest(opening(change), { acs })
const byRedirect = (xml: string, by = 'sp', relay?: string) => encodeRedirect(sso, 'SAMLRequest', xml, relay, keyOf(by))

const refused = async (url: string) => {
  const page = await follow(rig.app, url, (await rig.session()).cookie)
  expect(page.status).toBe(400)
  expect(page.body).toMatch(/SSO-2[01]/)
  expect(page.body).not.toContain('SAMLResponse')
  return page
}

test('a good request is answered, so that the refusals below mean something', async () => {
  const page = await follow(rig.app, byRedirect(request()), (await rig.session()).cookie)
  expect(formIn(page.body).action).toBe(service.acs)
})

test('an address that is not registered is never answered, whatever it looks like', async () => {
  for (const acs of [
    'https://evil.example/acs',
    'https://ent.example.evil.example/saml/acs',
    'https://ent.example/saml/acs/../../evil',
    'https://ent.example/saml/acs?x',
    `${service.acs}#`,
    'javascript:alert(1)',
  ])
    await refused(byRedirect(request({}, acs)))
})

test('a request of another key, without a signature, for somebody else, or old is refused', async () => {
  await refused(byRedirect(request(), 'evil'))
  await refused(encodeRedirect(sso, 'SAMLRequest', request(), undefined, undefined))
  await refused(byRedirect(request({ destination: 'https://other.example/sso' })))
  await refused(byRedirect(request({ destination: undefined })))
  await refused(byRedirect(request({ now: Date.now() - 3_600_000 })))
  await refused(byRedirect(request({ issuer: 'https://unknown.example' })))
})

test('a signature covers the RelayState, and each parameter occurs once', async () => {
  const url = byRedirect(request(), 'sp', 'a')
  await refused(url.replace('RelayState=a', 'RelayState=b'))
  await refused(url.replace('&RelayState=a', ''))
  await refused(`${url}&RelayState=b`)
  await refused(`${url}&SAMLRequest=x`)
})

test('weak methods of signature are refused', async () => {
  const url = byRedirect(request())
  const method = encodeURIComponent('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')
  for (const weak of ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', 'http://www.w3.org/2000/09/xmldsig#hmac-sha1', ''])
    await refused(url.replace(method, encodeURIComponent(weak)))
})

test('what is forged around a signed request is never read', async () => {
  const over = wrappings.filter((one) => one.over === 'response')
  const signed = signXml(request({}, 'https://ent.example/saml/lea'), keyOf('sp'))
  await saveRelyingParty(
    rig.people.people,
    'test',
    draft({ acs: [service.acs, 'https://ent.example/saml/lea', 'https://ent.example/saml/evil'] }),
  )
  const sane = await post(rig.app, '/saml/sso', { SAMLRequest: encodePost(signed) })
  expect(sane.status).toBe(303)
  for (const { name } of over) {
    const page = await post(rig.app, '/saml/sso', { SAMLRequest: encodePost(wrap(name, signed)) })
    expect(page.status, name).toBe(400)
  }
  await saveRelyingParty(rig.people.people, 'test', draft())
})

test('a message that grows when it is opened, is too large, or has a document type is refused', async () => {
  const bomb = deflateRawSync(Buffer.alloc(20_000_000, 'a')).toString('base64')
  await refused(`${sso}?SAMLRequest=${encodeURIComponent(bomb)}`)
  const entity = `<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:1/">]>${request()}`
  await refused(byRedirect(entity))
  const page = await post(rig.app, '/saml/sso', { SAMLRequest: encodePost(`<a>${'b'.repeat(300_000)}</a>`) })
  expect(page.status).toBe(400)
})

test('a RelayState is given back as it came and does nothing here', async () => {
  const relay = '"><script>alert(1)</script>https://evil.example'
  const page = await follow(rig.app, byRedirect(request(), 'sp', relay), (await rig.session()).cookie)
  expect(page.body).not.toContain('<script>alert')
  const { action, fields } = formIn(page.body)
  expect([action, fields.RelayState]).toEqual([service.acs, relay])
  await refused(byRedirect(request(), 'sp', 'x'.repeat(2000)))
})

test('a service cannot end the session that it names by the index of another service', async () => {
  const other = { ...draft(), key: 'https://other.example/metadata', name: 'Autre' }
  const evil = { ...other, config: { ...other.config, certificates: [keyNamed('evil').certificate] } }
  await saveRelyingParty(rig.people.people, 'test', evil)
  const session = await rig.session()
  const page = await follow(rig.app, byRedirect(request()), session.cookie)
  const xml = Buffer.from(formIn(page.body).fields.SAMLResponse ?? '', 'base64').toString()
  const index = /SessionIndex="([^"]+)"/.exec(xml)?.[1] ?? ''
  const name = /<saml:NameID[^>]*>([^<]+)</.exec(xml)?.[1] ?? ''
  expect(index).not.toBe('')
  const slo = `${origin}/saml/logout`
  const from = opening({ issuer: 'https://other.example/metadata', destination: slo })
  const out = writeLogoutRequest(from, { value: name, format: undefined }, index)
  await get(rig.app, encodeRedirect(slo, 'SAMLRequest', out, undefined, keyOf('evil')), session.cookie)
  const { people } = rig.people
  const lives = () => people.ctx.store.read((tx) => sessionLives(tx, people, session.id))
  expect(await lives()).toBe(true)
  // Nor by a forged copy around a signed request of its own.
  const own = writeLogoutRequest(opening({ destination: slo }), { value: 'lea', format: undefined }, 'nothing')
  for (const attack of wrappings.filter((one) => one.over === 'response')) {
    const forged = wrap(attack.name, signXml(own, keyOf('sp')))
    expect((await post(rig.app, '/saml/logout', { SAMLRequest: encodePost(forged) })).status).toBe(400)
  }
  expect(await lives()).toBe(true)
})

test('the page that posts sends nowhere else, runs no inline script and cannot be framed', async () => {
  const page = await follow(rig.app, byRedirect(request()), (await rig.session()).cookie)
  const policy = String(page.headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self'")
  expect(policy).toContain('form-action https://ent.example')
  expect(policy).toContain("frame-ancestors 'none'")
  expect(page.body).toContain('<button type="submit">')
})
