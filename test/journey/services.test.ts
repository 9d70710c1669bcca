/** One sign-in opens every service of the demonstration, over the protocol of each, and one sign-out closes them all. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { giveCredentials, type JourneyServer, launchBrowser, missing, startServer, visit } from './rig.ts'

interface Service {
  readonly name: string
  readonly url: string
}

describe.skipIf(missing)(`the services of the demonstration${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let server: JourneyServer
  let browser: Browser
  let services: readonly Service[]
  const named = (name: string): Service => {
    const found = services.find((one) => one.name === name)
    if (!found) throw new Error(`no service ${name}`)
    return found
  }

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer({ services: true }), launchBrowser()])
    const session = (await (await fetch(`${server.url}/auth/session`)).json()) as { demo: { services: Service[] } }
    services = session.demo.services
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  test('the first service asks who one is, the others open by themselves, and everything closes together', async () => {
    const { page, context, errors } = await visit(browser, server)
    await page.goto(named('Arena').url)
    await giveCredentials(page, 'anne.martin', server.password)
    await page.getByRole('heading', { level: 1, name: /Anne Martin/ }).waitFor()
    expect(new URL(page.url()).origin).toBe(new URL(named('Arena').url).origin)

    for (const { url } of services.filter(({ name }) => name !== 'Arena')) {
      await page.goto(url)
      await page.getByText('Anne Martin').first().waitFor()
      expect(new URL(page.url()).origin).toBe(new URL(url).origin)
    }

    await page.goto(named('PIA').url)
    await page.getByRole('button', { name: 'Se déconnecter de partout' }).click()
    await page.getByRole('heading', { level: 1, name: 'Vous êtes déconnecté' }).waitFor()
    for (const { url } of services)
      await expect
        .poll(async () => {
          await page.goto(url)
          return (await page.getByText('Anne Martin').count()) === 0
        })
        .toBe(true)
    expect(errors).toEqual([])
    await context.close()
  })

  test('a service is left alone and opens again without a password', async () => {
    const { page, context } = await visit(browser, server)
    await page.goto(named('Arena').url)
    await giveCredentials(page, 'anne.martin', server.password)
    await page.getByRole('button', { name: 'Quitter Arena' }).click()
    await page.getByRole('heading', { name: 'Vous avez quitté Arena' }).waitFor()
    await page.getByRole('link', { name: 'Revenir dans Arena' }).click()
    await page.getByRole('heading', { level: 1, name: /Anne Martin/ }).waitFor()
    await context.close()
  })

  test('a service that asks again gets a new proof, and the browser’s history is not one', async () => {
    const { page, context } = await visit(browser, server)
    const entry = `${named('Arena').url}entree`
    const ask = `${server.url}/cas/login?${new URLSearchParams({ service: entry, renew: 'true' })}`
    await page.goto(named('Arena').url)
    await giveCredentials(page, 'anne.martin', server.password)
    await page.getByRole('heading', { level: 1, name: /Anne Martin/ }).waitFor()
    await page.goto(ask)
    const password = page.getByLabel(/^Mot de passe$/)
    await password.waitFor()
    expect(new URL(page.url()).pathname).toBe('/login')
    await password.fill(server.password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: /Anne Martin/ }).waitFor()
    await page.goto(ask)
    await password.waitFor()
    expect(new URL(page.url()).pathname).toBe('/login')
    await context.close()
  })
})
