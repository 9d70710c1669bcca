/** Administration in a real browser: a head of school who protects the account first, then does what heads do. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { giveCredentials, type JourneyServer, launchBrowser, missing, startServer, visit } from './rig.ts'
import { addApplication, signInStrongly } from './second-proof.ts'

describe.skipIf(missing !== undefined)(
  `Administration${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 240_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    let page: Page
    let secret = ''
    const errors: string[] = []
    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
      const first = await visit(browser, server)
      await first.page.goto('/login?then=%2Fadmin')
      await giveCredentials(first.page, 'sophie.durand', server.password)
      await first.page.getByRole('heading', { name: 'Protégez d’abord ce compte' }).waitFor()
      secret = await addApplication(first.page)
      await first.context.close()
      const seen = await visit(browser, server)
      page = seen.page
      page.on('pageerror', (error) => errors.push(String(error)))
      await page.goto('/login?then=%2Fadmin')
      await signInStrongly(page, 'sophie.durand', server.password, secret)
      await page.getByRole('heading', { name: 'Personnes', level: 1 }).waitFor()
    })
    afterAll(async () => {
      expect(errors).toEqual([])
      await browser?.close()
      await server?.close()
    })

    const part = async (name: string) => {
      await page.getByRole('navigation', { name: 'Parties de l’administration' }).getByRole('link', { name }).click()
      await page.getByRole('heading', { name, level: 1 }).waitFor()
    }

    test('A person is found by the start of a name, and only of one’s own school', async () => {
      await page.getByLabel('Chercher une personne').fill('garn')
      await page.getByRole('button', { name: 'Chercher', exact: true }).click()
      await page.getByRole('link', { name: /Léa Garnier/ }).waitFor()
      expect(await page.getByRole('link', { name: /Hugo Garnier/ }).count()).toBe(0)
      await page.getByRole('link', { name: /Léa Garnier/ }).click()
      await page.getByRole('heading', { name: 'Léa Garnier' }).waitFor()
      await page.getByRole('link', { name: /Nathalie Garnier/ }).waitFor()
    })

    test('A code is given and shown once; a pupil activates the account with it', async () => {
      await part('Personnes')
      await page.getByLabel('Chercher une personne').fill('roy')
      await page.getByRole('button', { name: 'Chercher', exact: true }).click()
      await page.getByRole('link', { name: /Emma Roy/ }).click()
      await page.getByRole('button', { name: 'Donner un code d’activation' }).click()
      const note = page.getByRole('status').filter({ hasText: 'Code à remettre en main propre' })
      await note.waitFor()
      const code = ((await note.locator('p').nth(1).textContent()) ?? '').trim()
      expect(code.length).toBeGreaterThanOrEqual(8)

      const pupil = await visit(browser, server)
      await pupil.page.goto(`/activate#login=emma.roy&code=${encodeURIComponent(code)}`)
      await pupil.page.getByLabel('Date de naissance').fill('2012-05-30')
      await pupil.page.getByRole('button', { name: 'Vérifier le code' }).click()
      await pupil.page.getByRole('heading', { name: 'Bonjour Emma Roy.' }).waitFor()
      await pupil.page.getByRole('button', { name: 'Proposer une phrase' }).click()
      await pupil.page.getByText(/Il convient/).waitFor()
      const password = await pupil.page.getByLabel('Nouveau mot de passe').inputValue()
      await pupil.page.getByRole('button', { name: 'Activer le compte' }).click()
      await pupil.page.getByRole('heading', { name: 'Votre compte est actif.' }).waitFor()
      // The code is neither in the address nor in the history any more.
      expect(pupil.page.url()).not.toContain('code=')
      await pupil.page.getByRole('button', { name: 'Se connecter' }).click()
      await giveCredentials(pupil.page, 'emma.roy', password)
      await pupil.page.getByRole('button', { name: /Compte de Emma/ }).waitFor()
      expect(pupil.errors).toEqual([])
      await pupil.context.close()
    })

    test('Sheets are printed for those who were chosen', async () => {
      await part('Personnes')
      await page.getByLabel('État').selectOption('pending')
      await page.getByRole('checkbox', { name: /Lucas Viennot/ }).check()
      await page.getByText('1 personne choisie').waitFor()
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Imprimer les fiches' }).click(),
      ])
      expect(file.suggestedFilename()).toBe('fiches.pdf')
    })

    test('The rate of activation is told by school, profile and class', async () => {
      await part('Activation')
      await page.getByRole('heading', { name: 'Collège des Tilleuls' }).waitFor()
      expect(await page.getByRole('progressbar', { name: 'Activation : 3e B' }).count()).toBe(1)
    })

    test('A person is blocked with a reason and unblocked; the sessions end', async () => {
      const other = await visit(browser, server)
      await other.page.goto('/')
      await giveCredentials(other.page, 'lea.garnier', server.password)
      await other.page.getByRole('button', { name: /Compte de Léa/ }).waitFor()
      await page.goto('/admin?page=people&q=lea')
      await page.getByRole('link', { name: /Léa Garnier/ }).click()
      await page.getByRole('button', { name: 'Bloquer' }).click()
      await page.getByLabel(/^Motif/).fill('essai')
      await page.getByRole('dialog').getByRole('button', { name: 'Bloquer' }).click()
      await page.getByRole('button', { name: 'Débloquer' }).waitFor()
      const answer = await other.context.request.get('/auth/session')
      expect(((await answer.json()) as { signedIn: boolean }).signedIn).toBe(false)
      await page.getByRole('button', { name: 'Débloquer' }).click()
      await page.getByRole('button', { name: 'Bloquer', exact: true }).waitFor()
      await other.context.close()
    })

    test('Duplicates are shown side by side, joined, and the joining undone', async () => {
      await part('Doublons')
      await page.getByRole('button', { name: 'Garder camille.perrin', exact: true }).click()
      await page
        .getByRole('alertdialog')
        .getByRole('button', { name: /Garder/ })
        .click()
      await page.getByRole('heading', { name: 'Réunions récentes' }).waitFor()
      await page.getByRole('button', { name: 'Annuler' }).click()
      await page.getByRole('button', { name: 'Garder camille.perrin', exact: true }).waitFor()
    })

    test('A person is attached by hand, and detached; what the directory gave has no such button', async () => {
      await page.goto('/admin?page=people&q=lefevre')
      await page.getByRole('link', { name: /Marc Lefèvre/ }).click()
      await page.getByRole('heading', { name: 'Rattacher à un établissement' }).waitFor()
      const detach = page.getByRole('button', { name: /^Détacher/ })
      // Of a try before this one.
      while ((await detach.count()) > 0) {
        const left = await detach.count()
        await detach.first().click()
        await expect.poll(() => detach.count()).toBe(left - 1)
      }
      await page.getByLabel('Fonction').fill('Remplaçant')
      await page.getByRole('button', { name: 'Rattacher à un établissement' }).click()
      await page.getByRole('button', { name: 'Détacher : Remplaçant, Collège des Tilleuls' }).click()
      await expect.poll(() => detach.count()).toBe(0)
    })

    test('A group is made by hand, takes a person, loses them and is deleted', async () => {
      const name = `Club théâtre ${Date.now()}`
      await part('Groupes')
      await page.getByRole('link', { name: '3e B' }).first().waitFor()
      await page.getByLabel('Nom du groupe').fill(name)
      await page.getByRole('button', { name: 'Créer un groupe' }).click()
      await page.getByRole('link', { name }).click()
      await page.getByRole('heading', { name }).waitFor()
      await page.getByLabel('Identifiant de la personne').fill('lea.garnier')
      await page.getByRole('button', { name: 'Ajouter une personne' }).click()
      await page.getByRole('button', { name: 'Ôter Léa Garnier du groupe' }).click()
      await page.getByText('Personne dans ce groupe.').waitFor()
      await page.getByRole('button', { name: 'Supprimer le groupe' }).click()
      await page.getByLabel('Nom du groupe').waitFor()
      await expect.poll(() => page.getByRole('link', { name }).count()).toBe(0)
    })

    test('The school says who finds whom when writing', async () => {
      await part('Qui trouve qui')
      const reach = page.getByLabel('Un élève trouve', { exact: true })
      await reach.selectOption('nobody')
      const saved = page.waitForResponse((answer) => answer.url().endsWith('/admin/communication') && answer.ok())
      await page.getByRole('button', { name: 'Enregistrer' }).click()
      await saved
      await page.reload()
      await expect.poll(() => reach.inputValue()).toBe('nobody')
    })

    test('A task is delegated and withdrawn; the log of the school tells it', async () => {
      await part('Délégations')
      await page.getByLabel('Identifiant de la personne').fill('karim.benali')
      await page.getByRole('button', { name: 'Déléguer une tâche' }).click()
      await page.getByRole('button', { name: /Retirer .* à Karim Benali/ }).click()
      await expect.poll(() => page.getByRole('button', { name: /Retirer .* à Karim Benali/ }).count()).toBe(0)
      await part('Journal')
      await page
        .getByRole('cell', { name: /Délégation retirée/ })
        .first()
        .waitFor()
    })
  },
)
