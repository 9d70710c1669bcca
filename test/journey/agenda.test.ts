/** The agenda: what comes next in the portal, events made and ended with a way back, an invitation answered. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import { type JourneyServer, launchBrowser, missing, signIn, startServer, visit } from './rig.ts'

/** Pictures of the screens for whoever wants to look at them. */
const pictures = process.env.JOURNEY_PICTURES

describe.skipIf(missing !== undefined)(
  `Agenda${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 180_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    let page: Page
    const errors: string[] = []

    const look = async (name: string) => {
      // A notice that fades in has no colour of its own yet.
      await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {}))))
      expect([name, await findings(page)]).toEqual([name, []])
      expect([name, await overflow(page)]).toEqual([name, 0])
      if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`) })
    }

    /** Takes back what a notice tells of. */
    const undo = (told: RegExp) =>
      page.getByRole('listitem').filter({ hasText: told }).getByRole('button', { name: 'Annuler' }).click()

    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
      ;({ page } = await visit(browser, server))
      page.on('pageerror', (error) => errors.push(String(error)))
      await signIn(page, 'anne.martin', server.password)
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
      expect(errors).toEqual([])
    })

    test('the home of the portal tells what comes next, and leads to the agenda', async () => {
      await page.goto('/portal')
      const card = page.getByRole('region', { name: 'Prochains événements' })
      await card.getByRole('link', { name: /Conseil de classe de 3e B/ }).waitFor()
      await look('portal-agenda')
      await card.getByRole('link', { name: /Conseil de classe de 3e B/ }).click()
      await page.getByRole('heading', { name: 'Agenda', level: 1 }).waitFor()
      await page.getByRole('button', { name: /Conseil de classe de 3e B/ }).waitFor()
      await look('agenda-week')
    })

    test('a month shows what there is and leads to an event and to a week, on a phone too', async () => {
      await page.getByRole('radio', { name: 'Mois', exact: true }).check()
      const table = page.getByRole('table', { name: 'Le mois, semaine par semaine' })
      await table.getByRole('button', { name: /Conseil de classe de 3e B/ }).waitFor()
      await look('agenda-month')
      await table.getByRole('button', { name: /Conseil de classe de 3e B/ }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Fermer' }).click()
      const size = page.viewportSize()
      await page.setViewportSize({ width: 320, height: 640 })
      await table.getByRole('button', { name: /Conseil de classe de 3e B/ }).waitFor({ state: 'hidden' })
      await look('agenda-month-phone')
      await table
        .getByRole('link', { name: / : \d+ événement/ })
        .first()
        .press('Enter')
      await page.getByRole('region').first().waitFor()
      await table.waitFor({ state: 'detached' })
      if (size) await page.setViewportSize(size)
    })

    test('an event is made with the keyboard, changed, repeated, and deleted with a way back', async () => {
      await page.getByRole('button', { name: 'Nouvel événement', exact: true }).press('Enter')
      const form = page.getByRole('dialog', { name: 'Nouvel événement' })
      await form.getByRole('button', { name: 'Enregistrer' }).click()
      await form.getByText('Donnez un titre à l’événement.').waitFor()
      await form.getByLabel('Titre').fill('Atelier théâtre')
      await form.getByLabel('Lieu').fill('Salle polyvalente')
      await form.getByLabel('Répétition').selectOption({ label: 'Toutes les semaines' })
      await form.getByLabel('Rappel sur vos appareils').selectOption({ label: '15 minutes avant' })
      await look('agenda-form')
      await form.getByRole('button', { name: 'Enregistrer' }).click()
      const event = page.getByRole('button', { name: /Atelier théâtre/ })
      await event.click()
      const opened = page.getByRole('dialog', { name: 'Atelier théâtre' })
      await look('agenda-event')
      await opened.getByRole('button', { name: 'Modifier toute la série' }).click()
      const edit = page.getByRole('dialog', { name: 'Modifier « Atelier théâtre »' })
      expect(await edit.getByLabel('Répétition').inputValue()).toBe('weekly')
      expect(await edit.getByLabel('Rappel sur vos appareils').inputValue()).toBe('15')
      await edit.getByLabel('Titre').fill('Atelier lecture')
      await edit.getByRole('button', { name: 'Enregistrer' }).click()
      const renamed = page.getByRole('button', { name: /Atelier lecture/ })
      await renamed.click()
      await page.getByRole('dialog').getByRole('button', { name: 'Supprimer toute la série' }).click()
      await renamed.waitFor({ state: 'detached' })
      await undo(/est supprimé/)
      await renamed.waitFor()
      await page.getByRole('button', { name: 'Semaine suivante' }).click()
      await renamed.waitFor()
    })

    test('a file of events is brought in, taken back, and a deletion loses none of its participants', async () => {
      const noon = new Date().toISOString().slice(0, 10).replaceAll('-', '')
      const line = (uid: string, title: string) =>
        `BEGIN:VEVENT\r\nUID:${uid}\r\nDTSTART:${noon}T110000Z\r\nDURATION:PT1H\r\nSUMMARY:${title}\r\nATTENDEE;CN=Zoé Petit:mailto:zoe@example.test\r\nEND:VEVENT\r\n`
      const file = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${line('sortie', 'Sortie au musée')}${line('bilan', 'Bilan du projet')}END:VCALENDAR\r\n`
      await page.goto('/agenda')
      const trip = page.getByRole('button', { name: /Sortie au musée/ })
      const bring = () =>
        page
          .getByLabel('Importer un fichier (.ics)')
          .setInputFiles({ name: 'a.ics', mimeType: 'text/calendar', buffer: Buffer.from(file) })
      await page.getByRole('button', { name: 'Plus d’actions' }).waitFor()
      await bring()
      await trip.waitFor()
      await undo(/2 événements importés/)
      await trip.waitFor({ state: 'detached' })
      await bring()
      await trip.click()
      await page.getByRole('dialog').getByText('Zoé Petit').waitFor()
      await page.getByRole('dialog').getByRole('button', { name: 'Supprimer' }).click()
      await trip.waitFor({ state: 'detached' })
      await undo(/Sortie au musée.* est supprimé/)
      await trip.click()
      await page.getByRole('dialog').getByText('Zoé Petit').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await page.getByRole('button', { name: 'Plus d’actions' }).press('Enter')
      const [taken] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: 'Exporter « Agenda » (.ics)' }).press('Enter'),
      ])
      expect(taken.suggestedFilename()).toMatch(/\.ics$/)
      const text = readFileSync(await taken.path(), 'utf8')
      expect(text).toContain('SUMMARY:Sortie au musée')
      expect(text).toContain('SUMMARY:Bilan du projet')
      expect(text.match(/BEGIN:VCALENDAR/g)).toHaveLength(1)
    })

    test('an invitation in a message is accepted: it is in the agenda, and the organiser is told', async () => {
      await page.goto('/mail/inbox')
      await page.getByRole('row', { name: /Invitation : conseil pédagogique/ }).click()
      await page.getByRole('heading', { name: 'Invitation : conseil pédagogique' }).waitFor()
      // The first message of the conversation is read already, and closed.
      await page
        .getByRole('button', { name: /Sophie Durand/ })
        .first()
        .click()
      await page.getByRole('button', { name: 'Afficher invitation.ics' }).click()
      const part = page.getByRole('dialog').getByRole('region', { name: 'Répondre à l’invitation' })
      await part.getByRole('button', { name: 'Accepter' }).waitFor()
      await look('invitation')
      await part.getByRole('button', { name: 'Accepter' }).click()
      await part.getByText('La réponse est envoyée à l’organisateur.').waitFor()
      await part.getByText('Vous avez accepté cette invitation.').waitFor()
    })

    test('on a phone the days are below each other, in the dark too', async () => {
      await page.setViewportSize({ width: 320, height: 700 })
      await page.emulateMedia({ colorScheme: 'dark' })
      await page.goto('/agenda')
      await page.getByRole('heading', { name: 'Agenda', level: 1 }).waitFor()
      await page.getByRole('button', { name: 'Nouvel événement', exact: true }).waitFor()
      await look('agenda-phone-dark')
      await page.goto('/portal')
      await page.getByRole('region', { name: 'Prochains événements' }).getByRole('link').first().waitFor()
      await look('portal-agenda-phone-dark')
    })

    test('a press on a free hour begins an event there, what overlaps stands beside it, and a phone has lists', async () => {
      await page.setViewportSize({ width: 1280, height: 800 })
      await page.emulateMedia({ colorScheme: 'light' })
      await page.goto('/agenda?day=2027-03-10')
      const day = page.getByRole('region', { name: /^mercredi 10 mars/ })
      await page.getByRole('button', { name: 'Nouvel événement', exact: true }).waitFor()
      const hours = day.locator('> div').last()
      /** Presses the middle of an hour (from seven on, twelve are shown); resolves with when the event will begin. */
      const add = async (title: string, hour: number, begins = '') => {
        const { width = 0, height = 0 } = (await hours.boundingBox()) ?? {}
        await hours.click({ position: { x: width - 4, y: (height * (hour - 7 + 0.5)) / 12 } })
        const form = page.getByRole('dialog', { name: 'Nouvel événement' })
        const proposed = await form.getByLabel('Début', { exact: true }).inputValue()
        await form.getByLabel('Titre').fill(title)
        if (begins !== '') {
          await form.getByLabel('Début', { exact: true }).fill(begins)
          // It lasts as long as before.
          expect(await form.getByLabel('Fin', { exact: true }).inputValue()).toBe('12:30')
        }
        await form.getByRole('button', { name: 'Enregistrer' }).click()
        await form.waitFor({ state: 'detached' })
        const { x = 0, y = 0, width: wide = 0 } = (await day.getByRole('button', { name: title }).boundingBox()) ?? {}
        return { proposed, x, y, wide }
      }
      const first = await add('Réunion de cycle', 11)
      expect(first.proposed).toBe('11:00')
      const alone = first.wide
      const second = await add('Permanence', 13, '11:30')
      expect(second.proposed).toBe('13:00')
      expect([second.x > first.x, second.y > first.y, second.wide < alone]).toEqual([true, true, true])
      await look('agenda-hours')
      await page.setViewportSize({ width: 390, height: 844 })
      const { width: onPhone = 0 } = (await page.getByRole('button', { name: /Réunion de cycle/ }).boundingBox()) ?? {}
      expect(onPhone).toBeGreaterThan(300)
      await look('agenda-lists')
    })

    test('a calendar is added, coloured, hidden and deleted with what is in it', async () => {
      await page.setViewportSize({ width: 1280, height: 800 })
      await page.goto('/agenda?day=2027-03-10')
      const menu = async () => {
        await page.getByRole('button', { name: 'Plus d’actions' }).press('Enter')
        await page.getByRole('menuitem', { name: 'Mes agendas' }).press('Enter')
        return page.getByRole('dialog', { name: 'Mes agendas' })
      }
      const dialog = await menu()
      await dialog.getByLabel('Nouvel agenda').fill('Sorties')
      await dialog.getByLabel('Nouvel agenda').press('Enter')
      await dialog.getByRole('checkbox', { name: 'Afficher « Sorties »' }).waitFor()
      const line = dialog.getByRole('listitem').filter({ hasText: 'Sorties' })
      await line.getByLabel('Couleur').fill('#7a3e9d')
      await line.getByLabel('Couleur').blur()
      await line.getByLabel('Nom', { exact: true }).fill('Sorties scolaires')
      await line.getByRole('button', { name: 'Enregistrer' }).click()
      await dialog.getByRole('checkbox', { name: 'Afficher « Sorties scolaires »' }).waitFor()
      await look('agenda-calendars')
      await dialog.getByRole('button', { name: 'Fermer' }).last().click()

      await page.getByRole('button', { name: 'Nouvel événement', exact: true }).click()
      const form = page.getByRole('dialog', { name: 'Nouvel événement' })
      await form.getByLabel('Titre').fill('Musée du Temps')
      await form.getByLabel('Agenda').selectOption({ label: 'Sorties scolaires' })
      await form.getByRole('button', { name: 'Enregistrer' }).click()
      const event = page.getByRole('button', { name: /Musée du Temps/ })
      await event.waitFor()
      expect(await event.evaluate((one) => getComputedStyle(one).borderInlineStartColor)).toBe('rgb(122, 62, 157)')

      await (await menu()).getByRole('checkbox', { name: 'Afficher « Sorties scolaires »' }).uncheck()
      await event.waitFor({ state: 'detached' })
      await dialog.getByRole('checkbox', { name: 'Afficher « Sorties scolaires »' }).check()
      await dialog.getByRole('button', { name: 'Supprimer « Sorties scolaires »' }).click()
      const sure = page.getByRole('alertdialog', { name: /^Supprimer l’agenda/ })
      await sure.getByRole('button', { name: /^Supprimer/ }).click()
      await dialog.getByRole('checkbox', { name: 'Afficher « Sorties scolaires »' }).waitFor({ state: 'detached' })
      await dialog.getByRole('button', { name: 'Fermer' }).last().click()
      await page.getByRole('region', { name: /^mercredi 10 mars/ }).waitFor()
      expect(await event.count()).toBe(0)
    })
  },
)
