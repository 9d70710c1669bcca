/** Finding one's way in again: by a trusted person who reads a code out, and by two people of the school. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { giveCredentials, type JourneyServer, launchBrowser, missing, signInByForm, startServer, visit } from './rig.ts'
import { addApplication } from './second-proof.ts'

describe.skipIf(missing !== undefined)(
  `Recovery${missing === undefined ? '' : ` (skipped: ${missing})`}`,
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

    const choosePassword = async (page: Page): Promise<string> => {
      await page.getByRole('button', { name: 'Proposer une phrase' }).click()
      await page.getByText(/Il convient/).waitFor()
      return page.getByLabel('Nouveau mot de passe').inputValue()
    }

    test('The answer is the same whether an account exists or not', async () => {
      const { page, context } = await visit(browser, server)
      const told: string[] = []
      for (const login of ['anne.martin', 'personne.inconnue']) {
        await page.goto('/')
        await page.getByRole('link', { name: 'Mot de passe oublié' }).click()
        await page.getByLabel('Identifiant ou adresse').first().fill(login)
        await page.getByRole('button', { name: 'Envoyer' }).click()
        const box = page.getByRole('status').filter({ hasText: 'C’est parti' })
        await box.waitFor()
        told.push((await box.textContent()) ?? '')
      }
      expect(told[1]).toBe(told[0])
      await context.close()
    })

    test('A trusted person receives a code, reads it out, and a new password is chosen', async () => {
      const [anne, marc] = [await visit(browser, server), await visit(browser, server)]
      await signInByForm(anne.page, 'anne.martin', server.password)
      await anne.page.goto('/account/recovery')
      await anne.page.getByLabel('Son adresse académique').fill('marc.lefevre@ac-demo.test')
      await anne.page.getByRole('button', { name: 'Ajouter', exact: true }).click()
      await anne.page.getByText('en attente de sa réponse').waitFor()
      await signInByForm(marc.page, 'marc.lefevre', server.password)
      await marc.page.goto('/account/recovery')
      await marc.page.getByRole('heading', { name: 'Ceux qui comptent sur vous' }).waitFor()
      await marc.page.getByRole('button', { name: 'Accepter' }).click()
      await marc.page.getByText('a accepté').waitFor()
      await anne.context.close()

      const lost = await visit(browser, server)
      await lost.page.goto('/recover')
      await lost.page.getByLabel('Identifiant ou adresse').first().fill('anne.martin')
      await lost.page.getByRole('button', { name: 'Envoyer' }).click()
      await lost.page.getByText('C’est parti').waitFor()

      // The code comes as a message to the person trusted, who reads it out.
      await marc.page.goto('/mail/inbox')
      // What asked to be trusted is from her too; this comes a moment after the page has answered.
      await marc.page
        .getByRole('row', { name: /Anne Martin a besoin de vous/ })
        .first()
        .click()
      const spoken = marc.page.getByText(/\b\d{4} \d{4}\b/).first()
      await spoken.waitFor()
      const code = /\b\d{4} \d{4}\b/.exec((await spoken.textContent()) ?? '')?.[0] ?? ''

      await lost.page.getByText('Une personne de confiance m’a donné un code').click()
      const form = lost.page.locator('details')
      await form.getByLabel('Identifiant ou adresse').fill('anne.martin')
      await form.getByLabel('Code reçu').fill(code)
      await form.getByLabel('Date de naissance').fill('1981-03-14')
      await form.getByRole('button', { name: 'Continuer' }).click()
      await lost.page.getByRole('heading', { name: 'Nouveau mot de passe' }).waitFor()
      const password = await choosePassword(lost.page)
      expect(lost.page.url()).not.toContain('#')
      await lost.page.getByRole('button', { name: 'Enregistrer' }).click()
      await lost.page.getByRole('heading', { name: 'Votre mot de passe est changé.' }).waitFor()
      await lost.page.getByRole('button', { name: 'Se connecter' }).click()
      await giveCredentials(lost.page, 'anne.martin', password)
      await lost.page.getByRole('button', { name: /Compte de Anne/ }).waitFor()
      expect([...lost.errors, ...marc.errors]).toEqual([])
      await lost.context.close()
      await marc.context.close()
    })

    test('Two people of the school: one asks, the other approves, the first hands over the code', async () => {
      const strong = async (login: string) => {
        const seen = await visit(browser, server)
        await seen.page.goto('/login?then=%2Fadmin')
        await giveCredentials(seen.page, login, server.password)
        await seen.page.getByRole('heading', { name: 'Protégez d’abord ce compte' }).waitFor()
        await addApplication(seen.page)
        // Having just proved it, the session is strong: administration opens.
        await seen.page.getByRole('button', { name: 'C’est fait : continuer' }).click()
        await seen.page.getByRole('heading', { name: 'Personnes', level: 1 }).waitFor()
        return seen
      }
      const [asker, approver] = [await strong('fatima.ouali'), await strong('sophie.durand')]
      await asker.page.goto('/admin?page=people&q=marc')
      await asker.page.getByRole('link', { name: /Marc Lefèvre/ }).click()
      await asker.page.getByRole('button', { name: 'Réinitialiser (deux personnes)' }).click()
      await asker.page.getByLabel('Motif').fill('téléphone perdu, pièce d’identité vue')
      await asker.page.getByRole('button', { name: 'Demander pour cette personne' }).click()
      await asker.page
        .getByText(/une seconde personne doit l’approuver/)
        .first()
        .waitFor()
      await asker.page.goto('/admin?page=cases')
      await asker.page.getByText('à approuver').waitFor()
      expect(await asker.page.getByRole('button', { name: 'Approuver' }).count()).toBe(0)

      await approver.page.goto('/admin?page=cases')
      await approver.page.getByRole('button', { name: 'Approuver' }).click()
      await approver.page.getByText('approuvée').waitFor()
      expect(await approver.page.getByRole('button', { name: 'Retirer le code' }).count()).toBe(0)
      await approver.context.close()

      await asker.page.reload()
      await asker.page.getByRole('button', { name: 'Retirer le code' }).click()
      const note = asker.page.getByRole('status').filter({ hasText: 'Code à remettre en main propre' })
      await note.waitFor()
      const code = ((await note.locator('p').nth(1).textContent()) ?? '').trim()
      await asker.context.close()

      const marc = await visit(browser, server)
      await marc.page.goto('/activate')
      await marc.page.getByLabel('Identifiant écrit sur la fiche').fill('marc.lefevre')
      await marc.page.getByLabel('Code d’activation').fill(code.toLowerCase())
      await marc.page.getByLabel('Date de naissance').fill('1983-01-30')
      await marc.page.getByRole('button', { name: 'Vérifier le code' }).click()
      await marc.page.getByRole('heading', { name: 'Bonjour Marc Lefèvre.' }).waitFor()
      await choosePassword(marc.page)
      await marc.page.getByRole('button', { name: 'Activer le compte' }).click()
      await marc.page.getByRole('heading', { name: 'Votre compte est actif.' }).waitFor()
      expect([...asker.errors, ...approver.errors, ...marc.errors]).toEqual([])
      await marc.context.close()
    })
  },
)
