/** The vacation response, from the settings page to the answer that a colleague reads. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings } from './axe.ts'
import { type JourneyServer, launchBrowser, missing, signIn, startServer, visit } from './rig.ts'

describe.skipIf(missing !== undefined)(
  `Vacation response${missing === undefined ? '' : ` (skipped: ${missing})`}`,
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
      const { page } = await visit(browser, server, { reducedMotion: 'reduce', bypassCSP: true })
      await signIn(page, login, server.password)
      return page
    }

    test('It is set in the settings, kept, and answers the colleague who writes', async () => {
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
      await expect.poll(() => save.isDisabled()).toBe(true)
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
