/** Apache with mod_auth_mellon as a SAML service: another implementation of everything, in C. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { saveRelyingParty } from '#domain/access/relying-parties.ts'
import { sessionLives } from '#domain/people/sessions.ts'
import { readMetadata } from '#protocol/saml/metadata.ts'
import { partyFromMetadata } from '#protocol/saml/party.ts'
import { createBrowser } from '../saml/browser.ts'
import { keyNamed } from '../saml/rig.ts'
import { openSite, type Site } from '../saml/site.ts'
import { addAccount } from '../server/rig.ts'
import { type Mellon, mellonMissing, startMellon } from './mellon.ts'

const missing = mellonMissing()

describe.skipIf(missing)(`mod_auth_mellon${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let site: Site
  let mellon: Mellon
  let account: number

  beforeAll(async () => {
    site = await openSite()
    account = await addAccount(site.house, 'anne.martin')
    const metadata = await (await fetch(`${site.origin}/saml/metadata`)).text()
    mellon = await startMellon(keyNamed('mellon'), metadata)
    const own = await (await fetch(mellon.entityId)).text()
    const draft = partyFromMetadata(readMetadata(own), { name: 'Apache' })
    await saveRelyingParty(site.house.people, 'test', draft)
  })
  afterAll(async () => {
    await mellon?.stop()
    await site?.close()
  })

  test('its metadata are read: addresses, keys, bindings', async () => {
    const { sp } = readMetadata(await (await fetch(mellon.entityId)).text())
    expect(sp?.acs.length).toBeGreaterThan(0)
    expect(sp?.signing).toEqual([keyNamed('mellon').certificate])
  })

  test('a person who is signed in with us enters its private page', async () => {
    const browser = createBrowser()
    await site.signIn(browser, account, 'anne.martin')
    const page = await browser.open(`${mellon.address}/private/`)
    expect(page.body).toContain('the private page')
  })

  test('its sign-out ends the session with us, and comes back', async () => {
    const browser = createBrowser()
    const session = await site.signIn(browser, account, 'anne.martin')
    expect((await browser.open(`${mellon.address}/private/`)).body).toContain('the private page')
    const page = await browser.open(
      `${mellon.address}/mellon/logout?ReturnTo=${encodeURIComponent(`${mellon.address}/`)}`,
    )
    expect(page.body).toContain('the public page')
    const { people } = site.house
    expect(await people.ctx.store.read((tx) => sessionLives(tx, people, session))).toBe(false)
    expect((await browser.open(`${mellon.address}/private/`)).url).toContain('/login?then=')
  })

  test('our sign-out visits it through the browser and closes it', async () => {
    const browser = createBrowser()
    const session = await site.signIn(browser, account, 'anne.martin')
    await browser.open(`${mellon.address}/private/`)
    const path = await site.trust.signOutPath({ sessionId: session })
    // It offers SOAP too, and is then told from server to server.
    if (path !== undefined) expect((await browser.open(`${site.origin}${path}`)).url).toBe(`${site.origin}/login`)
  })
})
