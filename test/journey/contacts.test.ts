/** Contacts: made, found, grouped, imported, taken out, on a desk and on a phone; and read without a network. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import { type JourneyServer, launchBrowser, missing, signIn, startServer, visit } from './rig.ts'

/** Pictures of the screens for whoever wants to look at them. */
const pictures = process.env.JOURNEY_PICTURES

describe.skipIf(missing !== undefined)(
  `Contacts${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 180_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    let page: Page
    const errors: string[] = []
    const folder = mkdtempSync(join(tmpdir(), 'convergence-contacts-'))

    const look = async (name: string) => {
      // A notice that fades in has no colour of its own yet.
      await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {}))))
      expect([name, await findings(page)]).toEqual([name, []])
      expect([name, await overflow(page)]).toEqual([name, 0])
      if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`) })
    }
    const list = () => page.getByRole('list', { name: 'Liste des contacts' })

    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
      ;({ page } = await visit(browser, server))
      page.on('pageerror', (error) => errors.push(String(error)))
      await signIn(page, 'anne.martin', server.password)
      await page.goto('/contacts')
      await page.getByText('Aucun contact pour l’instant.').waitFor()
    })
    afterAll(async () => {
      rmSync(folder, { recursive: true, force: true })
      await browser?.close()
      await server?.close()
      expect(errors).toEqual([])
    })

    /** Takes back what the latest notice of these words tells of. */
    const undo = (told: RegExp) =>
      page.getByRole('listitem').filter({ hasText: told }).last().getByRole('button', { name: 'Annuler' }).click()

    test('a contact is made with the keyboard, changed, and deleted with a way back', async () => {
      await look('contacts-empty')
      await page.getByRole('button', { name: 'Nouveau contact' }).press('Enter')
      const form = page.getByRole('dialog', { name: 'Nouveau contact' })
      await form.getByRole('button', { name: 'Enregistrer' }).click()
      await form.getByText('Indiquez au moins un nom').waitFor()
      await form.getByLabel('Prénom').fill('Zoé')
      await form.getByLabel('Nom', { exact: true }).fill('Écuyer')
      await form.getByLabel('Adresse électronique').first().fill('zoe@ecole.test')
      await form.getByLabel('Téléphone').first().fill('06 12 34 56 78')
      await form.getByLabel('Remarque').fill('Déléguée')
      await look('contacts-form')
      await form.getByRole('button', { name: 'Enregistrer' }).click()
      await page.getByRole('heading', { name: 'Zoé Écuyer', level: 2 }).waitFor()
      await page.getByRole('button', { name: 'Modifier', exact: true }).click()
      const edit = page.getByRole('dialog', { name: 'Modifier « Zoé Écuyer »' })
      await edit.getByLabel('Organisme ou établissement').fill('Collège des Tilleuls')
      await edit.getByRole('button', { name: 'Enregistrer' }).click()
      await page.getByRole('article').getByText('Collège des Tilleuls').waitFor()
      await look('contacts-card')
      await undo(/enregistré/)
      await page.getByRole('article').getByText('Collège des Tilleuls').waitFor({ state: 'detached' })
      await page.getByRole('button', { name: 'Supprimer', exact: true }).click()
      await page.getByText('Aucun contact pour l’instant.').waitFor()
      await undo(/supprimé/)
      await list()
        .getByRole('button', { name: /Zoé Écuyer/ })
        .click()
      await page.getByRole('link', { name: 'Écrire à zoe@ecole.test' }).waitFor()
    })

    test('a file is imported, searched without accents, grouped, and taken out again', async () => {
      const file = join(folder, 'import.csv')
      const people = Array.from({ length: 30 }, (_, n) => `Prénom${n},Élève${n},eleve${n}@ecole.test`)
      writeFileSync(file, `First Name,Last Name,E-mail 1 - Value\n${people.join('\n')}\n`)
      await page.locator('input[type=file][accept*=vcf]').setInputFiles(file)
      await page.getByText('31 contacts', { exact: true }).waitFor()
      await undo(/30 contacts importés/)
      await page.getByText('1 contact', { exact: true }).waitFor()
      await page.locator('input[type=file][accept*=vcf]').setInputFiles(file)
      await page.getByText('31 contacts', { exact: true }).waitFor()
      await page.getByLabel('Rechercher un contact').fill('eleve12')
      await page.getByText('1 contact', { exact: true }).waitFor()
      await page.getByLabel('Rechercher un contact').fill('')
      await page.getByRole('button', { name: 'Autres actions' }).click()
      await page.getByRole('menuitem', { name: 'Nouveau groupe' }).click()
      const form = page.getByRole('dialog', { name: 'Nouveau groupe' })
      await form.getByLabel('Nom du groupe').fill('Délégués')
      await form.getByLabel('Chercher qui ajouter').fill('zoe')
      await form.getByRole('button', { name: 'Zoé Écuyer' }).click()
      await form.getByRole('button', { name: 'Enregistrer' }).click()
      await page.getByRole('heading', { name: 'Délégués', level: 2 }).waitFor()
      await look('contacts-group')
      await page.getByRole('button', { name: 'Autres actions' }).click()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: 'Exporter en vCard (.vcf)' }).click(),
      ])
      const text = readFileSync(await download.path(), 'utf8')
      expect(text.match(/BEGIN:VCARD/g)).toHaveLength(32)
      expect(text).toContain('X-ADDRESSBOOKSERVER-MEMBER')
    })

    test('on a phone one thing is shown at a time, and without a network contacts are still read', async () => {
      await page.setViewportSize({ width: 320, height: 700 })
      await page.goto('/contacts')
      await list()
        .getByRole('button', { name: /Délégués/ })
        .waitFor()
      await look('contacts-phone')
      await page.emulateMedia({ colorScheme: 'dark' })
      await list()
        .getByRole('button', { name: /Zoé Écuyer/ })
        .click()
      await page.getByRole('button', { name: 'Retour à la liste' }).waitFor()
      await look('contacts-phone-card-dark')
      await page.getByRole('button', { name: 'Modifier', exact: true }).click()
      await page.getByRole('dialog', { name: 'Modifier « Zoé Écuyer »' }).waitFor()
      await look('contacts-phone-form-dark')
      await page.keyboard.press('Escape')
      await page.context().setOffline(true)
      await page.getByRole('button', { name: 'Retour à la liste' }).click()
      await list()
        .getByRole('button', { name: /Prénom12 Élève12/ })
        .click()
      await page.getByRole('heading', { name: 'Prénom12 Élève12' }).waitFor()
      await page.context().setOffline(false)
    })
  },
)
