/** The mailbox of a function, opened by a secretary and a head with their own sign-in, in two browsers at once. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import {
  deliver,
  type JourneyServer,
  launchBrowser,
  missing,
  rows,
  signIn,
  startServer,
  type Visit,
  visit,
} from './rig.ts'

const name = 'Collège des Tilleuls (secrétariat)'

describe.skipIf(missing !== undefined)(
  `The mailbox of a function${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 120_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    let claire: Visit
    let sophie: Visit
    const as = async (login: string, options: NonNullable<Parameters<typeof visit>[2]> = {}): Promise<Visit> => {
      const seen = await visit(browser, server, { bypassCSP: true, ...options })
      await seen.context.addInitScript(
        `if (window === top) localStorage.getItem('convergence.preferences') ?? localStorage.setItem('convergence.preferences', '{"undoSeconds":0}')`,
      )
      await signIn(seen.page, login, server.password)
      return seen
    }
    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
      ;[claire, sophie] = await Promise.all([as('claire.petit'), as('sophie.durand')])
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    const section = (page: Page) => page.getByRole('region', { name, exact: true })
    const inbox = (page: Page) => section(page).getByRole('link', { name: /^Boîte de réception|^Réception/ })
    const unread = async (page: Page) => (await inbox(page).locator('[aria-hidden=true]').last().textContent()) ?? '0'

    test('it is below one’s own folders with what is unread, and opens with one press', async () => {
      const { page } = claire
      await inbox(page).waitFor()
      const before = Number(await unread(page))
      expect(before).toBeGreaterThan(1)
      await inbox(page).click()
      await page.waitForURL(/\/mail\/u[0-9a-z]+~inbox/)
      await rows(page).filter({ hasText: 'Absence de Léa ce matin' }).waitFor()
      // Her own mail is not in it.
      expect(await rows(page).filter({ hasText: 'Agenda de la semaine' }).count()).toBe(0)
      await inbox(sophie.page).waitFor()
      await rows(page).filter({ hasText: 'Absence de Léa ce matin' }).click()
      await page.getByRole('article').first().waitFor()
      // What one has read is read for the other, who has not moved.
      await expect.poll(() => unread(sophie.page)).toBe(String(before - 1))
      expect(await findings(page)).toEqual([])
    })

    test('an answer leaves in the name of the function, and a colleague sees who wrote it', async () => {
      const { page } = claire
      await page.getByRole('article').getByRole('button', { name: 'Répondre', exact: true }).first().click()
      const body = page.getByRole('textbox', { name: 'Corps du message' })
      await body.waitFor()
      const from = page.locator('label', { hasText: /^De/ }).getByRole('combobox')
      await expect.poll(() => from.locator('option:checked').textContent()).toMatch(/<ce\.0250001r@/)
      await body.click({ position: { x: 8, y: 8 } })
      await page.keyboard.type('C’est noté, bon rétablissement à Léa.')
      await page.getByRole('button', { name: 'Envoyer', exact: true }).click()
      await body.waitFor({ state: 'detached' })
      const other = sophie.page
      await inbox(other).click()
      await rows(other).filter({ hasText: 'Absence de Léa ce matin' }).click()
      // The conversation opens at the answer; the question before it says the same.
      await other.getByText(/^Envoyé au nom de la fonction par Claire Petit/).waitFor()
      await other.getByRole('button', { name: 'Déplier le message de Nathalie Garnier' }).click()
      await other.getByText(/^Répondu par Claire Petit/).waitFor()
      // The copy is in the function's own Sent.
      const sent = await other.evaluate(async () => {
        const session = await (await fetch('/jmap/session')).json()
        const [accountId] = Object.entries(session.accounts as Record<string, { isPersonal: boolean }>).find(
          ([, account]) => !account.isPersonal,
        ) ?? ['']
        const ask = async (methodCalls: unknown[]) => {
          const using = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail']
          const response = await fetch('/jmap/api', {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-csrf': '1' },
            body: JSON.stringify({ using, methodCalls }),
          })
          return (await response.json()).methodResponses
        }
        const [[, { list }]] = await ask([['Mailbox/get', { accountId, properties: ['role'] }, 'a']])
        const inMailbox = (list as { id: string; role: string }[]).find(({ role }) => role === 'sent')?.id
        const ref = { resultOf: 'q', name: 'Email/query', path: '/ids' }
        const [, [, got]] = await ask([
          ['Email/query', { accountId, filter: { inMailbox, subject: 'Absence' } }, 'q'],
          ['Email/get', { accountId, '#ids': ref, properties: ['from', 'subject'] }, 'g'],
        ])
        return got.list as { from: { email: string }[] }[]
      })
      expect(sent[0]?.from[0]?.email).toMatch(/^ce\.0250001r@/)
    })

    test('one looks for something in the mailbox of the function alone', async () => {
      const { page } = claire
      await page.getByRole('searchbox').fill('autocar')
      await page.keyboard.press('Enter')
      await page.waitForURL(/[?&]box=u/)
      await rows(page).filter({ hasText: 'Confirmation du transport' }).waitFor()
    })

    test('all inboxes are one list: what arrives in any is there, and is read, answered and archived where it belongs', async () => {
      const { page, errors } = claire
      await page.getByRole('link', { name: /^Toutes les boîtes/ }).click()
      await page.waitForURL(/\/mail\/all~inbox/)
      const mine = rows(page).filter({ hasText: 'Invitation : conseil pédagogique' })
      await mine.getByRole('img', { name: 'Boîte : Ma boîte' }).waitFor()
      const theirs = rows(page).filter({ hasText: 'Confirmation du transport' })
      await theirs.getByRole('img', { name: `Boîte : ${name}` }).waitFor()
      await deliver(server.ports.lmtp, 'ce.0250001r@ac-demo.test', [
        'From: Parent <parent@outside.example>\r\nSubject: Certificat de Hugo\r\n\r\nBonjour.',
      ])
      const fresh = rows(page).filter({ hasText: 'Certificat de Hugo' })
      await fresh.getByRole('img', { name: `Boîte : ${name}` }).waitFor()
      expect(await rows(page).first().textContent()).toContain('Certificat de Hugo')
      expect(await findings(page)).toEqual([])
      await fresh.click()
      await page.waitForURL(/\/mail\/all~inbox\/u[0-9a-z]+~/)
      await page.getByRole('article').getByRole('button', { name: 'Répondre', exact: true }).first().click()
      const from = page.locator('label', { hasText: /^De/ }).getByRole('combobox')
      await expect.poll(() => from.locator('option:checked').textContent()).toMatch(/<ce\.0250001r@/)
      await page.getByRole('button', { name: 'Fermer', exact: true }).last().click()
      await from.waitFor({ state: 'detached' })
      await page.getByRole('main').getByRole('button', { name: 'Archiver' }).click()
      await expect.poll(() => fresh.count()).toBe(0)
      // It is in the archive of the function, where a colleague sees it.
      const other = sophie.page
      await section(other).getByRole('link', { name: 'Archives' }).click()
      await rows(other).filter({ hasText: 'Certificat de Hugo' }).waitFor()
      await inbox(other).click()
      await page.getByRole('button', { name: 'Annuler' }).last().click()
      await fresh.waitFor()
      expect(errors).toEqual([])
    })

    test('a message moves into another account by the keyboard, and back', async () => {
      const { page, errors } = claire
      const moved = rows(page).filter({ hasText: 'Certificat de Hugo' })
      await moved.click()
      await page.getByRole('heading', { name: 'Certificat de Hugo' }).waitFor()
      await page.keyboard.press('v')
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('combobox').fill('ma boîte archives')
      expect(await findings(page)).toEqual([])
      await page.keyboard.press('Enter')
      await expect.poll(() => moved.count()).toBe(0)
      await page
        .getByRole('link', { name: /^Archives/ })
        .first()
        .click()
      await moved.waitFor()
      expect(page.url()).not.toMatch(/u[0-9a-z]+~/)
      await page.getByRole('button', { name: 'Annuler' }).last().click()
      await expect.poll(() => moved.count()).toBe(0)
      await page.getByRole('link', { name: /^Toutes les boîtes/ }).click()
      await moved.getByRole('img', { name: `Boîte : ${name}` }).waitFor()
      await page.setViewportSize({ width: 320, height: 700 })
      await moved.waitFor()
      expect(await overflow(page)).toBe(0)
      expect(await findings(page)).toEqual([])
      await page.setViewportSize({ width: 1280, height: 800 })
      expect(errors).toEqual([])
    })

    test('a label made in the list of all inboxes is put on a message of the function, and goes with it into another account', async () => {
      const { page, errors } = claire
      const labelled = rows(page).filter({ hasText: 'Certificat de Hugo' })
      await labelled.click()
      await page.getByRole('heading', { name: 'Certificat de Hugo' }).waitFor()
      await page.keyboard.press('l')
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Nom de l’étiquette').fill('À rappeler')
      await dialog.getByRole('button', { name: 'Créer' }).click()
      await dialog.getByRole('checkbox', { name: 'À rappeler', checked: true }).waitFor()
      expect(await findings(page)).toEqual([])
      // What had the focus may be gone: Escape still closes the sheet, and nothing below it.
      await page.evaluate(() => (document.activeElement as HTMLElement).blur())
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      await page.getByRole('heading', { name: 'Certificat de Hugo' }).waitFor()
      await labelled.getByRole('img', { name: 'Étiquettes : À rappeler' }).waitFor()
      // The colleague sees it in the mailbox of the function.
      const other = sophie.page
      await inbox(other).click()
      await rows(other)
        .filter({ hasText: 'Certificat de Hugo' })
        .getByRole('img', { name: 'Étiquettes : À rappeler' })
        .waitFor()
      await page.keyboard.press('v')
      await page.getByRole('dialog').getByRole('combobox').fill('ma boîte archives')
      await page.keyboard.press('Enter')
      await expect.poll(() => labelled.count()).toBe(0)
      await page
        .getByRole('link', { name: /^Archives/ })
        .first()
        .click()
      await labelled.getByRole('img', { name: 'Étiquettes : À rappeler' }).waitFor()
      expect(errors).toEqual([])
    })

    test('an invitation in it is put into one’s own calendar', async () => {
      const { page, errors } = claire
      const calendar = [
        ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//y', 'METHOD:REQUEST', 'BEGIN:VEVENT'],
        ...['UID:ca-1@outside.example', 'DTSTAMP:20261101T090000Z', 'DTSTART:20261210T170000Z'],
        ...['DTEND:20261210T190000Z', 'SUMMARY:Conseil d’administration', 'ORGANIZER:mailto:parent@outside.example'],
        ...['ATTENDEE;RSVP=TRUE:mailto:ce.0250001r@ac-demo.test', 'END:VEVENT', 'END:VCALENDAR'],
      ].join('\r\n')
      await deliver(server.ports.lmtp, 'ce.0250001r@ac-demo.test', [
        `From: Parent <parent@outside.example>\r\nSubject: Invitation au conseil\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nBonjour.\r\n--b\r\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${calendar}\r\n--b--`,
      ])
      await inbox(page).click()
      await rows(page).filter({ hasText: 'Invitation au conseil' }).click()
      await page.getByText('Cette invitation est adressée à une boîte fonctionnelle').waitFor()
      expect(await findings(page)).toEqual([])
      await page.getByRole('button', { name: 'Ajouter à mon agenda' }).click()
      await page
        .getByText(/^1 événement/)
        .first()
        .waitFor()
      expect(errors).toEqual([])
    })

    test('a reader changes nothing: no buttons to do it, and nothing is marked as read', async () => {
      const account = /\/(u[0-9a-z]+)~/.exec(sophie.page.url())?.[1] ?? ''
      const given = await sophie.page.evaluate(
        async (id) =>
          (
            await fetch(`/functions/${id}/grant`, {
              method: 'POST',
              headers: { 'content-type': 'application/json', 'x-csrf': '1' },
              body: JSON.stringify({ who: 'marc.lefevre', role: 'reader' }),
            })
          ).status,
        Number.parseInt(account.slice(1), 36),
      )
      expect(given).toBe(200)
      const { page, context, errors } = await as('marc.lefevre', { viewport: { width: 390, height: 800 } })
      await page.goto(`${server.url}${new URL(sophie.page.url()).pathname.replace(/\/t[^/]*$/, '')}`)
      await rows(page).filter({ hasText: 'Confirmation du transport' }).click()
      await page.getByRole('article').first().waitFor()
      expect(await page.getByRole('toolbar').getByRole('button', { name: 'Archiver' }).count()).toBe(0)
      expect(await overflow(page)).toBe(0)
      expect(errors).toEqual([])
      await context.close()
    })

    test('an owner takes access away, and the mailbox closes at once where it was open', async () => {
      const { page } = sophie
      await inbox(claire.page).click()
      await rows(claire.page).filter({ hasText: 'Confirmation du transport' }).waitFor()
      await page.goto(`${server.url}/account/functions`)
      await page.getByRole('button', { name: `Voir qui a accès : ${name}` }).click()
      await page.getByRole('button', { name: 'Retirer : Claire Petit' }).waitFor()
      expect(await findings(page)).toEqual([])
      await page.getByRole('button', { name: 'Retirer : Claire Petit' }).click()
      await page.getByRole('alertdialog').getByRole('button', { name: 'Retirer' }).click()
      await page.getByText('Accès retiré.').first().waitFor()
      await claire.page.getByRole('heading', { name: 'Cette boîte ne vous est pas ouverte' }).waitFor()
      await expect.poll(() => section(claire.page).count()).toBe(0)
      const account = /\/(u[0-9a-z]+)~/.exec(claire.page.url())?.[1] ?? ''
      const left = () =>
        claire.page.evaluate(
          (prefix) =>
            new Promise<number>((resolve) => {
              const open = indexedDB.open('convergence')
              open.onsuccess = () => {
                const all = open.result.transaction('entries').objectStore('entries').getAllKeys()
                all.onsuccess = () => {
                  open.result.close()
                  resolve(all.result.filter((key) => String(key).startsWith(prefix)).length)
                }
              }
            }),
          `${account}/`,
        )
      await expect.poll(left).toBe(0)
      expect([...claire.errors, ...sophie.errors]).toEqual([])
    })
  },
)
