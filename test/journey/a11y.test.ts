/** axe-core on every screen and its main states, light and dark: nothing serious may be found. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { findings, overflow } from './axe.ts'
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
        await page.getByRole('button', { name: 'Fermer', exact: true }).click()
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

    test('Enlarged to 200 %, every main screen fits and can be used', async () => {
      // 1280 × 800 of the screen, each pixel of the page being two of them.
      const page = await open('light', { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 })
      await signIn(page, 'karim.benali', server.password)
      const fits = async (what: string) => {
        expect([what, await overflow(page)]).toEqual([what, 0])
        expect([what, await findings(page)]).toEqual([what, []])
      }
      await fits('inbox')
      await page.getByRole('row', { name: /Conseil de classe/ }).click()
      await page.getByRole('heading', { name: /Conseil de classe/ }).waitFor()
      await fits('message')
      await page.keyboard.press('c')
      await page.getByRole('combobox', { name: 'À' }).waitFor()
      await fits('composer')
      const send = page.getByRole('button', { name: 'Envoyer', exact: true })
      expect(await send.evaluate((one) => one.getBoundingClientRect().bottom <= window.innerHeight)).toBe(true)
      for (const [path, title] of [
        ['/settings', 'Réglages'],
        ['/rules', 'Règles de tri'],
        ['/agenda', 'Agenda'],
        ['/contacts', 'Contacts'],
        ['/portal', /^Bonjour/],
      ] as const) {
        await page.goto(path)
        await page.getByRole('heading', { name: title, level: 1 }).waitFor()
        await fits(path)
      }
      await page.context().close()
    })

    test('Whoever cannot see is told what was done and what was found', async () => {
      const page = await open('light')
      await signIn(page, 'karim.benali', server.password)
      // All that the live regions of the page have said.
      await page.evaluate(() => {
        const said: string[] = []
        Object.assign(window, { said })
        new MutationObserver(() => {
          for (const one of document.querySelectorAll('[role=status],[role=alert],[aria-live]'))
            if (one.textContent && said.at(-1) !== one.textContent) said.push(one.textContent)
        }).observe(document.body, { subtree: true, childList: true, characterData: true })
      })
      const heard = (words: RegExp) =>
        expect.poll(() => page.evaluate(() => String(Reflect.get(window, 'said'))), { timeout: 10_000 }).toMatch(words)
      await page.getByRole('row', { name: /Conseil de classe/ }).click()
      await page.getByRole('heading', { name: /Conseil de classe/ }).waitFor()
      await page.keyboard.press('e')
      await heard(/archivée/)
      await page.keyboard.press('z')
      await page.getByRole('row', { name: /Conseil de classe/ }).waitFor()
      await page.getByRole('searchbox').fill('conseil')
      await page.getByRole('searchbox').press('Enter')
      await heard(/\d+ résultats?/)
      await page.context().close()
    })

    test('Whoever wants no motion has none, in what opens as well', async () => {
      const longest = (page: Page) =>
        page.evaluate(() =>
          Math.max(
            ...[...document.querySelectorAll('*')].flatMap((one) => {
              const { transitionDuration, animationDuration } = getComputedStyle(one)
              return [...transitionDuration.split(','), ...animationDuration.split(',')].map((time) =>
                Number.parseFloat(time),
              )
            }),
          ),
        )
      const moved: number[] = []
      for (const reducedMotion of ['no-preference', 'reduce'] as const) {
        const page = await open('light', { reducedMotion })
        await signIn(page, 'karim.benali', server.password)
        await page.keyboard.press('c')
        await page.getByRole('combobox', { name: 'À' }).waitFor()
        await page.getByRole('button', { name: 'Envoyer plus tard' }).click()
        await page.getByRole('menu').waitFor()
        moved.push(await longest(page))
        await page.context().close()
      }
      expect(moved[0]).toBeGreaterThan(0.05)
      expect(moved[1]).toBeLessThanOrEqual(0.001)
    })

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
