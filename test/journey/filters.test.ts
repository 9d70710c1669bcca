/** Rules of sorting and the vacation response, from their screens to what happens to a message. */
import { createTransport } from 'nodemailer'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import { type JourneyServer, launchBrowser, missing, signIn, startServer, visit } from './rig.ts'

describe.skipIf(missing !== undefined)(
  `Filters${missing === undefined ? '' : ` (skipped: ${missing})`}`,
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

    const as = async (login: string): Promise<Page> => {
      const { page } = await visit(browser, server, { bypassCSP: true })
      await signIn(page, login, server.password)
      return page
    }

    const deliver = async (subject: string): Promise<void> => {
      const transport = createTransport({ host: 'localhost', port: server.ports.lmtp, lmtp: true, ignoreTLS: true })
      await transport.sendMail({
        from: 'musee@ailleurs.test',
        to: 'anne.martin@ac-demo.test',
        subject,
        text: 'Bonjour',
        envelope: { from: 'musee@ailleurs.test', to: 'anne.martin@ac-demo.test' },
      })
      transport.close()
    }

    const sidebar = (page: Page, name: string) => page.getByRole('navigation').getByRole('link', { name })

    test('A rule is made by keyboard, files what arrives, and is applied to what is there and undone', async () => {
      const page = await as('anne.martin')
      await page.goto('/settings')
      await page.getByRole('link', { name: 'Ouvrir les règles de tri' }).press('Enter')
      await page.getByText('Aucune règle pour l’instant.').waitFor()
      await page.getByRole('button', { name: 'Nouvelle règle' }).press('Enter')
      const form = page.getByRole('dialog', { name: 'Nouvelle règle' })
      await form.getByLabel('Condition sur').selectOption({ label: 'Objet' })
      await form.getByRole('button', { name: 'Enregistrer' }).press('Enter')
      await form.getByRole('alert').getByText('Cette ligne est incomplète.').waitFor()
      await form.getByLabel('Mots ou adresses, un par ligne').fill('exposé')
      await form.getByLabel('Dossier').selectOption({ label: 'Sorties scolaires' })
      expect(await findings(page)).toEqual([])
      await form.getByRole('button', { name: 'Enregistrer' }).press('Enter')
      const row = page.getByRole('listitem').filter({ hasText: 'le ranger dans Sorties scolaires' })
      await row.getByText('Si l’objet contient « exposé »').first().waitFor()
      expect(await findings(page)).toEqual([])

      await deliver('Un exposé au musée')
      await row.getByRole('button', { name: /^Actions sur/ }).press('Enter')
      await page.getByRole('menuitem', { name: 'Appliquer aux messages déjà reçus' }).press('Enter')
      const dialog = page.getByRole('dialog', { name: 'Appliquer aux messages déjà reçus' })
      await dialog.getByRole('button', { name: 'Voir ce que cela ferait' }).press('Enter')
      await dialog.getByText(/^2 messages seraient rangés ailleurs, sur \d+ regardés\.$/).waitFor()
      await dialog.getByRole('button', { name: 'Appliquer', exact: true }).press('Enter')
      await dialog.getByText(/messages regardés\s: 2 rangés, 0 marqués/).waitFor()
      expect(await findings(page)).toEqual([])
      await dialog.getByRole('button', { name: 'Tout remettre comme avant' }).press('Enter')
      await dialog.getByText('Les messages sont revenus à leur place.').waitFor()
      await page.keyboard.press('Escape')
      await page.goto('/mail/inbox')
      await page.getByRole('row', { name: /Exposé sur Colette/ }).waitFor()
      await page.keyboard.press('Escape')
      await sidebar(page, 'Sorties scolaires').click()
      await page.getByRole('row', { name: /Un exposé au musée/ }).waitFor()
    })

    test('What another program wrote is kept, shown as it is, and can be edited with the place of each fault', async () => {
      const page = await as('anne.martin')
      await page.goto('/rules')
      await page.getByText('Modifier le texte').click()
      const source = page.getByLabel('Texte du script')
      const mine =
        'require "fileinto";\n# rule:[Exposés]\nif header :contains "subject" "exposé" { fileinto "Sorties scolaires"; }\n'
      const foreign = `${mine}\n# by hand\nif size :over 5M { keep; } elsif true { stop; }\n`
      await source.fill(`${mine}nothing;`)
      await page.getByRole('button', { name: 'Enregistrer le texte' }).click()
      await page
        .getByText(/Le script est refusé\s: line \d+, column 1: nothing is not a command/)
        .first()
        .waitFor()
      await source.fill(foreign)
      await page.getByRole('button', { name: 'Enregistrer le texte' }).click()
      const code = page.getByRole('listitem').filter({ hasText: 'Écrit à la main' })
      await code.getByText('elsif true').waitFor()
      const row = page.getByRole('listitem').filter({ hasText: 'le ranger dans Sorties scolaires' })
      await row.getByRole('button', { name: /^Actions sur/ }).click()
      await page.getByRole('menuitem', { name: 'Désactiver' }).click()
      await row.getByText('Désactivée').waitFor()
      await expect.poll(() => source.inputValue()).toContain('allof (false')
      const [before, after] = [foreign, await source.inputValue()]
      expect(after.slice(after.indexOf('# by hand'))).toBe(before.slice(before.indexOf('# by hand')))
      await row.getByRole('button', { name: /^Actions sur/ }).click()
      await page.getByRole('menuitem', { name: 'Descendre' }).click()
      await expect
        .poll(async () =>
          (await page.getByRole('main').getByRole('listitem').first().innerText()).includes('Écrit à la main'),
        )
        .toBe(true)
      await page.getByRole('button', { name: 'Annuler', exact: true }).last().click()
      await expect.poll(() => source.inputValue()).toBe(after)
    })

    test('On a narrow phone, in English and in the dark, everything fits', async () => {
      const { page } = await visit(browser, server, {
        bypassCSP: true,
        viewport: { width: 320, height: 640 },
        colorScheme: 'dark',
        locale: 'en-GB',
      })
      await signIn(page, 'anne.martin', server.password)
      await page.goto('/rules')
      await page.getByText('Edit the text').click()
      await page
        .getByLabel('Text of the script')
        .fill('require "fileinto"; if size :over 3M { fileinto "Sorties scolaires"; }')
      await page.getByRole('button', { name: 'Save the text' }).click()
      await page.getByText('file it in Sorties scolaires').first().waitFor()
      expect(await overflow(page)).toBe(0)
      expect(await findings(page)).toEqual([])
      await page.getByRole('button', { name: 'New rule' }).click()
      await page.getByRole('dialog').getByLabel('Condition on').waitFor()
      expect(await overflow(page)).toBe(0)
      expect(await findings(page)).toEqual([])
    })

    test('The vacation response is set in the settings, kept, and answers the colleague who writes', async () => {
      const anne = await as('anne.martin')
      await anne.goto('/settings')
      const section = anne.getByRole('region', { name: 'Réponse d’absence' })
      await section.getByLabel('Répondre pendant mon absence').check()
      const save = section.getByRole('button', { name: 'Enregistrer' })
      expect(await save.isDisabled()).toBe(true)
      await section.getByLabel('Premier jour').fill('2020-01-02')
      await section.getByLabel('Dernier jour').fill('2020-01-01')
      await section.getByLabel('Réponse', { exact: true }).fill('Je reviens lundi.')
      await section.getByText('Le dernier jour précède le premier.').waitFor()
      expect(await save.isDisabled()).toBe(true)
      await section.getByLabel('Dernier jour').fill('')
      await section.getByLabel('Objet de la réponse').fill('Absente cette semaine')
      expect(await findings(anne)).toEqual([])
      await save.click()
      await anne.getByText('Enregistré', { exact: true }).first().waitFor()
      expect(await save.isDisabled()).toBe(true)
      await anne.reload()
      await expect.poll(() => section.getByLabel('Premier jour').inputValue()).toBe('2020-01-02')
      expect(await section.getByLabel('Répondre pendant mon absence').isChecked()).toBe(true)

      const karim = await as('karim.benali')
      await karim.getByRole('button', { name: 'Nouveau message' }).first().click()
      await karim.getByRole('combobox', { name: 'À' }).fill('anne.martin@ac-demo.test')
      await karim.getByRole('combobox', { name: 'À' }).press('Enter')
      await karim.getByLabel('Objet').fill(`Question ${Date.now()}`)
      await karim.getByRole('textbox', { name: 'Corps du message' }).click()
      await karim.keyboard.type('Es-tu là ?')
      await karim.getByRole('button', { name: 'Envoyer', exact: true }).click()
      await karim.getByRole('row', { name: /Absente cette semaine/ }).waitFor({ timeout: 60_000 })
    })
  },
)
