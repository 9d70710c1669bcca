/** A parent of two children in two schools comes in by EduConnect, over the real protocols, and passes to a service. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type JourneyServer, launchBrowser, missing, startServer, visit } from './rig.ts'

describe.skipIf(missing !== undefined)(
  `A parent by EduConnect${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 180_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer({ services: true }), launchBrowser({ whole: true })])
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    const sessionOf = async (page: Page) =>
      (await (await page.context().request.get('/auth/session')).json()) as Record<string, unknown>

    /** The button of the provider is there once its program has come up. */
    const toEduConnect = async (page: Page, audience: RegExp, button: string) => {
      const link = page.getByRole('link', { name: button, exact: true })
      await expect
        .poll(
          async () => {
            await page.goto('/')
            await page.getByRole('radio', { name: audience }).check()
            return link.waitFor({ timeout: 6000 }).then(
              () => true,
              () => false,
            )
          },
          { timeout: 90_000 },
        )
        .toBe(true)
      await link.click()
      await page.getByRole('heading', { name: 'Choisir une personne fictive' }).waitFor()
    }

    for (const button of ['Continuer avec EduConnect', 'Continuer avec EduConnect (OpenID)'])
      test(`${button}: the parent chooses between two schools, changes, and leaves`, async () => {
        const { page, context, errors } = await visit(browser, server)
        await toEduConnect(page, /^Parent/, button)
        await page.getByRole('button', { name: /Nathalie Garnier/ }).click()
        await page.getByRole('heading', { name: 'Avec quel profil entrez-vous ?' }).waitFor()
        await page.getByRole('button', { name: /Collège des Tilleuls/ }).click()
        await page.getByRole('button', { name: /^Profil : Parent/ }).waitFor()
        await expect
          .poll(() => sessionOf(page))
          .toMatchObject({
            login: 'nathalie.garnier',
            amr: ['fed'],
            profile: { kind: 'parent', uai: '0250001R' },
          })
        await page.getByRole('button', { name: /^Profil : Parent/ }).click()
        await page.getByRole('menuitem', { name: /Lycée du Val d’Amour/ }).click()
        await expect
          .poll(() => page.getByRole('status').filter({ hasText: 'Lycée du Val d’Amour' }).count())
          .toBeGreaterThan(0)
        await expect.poll(() => sessionOf(page)).toMatchObject({ profile: { uai: '0390001P' } })

        await page.getByRole('button', { name: /Compte de Nathalie/ }).click()
        await page.getByRole('menuitem', { name: 'Se déconnecter' }).click()
        // The provider is told as well: the browser visits it and comes back, or is told of it here.
        await expect.poll(async () => (await sessionOf(page)).signedIn).toBe(false)
        expect(errors).toEqual([])
        await context.close()
      })

    test('An account of another kind is told so, with a code and a way out', async () => {
      const { page, context } = await visit(browser, server)
      await toEduConnect(page, /^Élève/, 'Continuer avec EduConnect')
      await page.getByRole('button', { name: /Claude Vernier/ }).click()
      await page
        .getByText(/SSO-\d+/)
        .first()
        .waitFor()
      expect((await sessionOf(page)).signedIn).toBe(false)
      await context.close()
    })
  },
)
