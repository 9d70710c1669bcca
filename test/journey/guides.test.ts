/** The public pages of help in a browser without script: light, dark, at 320 pixels, on paper; the decoder by keyboard. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import { type JourneyServer, launchBrowser, missing, startServer, visit } from './rig.ts'

describe.skipIf(missing !== undefined)(
  `Help without signing in${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 240_000 },
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

    const looks = {
      light: { colorScheme: 'light' },
      dark: { colorScheme: 'dark' },
      narrow: { colorScheme: 'light', viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true },
    } as const

    test.each(Object.keys(looks) as (keyof typeof looks)[])(
      'Nothing serious for axe, nothing cut off (%s)',
      async (look) => {
        const { page, context } = await visit(browser, server, { bypassCSP: true, ...looks[look] })
        for (const path of [
          '/aide',
          '/help?profile=parent',
          '/aide?q=telephone',
          '/aide/which-account',
          '/help/program-no-connection',
          '/aide/code/AUTH-01',
          '/aide/nothing-here',
        ]) {
          await page.goto(path)
          expect([path, await findings(page)]).toEqual([path, []])
          expect([path, await overflow(page)]).toEqual([path, 0])
          expect([path, await page.locator('h1').count()]).toEqual([path, 1])
        }
        await context.close()
      },
    )

    test('Without script, by keyboard: from a pasted error to its guide, “did this help?”, the other language', async () => {
      const { page, context } = await visit(browser, server, { javaScriptEnabled: false })
      await page.goto('/aide')
      await page.getByLabel('Collez un message d’erreur ou un code').focus()
      await page.keyboard.type('smtp; 550 5.1.1 User unknown')
      await page.getByLabel('Vous êtes').selectOption('parent')
      await page.getByRole('button', { name: 'Comprendre' }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Ce que veut dire ce message' }).waitFor()
      await page.getByText('Assistance EduConnect et ENT (Doubs)').waitFor()
      await page.getByRole('link', { name: /Lire le guide.*adresse inconnue/ }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: /adresse inconnue/ }).waitFor()
      await page.getByRole('button', { name: 'Oui' }).focus()
      await page.keyboard.press('Enter')
      await page.getByText('Merci.').waitFor()
      await page.getByRole('link', { name: 'English' }).click()
      await page.getByRole('heading', { level: 1, name: /unknown address/ }).waitFor()
      expect(await page.getAttribute('html', 'lang')).toBe('en')
      await context.close()
    })

    test('The code of a plain error page leads to its guide; on paper only the guide is left', async () => {
      const { page, context } = await visit(browser, server, { javaScriptEnabled: false })
      await page.goto('/login/plain')
      await page.getByLabel(/Identifiant/).fill('nobody')
      await page.getByLabel(/Mot de passe/).fill('wrong')
      await page.getByRole('button').first().click()
      await page.getByRole('link', { name: /AUTH-01/ }).click()
      await page.getByRole('heading', { level: 1, name: 'Identifiant ou mot de passe incorrect' }).waitFor()
      await page.emulateMedia({ media: 'print' })
      expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true)
      expect(await page.locator('header, form, footer').filter({ visible: true }).count()).toBe(0)
      await context.close()
    })
  },
)
