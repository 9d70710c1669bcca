/** Help that knows what is wrong, in a real browser: status, diagnosis, requests for help, their queue, contacts. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import { giveCredentials, type JourneyServer, launchBrowser, missing, signIn, startServer, visit } from './rig.ts'
import { addApplication, signInStrongly } from './second-proof.ts'

/** For machines that do much else at the same time. */
const patience = 60_000

const narrow = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true } as const

describe.skipIf(missing !== undefined)(
  `Help${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 240_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    let teacher: Page
    const errors: string[] = []
    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
      const seen = await visit(browser, server, { bypassCSP: true })
      teacher = seen.page
      teacher.on('pageerror', (error) => errors.push(String(error)))
      teacher.setDefaultTimeout(patience)
      await signIn(teacher, 'anne.martin', server.password)
    })
    afterAll(async () => {
      expect(errors).toEqual([])
      await browser?.close()
      await server?.close()
    })

    /** Nothing serious for axe, nothing cut off, one heading. */
    const looksWell = async (page: Page): Promise<void> => {
      expect([page.url(), await findings(page)]).toEqual([page.url(), []])
      expect([page.url(), await overflow(page)]).toEqual([page.url(), 0])
      expect([page.url(), await page.locator('h1').count()]).toEqual([page.url(), 1])
    }

    /** Somebody who administers, with a second factor. */
    const strongly = async (login: string, path: string): Promise<Page> => {
      const first = await visit(browser, server)
      first.page.setDefaultTimeout(patience)
      await first.page.goto(`/login?then=${encodeURIComponent(path)}`)
      await giveCredentials(first.page, login, server.password)
      await first.page.getByRole('heading', { name: 'Protégez d’abord ce compte' }).waitFor()
      const secret = await addApplication(first.page)
      await first.context.close()
      const { page } = await visit(browser, server, { bypassCSP: true })
      page.setDefaultTimeout(patience)
      page.on('pageerror', (error) => errors.push(String(error)))
      await page.goto(`/login?then=${encodeURIComponent(path)}`)
      await signInStrongly(page, login, server.password, secret)
      return page
    }

    test('The status is readable without script, light, dark and at 320 pixels, in two languages', async () => {
      for (const look of [{}, { colorScheme: 'dark' as const }, narrow]) {
        const { page, context } = await visit(browser, server, { bypassCSP: true, ...look })
        for (const path of [
          '/etat',
          '/status?profile=parent',
          '/aide/contacts',
          '/help/contacts?profile=parent&department=39',
        ]) {
          await page.goto(path)
          await looksWell(page)
        }
        await page.goto('/etat')
        await page.getByRole('heading', { name: 'Mise à jour du portail' }).waitFor()
        await page.getByText('Réception des messages interrompue').waitFor()
        await context.close()
      }
      const { page, context } = await visit(browser, server, { javaScriptEnabled: false })
      await page.goto('/etat')
      await page.getByLabel('Votre adresse').fill('parent@famille.example')
      await page.getByLabel('Votre adresse').press('Enter')
      await page.getByRole('heading', { name: 'Regardez votre boîte' }).waitFor()
      const calendar = await page.request.get('/etat/maintenance.ics')
      expect(await calendar.text()).toMatch(
        /^BEGIN:VCALENDAR\r\n[\s\S]*SUMMARY:Mise à jour du portail\r\n[\s\S]*END:VCALENDAR\r\n$/,
      )
      expect(await (await page.request.get('/status/atom.xml')).text()).toContain(
        '<feed xmlns="http://www.w3.org/2005/Atom"',
      )
      await context.close()
    })

    test('By keyboard from the account’s menu: what is wrong, a message found again, a request with the diagnosis', async () => {
      await teacher.getByRole('button', { name: /^Compte de/ }).focus()
      await teacher.keyboard.press('Enter')
      await teacher.getByRole('menuitem', { name: 'Quelque chose ne va pas' }).press('Enter')
      await teacher.getByRole('heading', { name: 'Quelque chose ne va pas', level: 1 }).waitFor()
      await teacher.getByText('Ce qui va bien').waitFor()
      await looksWell(teacher)
      await teacher.getByLabel('Adresse ou domaine de l’expéditeur').fill('ac-demo.test')
      await teacher.keyboard.press('Enter')
      await teacher.getByText(/^\d+ messages?$/).waitFor()
      await teacher.getByRole('link', { name: 'Demander de l’aide' }).focus()
      await teacher.keyboard.press('Enter')
      await teacher.getByRole('heading', { name: 'Mes demandes d’aide', level: 1 }).waitFor()
      await teacher.getByRole('link', { name: 'Mon téléphone ne reçoit plus rien' }).waitFor()
      await looksWell(teacher)
      await teacher.getByLabel('Sujet').fill('Un message attendu n’est pas là')
      await teacher.getByLabel('Votre message').fill('La convocation de lundi.')
      await teacher
        .getByLabel(/Joindre un fichier/)
        .setInputFiles({ name: 'écran.txt', mimeType: 'text/plain', buffer: Buffer.from('capture') })
      await teacher.getByRole('button', { name: 'Envoyer la demande' }).focus()
      await teacher.keyboard.press('Enter')
      await teacher.getByRole('heading', { name: /Un message attendu n’est pas là/ }).waitFor()
      await teacher.getByRole('link', { name: 'Télécharger écran.txt' }).waitFor()
      await looksWell(teacher)
    })

    test('The helpdesk sees the queue of its school, and the diagnosis only with the code that is read out', async () => {
      const desk = await strongly('sophie.durand', '/admin?page=tickets')
      await desk.getByRole('heading', { name: 'Demandes d’aide', level: 1 }).waitFor()
      await desk.getByRole('link', { name: 'Je ne vois qu’un de mes enfants' }).waitFor()
      await looksWell(desk)
      await desk.getByRole('link', { name: 'Un message attendu n’est pas là' }).click()
      await desk.getByRole('button', { name: 'Prendre en charge' }).click()
      await desk.getByLabel('Votre réponse').fill('Regardez dans les indésirables.')
      await desk.getByRole('button', { name: 'Répondre', exact: true }).click()
      await desk.getByRole('list', { name: 'Échanges' }).getByText('Regardez dans les indésirables.').waitFor()
      await desk.getByLabel(/Note interne/).fill('À suivre.')
      await desk.getByRole('button', { name: 'Ajouter la note' }).click()
      await desk.getByText('À suivre.').waitFor()
      await looksWell(desk)
      await desk.getByLabel('Code d’aide').fill('0000 0000')
      await desk.getByRole('button', { name: 'Ouvrir le diagnostic' }).click()
      await desk
        .getByText(/HELP-01/)
        .first()
        .waitFor()

      await teacher.goto('/diagnose')
      await teacher.getByRole('button', { name: 'Autoriser l’assistance' }).click()
      const code = teacher.getByText(/^\d{4} \d{4}$/)
      await code.waitFor()
      await desk.getByLabel('Code d’aide').fill((await code.textContent()) ?? '')
      await desk.getByRole('button', { name: 'Ouvrir le diagnostic' }).click()
      await desk.getByText('Ce qui va bien').waitFor()
      expect(await desk.getByRole('button', { name: /Suspendre|Lever/ }).count()).toBe(0)

      await teacher.goto('/diagnose')
      await teacher.getByText('Sophie Durand').waitFor()
      await teacher.getByRole('button', { name: 'Arrêter maintenant' }).click()
      await teacher.getByText('terminé', { exact: true }).waitFor()
      await teacher.goto('/tickets')
      await teacher.getByRole('link', { name: 'Un message attendu n’est pas là' }).click()
      await teacher.getByText('Regardez dans les indésirables.').waitFor()
      expect(await teacher.getByText('À suivre.').count()).toBe(0)
      await teacher.getByRole('button', { name: 'C’est résolu' }).click()
      await teacher.getByLabel('Très bien').check()
      await teacher.getByText('Merci de votre avis.').first().waitFor()
      await desk.context().close()
    })

    test('An administrator announces an incident that the sign-in page and the portal show; contacts, hours and guides are changed', async () => {
      const admin = await strongly('thomas.girard', '/admin?page=incidents')
      await admin.getByRole('heading', { name: 'Incidents', level: 1 }).waitFor()
      await looksWell(admin)
      await admin.getByLabel('Titre en français').fill('Le portail est lent')
      await admin.getByLabel('Portail et pages').check()
      await admin.getByRole('button', { name: 'Annoncer un incident' }).click()
      await admin.getByText('Incident annoncé.').first().waitFor()
      await admin.getByRole('button', { name: 'Dire la suite de « Le portail est lent »' }).waitFor()
      const { page, context } = await visit(browser, server, { ...narrow, bypassCSP: true })
      await page.goto('/status')
      await page.getByRole('heading', { name: 'Le portail est lent' }).waitFor()
      await context.close()
      await teacher.goto('/portal')
      await teacher.getByText('Le portail est lent').waitFor()
      await admin.getByRole('button', { name: 'Dire la suite de « Le portail est lent »' }).click()
      const form = admin.getByRole('form', { name: 'Dire la suite de « Le portail est lent »' })
      await form.getByLabel('Étape suivante').selectOption('resolved')
      await form.getByRole('button', { name: 'Dire la suite' }).click()
      await admin.getByText('C’est annoncé.').first().waitFor()
      await admin.goto('/admin?page=components')
      await admin.getByText('Téléphones et logiciels (IMAP)').first().waitFor()
      await looksWell(admin)
      await admin.goto('/admin?page=contacts')
      await admin.getByRole('button', { name: 'Modifier Support DSI' }).click()
      await admin.getByLabel('Horaires').first().fill('lun-ven 7:45-12:00 13:00-17:30')
      await admin.getByRole('button', { name: 'Enregistrer' }).first().click()
      await admin.getByText(/7:45-12:00/).waitFor()
      await looksWell(admin)
      const holidays = `Vacances ${Date.now()}`
      const holiday = admin.getByRole('region', { name: 'Vacances scolaires de la zone A' })
      await holiday.getByText('Vacances de Noël').first().waitFor()
      await holiday.getByLabel('Nom').fill(holidays)
      await holiday.getByLabel('Premier jour de vacances').fill('2027-10-23')
      await holiday.getByLabel('Dernier jour de vacances').fill('2027-11-07')
      await holiday.getByRole('button', { name: 'Ajouter ces vacances' }).click()
      await holiday.getByRole('button', { name: `Retirer « ${holidays} »` }).waitFor()
      await admin.goto('/aide/contacts?profile=administrative')
      await admin.getByText(/7\s?h\s?45/).waitFor()
      // A message that nobody knows is led to a guide, and the guide rewritten: everybody reads it at once.
      const message = `flibuste du serveur ${'abcdefgh'
        .split('')
        .sort(() => Math.random() - 0.5)
        .join('')}`
      const stranger = await visit(browser, server, { javaScriptEnabled: false })
      const paste = async () => {
        await stranger.page.goto('/aide')
        await stranger.page.getByLabel('Collez un message d’erreur ou un code').fill(message)
        await stranger.page.getByRole('button', { name: 'Comprendre' }).click()
      }
      await paste()
      await stranger.page.getByText(/Nous ne connaissons pas encore ce message/).waitFor()
      await admin.goto('/admin?page=guides')
      await admin.getByRole('heading', { name: 'Messages que le décodeur ne connaît pas' }).waitFor()
      await looksWell(admin)
      await admin.getByLabel(`Guide pour « ${message} »`).selectOption('totp')
      await admin.getByRole('button', { name: `Mener « ${message} » à ce guide` }).click()
      const french = admin.getByRole('region', { name: 'En français' })
      await expect.poll(() => french.getByLabel(/^Messages d’erreur qui mènent ici/).inputValue()).toContain(message)
      const title = `Codes à six chiffres ${Date.now()}`
      await french.getByLabel('Titre').fill(title)
      await admin.getByRole('button', { name: 'Voir la page' }).click()
      await admin.locator('iframe[title*="En français"]').contentFrame().locator('article').waitFor()
      await looksWell(admin)
      await admin.getByRole('button', { name: 'Publier' }).click()
      await admin.getByRole('button', { name: `Modifier « ${title} »` }).waitFor()
      await paste()
      await stranger.page.getByRole('heading', { name: title }).waitFor()
      await admin.getByRole('button', { name: `Modifier « ${title} »` }).click()
      await admin.getByRole('button', { name: 'Revenir au guide d’origine' }).click()
      await admin.getByRole('alertdialog').getByRole('button', { name: 'Revenir au guide d’origine' }).click()
      await admin
        .getByRole('button', { name: 'Modifier « Application d’authentification : codes à six chiffres »' })
        .waitFor()
      // Or it becomes an error of the decoder's own table, tried before it is saved.
      await admin.getByRole('button', { name: `Faire de « ${message} » une erreur du décodeur` }).click()
      const known = `Erreur d’un service ${Date.now()}`
      await admin.getByLabel('Nom court').fill(`essai-${Date.now()}`)
      await admin.getByLabel('D’où elle vient').fill('Essai')
      await admin.getByLabel('Guide proposé').selectOption('no-network')
      await admin.getByLabel('Ce qu’elle veut dire, en une phrase').fill(known)
      await admin.getByLabel('La même chose en anglais').fill('An error of a service')
      await admin.getByLabel('Message d’erreur', { exact: true }).fill(`Bonjour : ${message} !`)
      await admin.getByRole('button', { name: 'Essayer ce message' }).click()
      await admin.getByRole('region', { name: 'Essayer' }).getByText(known).waitFor()
      await looksWell(admin)
      await admin.getByRole('button', { name: 'Enregistrer' }).click()
      await admin.getByRole('button', { name: `Modifier « ${known} »` }).waitFor()
      await looksWell(admin)
      await paste()
      await stranger.page.getByText(known).waitFor()
      await stranger.context.close()
      await admin.context().close()
    })

    test('On a phone and in English the same screens fit', async () => {
      const { page, context } = await visit(browser, server, { ...narrow, bypassCSP: true, locale: 'en-GB' })
      page.setDefaultTimeout(patience)
      await page.goto('/login?then=%2Fdiagnose')
      await giveCredentials(page, 'marc.lefevre', server.password)
      await page.getByRole('heading', { name: 'Something is wrong', level: 1 }).waitFor()
      await page.getByText('What is well').waitFor()
      await looksWell(page)
      await page.goto('/tickets')
      await page.getByRole('heading', { name: 'My requests for help', level: 1 }).waitFor()
      await looksWell(page)
      await context.close()
    })
  },
)
