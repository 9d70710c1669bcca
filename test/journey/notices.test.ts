/** Official notices, notifications and documents asked for: a head of school on a desk, a parent on a phone. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import { giveCredentials, type JourneyServer, launchBrowser, missing, startServer, visit } from './rig.ts'
import { addApplication, signInStrongly } from './second-proof.ts'

/** Pictures of the screens for whoever wants to look at them. */
const pictures = process.env.JOURNEY_PICTURES

describe.skipIf(missing !== undefined)(
  `Official notices${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 180_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    let head: Page
    let parent: Page
    const errors: string[] = []
    const folder = mkdtempSync(join(tmpdir(), 'convergence-documents-'))

    const look = async (page: Page, name: string) => {
      expect([name, await findings(page)]).toEqual([name, []])
      expect([name, await overflow(page)]).toEqual([name, 0])
      if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: false })
    }

    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
      const first = await visit(browser, server)
      await first.page.goto('/login?then=%2Fadmin')
      await giveCredentials(first.page, 'sophie.durand', server.password)
      await first.page.getByRole('heading', { name: 'Protégez d’abord ce compte' }).waitFor()
      const secret = await addApplication(first.page)
      await first.context.close()
      const desk = await visit(browser, server)
      head = desk.page
      head.on('pageerror', (error) => errors.push(String(error)))
      await head.goto('/login?then=%2Fnotices%2Fwrite')
      await signInStrongly(head, 'sophie.durand', server.password, secret)
      await head.getByRole('heading', { name: 'Rédiger une information officielle', level: 1 }).waitFor()
      const phone = await visit(browser, server, { viewport: { width: 390, height: 800 } })
      parent = phone.page
      parent.on('pageerror', (error) => errors.push(String(error)))
      await parent.goto('/login?then=%2Fportal')
      await giveCredentials(parent, 'nathalie.garnier', server.password)
      await parent.getByRole('button', { name: /Collège des Tilleuls/ }).click()
      await parent.getByRole('heading', { name: /^Bonjour/, level: 1 }).waitFor()
    })
    afterAll(async () => {
      rmSync(folder, { recursive: true, force: true })
      await browser?.close()
      await server?.close()
      expect(errors).toEqual([])
    })

    test('a head writes to the parents of a class, sees how many they are, and publishes', async () => {
      await head.getByText('Sortie au musée du Temps').waitFor()
      await look(head, 'write-list')
      await head.getByRole('button', { name: 'Nouvelle information' }).click()
      await head.getByLabel('Titre', { exact: true }).fill('Fermeture du gymnase')
      await head
        .getByRole('textbox', { name: 'Texte', exact: true })
        .fill('Le gymnase est **fermé** jusqu’à vendredi.\n\n- pas de sport\n- étude')
      await head.getByLabel('Urgente : passe les heures calmes').check()
      await head.getByLabel('Demander une confirmation de lecture').check()
      await head.getByRole('button', { name: 'Aperçu' }).click()
      await head.getByRole('region', { name: 'Aperçu' }).locator('strong', { hasText: 'fermé' }).waitFor()
      const rule = head.getByRole('group', { name: 'Destinataires, règle 1' })
      await rule.getByLabel('Parent', { exact: true }).check()
      await rule.getByLabel('3e B', { exact: true }).check()
      await head.getByText('Les parents de la classe 3e B de l’établissement').waitFor()
      await head.getByText('1 personne', { exact: true }).waitFor()
      await look(head, 'write-editor')
      await head.getByRole('button', { name: 'Publier maintenant' }).click()
      const dialog = head.getByRole('alertdialog')
      await dialog.getByText('1 personne').waitFor()
      await dialog.getByRole('button', { name: 'Publier maintenant' }).click()
      await head.getByText('0 ont confirmé et 0 ont lu, sur 1').first().waitFor()
      await head.getByRole('status').filter({ hasText: 'Publiée' }).waitFor()
      await look(head, 'write-report')
    })

    test('a parent finds it first in the home, reads it on a phone and confirms', async () => {
      await parent.goto('/portal')
      const section = parent.getByRole('region', { name: 'Informations officielles' })
      await section.getByRole('link', { name: 'Fermeture du gymnase' }).waitFor()
      await look(parent, 'home-phone')
      await section.getByRole('link', { name: 'Fermeture du gymnase' }).click()
      const notice = parent.getByRole('article', { name: 'Fermeture du gymnase' })
      await notice.locator('strong', { hasText: 'fermé' }).waitFor()
      await look(parent, 'read-phone')
      await notice.getByRole('button', { name: 'J’ai lu et je le confirme' }).focus()
      await parent.keyboard.press('Enter')
      await notice.getByText('Lecture confirmée').waitFor()
      // The reader's page says so before the server has been told.
      await expect
        .poll(async () => {
          await head.getByRole('button', { name: 'Actualiser' }).click()
          return head.getByText('1 ont confirmé et 1 ont lu, sur 1').count()
        })
        .toBeGreaterThan(0)
    })

    test('the same message is in the mailbox, once', async () => {
      await parent.goto('/mail/inbox')
      await parent.getByText('Urgent : Fermeture du gymnase').first().waitFor()
      expect(await parent.getByText('Urgent : Fermeture du gymnase').count()).toBe(1)
    })

    test('a correction reaches the reader while the page is open, with its reason', async () => {
      await parent.goto('/notices')
      await parent.getByRole('heading', { name: 'Fermeture du gymnase' }).waitFor()
      await head.getByLabel('Titre', { exact: true }).fill('Fermeture du gymnase et du stade')
      await head.getByLabel('Raison, lue par les destinataires').fill('Le stade ferme aussi.')
      await head.getByRole('button', { name: 'Publier la correction' }).click()
      await parent.getByRole('heading', { name: 'Fermeture du gymnase et du stade' }).waitFor()
      await parent.getByText('Corrigée : Le stade ferme aussi.').waitFor()
    })

    test('notifications are read, set and tried', async () => {
      await parent.goto('/notifications')
      await parent.getByRole('link', { name: /^Corrigé : Fermeture/ }).waitFor()
      await parent.getByLabel('Services : Messagerie').selectOption({ label: 'Non' })
      await parent.getByLabel('Vacances scolaires (zone A)').check()
      await parent.getByRole('button', { name: 'Enregistrer', exact: true }).click()
      await parent.getByText('Vos choix sont enregistrés').first().waitFor()
      await parent.reload()
      await parent.getByLabel('Services : Messagerie').waitFor()
      await expect.poll(() => parent.getByLabel('Services : Messagerie').inputValue()).toBe('no')
      await parent.getByRole('button', { name: 'Envoyer une notification d’essai' }).click()
      await parent.getByRole('link', { name: 'Notification d’essai' }).waitFor()
      await look(parent, 'notifications-phone')
    })

    test('a document is handed in with a receipt, replaced, and taken by the head as one file', async () => {
      await parent.goto('/requests')
      const asked = parent.getByRole('article', { name: 'Fiche d’urgence et attestation d’assurance' })
      await asked.waitFor()
      const disguised = join(folder, 'page.pdf')
      writeFileSync(disguised, '<!doctype html><script>1</script>')
      const good = join(folder, 'fiche.pdf')
      writeFileSync(good, '%PDF-1.4\nexemple\n%%EOF\n')
      await asked.locator('input[type=file]').setInputFiles(disguised)
      await asked.getByRole('button', { name: 'Remettre', exact: true }).click()
      await parent.getByText('DOC-01').first().waitFor()
      await asked.getByRole('button', { name: 'Retirer page.pdf' }).click()
      await asked.locator('input[type=file]').setInputFiles(good)
      await asked.getByRole('button', { name: 'Remettre', exact: true }).click()
      await asked.getByText(/^Reçu n° [0-9A-F]{4}-/).waitFor()
      await look(parent, 'requests-phone')
      const before = await asked.getByText(/^Reçu n°/).textContent()
      await asked.getByRole('button', { name: 'Remplacer', exact: true }).click()
      await asked.locator('input[type=file]').setInputFiles(good)
      await asked.getByRole('button', { name: 'Remplacer ce que j’ai remis' }).click()
      await expect.poll(() => asked.getByText(/^Reçu n°/).textContent()).not.toBe(before)

      await head.goto('/requests/ask')
      await head.getByRole('button', { name: /^Ouvrir : Fiche d’urgence/ }).click()
      await head.getByText(/^1 ont répondu/).waitFor()
      await look(head, 'ask-follow')
      const [download] = await Promise.all([
        head.waitForEvent('download'),
        head.getByRole('link', { name: 'Tout télécharger (zip)' }).click(),
      ])
      const bytes = readFileSync(await download.path())
      expect(bytes.subarray(0, 2).toString()).toBe('PK')
      expect(bytes.toString('latin1')).toContain('Nathalie Garnier (nathalie.garnier) - fiche')
      await head.getByRole('button', { name: 'Rappeler aux autres' }).click()
      await head.getByText('Rappel en cours d’envoi').first().waitFor()
      await head.getByRole('button', { name: 'Retour à la liste' }).click()
      await head.getByRole('button', { name: 'Nouvelle demande' }).click()
      await head.getByLabel('Document demandé', { exact: true }).waitFor()
      await look(head, 'ask-editor')
    })

    test('in English, in the dark and by keyboard only, a notice is written and published', async () => {
      const { page, context } = await visit(browser, server, { locale: 'en-GB', colorScheme: 'dark' })
      page.on('pageerror', (error) => errors.push(String(error)))
      await context.addCookies(await head.context().cookies())
      await page.goto('/notices/write')
      await page.getByRole('heading', { name: 'Write an official notice', level: 1 }).waitFor()
      const press = async (name: string, within: Pick<Page, 'getByRole'> = page, key = 'Enter') => {
        const button = within.getByRole('button', { name, exact: true })
        await button.focus()
        await page.keyboard.press(key)
      }
      const type = async (label: string, text: string) => {
        await page.getByLabel(label, { exact: true }).focus()
        await page.keyboard.type(text)
      }
      const tick = async (label: string | RegExp, within: Pick<Page, 'getByRole'> = page) => {
        await within.getByRole('checkbox', { name: label }).focus()
        await page.keyboard.press('Space')
      }
      await look(page, 'write-list-dark-en')
      await press('New notice')
      await type('Title (French)', 'Cross-country')
      await type('Text (French)', 'The run is on **Friday**.')
      await type('Title in English (optional)', 'The cross-country run')
      await type('Text in English (optional)', 'The run is on **Friday**.')
      await tick('Ask for an acknowledgement')
      await press('Preview')
      await page.getByRole('region', { name: 'Preview' }).locator('strong', { hasText: 'Friday' }).first().waitFor()
      const rule = page.getByRole('group', { name: 'Recipients, rule 1' })
      await tick('Parent', rule)
      await tick('3e B', rule)
      await page.getByText('1 person', { exact: true }).waitFor()
      await look(page, 'write-editor-dark-en')
      await press('Publish now')
      await press('Publish now', page.getByRole('alertdialog'))
      await page.getByText('0 have confirmed and 0 have read, of 1').first().waitFor()
      await look(page, 'write-report-dark-en')
      await parent.goto('/notices')
      await parent.getByRole('heading', { name: 'Cross-country' }).waitFor()
      await context.close()
    })

    test('whoever may not write is told so, and sees nothing of the authors’ pages', async () => {
      await parent.goto('/notices/write')
      await parent.getByText('ne vous a pas confié').waitFor()
      expect(await parent.getByText('Conseils de classe').count()).toBe(0)
      expect(await parent.getByRole('link', { name: 'Rédiger' }).count()).toBe(0)
    })
  },
)
