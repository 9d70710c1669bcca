/** axe-core on every screen and its main states, light and dark: nothing serious may be found. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { findings } from './axe.ts'
import { type JourneyServer, launchBrowser, missing, signIn, startServer, visit } from './rig.ts'

describe.skipIf(missing !== undefined)(
  `Accessibility${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 180_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    const open = async (scheme: 'light' | 'dark', options: Parameters<typeof visit>[2] = {}) => {
      const { page } = await visit(browser, server, {
        colorScheme: scheme,
        bypassCSP: true,
        ...options,
      })
      return page
    }

    for (const scheme of ['light', 'dark'] as const) {
      test(`Sign-in has nothing serious (${scheme})`, async () => {
        const page = await open(scheme)
        await page.goto('/')
        await page.getByRole('button', { name: 'Se connecter' }).waitFor()
        await page.getByText('Académie de démonstration').click()
        expect(await findings(page)).toEqual([])
        await page.getByLabel('Identifiant ou adresse').fill('x')
        await page.getByLabel('Mot de passe', { exact: true }).fill('y')
        await page.getByRole('button', { name: 'Se connecter' }).click()
        await page.getByRole('alert').waitFor()
        expect(await findings(page)).toEqual([])
        await page.context().close()
      })

      test(`Mail, composer, search and settings have nothing serious (${scheme})`, async () => {
        const page = await open(scheme)
        await signIn(page, 'anne.martin', server.password)
        expect(await findings(page)).toEqual([])
        await page.getByRole('row', { name: /Conseil de classe/ }).click()
        await page.getByRole('heading', { name: /Conseil de classe/ }).waitFor()
        expect(await findings(page)).toEqual([])
        await page.keyboard.press('x')
        expect(await findings(page)).toEqual([])
        await page.keyboard.press('Escape')
        await page.keyboard.press('v')
        await page.getByRole('dialog').waitFor()
        expect(await findings(page)).toEqual([])
        await page.keyboard.press('Escape')
        await page.keyboard.press('c')
        await page.getByRole('combobox', { name: 'À' }).fill('kar')
        await page.getByRole('option').first().waitFor()
        expect(await findings(page)).toEqual([])
        await page.keyboard.press('Enter')
        await page.getByRole('button', { name: 'Fermer' }).click()
        await page.goto('/search?q=conseil')
        await page.locator('[role=row][id]').first().waitFor()
        expect(await findings(page)).toEqual([])
        await page.goto('/settings')
        await page.getByRole('heading', { name: 'Réglages' }).waitFor()
        expect(await findings(page)).toEqual([])
        // The sheet is loaded when it is first asked for; a key that comes before the page listens is pressed again.
        await vi.waitFor(
          async () => {
            await page.keyboard.press('?')
            await page.getByRole('dialog').waitFor({ timeout: 8000 })
          },
          { timeout: 40_000 },
        )
        expect(await findings(page)).toEqual([])
        await page.context().close()
      })
    }

    test('A phone has nothing serious either', async () => {
      const page = await open('light', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
      await signIn(page, 'anne.martin', server.password)
      expect(await findings(page)).toEqual([])
      await page.getByRole('button', { name: 'Boîtes aux lettres' }).tap()
      await page.getByRole('dialog').waitFor()
      expect(await findings(page)).toEqual([])
      await page.context().close()
    })
  },
)
