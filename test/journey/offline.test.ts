/** Without the network: what was read stays readable, what is done is kept, and all of it reaches the server later. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type JourneyServer,
  launchBrowser,
  missing,
  rows,
  signInByForm,
  startServer,
  type Visit,
  visit,
} from './rig.ts'

describe.skipIf(missing !== undefined)(`Offline${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let server: JourneyServer
  let browser: Browser
  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  const as = async (login: string): Promise<Visit> => {
    const seen = await visit(browser, server)
    await signInByForm(seen.page, login, server.password)
    return seen
  }
  const firstSubject = async (page: Page): Promise<string> => {
    const id = await rows(page).nth(1).getAttribute('id')
    return id ?? ''
  }
  const archive = async (page: Page, row: string): Promise<void> => {
    await page.locator(`[id="${row}"]`).click()
    await page.getByRole('main').getByRole('heading').first().waitFor()
    await page.getByRole('button', { name: 'Archiver' }).first().click()
    await expect.poll(() => page.locator(`[id="${row}"]`).count()).toBe(0)
  }

  test('What is done without network is shown at once and reaches the server when it is back', async () => {
    const [here, there] = [await as('sophie.durand'), await as('sophie.durand')]
    const row = await firstSubject(here.page)
    await there.page.locator(`[id="${row}"]`).waitFor()
    await here.page.locator(`[id="${row}"]`).click()
    await here.page.getByRole('main').getByRole('heading').first().waitFor()
    await here.context.setOffline(true)
    await archive(here.page, row)
    await here.page
      .getByText(/^Hors connexion/)
      .first()
      .waitFor()
    expect(await there.page.locator(`[id="${row}"]`).count()).toBe(1)
    await here.context.setOffline(false)
    await expect.poll(() => there.page.locator(`[id="${row}"]`).count()).toBe(0)
    await expect.poll(() => here.page.getByText(/^Hors connexion/).count()).toBe(0)
    for (const { context } of [here, there]) await context.close()
  })

  test('What is done without network survives a page that is loaded anew', async () => {
    const seen = await as('marc.lefevre')
    const { page, context } = seen
    const row = await firstSubject(page)
    // The list is stored a moment after it has come.
    await page.waitForTimeout(2500)
    await page.route('**/jmap/**', (route) => route.abort())
    await archive(page, row)
    // A label is made and put on a conversation.
    await rows(page).first().click()
    await page.getByRole('main').getByRole('heading').first().waitFor()
    await page.keyboard.press('l')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Nom de l’étiquette' }).fill('Sans réseau')
    await page.keyboard.press('Enter')
    await dialog.getByRole('checkbox', { name: 'Sans réseau' }).waitFor()
    await page.keyboard.press('Escape')
    const labelled = page.getByRole('link', { name: /Sans réseau/ })
    await labelled.waitFor()
    await page.reload()
    await rows(page).first().waitFor()
    await labelled.waitFor()
    expect(await page.locator(`[id="${row}"]`).count()).toBe(0)
    expect(await rows(page).count()).toBeGreaterThan(1)
    await page.unroute('**/jmap/**')
    const other = await as('marc.lefevre')
    await expect.poll(() => other.page.locator(`[id="${row}"]`).count(), { timeout: 40_000 }).toBe(0)
    await other.page.getByRole('link', { name: /Sans réseau/ }).click()
    await rows(other.page).first().waitFor()
    await other.context.close()
    await context.close()
  })
})
