/** Rules among people and tabs: begun from a message, with labels by name, changed in two tabs, left half-written. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import { deliver, type JourneyServer, launchBrowser, missing, rows, signIn, startServer, visit } from './rig.ts'

describe.skipIf(missing !== undefined)(
  `Rules${missing === undefined ? '' : ` (skipped: ${missing})`}`,
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

    const letter = (subject: string) =>
      `From: Éditions du Doubs <lettre@editions.example>\r\nTo: anne.martin@ac-demo.test\r\nSubject: ${subject}\r\n\r\nBonjour`
    const row = (page: Page, text: string | RegExp) =>
      page.getByRole('main').getByRole('listitem').filter({ hasText: text })
    const act = async (page: Page, name: RegExp, entry: string) => {
      await page.getByRole('button', { name }).click()
      await page.getByRole('menuitem', { name: entry }).click()
    }

    test('A rule begun from a message gives a new label, is applied to what is there, and undone after its dialog', async () => {
      const { page, errors } = await visit(browser, server, { bypassCSP: true })
      await deliver(server.ports.lmtp, 'anne.martin@ac-demo.test', [letter('Catalogue de novembre')])
      await signIn(page, 'anne.martin', server.password)
      await rows(page).filter({ hasText: 'Catalogue de novembre' }).click()
      await page.getByRole('article').getByRole('button', { name: 'Autres actions' }).last().click()
      await page.getByRole('menuitem', { name: 'Créer une règle de tri' }).click()
      const form = page.getByRole('dialog', { name: 'Nouvelle règle' })
      await expect
        .poll(() => form.getByLabel('Mots ou adresses, un par ligne').inputValue())
        .toBe('lettre@editions.example')
      await form.getByLabel('Action', { exact: true }).selectOption({ label: 'Donner l’étiquette' })
      await form.getByLabel('Étiquette', { exact: true }).selectOption({ label: 'Nouvelle étiquette…' })
      await form.getByLabel('Nom de l’étiquette').fill('Lettres d’éditeurs')
      await form.getByLabel('Nom de l’étiquette').press('Enter')
      await expect
        .poll(() =>
          form
            .getByLabel('Étiquette', { exact: true })
            .evaluate((list: HTMLSelectElement) => list.selectedOptions[0]?.text),
        )
        .toBe('Lettres d’éditeurs')
      await form.getByLabel('L’appliquer ensuite aux messages déjà reçus').check()
      expect(await findings(page)).toEqual([])
      await form.getByRole('button', { name: 'Enregistrer' }).click()
      const apply = page.getByRole('dialog', { name: 'Appliquer aux messages déjà reçus' })
      await apply.getByRole('button', { name: 'Appliquer', exact: true }).click()
      await apply.getByText(/0 rangés, 1 marqués/).waitFor()
      await page.keyboard.press('Escape')
      await row(page, 'lui donner l’étiquette Lettres d’éditeurs').waitFor()
      const told = page.locator('li', { hasText: 'La règle a changé 1 message.' })
      await told.getByRole('button', { name: 'Annuler' }).click()
      await page.getByText('Les messages sont revenus à leur place.').first().waitFor()
      await page.getByRole('link', { name: 'Messages étiquetés Lettres d’éditeurs' }).click()
      await page.getByText('Aucun message').first().waitFor()
      await deliver(server.ports.lmtp, 'anne.martin@ac-demo.test', [letter('Catalogue de décembre')])
      await rows(page).filter({ hasText: 'Catalogue de décembre' }).waitFor()
      expect(errors).toEqual([])
      await page.context().close()
    })

    test('What two tabs change is never put in the place of something else', async () => {
      const { page: one, context } = await visit(browser, server)
      await signIn(one, 'karim.benali', server.password)
      await one.goto('/rules')
      const add = async (name: string, words: string) => {
        await one.getByRole('button', { name: 'Nouvelle règle' }).click()
        const form = one.getByRole('dialog', { name: 'Nouvelle règle' })
        await form.getByLabel('Nom de la règle').fill(name)
        await form.getByLabel('Mots ou adresses, un par ligne').fill(words)
        await form.getByLabel('Action', { exact: true }).selectOption({ label: 'Marquer comme lu' })
        await form.getByRole('button', { name: 'Enregistrer' }).click()
        await row(one, words).waitFor()
      }
      await add('Première', 'un@ici.test')
      await add('Seconde', 'deux@ici.test')
      await add('Troisième', 'trois@ici.test')
      const two = await context.newPage()
      await two.goto('/rules')
      await two.getByRole('button', { name: 'Seconde', exact: true }).click()
      const form = two.getByRole('dialog', { name: 'Modifier la règle' })
      await form.getByLabel('Mots ou adresses, un par ligne').fill('deux@ailleurs.test')
      // Meanwhile the first one goes: what was second is first now.
      await act(one, /^Actions sur « Première »/, 'Supprimer')
      await expect.poll(() => row(one, 'un@ici.test').count()).toBe(0)
      await form.getByRole('button', { name: 'Enregistrer' }).click()
      await two
        .getByText(/modifiées ailleurs entre-temps/)
        .first()
        .waitFor()
      await form.getByRole('button', { name: 'Enregistrer' }).click()
      await row(two, 'deux@ailleurs.test').waitFor()
      await row(two, 'trois@ici.test').waitFor()
      expect(await row(two, /ici\.test|ailleurs\.test/).count()).toBe(2)
      // And the one that is open goes while it is being changed.
      await two.getByRole('button', { name: 'Seconde', exact: true }).click()
      await form.getByLabel('Mots ou adresses, un par ligne').fill('deux@enfin.test')
      await one.reload()
      await act(one, /^Actions sur « Seconde »/, 'Supprimer')
      await expect.poll(() => row(one, 'deux@').count()).toBe(0)
      await form.getByRole('button', { name: 'Enregistrer' }).click()
      await two
        .getByText(/modifiées ailleurs entre-temps/)
        .first()
        .waitFor()
      await form.getByRole('button', { name: 'Enregistrer' }).click()
      await two
        .getByText(/Enregistrer de nouveau l’ajoute à la fin/)
        .first()
        .waitFor()
      await two.getByRole('dialog').getByRole('button', { name: 'Enregistrer' }).click()
      await row(two, 'deux@enfin.test').waitFor()
      await row(two, 'trois@ici.test').waitFor()
      await context.close()
    })

    test('What is interrupted says so; applied again it goes on, and all of it is brought back together', async () => {
      const { page, context } = await visit(browser, server)
      const many = Array.from({ length: 70 }, (_, i) => letter(`Lot ${i}`).replaceAll('anne.martin', 'claire.petit'))
      await deliver(server.ports.lmtp, 'claire.petit@ac-demo.test', many)
      await signIn(page, 'claire.petit', server.password)
      await page.goto('/rules')
      await page.getByRole('button', { name: 'Nouvelle règle' }).click()
      const form = page.getByRole('dialog', { name: 'Nouvelle règle' })
      await form.getByLabel('Mots ou adresses, un par ligne').fill('lettre@editions.example')
      await form.getByLabel('Dossier').selectOption({ label: 'Archives' })
      await form.getByLabel('L’appliquer ensuite aux messages déjà reçus').check()
      await form.getByRole('button', { name: 'Enregistrer' }).click()
      const apply = page.getByRole('dialog', { name: 'Appliquer aux messages déjà reçus' })
      // The network goes after the first slice.
      let isCut = true
      await page.route('**/jmap/**', (route) => {
        const asked = route.request().postData() ?? ''
        return isCut && /applySieve/.test(asked) && !/"after":0\b/.test(asked) ? route.abort() : route.continue()
      })
      await apply.getByRole('button', { name: 'Appliquer', exact: true }).click()
      await apply.getByText(/Interrompu/).waitFor()
      await apply.getByText(/^50 messages regardés/).waitFor()
      isCut = false
      await apply.getByRole('button', { name: 'Appliquer', exact: true }).click()
      await expect.poll(() => apply.getByText(/Interrompu/).count()).toBe(0)
      await apply.getByText(/messages regardés/).waitFor()
      const archived = page.locator('nav a', { hasText: 'Archives' })
      await archived.getByText('70 non lus').waitFor()
      await apply.getByRole('button', { name: 'Tout remettre comme avant' }).click()
      await apply.getByText('Les messages sont revenus à leur place.').waitFor()
      await expect.poll(() => archived.getByText(/non lu/).count()).toBe(0)
      await context.close()
    })

    test('A rule half-written is not lost by Escape or a press beside it; on a small phone all of it fits', async () => {
      const { page, context } = await visit(browser, server, { viewport: { width: 320, height: 640 }, bypassCSP: true })
      await signIn(page, 'karim.benali', server.password)
      await page.goto('/rules')
      await page.getByRole('button', { name: 'Nouvelle règle' }).click()
      const form = page.getByRole('dialog', { name: 'Nouvelle règle' })
      await form.getByLabel('Nom de la règle').waitFor()
      await page.keyboard.press('Escape')
      await form.waitFor({ state: 'detached' })
      await page.getByRole('button', { name: 'Nouvelle règle' }).click()
      await form.getByLabel('Nom de la règle').fill('Longue')
      await form.getByLabel('Action', { exact: true }).selectOption({ label: 'Donner l’étiquette' })
      await form.getByLabel('Étiquette', { exact: true }).selectOption({ label: 'Nouvelle étiquette…' })
      expect(await overflow(page)).toBe(0)
      expect(await findings(page)).toEqual([])
      await page.keyboard.press('Escape')
      const question = page.getByRole('alertdialog', { name: 'Abandonner cette règle ?' })
      await question.getByRole('button', { name: 'Annuler' }).click()
      await expect.poll(() => form.getByLabel('Nom de la règle').inputValue()).toBe('Longue')
      await page.keyboard.press('Escape')
      await question.getByRole('button', { name: 'Abandonner' }).click()
      await form.waitFor({ state: 'detached' })
      await context.close()
    })
  },
)
