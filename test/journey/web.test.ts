/** The web app in a real browser, against the real server: the main job, end to end. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type JourneyServer,
  launchBrowser,
  missing,
  rows,
  signInByForm,
  startServer,
  type Visit,
  visit,
} from './rig.ts'

describe.skipIf(missing !== undefined)(
  `The web app${missing === undefined ? '' : ` (skipped: ${missing})`}`,
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

    const as = async (login: string, options?: Parameters<typeof visit>[2], undoSeconds = 0): Promise<Visit> => {
      const seen = await visit(browser, server, options)
      // What is sent leaves at once; composing.test.ts is about the time to change one's mind.
      await seen.context.addInitScript(
        `if (window === top) localStorage.getItem('convergence.preferences') ?? localStorage.setItem('convergence.preferences', '{"undoSeconds":${undoSeconds}}')`,
      )
      await signInByForm(seen.page, login, server.password)
      return seen
    }
    const leave = async ({ context, errors }: Visit): Promise<void> => {
      expect(errors).toEqual([])
      await context.close()
    }
    const write = async (page: Page, to: string, subject: string, text: string): Promise<void> => {
      await page.getByRole('button', { name: 'Nouveau message' }).first().click()
      await page.getByRole('combobox', { name: 'À' }).fill(to)
      await page.getByRole('combobox', { name: 'À' }).press('Enter')
      await page.getByLabel('Objet').fill(subject)
      await page.getByRole('textbox', { name: 'Corps du message' }).click()
      await page.keyboard.type(text)
    }
    const send = (page: Page) => page.getByRole('button', { name: 'Envoyer', exact: true }).click()

    test('A wrong password is told with its code, and so is an unknown account, in the same words', async () => {
      const { page, context } = await visit(browser, server)
      await page.goto('/')
      const told: string[] = []
      for (const login of ['anne.martin', 'personne.inconnue']) {
        await page.getByLabel('Identifiant ou adresse').fill(` ${login} `)
        await page.getByLabel('Mot de passe', { exact: true }).fill('pas le bon')
        await expect.poll(() => page.getByText('Une espace s’était glissée').count()).toBe(1)
        await page.getByRole('button', { name: 'Se connecter' }).click()
        await page.getByRole('alert').waitFor()
        await expect.poll(() => page.getByRole('button', { name: 'Se connecter' }).isEnabled()).toBe(true)
        told.push((await page.getByRole('alert').textContent()) ?? '')
      }
      expect(told[0]).toContain('AUTH-01')
      expect(told[1]).toBe(told[0])
      await context.close()
    })

    test('The sign-in form works without script', async () => {
      const { page, context } = await visit(browser, server, { javaScriptEnabled: false })
      await page.goto('/')
      await page.getByLabel('Identifiant ou adresse académique').fill('anne.martin')
      await page.getByLabel('Mot de passe').fill(server.password)
      await Promise.all([
        page.waitForResponse((response) => response.request().method() === 'POST'),
        page.getByRole('button', { name: 'Se connecter' }).click(),
      ])
      const answer = await context.request.get('/auth/session')
      expect(await answer.json()).toMatchObject({ signedIn: true, login: 'anne.martin' })
      await context.close()
    })

    test('A conversation opens, and what was unread is read', async () => {
      const seen = await as('anne.martin')
      const { page } = seen
      const unread = page.getByRole('row').filter({ has: page.getByRole('img', { name: 'Non lu' }) })
      const subject = 'Restauration : menus de la semaine'
      const before = await unread.allInnerTexts()
      expect(before.filter((text) => text.includes(subject))).toHaveLength(1)
      await page.getByRole('row', { name: subject }).click()
      await page.getByRole('heading', { name: subject }).waitFor()
      await expect.poll(() => unread.filter({ hasText: subject }).count()).toBe(0)
      // The others are as they were; the platform may have told meanwhile of a sign-in from a new browser.
      const others = before.filter((text) => !text.includes(subject))
      expect(await unread.allInnerTexts()).toEqual(expect.arrayContaining(others))
      await leave(seen)
    })

    test('HTML is shown in a sealed frame; remote images are asked of our proxy, and only when they are wanted', async () => {
      const seen = await as('anne.martin')
      const { page } = seen
      const outside: string[] = []
      const proxied: string[] = []
      page.on('request', (request) => {
        const { hostname, pathname } = new URL(request.url())
        if (hostname !== 'localhost' && hostname !== '') outside.push(request.url())
        if (pathname === '/mail/image') proxied.push(request.url())
      })
      await page.getByRole('row', { name: /La Gazette des lettres/ }).click()
      const frame = page.frameLocator('iframe')
      await frame.getByText('De Colette à Giono').waitFor()
      expect(await page.locator('iframe').getAttribute('sandbox')).not.toContain('allow-same-origin')
      expect(proxied).toEqual([])
      await page.getByRole('button', { name: 'Afficher les images' }).first().click()
      await frame.getByText('De Colette à Giono').waitFor()
      await expect.poll(() => proxied.length).toBeGreaterThan(0)
      expect(outside).toEqual([])
      await leave(seen)
    })

    test('A message written in one browser appears by itself in another, is answered, and the answer appears', async () => {
      const [anne, karim] = await Promise.all([as('anne.martin'), as('karim.benali')])
      const subject = `Salle informatique ${Date.now()}`
      await write(anne.page, 'karim.benali@ac-demo.test', subject, 'La salle est-elle libre jeudi ?')
      await send(anne.page)
      await anne.page.getByText('Message envoyé').first().waitFor()
      await karim.page.getByRole('row', { name: new RegExp(subject) }).click()
      await karim.page.getByText('La salle est-elle libre jeudi ?').last().waitFor()
      await karim.page.getByRole('button', { name: 'Répondre', exact: true }).last().click()
      await karim.page.getByRole('textbox', { name: 'Corps du message' }).click()
      await karim.page.keyboard.type('Oui, de 10 h à 12 h.')
      await send(karim.page)
      const answer = anne.page.getByRole('row', { name: new RegExp(`Re: ${subject}`) })
      await answer.click()
      const text = anne.page.getByText('Oui, de 10 h à 12 h.').last()
      await Promise.race([text.waitFor(), anne.page.frameLocator('iframe').getByText('Oui, de 10 h à 12 h.').waitFor()])
      await leave(anne)
      await leave(karim)
    })

    test('Archiving takes the conversation away at once, and Undo brings it back', async () => {
      const seen = await as('sophie.durand')
      const { page } = seen
      const subject = /Agenda de la semaine prochaine/
      await page.getByRole('row', { name: subject }).click()
      await page.getByRole('heading', { name: subject }).waitFor()
      await page.getByRole('button', { name: 'Archiver' }).click()
      await expect.poll(() => page.getByRole('row', { name: subject }).count()).toBe(0)
      await page.getByRole('button', { name: 'Annuler' }).click()
      await page.getByRole('row', { name: subject }).waitFor()
      await page.reload()
      await page.getByRole('row', { name: subject }).waitFor()
      await leave(seen)
    })

    test('A key pressed right after a click is meant for what was clicked, not for what was open', async () => {
      const seen = await as('sophie.durand')
      const { page } = seen
      const [open, clicked] = [/Agenda de la semaine prochaine/, /Invitation : conseil pédagogique/]
      await page.getByRole('row', { name: open }).click()
      await page.getByRole('heading', { name: open }).waitFor()
      // Both in one turn: the screen has no time to show what was clicked.
      await page.getByRole('row', { name: clicked }).evaluate((row) => {
        for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'])
          row.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true }))
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'e', bubbles: true, cancelable: true }))
      })
      await expect.poll(() => page.getByRole('row', { name: clicked }).count()).toBe(0)
      expect(await page.getByRole('row', { name: open }).count()).toBe(1)
      await page.getByRole('button', { name: 'Annuler' }).click()
      await page.getByRole('row', { name: clicked }).waitFor()
      await leave(seen)
    })

    test('Several conversations are selected and moved to a folder', async () => {
      const seen = await as('marc.lefevre')
      const { page } = seen
      const before = await rows(page).count()
      await rows(page).nth(0).getByRole('checkbox').check({ force: true })
      await rows(page).nth(1).getByRole('checkbox').check({ force: true })
      await page.getByText('2 sélectionnées').first().waitFor()
      await page.getByRole('button', { name: 'Déplacer' }).first().click()
      await page.getByRole('combobox', { name: 'Chercher un dossier' }).fill('archi')
      await page.keyboard.press('Enter')
      await expect.poll(() => rows(page).count()).toBe(before - 2)
      await page.getByRole('link', { name: /^Archives/ }).click()
      await expect.poll(() => rows(page).count()).toBeGreaterThanOrEqual(2)
      await leave(seen)
    })

    test('A search finds words in the whole account and narrows by operators', async () => {
      const seen = await as('anne.martin')
      const { page } = seen
      await page.getByRole('searchbox', { name: 'Rechercher' }).fill('colette')
      await page
        .getByRole('row', { name: /Exposé sur Colette/ })
        .first()
        .waitFor()
      await expect.poll(() => page.url()).toContain('/search?q=colette')
      await page.getByRole('searchbox', { name: 'Rechercher' }).fill('from:gazette')
      await expect.poll(() => rows(page).count()).toBe(1)
      await page.getByRole('row', { name: /Gazette/ }).waitFor()
      await leave(seen)
    })

    test('A draft is saved by itself, found again after the page is closed, and sent with its attachment', async () => {
      const seen = await as('claire.petit')
      const { page } = seen
      const subject = `Compte rendu ${Date.now()}`
      await write(page, 'sophie.durand@ac-demo.test', subject, 'Voici le compte rendu, en pièce jointe.')
      await send(page)
      await page.getByRole('alertdialog', { name: 'Avant d’envoyer' }).waitFor()
      await page.getByRole('button', { name: 'Revenir au message' }).click()
      await page
        .locator('input[type=file]')
        .first()
        .setInputFiles([
          { name: 'compte rendu.txt', mimeType: 'text/plain', buffer: Buffer.from('Présents : tous.\n'.repeat(1000)) },
        ])
      await page.getByText('compte rendu.txt').waitFor()
      await page.getByText(/Brouillon enregistré à/).waitFor()
      await page.getByRole('button', { name: 'Fermer', exact: true }).click()
      await page.getByRole('link', { name: /Brouillons/ }).click()
      await page.getByRole('row', { name: new RegExp(subject) }).click()
      await page.getByText('compte rendu.txt').waitFor()
      expect(await page.getByLabel('Objet').inputValue()).toBe(subject)
      await send(page)
      await page.getByRole('link', { name: /Envoyés/ }).click()
      await page.getByRole('row', { name: new RegExp(subject) }).waitFor()
      const reader = await as('sophie.durand')
      await reader.page.getByRole('row', { name: new RegExp(subject) }).click()
      await reader.page.getByRole('link', { name: 'Télécharger compte rendu.txt' }).waitFor()
      await leave(reader)
      await leave(seen)
    })

    test('A sending can be taken back, and nothing of the message is lost', async () => {
      const seen = await as('anne.martin', undefined, 10)
      const { page } = seen
      const subject = `Trop vite ${Date.now()}`
      await write(page, 'karim.benali@ac-demo.test', subject, 'Pas encore.')
      await send(page)
      await page.getByRole('button', { name: 'Annuler' }).click()
      await expect.poll(() => page.getByLabel('Objet').inputValue()).toBe(subject)
      await page.getByRole('textbox', { name: 'Corps du message' }).getByText('Pas encore.').waitFor()
      await page.getByRole('button', { name: 'Supprimer le brouillon' }).click()
      await page.getByText('Brouillon supprimé').first().waitFor()
      await leave(seen)
    })

    test('Text not yet saved survives a page that is closed without warning', async () => {
      const seen = await as('marc.lefevre')
      const { page } = seen
      await page.route('**/jmap/api', (route) => route.abort())
      await write(page, 'anne.martin@ac-demo.test', 'Perdu ?', 'Rien ne se perd.')
      await page.reload()
      await page.getByRole('textbox', { name: 'Corps du message' }).getByText('Rien ne se perd.').waitFor()
      await page.unroute('**/jmap/api')
      await seen.context.close()
    })

    test('An expired session asks to sign in again above the message being written', async () => {
      const seen = await as('claire.petit')
      const { page, context } = seen
      await write(page, 'anne.martin@ac-demo.test', 'Session', 'Toujours là.')
      await context.clearCookies()
      await page.getByRole('textbox', { name: 'Corps du message' }).press('End')
      await page.keyboard.type(' Oui.')
      await page.getByRole('heading', { name: 'Votre session a expiré' }).waitFor()
      await page.getByLabel('Mot de passe', { exact: true }).fill(server.password)
      await page.getByRole('button', { name: 'Se connecter' }).click()
      await page.getByRole('textbox', { name: 'Corps du message' }).getByText('Toujours là. Oui.').waitFor()
      await page.getByText(/Brouillon enregistré à/).waitFor()
      await leave(seen)
    })

    test('The main job is done with the keyboard alone', async () => {
      const seen = await as('karim.benali')
      const { page } = seen
      const key = (name: string) => page.keyboard.press(name)
      const before = await rows(page).count()
      await key('j')
      await page.getByRole('main').getByRole('heading').first().waitFor()
      await key('s')
      await page.getByText('Suivi', { exact: true }).first().waitFor()
      await key('e')
      await expect.poll(() => rows(page).count()).toBe(before - 1)
      await key('z')
      await expect.poll(() => rows(page).count()).toBe(before)
      await key('r')
      await page.getByRole('textbox', { name: 'Corps du message' }).waitFor()
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
        .toBe('Corps du message')
      await page.keyboard.type('Réponse au clavier.')
      await key('Control+Enter')
      await page.getByText('Message envoyé').first().waitFor()
      await key('/')
      await page.keyboard.type('comptes')
      await key('Enter')
      await expect.poll(() => page.url()).toContain('/search')
      await key('Escape')
      await key('?')
      await page.getByRole('dialog', { name: 'Raccourcis clavier' }).waitFor()
      await key('Escape')
      await leave(seen)
    })

    test('On a phone there is one pane at a time, and nothing is wider than the screen', async () => {
      const seen = await as('anne.martin', { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true })
      const { page } = seen
      const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)
      expect(await fits()).toBe(true)
      await page.getByRole('row', { name: /Conseil de classe/ }).tap()
      await page.getByRole('heading', { name: /Conseil de classe/ }).waitFor()
      expect(await page.getByRole('grid').count()).toBe(0)
      expect(await fits()).toBe(true)
      await page.getByRole('button', { name: 'Retour' }).tap()
      await page.getByRole('grid').waitFor()
      await leave(seen)
    })

    test('English is complete as well', async () => {
      const seen = await visit(browser, server, { locale: 'en-GB' })
      await signInByForm(seen.page, 'anne.martin', server.password)
      await seen.page.getByRole('heading', { name: 'Inbox' }).waitFor()
      await seen.page.getByRole('button', { name: 'New message' }).waitFor()
      await leave(seen)
    })
  },
)
