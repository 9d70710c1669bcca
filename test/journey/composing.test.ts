/** Writing in a real browser: what leaves, when, and what is never lost. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import {
  giveCredentials,
  type JourneyServer,
  launchBrowser,
  missing,
  signIn,
  startServer,
  type Visit,
  visit,
} from './rig.ts'

describe.skipIf(missing !== undefined)(
  `Composing${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 120_000 },
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

    const as = async (
      login: string,
      undoSeconds: number,
      options: NonNullable<Parameters<typeof visit>[2]> = {},
    ): Promise<Visit> => {
      const seen = await visit(browser, server, { bypassCSP: true, ...options })
      await seen.context.addInitScript(
        `if (window === top) localStorage.getItem('convergence.preferences') ?? localStorage.setItem('convergence.preferences', '{"undoSeconds":${undoSeconds}}')`,
      )
      await signIn(seen.page, login, server.password)
      return seen
    }
    const leave = async ({ context, errors }: Visit): Promise<void> => {
      expect(errors).toEqual([])
      await context.close()
    }
    const body = (page: Page) => page.getByRole('textbox', { name: /^(Corps du message|Message body)$/ })
    const write = async (page: Page, to: string, subject: string, text: string): Promise<void> => {
      await page
        .getByRole('button', { name: /^(Nouveau message|New message|Écrire|Write)$/ })
        .first()
        .click()
      const field = page.getByRole('combobox', { name: /^(À|To)$/ })
      await field.fill(to)
      await field.press('Enter')
      await page.getByLabel(/^(Objet|Subject)$/).fill(subject)
      await body(page).click({ position: { x: 8, y: 8 } })
      await page.keyboard.type(text)
    }
    const send = (page: Page) => page.getByRole('button', { name: /^(Envoyer|Send)$/ }).click()
    /** One JMAP call as somebody, beside the browser. */
    const ask = async (login: string, name: string, args: object): Promise<Record<string, unknown>> => {
      const authorization = `Basic ${btoa(`${login}:${server.password}`)}`
      const session = (await (await fetch(`${server.url}/jmap/session`, { headers: { authorization } })).json()) as {
        primaryAccounts: Record<string, string>
      }
      const accountId = session.primaryAccounts['urn:ietf:params:jmap:mail'] ?? ''
      const using = ['core', 'mail', 'submission'].map((one) => `urn:ietf:params:jmap:${one}`)
      const answer = await fetch(`${server.url}/jmap/api`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ using, methodCalls: [[name, { accountId, ...args }, 'c']] }),
      })
      const { methodResponses } = (await answer.json()) as { methodResponses: [string, Record<string, unknown>][] }
      return methodResponses[0]?.[1] ?? {}
    }
    /** Messages of this subject in the inbox of somebody, as the server knows them. */
    const arrived = async (login: string, subject: string): Promise<number> => {
      const mailboxes = (await ask(login, 'Mailbox/get', {})).list as { id: string; role: string }[]
      const inMailbox = mailboxes.find(({ role }) => role === 'inbox')?.id
      return ((await ask(login, 'Email/query', { filter: { inMailbox, subject } })).ids as string[]).length
    }

    test('by keyboard alone a message is written, sent, called back, and sent for good though the page is closed', async () => {
      // Long enough to look at the message that waits.
      const seen = await as('anne.martin', 12)
      const { page, context } = seen
      const subject = `Clavier ${Date.now()}`
      await page.keyboard.press('c')
      await page.getByRole('combobox', { name: 'À' }).waitFor()
      await page.keyboard.type('karim.benali@ac-demo.test')
      await page.keyboard.press('Enter')
      await page.keyboard.press('Tab')
      for (let i = 0; i < 4 && !(await page.getByLabel('Objet').evaluate((e) => e === document.activeElement)); i++)
        await page.keyboard.press('Tab')
      await page.keyboard.type(subject)
      await page.keyboard.press('Tab')
      await page.keyboard.type('Écrit sans souris.')
      expect(await findings(page)).toEqual([])
      await page.keyboard.press('Control+Enter')
      await page.getByText('Message envoyé').first().waitFor()
      await page.getByRole('button', { name: 'Annuler' }).press('Enter')
      await page.getByText('Envoi annulé').first().waitFor()
      await body(page).getByText('Écrit sans souris.').waitFor()
      await body(page).press('Control+Enter')
      await page.getByText('Message envoyé').first().waitFor()
      await expect.poll(() => page.getByRole('link', { name: /Programmés/ }).count()).toBe(1)
      expect(await arrived('karim.benali', subject)).toBe(0)
      expect(seen.errors).toEqual([])
      await context.close()
      await expect.poll(() => arrived('karim.benali', subject), { timeout: 40_000 }).toBe(1)
    })

    test('a message is scheduled, listed, changed, and sent before its time', async () => {
      const seen = await as('sophie.durand', 0)
      const { page } = seen
      const subject = `Conseil ${Date.now()}`
      await write(page, 'marc.lefevre@ac-demo.test', subject, 'Ordre du jour à suivre.')
      await page.getByRole('button', { name: 'Envoyer plus tard' }).click()
      await page.getByRole('menuitem', { name: /Demain à 8 h/ }).click()
      await page
        .getByText(/Envoi programmé/)
        .first()
        .waitFor()
      await page.getByRole('link', { name: /Programmés/ }).click()
      await page.getByRole('row', { name: new RegExp(subject) }).click()
      await page.getByText(/Ce message partira le/).waitFor()
      expect(await findings(page)).toEqual([])
      await page.getByRole('button', { name: 'Modifier' }).click()
      await body(page).getByText('Ordre du jour à suivre.').waitFor()
      await body(page).press('End')
      await page.keyboard.type(' Version 2.')
      await page.getByRole('button', { name: 'Envoyer plus tard' }).click()
      await page.getByRole('menuitem', { name: /Choisir une date/ }).click()
      expect(await findings(page)).toEqual([])
      await page.getByLabel('Date et heure d’envoi').fill('2020-01-01T08:00')
      await page.getByRole('button', { name: 'Programmer' }).click()
      await page.getByText('Choisissez un moment à venir.').waitFor()
      const inTenDays = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 16)
      await page.getByLabel('Date et heure d’envoi').fill(inTenDays)
      await page.getByRole('button', { name: 'Programmer' }).click()
      await page.getByRole('link', { name: /Programmés/ }).click()
      // The row of the first version goes once the server has said so.
      await page
        .getByRole('row', { name: new RegExp(subject) })
        .filter({ hasText: 'Version 2' })
        .click()
      await page.getByText(/Ce message partira le/).waitFor()
      expect(await arrived('marc.lefevre', subject)).toBe(0)
      await page.getByRole('button', { name: 'Envoyer maintenant' }).click()
      await expect.poll(() => arrived('marc.lefevre', subject)).toBe(1)
      await expect.poll(() => page.getByRole('row', { name: new RegExp(subject) }).count()).toBe(0)
      await leave(seen)
    })

    test('the network is lost in the middle of sending: the message leaves once, later', async () => {
      const seen = await as('marc.lefevre', 0)
      const { page, context } = seen
      const subject = `Coupure ${Date.now()}`
      await write(page, 'claire.petit@ac-demo.test', subject, 'Envoyé pendant une coupure.')
      // The request arrives; its answer does not.
      let lost = 0
      await page.route('**/jmap/api', async (route) => {
        if (lost < 2 && (route.request().postData() ?? '').includes('EmailSubmission/set')) {
          lost += 1
          await route.fetch().catch(() => undefined)
          await context.setOffline(true)
          return route.abort('connectionreset')
        }
        return route.continue()
      })
      await send(page)
      await expect.poll(() => lost).toBeGreaterThan(0)
      await page.waitForTimeout(1500)
      await context.setOffline(false)
      await expect.poll(() => arrived('claire.petit', subject)).toBe(1)
      await page.waitForTimeout(2500)
      expect(await arrived('claire.petit', subject)).toBe(1)
      await leave(seen)
    })

    test('the session ends with a draft open, the tab is killed: nothing is lost', async () => {
      const seen = await as('claire.petit', 0)
      const { page, context } = seen
      const subject = `Brouillon ${Date.now()}`
      await write(page, 'karim.benali@ac-demo.test', subject, 'Avant la fin de la session.')
      await page.getByText(/Brouillon enregistré/).waitFor()
      await context.clearCookies()
      await body(page).press('End')
      await page.keyboard.type(' Et après.')
      await page.getByLabel(/^Mot de passe$/).waitFor()
      const login = page.getByLabel('Identifiant ou adresse')
      if (await login.isVisible()) await giveCredentials(page, 'claire.petit', server.password)
      else {
        await page.getByLabel(/^Mot de passe$/).fill(server.password)
        await page.getByRole('button', { name: 'Se connecter' }).click()
      }
      await body(page).getByText('Avant la fin de la session. Et après.').waitFor()
      await body(page).press('End')
      await page.keyboard.type(' Puis le plantage.')
      await page.waitForTimeout(700)
      await page.close({ runBeforeUnload: false })
      const again = await context.newPage()
      await again.goto('/')
      await body(again).getByText('Puis le plantage.').waitFor()
      await send(again)
      await expect.poll(() => arrived('karim.benali', subject)).toBe(1)
      await context.close()
    })

    test('a double click on the button, and the shortcut pressed twice, send one message', async () => {
      const seen = await as('sophie.durand', 0)
      const { page } = seen
      const [clicked, pressed] = [`Double clic ${Date.now()}`, `Deux raccourcis ${Date.now()}`]
      await write(page, 'julie.faivre@ac-demo.test', clicked, 'Une seule fois.')
      await page.getByRole('button', { name: 'Envoyer', exact: true }).dblclick()
      await expect.poll(() => arrived('julie.faivre', clicked)).toBe(1)
      await write(page, 'julie.faivre@ac-demo.test', pressed, 'Une seule fois.')
      await body(page).evaluate((text) => {
        for (let i = 0; i < 2; i++)
          text.dispatchEvent(
            new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true }),
          )
      })
      await expect.poll(() => arrived('julie.faivre', pressed)).toBe(1)
      await page.waitForTimeout(2000)
      expect([await arrived('julie.faivre', clicked), await arrived('julie.faivre', pressed)]).toEqual([1, 1])
      await leave(seen)
    })

    test('a table pasted from a spreadsheet stays one, and what is coloured, aligned and left blank arrives so', async () => {
      const seen = await as('sophie.durand', 0)
      const { page } = seen
      const subject = `Tableau ${Date.now()}`
      await write(page, 'julie.faivre@ac-demo.test', subject, 'Les effectifs :')
      await page.keyboard.press('Enter')
      await page.keyboard.press('Enter')
      await body(page).evaluate((text) => {
        const clipboardData = new DataTransfer()
        clipboardData.setData(
          'text/html',
          '<table><tr><th>Classe</th><th align=right>Effectif</th></tr><tr><td style="background:#ffff00">3e B</td><td align=right>27</td></tr></table><p style="text-align:center"><font color="#c00000">À vérifier</font></p>',
        )
        clipboardData.setData('text/plain', 'Classe Effectif')
        text.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
      })
      await body(page).getByRole('cell', { name: '27' }).waitFor()
      await body(page).press('Control+End')
      await page.keyboard.press('Enter')
      // By keyboard: a new table, one more row at its end, the colour of what is typed.
      await page.getByRole('button', { name: 'Tableau', exact: true }).press('Enter')
      await page.getByRole('menuitem', { name: 'Insérer un tableau' }).press('Enter')
      await expect.poll(() => body(page).evaluate((text) => text === document.activeElement)).toBe(true)
      for (let i = 0; i < 9; i++) await page.keyboard.press('Tab')
      await expect.poll(() => body(page).getByRole('table').last().getByRole('row').count()).toBe(4)
      await page.getByRole('button', { name: 'Couleur et surlignage' }).press('Enter')
      await page.getByRole('menuitem', { name: 'Vert', exact: true }).press('Enter')
      await expect.poll(() => body(page).evaluate((text) => text === document.activeElement)).toBe(true)
      await page.keyboard.type('Complet')
      expect(await findings(page)).toEqual([])
      await send(page)
      await expect.poll(() => arrived('julie.faivre', subject)).toBe(1)
      const [id] = (await ask('julie.faivre', 'Email/query', { filter: { subject } })).ids as string[]
      const got = (await ask('julie.faivre', 'Email/get', {
        ids: [id],
        properties: ['bodyValues', 'textBody', 'htmlBody'],
        fetchAllBodyValues: true,
      })) as { list: { bodyValues: Record<string, { value: string }>; htmlBody: { partId: string }[] }[] }
      const [email] = got.list
      const html = email?.bodyValues[email.htmlBody[0]?.partId ?? '']?.value ?? ''
      expect(html).toMatch(/<th[^>]*text-align: ?right[^>]*><p[^>]*>Effectif/)
      expect(html).toMatch(/<td[^>]*background-color: ?(?:#ffff00|rgb\(255, 255, 0\))/)
      expect(html).toMatch(/<p[^>]*text-align: ?center[^>]*><span style="color: ?(?:#c00000|rgb\(192, 0, 0\))/)
      expect(html).toMatch(/<span style="color:[^"]*">Complet/)
      expect(html).toMatch(/<p style="margin: ?0[^"]*"><br><\/p>/)
      await leave(seen)
    })

    test('a message that is refused says for whom, and leads back to itself', async () => {
      const seen = await as('sophie.durand', 0)
      const { page } = seen
      const subject = `Refusé ${Date.now()}`
      await write(page, 'personne.ici@ac-demo.test', subject, 'À personne.')
      await send(page)
      await page
        .getByText(/personne\.ici@ac-demo\.test ne peut pas le recevoir/)
        .first()
        .waitFor()
      await page.getByRole('button', { name: 'Ouvrir le brouillon' }).click()
      await body(page).getByText('À personne.').waitFor()
      expect(await page.getByLabel('Objet').inputValue()).toBe(subject)
      await leave(seen)
    })

    test('what may be mistaken is asked about once, all together', async () => {
      const seen = await as('karim.benali', 0)
      const { page } = seen
      const subject = `Vérifications ${Date.now()}`
      await write(page, 'anne.martin@ac-dermo.test', '', 'Voir la pièce jointe.')
      await send(page)
      const dialog = page.getByRole('alertdialog', { name: 'Avant d’envoyer' })
      await dialog.waitFor()
      expect(await dialog.getByRole('listitem').count()).toBe(3)
      expect(await findings(page)).toEqual([])
      await dialog.getByRole('button', { name: 'Revenir au message' }).click()
      await page.getByRole('button', { name: /^Retirer anne\.martin/ }).click()
      await page.getByRole('combobox', { name: 'À' }).fill('anne.martin@ac-demo.test;')
      await page.getByLabel('Objet').fill(subject)
      await page
        .locator('input[type=file]')
        .first()
        .setInputFiles({
          name: 'plan.txt',
          mimeType: 'text/plain',
          buffer: Buffer.from('plan'),
        })
      await page.getByText('plan.txt').waitFor()
      await send(page)
      await expect.poll(() => arrived('anne.martin', subject)).toBe(1)
      await leave(seen)
    })

    test('a receipt is asked for, and the reader decides', async () => {
      const [karim, anne] = await Promise.all([as('karim.benali', 0), as('anne.martin', 0)])
      const subject = `Accusé ${Date.now()}`
      await write(karim.page, 'anne.martin@ac-demo.test', subject, 'Bien reçu ?')
      await karim.page.getByRole('button', { name: 'Autres options' }).click()
      await karim.page.getByRole('menuitem', { name: 'Demander un accusé de lecture' }).click()
      await karim.page.getByText('Un accusé de lecture sera demandé.').waitFor()
      await send(karim.page)
      await anne.page.getByRole('row', { name: new RegExp(subject) }).click()
      await anne.page.getByText('L’expéditeur demande un accusé de lecture.').waitFor()
      expect(await findings(anne.page)).toEqual([])
      await anne.page.getByRole('button', { name: 'Envoyer l’accusé' }).click()
      await anne.page.getByText('Accusé de lecture envoyé').first().waitFor()
      await expect.poll(() => arrived('karim.benali', `Lu : ${subject}`)).toBe(1)
      await expect.poll(() => anne.page.getByText('L’expéditeur demande un accusé de lecture.').count()).toBe(0)
      await leave(karim)
      await leave(anne)
    })

    test('a large file leaves as a link, a picture goes into the text, a template is kept and filled in', async () => {
      const seen = await as('anne.martin', 0)
      const { page } = seen
      const subject = `Fichiers ${Date.now()}`
      await write(page, 'karim.benali@ac-demo.test', subject, 'Bonjour {prénom}, ')
      const [files, pictures] = [page.locator('input[type=file]').first(), page.locator('input[type=file]').nth(1)]
      const film = join(server.data, 'film.mp4')
      writeFileSync(film, Buffer.alloc(19_000_000, 7))
      await files.setInputFiles(film)
      await page.getByText(/lien jusqu’au/).waitFor({ timeout: 30_000 })
      const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
      await pictures.setInputFiles({ name: 'point.png', mimeType: 'image/png', buffer: Buffer.from(png, 'base64') })
      await expect
        .poll(() =>
          body(page)
            .getByRole('img', { name: 'point' })
            .evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth),
        )
        .toBe(1)
      await page.getByRole('button', { name: 'Autres options' }).click()
      await page.getByRole('menuitem', { name: 'Modèles' }).click()
      await page.getByRole('button', { name: 'Enregistrer ce message comme modèle' }).click()
      await page.getByRole('button', { name: `Insérer le modèle ${subject}` }).waitFor()
      expect(await findings(page)).toEqual([])
      await page.getByRole('button', { name: `Supprimer le modèle ${subject}` }).click()
      await page.getByText('Aucun modèle').waitFor()
      // What is told, and the way back, are in reach above the dialog.
      await page
        .getByRole('listitem')
        .filter({ hasText: 'Modèle supprimé' })
        .getByRole('button', { name: 'Annuler' })
        .click()
      await page.getByRole('button', { name: `Insérer le modèle ${subject}` }).waitFor()
      await page.getByRole('dialog').getByRole('button', { name: 'Fermer' }).click()
      await send(page)
      const dialog = page.getByRole('alertdialog', { name: 'Avant d’envoyer' })
      await dialog.getByText(/\{prénom\}/).waitFor()
      await dialog.getByRole('button', { name: 'Envoyer quand même' }).click()
      await expect.poll(() => arrived('karim.benali', subject)).toBe(1)
      await page.goto('/settings')
      await page.getByText('film.mp4').waitFor()
      expect(await findings(page)).toEqual([])
      await page.getByRole('button', { name: 'Retirer film.mp4' }).click()
      await page.getByText('Aucun fichier n’est partagé en ce moment.').waitFor()
      await leave(seen)
    })

    test('files are attached by dropping and pasting them, are seen to come in, and the words are checked in one’s language', async () => {
      const seen = await as('sophie.durand', 0)
      const { page } = seen
      await write(page, 'karim.benali@ac-demo.test', `Fichiers posés ${Date.now()}`, 'Bonjour,')
      expect(await body(page).getAttribute('spellcheck')).toBe('true')
      expect(await body(page).getAttribute('lang')).toBe('fr')
      const give = (kind: 'drop' | 'paste', name: string) =>
        page.getByLabel('Objet').evaluate(
          (field, [kind, name]) => {
            const data = new DataTransfer()
            data.items.add(new File(['Ordre du jour'], name ?? '', { type: 'application/pdf' }))
            const how = { bubbles: true, cancelable: true }
            field.dispatchEvent(
              kind === 'drop'
                ? new DragEvent('drop', { ...how, dataTransfer: data })
                : new ClipboardEvent('paste', { ...how, clipboardData: data }),
            )
          },
          [kind, name],
        )
      // Held back on its way, it shows how far it is.
      const { promise: held, resolve: letGo } = Promise.withResolvers<void>()
      await page.route('**/jmap/upload/**', async (route) => {
        await held
        await route.continue()
      })
      await give('drop', 'posé.pdf')
      await page.getByRole('progressbar', { name: /posé\.pdf/ }).waitFor()
      letGo()
      await page.getByRole('progressbar').waitFor({ state: 'detached' })
      await give('paste', 'collé.pdf')
      await page.getByRole('button', { name: 'Retirer collé.pdf' }).waitFor()
      await page.getByRole('button', { name: 'Retirer posé.pdf' }).waitFor()
      expect(await findings(page)).toEqual([])
      await page.getByRole('button', { name: 'Supprimer le brouillon' }).click()
      await leave(seen)
    })

    test('another identity signs in its own way, a group is opened out, an address is forgotten', async () => {
      const [identity] = (await ask('sophie.durand', 'Identity/get', {})).list as { id: string }[]
      await ask('sophie.durand', 'Identity/set', {
        update: { [identity?.id ?? '']: { htmlSignature: '<p>Sophie Durand, principale</p>' } },
        create: { b: { email: 'sophie.durand@ac-demo.test', name: 'La direction', textSignature: 'Le secrétariat' } },
      })
      const seen = await as('sophie.durand', 10)
      const { page } = seen
      await write(page, 'anne.martin@ac-demo.test', `Identités ${Date.now()}`, 'Bonjour.')
      await body(page).getByText('Sophie Durand, principale').waitFor()
      await page.getByLabel('De', { exact: true }).selectOption({ index: 1 })
      await body(page).getByText('Le secrétariat').waitFor()
      expect(await body(page).innerText()).toMatch(/^Bonjour\.\s+Le secrétariat\s*$/)
      const to = page.getByRole('combobox', { name: 'À' })
      await to.fill('3e b élèves')
      await page.getByRole('option', { name: /3e B – Élèves.*3 personnes/ }).waitFor()
      expect(await findings(page)).toEqual([])
      await to.press('Enter')
      await page.getByRole('button', { name: 'Ajouter ces personnes' }).click()
      await page.getByRole('button', { name: 'Retirer Léa Garnier' }).waitFor()
      await send(page)
      await page.getByRole('button', { name: 'Annuler' }).click()
      await body(page).getByText('Bonjour.').waitFor()
      await page.getByRole('button', { name: 'Retirer anne.martin@ac-demo.test' }).click()
      await to.fill('anne.m')
      await page.getByRole('option', { name: /récent/ }).waitFor()
      await to.press('Shift+Delete')
      const told = page.getByRole('listitem').filter({ hasText: 'Adresse oubliée' })
      await told.getByRole('button', { name: 'Annuler' }).click()
      await told.waitFor({ state: 'detached' })
      await to.fill('')
      await to.fill('anne.ma')
      await page.getByRole('option', { name: /récent/ }).waitFor()
      await to.fill('')
      await page.getByRole('button', { name: 'Supprimer le brouillon' }).click()
      const drafts = (await ask('sophie.durand', 'Mailbox/get', {})).list as { role: string; id: string }[]
      const inMailbox = drafts.find(({ role }) => role === 'drafts')?.id
      const left = async () =>
        (await ask('sophie.durand', 'Email/query', { filter: { inMailbox, subject: 'Identités' } })).ids
      await expect.poll(left).toEqual([])
      await leave(seen)
    })

    test('on a phone, in English, the composer fits, plain text and its signature included', async () => {
      const [identity] = (await ask('marc.lefevre', 'Identity/get', {})).list as { id: string }[]
      await ask('marc.lefevre', 'Identity/set', { update: { [identity?.id ?? '']: { textSignature: 'Marc Lefèvre' } } })
      const seen = await as('marc.lefevre', 0, { viewport: { width: 320, height: 640 }, locale: 'en-GB' })
      const { page } = seen
      const subject = `Phone ${Date.now()}`
      await write(page, 'claire.petit@ac-demo.test', subject, 'Written on a phone.')
      expect(await overflow(page)).toBe(0)
      expect(await findings(page)).toEqual([])
      await page.getByRole('button', { name: 'More options' }).click()
      await page.getByRole('menuitem', { name: 'Plain text' }).click()
      expect(await body(page).inputValue()).toContain('Written on a phone.\n\n-- \nMarc Lefèvre')
      expect(await overflow(page)).toBe(0)
      expect(await findings(page)).toEqual([])
      await send(page)
      await expect.poll(() => arrived('claire.petit', subject)).toBe(1)
      await leave(seen)
    })
  },
)
