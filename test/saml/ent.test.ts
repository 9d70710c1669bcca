/** The demonstration's ENT, a program of its own: sign-on and sign-out over real HTTP, with node-saml on its side. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { revokeSession } from '#domain/people/session-end.ts'
import { ent } from '#server/demo/services/ent-spec.ts'
import { type DemoServices, startDemoServices } from '#server/demo/services/runner.ts'
import { freePort } from '../ports.ts'
import { addAccount } from '../server/rig.ts'
import { createBrowser } from './browser.ts'
import { openSite, type Site } from './site.ts'

let site: Site
let services: DemoServices
let account: number
let address: string

beforeAll(async () => {
  site = await openSite()
  const { house, origin } = site
  account = await addAccount(house, 'anne.martin')
  services = await startDemoServices({
    house,
    log: silentLog,
    provider: origin,
    firstPort: await freePort(),
    specs: [ent],
  })
  address = services.services[0]?.url ?? ''
  // The program takes a moment to listen.
  for (let tries = 0; tries < 1200; tries++) {
    if (
      await fetch(`${address}au-revoir`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
})

afterAll(async () => {
  await services?.stop()
  await site?.close()
})

test('one session opens the ENT without another question', async () => {
  const browser = createBrowser()
  await site.signIn(browser, account, 'anne.martin')
  const page = await browser.open(address)
  expect(page.url).toBe(address)
  expect(page.body).toContain('Bonjour Personne anne.martin')
})

test('signing out of the ENT everywhere ends the session with us, and comes back', async () => {
  const browser = createBrowser()
  await site.signIn(browser, account, 'anne.martin')
  const page = await browser.open(address)
  const left = await browser.submit(page, '/deconnexion')
  expect(left.body).toContain('Vous avez quitté')
  expect((await browser.open(address)).url).toContain('/login?then=')
})

test('a session that we end closes the ENT, from server to server', async () => {
  const browser = createBrowser()
  const session = await site.signIn(browser, account, 'anne.martin')
  expect((await browser.open(address)).body).toContain('Bonjour')
  await revokeSession(site.house.people, { accountId: account, login: 'anne.martin' }, session)
  await site.told()
  expect((await browser.open(address)).url).toContain('/login?then=')
})
