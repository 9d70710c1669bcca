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

    test('A folder goes with what is within it, after that was said, and all of it comes back', async () => {
      await choose('Sorties', 'Supprimer le dossier')
      const question = page.getByRole('alertdialog', { name: 'Supprimer « Sorties » ?' })
      await question.getByText('Son sous-dossier (Musée) sera supprimé avec lui.').waitFor()
      await question.getByRole('button', { name: 'Supprimer le dossier' }).click()
      await expect.poll(() => folder('Sorties').count()).toBe(0)
      expect(await folder('Musée').count()).toBe(0)
      await page.locator('li', { hasText: 'Dossier Sorties supprimé' }).getByRole('button', { name: 'Annuler' }).click()
      await folder('Musée').waitFor()
      for (const name of ['Voyages', 'Rome', 'Forum']) {
        if (name === 'Voyages') await page.getByRole('button', { name: 'Nouveau dossier' }).click()
        else await choose(name === 'Rome' ? 'Voyages' : 'Rome', 'Nouveau sous-dossier')
        await field().fill(name)
        await saved()
        await folder(name).waitFor()
      }
      const answered = page.waitForResponse(
        (response) => response.request().postData()?.includes('onDestroyRemoveEmails') ?? false,
      )
      await choose('Voyages', 'Supprimer le dossier')
      await page.getByRole('alertdialog').getByText('Ses 2 sous-dossiers (Forum, Rome) seront supprimés').waitFor()
      await page.getByRole('alertdialog').getByRole('button', { name: 'Supprimer le dossier' }).click()
      expect(await (await answered).text()).not.toContain('mailboxHasChild')
      await page.reload()
      await folder('Musée').waitFor()
      await expect.poll(() => folder('Voyages').count()).toBe(0)
    })

    test('What is folded stays so, and a folder is marked as read from its menu', async () => {
      await page.getByRole('button', { name: 'Réduire Sorties' }).click()
      await page.reload()
      await page.getByRole('button', { name: 'Développer Sorties' }).click()
      await folder('Musée').waitFor()
      const inbox = page.getByRole('navigation').getByRole('link', { name: /^Boîte de réception/ })
      await inbox.getByText(/non lu/).waitFor()
      await inbox.click({ button: 'right' })
      await page.getByRole('menuitem', { name: 'Tout marquer comme lu' }).click()
      await expect.poll(() => inbox.getByText(/non lu/).count(), { timeout: 30_000 }).toBe(0)
      await page
        .locator('li', { hasText: /messages? traités?/ })
        .getByRole('button', { name: 'Annuler' })
        .click()
      await inbox.getByText(/non lu/).waitFor({ timeout: 30_000 })
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

    test('Messages are moved into a folder that is made for them', async () => {
      await page
        .getByRole('navigation')
        .getByRole('link', { name: /^Boîte de réception/ })
        .click()
      await rows(page).nth(0).getByRole('checkbox').check({ force: true })
      await page.getByRole('button', { name: 'Déplacer' }).first().click()
      await page.getByRole('combobox', { name: 'Chercher un dossier' }).fill('Classe 2nde 3')
      await page.getByRole('option', { name: 'Créer le dossier « Classe 2nde 3 »', selected: true }).waitFor()
      await page.keyboard.press('Enter')
      await page
        .getByRole('navigation')
        .getByRole('link', { name: /^Classe 2nde 3/ })
        .click()
      await expect.poll(() => rows(page).count()).toBe(1)
      await page
        .getByRole('navigation')
        .getByRole('link', { name: /^Boîte de réception/ })
        .click()
      await page.getByRole('region', { name: 'Boîte de réception', exact: true }).locator('#list').waitFor()
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
