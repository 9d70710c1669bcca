/** Folders in the web app: made, renamed, nested, deleted with what they hold; names that are taken; the keyboard. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type JourneyServer, launchBrowser, missing, rows, signIn, startServer, visit } from './rig.ts'

describe.skipIf(missing !== undefined)(
  `Folders of the web app${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 180_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    let page: Page
    let errors: readonly string[]
    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
      const seen = await visit(browser, server)
      ;({ page, errors } = seen)
      await signIn(page, 'marc.lefevre', server.password)
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    const folder = (name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true })
    const field = () => page.getByRole('textbox', { name: 'Nom du dossier' })
    const choose = async (name: string, entry: string) => {
      await folder(name).click({ button: 'right' })
      await page.getByRole('menuitem', { name: entry }).click()
    }
    const saved = async () => {
      await page.getByRole('button', { name: 'Enregistrer' }).click()
      await field().waitFor({ state: 'detached' })
    }

    test('A folder is made, renamed, and the name of a sibling is refused before it is sent', async () => {
      for (const name of ['Projets', 'Sorties']) {
        await page.getByRole('button', { name: 'Nouveau dossier' }).click()
        await field().fill(name)
        await saved()
        await folder(name).waitFor()
      }
      await choose('Projets', 'Renommer')
      await field().fill('Sorties')
      await page.getByText('Un dossier porte déjà ce nom ici.').waitFor()
      expect(await page.getByRole('button', { name: 'Enregistrer' }).isEnabled()).toBe(false)
      await field().fill('Projets d’école')
      await saved()
      await folder('Projets d’école').waitFor()
      expect(await folder('Projets').count()).toBe(0)
    })

    test('The menu opens from the keyboard, makes a subfolder, and gives the focus back', async () => {
      await folder('Sorties').focus()
      await page.keyboard.press('Shift+F10')
      await page.getByRole('menuitem', { name: 'Nouveau sous-dossier' }).waitFor()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await field().waitFor()
      await page.keyboard.type('Musée')
      await page.keyboard.press('Enter')
      await folder('Musée').waitFor()
      await page.getByRole('button', { name: 'Réduire Sorties' }).click()
      expect(await folder('Musée').count()).toBe(0)
      await page.getByRole('button', { name: 'Développer Sorties' }).click()
      await folder('Musée').waitFor()
    })

    test('A folder with subfolders is not deleted, and it is said why', async () => {
      await choose('Sorties', 'Supprimer le dossier')
      await page
        .getByText(/contient un sous-dossier \(Musée\)/)
        .first()
        .waitFor()
      await folder('Sorties').waitFor()
    })

    test('Deleting a folder says how many messages end with it, can be undone, and holds after a reload', async () => {
      await rows(page).nth(0).getByRole('checkbox').check({ force: true })
      await page.getByRole('button', { name: 'Déplacer' }).first().click()
      await page.getByRole('combobox', { name: 'Chercher un dossier' }).fill('musée')
      await page.keyboard.press('Enter')
      await folder('Musée').click()
      await expect.poll(() => rows(page).count()).toBe(1)
      await choose('Musée', 'Supprimer le dossier')
      const question = page.getByRole('alertdialog', { name: 'Supprimer « Musée » ?' })
      await question.getByText(/contient \d+ messages?/).waitFor()
      await question.getByRole('button', { name: 'Annuler' }).click()
      await choose('Musée', 'Supprimer le dossier')
      await question.getByRole('radio', { name: /^Effacer les messages/ }).check()
      await question.getByRole('button', { name: 'Supprimer le dossier' }).click()
      await expect.poll(() => folder('Musée').count()).toBe(0)
      await page.getByRole('heading', { name: 'Boîte de réception' }).waitFor()
      await page.locator('li', { hasText: 'Dossier Musée supprimé' }).getByRole('button', { name: 'Annuler' }).click()
      await folder('Musée').waitFor()

      await choose('Musée', 'Supprimer le dossier')
      const answered = page.waitForResponse(
        (response) => response.request().postData()?.includes('onDestroyRemoveEmails') ?? false,
      )
      await question.getByRole('radio', { name: /^Effacer les messages/ }).check()
      await question.getByRole('button', { name: 'Supprimer le dossier' }).click()
      expect(await (await answered).text()).toContain('"destroyed":["')
      await page.reload()
      await folder('Sorties').waitFor()
      // The first paint is what was stored; the server's word follows.
      await expect.poll(() => folder('Musée').count()).toBe(0)
      expect(errors).toEqual([])
    })

    test('On the narrowest phone the menu is in sight, and no dialog, field or card is wider than the screen', async () => {
      const seen = await visit(browser, server, {
        viewport: { width: 320, height: 640 },
        hasTouch: true,
        isMobile: true,
      })
      const phone = seen.page
      const edge = async (found: ReturnType<Page['locator']>) => {
        const box = await found.boundingBox()
        return box === null ? Number.NaN : box.x + box.width
      }
      await signIn(phone, 'anne.martin', server.password)
      await phone.getByRole('button', { name: /^Boîtes/ }).tap()
      await phone
        .getByRole('button', { name: /^Actions sur/ })
        .last()
        .tap()
      await phone.getByRole('menuitem', { name: 'Renommer' }).tap()
      expect(await edge(phone.getByRole('dialog', { name: 'Renommer' }))).toBeLessThanOrEqual(320)
      await phone.keyboard.press('Escape')
      await phone.goto('/settings')
      const form = phone.locator('form', { has: phone.locator('textarea') }).first()
      await form.waitFor()
      expect(await edge(form)).toBeLessThanOrEqual(320)
      expect(await edge(form.locator('textarea'))).toBeLessThan(await edge(form))
      expect(seen.errors).toEqual([])
      await seen.context.close()
    })
  },
)
