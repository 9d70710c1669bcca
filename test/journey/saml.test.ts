/** SAML and federation in a real Chromium: its rules on cookies, redirections and forms are not ours to imitate. */
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { createPerson } from '#domain/directory/persons.ts'
import { openSession } from '#domain/people/sessions.ts'
import { type DemoProviders, startDemoProviders } from '#server/demo/providers/start.ts'
import { ent } from '#server/demo/services/ent-spec.ts'
import { type DemoServices, startDemoServices } from '#server/demo/services/runner.ts'
import { freePort } from '../ports.ts'
import { openSite, type Site } from '../saml/site.ts'

const program = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync)

const answers = async (address: string): Promise<void> => {
  for (let tries = 0; tries < 1200; tries++) {
    if (
      await fetch(address).then(
        () => true,
        () => false,
      )
    )
      return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nobody answers at ${address}`)
}

describe.skipIf(program === undefined)('in Chromium (skipped where there is none)', () => {
  let site: Site
  let services: DemoServices
  let providers: DemoProviders
  let browser: Browser
  let account: number
  let address: string

  beforeAll(async () => {
    site = await openSite()
    const { house, origin } = site
    const person = { login: 'lea.garnier', givenName: 'Léa', familyName: 'Garnier', joinKey: '03|20001' }
    account = (await createPerson(house.people, 'test', { ...person, password: 'Cascade-de-neige-42' })).id
    services = await startDemoServices({
      house,
      log: silentLog,
      provider: origin,
      firstPort: await freePort(),
      specs: [ent],
    })
    providers = await startDemoProviders(house, silentLog, origin, await freePort(1))
    address = services.services[0]?.url ?? ''
    await Promise.all([answers(`${address}au-revoir`), answers(providers.educonnect), answers(providers.ent)])
    browser = await chromium.launch({ executablePath: program ?? '', args: ['--no-sandbox'] })
  })
  afterAll(async () => {
    await browser?.close()
    await Promise.all([services?.stop(), providers?.stop()])
    await site?.close()
  })

  const signedIn = async (): Promise<BrowserContext> => {
    const context = await browser.newContext({ locale: 'fr-FR' })
    const page = await context.newPage()
    const userAgent = await page.evaluate('navigator.userAgent')
    const { token } = await openSession(
      site.house.people,
      {
        accountId: account,
        login: 'lea.garnier',
        amr: ['pwd'],
        name: '',
        email: '',
        locale: 'fr',
        admin: false,
        authenticatedAt: 0,
        steppedUpAt: 0,
      },
      { ip: '127.0.0.1', userAgent: String(userAgent) },
    )
    await context.addCookies([
      { name: 'session', value: token, domain: 'localhost', path: '/', httpOnly: true, sameSite: 'Lax' },
    ])
    return context
  }

  test('the session opens the ENT by a page that posts itself, and its sign-out closes both', async () => {
    const context = await signedIn()
    const page = await context.newPage()
    await page.goto(address)
    await page.waitForURL(address)
    expect(await page.textContent('h1')).toContain('Bonjour Léa Garnier')
    await page.getByRole('button', { name: 'Se déconnecter de partout' }).click()
    await page.getByRole('heading', { name: 'Vous avez quitté' }).waitFor()
    await page.goto(address)
    expect(page.url()).toContain('/login?then=')
    await context.close()
  })

  test('without script the person goes on by a button', async () => {
    const context = await signedIn()
    const state = await context.storageState()
    await context.close()
    const page0 = await browser.newPage()
    const userAgent = String(await page0.evaluate('navigator.userAgent'))
    await page0.close()
    const plain = await browser.newContext({
      javaScriptEnabled: false,
      storageState: state,
      userAgent,
      locale: 'fr-FR',
    })
    const page = await plain.newPage()
    await page.goto(address)
    await page.getByRole('button', { name: 'Continuer' }).click()
    expect(await page.textContent('h1')).toContain('Bonjour')
    await plain.close()
  })

  test.each(['educonnect', 'educonnect-oidc'])('a pupil comes in by %s', async (provider) => {
    const context = await browser.newContext({ locale: 'fr-FR' })
    const page = await context.newPage()
    await page.goto(`${site.origin}/federation/${provider}/login?then=/portal`)
    await page.getByRole('button', { name: 'Léa Garnier' }).click()
    await page.waitForURL(`${site.origin}/portal`)
    const cookies = await context.cookies(site.origin)
    expect(cookies.map(({ name }) => name)).toContain('session')
    await context.close()
  })
})
