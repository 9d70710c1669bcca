/** The CAS server against clients that others wrote: Apache's mod_auth_cas and phpCAS. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CasRig, openCas, type Person } from '../cas/rig.ts'
import { sqliteDriver } from '../contract/drivers.ts'
import { freePort } from '../ports.ts'
import {
  apacheMissing,
  createBrowser,
  type PeerProgram,
  type PhpVisitor,
  phpMissing,
  startApache,
  startPhp,
} from './cas.ts'

let rig: CasRig
let cas: string
let anne: Person

beforeAll(async () => {
  rig = await openCas(sqliteDriver)
  rig.clock.set(Date.now())
  cas = await rig.app.listen({ host: '127.0.0.1', port: 0 })
  anne = await rig.person('anne', { classes: ['3B', '4A'] })
})
afterAll(() => rig?.close())

const attributes = ['displayName', 'ENTPersonProfils', 'ENTAuxEnsClasses']

/** A service on a port of its own, declared first. */
const declare = async (options: Parameters<CasRig['party']>[0] = {}): Promise<number> => {
  const port = await freePort()
  await rig.party({ key: `http://127.0.0.1:${port}/`, ...options, rules: { attributes, ...options?.rules } })
  return port
}

/** A browser in which somebody is signed in at the CAS server. */
const signedIn = async () => {
  const person = await rig.signIn(anne)
  return { person, browser: createBrowser({ [cas]: person.cookie }) }
}

const signOut = async (person: Person): Promise<void> => {
  await rig.get('/cas/logout', {}, person.cookie)
  await rig.sendNotices()
}

describe.skipIf(apacheMissing)(`mod_auth_cas${apacheMissing ? ` (skipped: ${apacheMissing})` : ''}`, () => {
  const peers: PeerProgram[] = []
  afterAll(async () => {
    for (const peer of peers) await peer.close()
  })

  test.each([
    ['serviceValidate', false],
    ['samlValidate', true],
  ])('by %s a page opens, keeps its query, and closes with the session', async (_how, saml) => {
    const peer = await startApache(cas, await declare(), saml)
    peers.push(peer)
    const { person, browser } = await signedIn()
    const page = await browser.visit(`${peer.url}/secret/page.txt?mois=9&jour=1`)
    expect([page.status, page.headers.get('x-user'), page.body]).toEqual([200, 'anne', 'here\n'])
    expect(page.url).toContain('mois=9&jour=1')
    const stranger = createBrowser()
    const asked = await stranger.visit(`${peer.url}/secret/page.txt`, /^\/login/)
    expect(asked.url).toContain('/cas/login')
    await signOut(person)
    const after = await browser.visit(`${peer.url}/secret/page.txt`, /^\/login/)
    expect(after.headers.get('location')).toMatch(/^\/login\?then=/)
  })

  test('attributes by SAML 1.1 open a page that asks for a profile', async () => {
    const peer = await startApache(cas, await declare(), true)
    peers.push(peer)
    const { browser } = await signedIn()
    expect((await browser.visit(`${peer.url}/class/page.txt`)).status).toBe(200)
    const pupil = await rig.person('lea', { profile: 'pupil' })
    const other = createBrowser({ [cas]: pupil.cookie })
    expect((await other.visit(`${peer.url}/class/page.txt`)).status).toBe(401)
  })
})

describe.skipIf(phpMissing)(`phpCAS${phpMissing ? ` (skipped: ${phpMissing})` : ''}`, () => {
  const peers: PeerProgram[] = []
  afterAll(async () => {
    for (const peer of peers) await peer.close()
  })

  test.each([
    ['CAS 2, attributes flat', 'CAS_VERSION_2_0', { attributesOnV2: true, attributeShape: 'flat' }],
    ['CAS 2, attributes by name and value', 'CAS_VERSION_2_0', { attributesOnV2: true, attributeShape: 'name-value' }],
    ['CAS 3', 'CAS_VERSION_3_0', {}],
    ['SAML 1.1', 'SAML_VERSION_1_1', {}],
  ] as const)(
    'by %s it reads the person and the attributes, and its session ends with ours',
    async (_how, version, config) => {
      const port = await declare({ config })
      const peer = await startPhp(cas, port, version)
      peers.push(peer)
      const { person, browser } = await signedIn()
      const { body } = await browser.visit(`${peer.url}/secret/index.php?mois=9`)
      const visitor = JSON.parse(body) as PhpVisitor
      expect(visitor.user).toBe('anne')
      expect(visitor.attributes).toMatchObject({
        displayName: 'anne',
        ENTPersonProfils: 'National_3',
        ENTAuxEnsClasses: ['0250001R$3B', '0250001R$4A'],
      })
      await signOut(person)
      const after = await browser.visit(`${peer.url}/secret/index.php`, /^\/login/)
      expect(after.headers.get('location')).toMatch(/^\/login\?then=/)
    },
  )
})
