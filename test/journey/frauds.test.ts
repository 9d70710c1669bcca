/** Frauds in a real browser: an address is checked, a message reported, judged and taken back; a password was given away. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import { giveCredentials, type JourneyServer, launchBrowser, missing, signIn, startServer, visit } from './rig.ts'
import { addApplication, signInStrongly } from './second-proof.ts'

describe.skipIf(missing !== undefined)(
  `Frauds${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 240_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    let page: Page
    const errors: string[] = []
    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
      const first = await visit(browser, server)
      await first.page.goto('/login?then=%2Fadmin')
      await giveCredentials(first.page, 'thomas.girard', server.password)
      await first.page.getByRole('heading', { name: 'Protégez d’abord ce compte' }).waitFor()
      const secret = await addApplication(first.page)
      await first.context.close()
      const seen = await visit(browser, server, { bypassCSP: true })
      page = seen.page
      page.on('pageerror', (error) => errors.push(String(error)))
      await page.goto('/login?then=%2Fadmin')
      await signInStrongly(page, 'thomas.girard', server.password, secret)
      await page.getByRole('heading', { name: 'Personnes', level: 1 }).waitFor()
    })
    afterAll(async () => {
      expect(errors).toEqual([])
      await browser?.close()
      await server?.close()
    })

    test('Anybody checks an address by keyboard, on a phone and without script', async () => {
      const seen = await visit(browser, server, {
        viewport: { width: 320, height: 640 },
        colorScheme: 'dark',
        bypassCSP: true,
      })
      await seen.page.goto('/aide/address')
      await seen.page.getByLabel('Lien, adresse ou message').focus()
      await seen.page.keyboard.type('Ouvrez https://ac-besanc0n.fr/connexion')
      await seen.page.keyboard.press('Tab')
      await seen.page.keyboard.press('Enter')
      await seen.page.getByRole('heading', { name: 'Imitation' }).waitFor()
      await seen.page.getByText('« 0 » à la place de « o »').waitFor()
      expect(await seen.page.locator('mark').allTextContents()).toEqual(['0', 'o'])
      expect(await findings(seen.page)).toEqual([])
      expect(await overflow(seen.page)).toBe(0)
      expect(await seen.page.locator('script').count()).toBe(0)
      await seen.context.close()
    })

    test('A report is judged and taken back after a confirmation; its reporter secures the account', async () => {
      const reporter = await visit(browser, server, { bypassCSP: true, viewport: { width: 390, height: 844 } })
      await signIn(reporter.page, 'yann.moreau', server.password)
      const reported = await reporter.page.evaluate(async () => {
        const headers = { 'content-type': 'application/json', 'x-csrf': '1' }
        const session = await (await fetch('/jmap/session')).json()
        const accountId = session.primaryAccounts['urn:ietf:params:jmap:mail']
        const body = JSON.stringify({
          using: ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail'],
          methodCalls: [['Email/query', { accountId, filter: { subject: 'Maintenance' }, limit: 1 }, 'a']],
        })
        const found = await (await fetch(session.apiUrl, { method: 'POST', headers, body })).json()
        const emailId = found.methodResponses[0][1].ids[0]
        const answer = await fetch('/mail/report', { method: 'POST', headers, body: JSON.stringify({ emailId }) })
        return answer.status
      })
      expect(reported).toBe(200)

      // The reports are put together within some seconds.
      await expect
        .poll(
          async () => {
            await page.goto('/admin?page=frauds')
            await page.getByRole('heading', { name: 'Fraudes signalées', level: 1 }).waitFor()
            const line = page.getByRole('link', { name: /Maintenance de la messagerie/ })
            await line.or(page.getByText('Aucun signalement n’attend.')).first().waitFor()
            return line.count()
          },
          { timeout: 30_000, interval: 1000 },
        )
        .toBe(1)
      await page.getByRole('link', { name: /Maintenance de la messagerie/ }).click()
      await page.getByRole('heading', { name: 'Un exemple' }).waitFor()
      expect(await findings(page)).toEqual([])
      await page.getByRole('button', { name: 'Rendre l’avis et répondre' }).click()
      await page.getByRole('button', { name: 'Compter les boîtes concernées' }).click()
      await page.getByRole('button', { name: 'Retirer de ces boîtes' }).click({ timeout: 30_000 })
      const sure = page.getByRole('alertdialog')
      await sure.getByRole('button', { name: /^Oui, de/ }).click()
      await page.getByRole('button', { name: 'Tout remettre en place' }).waitFor({ timeout: 30_000 })
      expect(await findings(page)).toEqual([])

      await reporter.page.goto('/portal')
      await reporter.page.getByRole('link', { name: 'J’ai donné mon mot de passe' }).click()
      await reporter.page.getByRole('button', { name: 'Mettre tout le monde dehors maintenant' }).click()
      await reporter.page.getByText(/C’est fait/).waitFor()
      await reporter.page.getByRole('heading', { name: '3. Ce qui a pu être laissé' }).waitFor()
      expect(await findings(reporter.page)).toEqual([])
      expect(await overflow(reporter.page)).toBe(0)
      expect(reporter.errors).toEqual([])
      await reporter.context.close()
      await page.goto('/admin?page=tickets')
      await page.getByRole('link', { name: 'J’ai donné mon mot de passe' }).waitFor()
    })

    test('A campaign is planned for every year, and another is written, begun when it is announced, and ended', async () => {
      await page.goto('/admin?page=practice')
      await page.getByRole('button', { name: 'Planifier une campagne' }).click()
      const plan = page.getByRole('region', { name: 'Planifier une campagne' })
      const yearly = `Chaque année ${Date.now()}`
      await plan.getByLabel('Nom de la campagne').fill(yearly)
      expect(await plan.getByLabel('Titre de l’annonce', { exact: true }).inputValue()).toContain('hameçonnage')
      expect(await plan.getByLabel('Titre de l’annonce en anglais').inputValue()).toContain('phishing')
      expect(await plan.getByLabel('Recommencer chaque année, aux mêmes dates').isChecked()).toBe(true)
      await plan
        .getByText(/personnes/)
        .first()
        .waitFor()
      expect(await findings(page)).toEqual([])
      await plan.getByRole('button', { name: 'Planifier', exact: true }).click()
      await page.getByRole('button', { name: `Arrêter ${yearly}` }).click()
      await page.getByRole('button', { name: `Supprimer ${yearly}` }).click()
      await page.getByRole('alertdialog').getByRole('button', { name: 'Supprimer' }).click()
      await page.getByRole('button', { name: `Supprimer ${yearly}` }).waitFor({ state: 'detached' })
      await page.getByLabel('Nom de la campagne').fill('Automne')
      await page.getByRole('button', { name: 'Enregistrer le brouillon' }).click()
      await page.getByRole('button', { name: 'Commencer Automne' }).click()
      await page.getByRole('alertdialog').getByRole('button', { name: 'C’est annoncé : commencer' }).click()
      await page.getByRole('button', { name: 'Terminer Automne' }).click()
      await page.getByRole('button', { name: 'Supprimer Automne' }).waitFor()
      expect(await findings(page)).toEqual([])
    })
  },
)
