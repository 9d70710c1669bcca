/** Hours of rest: the composer offers to wait, nobody is kept from sending, and the offer can be ended. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import { giveCredentials, type JourneyServer, launchBrowser, missing, signIn, startServer, visit } from './rig.ts'
import { addApplication, signInStrongly } from './second-proof.ts'

const DAY = 1440

/** Minutes since midnight in Paris. */
const minutesInParis = (): number => {
  const [hour = 0, minute = 0] = new Date()
    .toLocaleTimeString('en-GB', { timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit' })
    .split(':')
    .map(Number)
  return hour * 60 + minute
}

describe.skipIf(missing !== undefined)(
  `Hours of rest${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 240_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    let desk: Page
    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
      const first = await visit(browser, server)
      await first.page.goto('/login?then=%2Fadmin')
      await giveCredentials(first.page, 'thomas.girard', server.password)
      await first.page.getByRole('heading', { name: 'Protégez d’abord ce compte' }).waitFor()
      const secret = await addApplication(first.page)
      await first.context.close()
      desk = (await visit(browser, server)).page
      await desk.goto('/login?then=%2Fadmin')
      await signInStrongly(desk, 'thomas.girard', server.password, secret)
      await desk.getByRole('heading', { name: 'Personnes', level: 1 }).waitFor()
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    /** The rest that the administration sets for teachers, in minutes from now. */
    const rest = async (from: number, to: number): Promise<void> => {
      const now = minutesInParis()
      const at = (minutes: number) => (now + minutes + DAY) % DAY
      const quiet = { from: at(from), to: at(to), days: [], publicHolidays: false, schoolHolidays: false }
      const status = await desk.evaluate(
        async (body) => {
          const headers = { 'content-type': 'application/json', 'x-csrf': '1' }
          return (await fetch('/admin/quiet', { method: 'POST', headers, body })).status
        },
        JSON.stringify({ kind: 'teacher', quiet }),
      )
      expect(status).toBe(200)
    }
    const begin = async (page: Page, to: string) => {
      await page
        .getByRole('button', { name: /^(Nouveau message|New message|Écrire|Write)$/ })
        .first()
        .click()
      const field = page.getByRole('combobox', { name: /^(À|To)$/ })
      await field.fill(to)
      await field.press('Enter')
    }

    test('At night the message may wait: by the keyboard alone it is put off until the morning', async () => {
      await rest(-60, 90)
      const { page, errors, context } = await visit(browser, server, { bypassCSP: true })
      await signIn(page, 'anne.martin', server.password)
      await begin(page, 'claire.petit@ac-demo.test')
      const offer = page.getByText(/^Heure de repos/)
      await offer.waitFor()
      expect(await findings(page)).toEqual([])
      if (process.env.LOOK) await page.screenshot({ path: `${process.env.LOOK}/rest-fr.png` })
      await page.getByLabel('Objet').fill('Sortie de vendredi')
      await page.getByRole('button', { name: 'Attendre', exact: true }).press('Enter')
      await page.getByRole('link', { name: /Programmés/ }).click()
      await page.getByText('Sortie de vendredi').first().waitFor()

      // Offered no more, and offered again when that is undone.
      await begin(page, 'claire.petit@ac-demo.test')
      await offer.waitFor()
      await page.getByRole('button', { name: 'Ne plus proposer' }).click()
      await offer.waitFor({ state: 'detached' })
      await page.locator('li', { hasText: 'ne sera plus proposé' }).getByRole('button', { name: 'Annuler' }).click()
      await offer.waitFor()
      expect(errors).toEqual([])
      await context.close()
    })

    test('By day nothing is said; on a small phone in English it fits', async () => {
      const phone = { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true }
      const { page, context } = await visit(browser, server, { ...phone, locale: 'en-GB', bypassCSP: true })
      await signIn(page, 'anne.martin', server.password)
      await begin(page, 'claire.petit@ac-demo.test')
      await page.getByText(/^Hours of rest/).waitFor()
      expect(await findings(page)).toEqual([])
      expect(await overflow(page)).toBe(0)
      if (process.env.LOOK) await page.screenshot({ path: `${process.env.LOOK}/rest-phone.png` })
      await page.getByRole('button', { name: 'Close this offer' }).click()
      await page.getByText(/^Hours of rest/).waitFor({ state: 'detached' })
      await context.close()

      await rest(60, 120)
      const day = await visit(browser, server)
      await signIn(day.page, 'anne.martin', server.password)
      const told = day.page.waitForResponse(
        async (response) =>
          response.url().endsWith('/jmap/api') && (response.request().postData() ?? '').includes('Recipient/rest'),
      )
      await begin(day.page, 'claire.petit@ac-demo.test')
      expect(await (await told).text()).toContain('"until":null')
      expect(await day.page.getByText(/^Heure de repos/).count()).toBe(0)
      await day.context.close()
    })
  },
)
