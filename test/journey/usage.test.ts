/** What takes the room of a mailbox, and making some: found, cleared away, taken back, emptied; in French and in English. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import { type JourneyServer, launchBrowser, missing, signIn, startServer, visit } from './rig.ts'

const run = promisify(execFile)
const login = 'marc.lefevre'

const weights = [
  { subject: 'Photos du voyage', from: 'Zoé Marchand <zoe@ailleurs.test>', octets: 11_000_000, year: 2022 },
  { subject: 'Vidéo de la fête', from: 'Zoé Marchand <zoe@ailleurs.test>', octets: 6_000_000, year: 2023 },
  {
    subject: 'Dossier à garder',
    from: 'Rectorat <rectorat@example.org>',
    octets: 2_000_000,
    year: 2022,
    flagged: true,
  },
]

/** Messages of these weights in the inbox, as another program would have put them there. */
const fill = async (server: JourneyServer): Promise<void> => {
  const authorization = `Basic ${Buffer.from(`${login}:${server.password}`).toString('base64')}`
  const json = { authorization, 'content-type': 'application/json' }
  const session = (await (await fetch(`${server.url}/jmap/session`, { headers: json })).json()) as {
    primaryAccounts: Record<string, string>
  }
  const accountId = session.primaryAccounts['urn:ietf:params:jmap:mail']
  const call = async (name: string, args: object) => {
    const using = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail']
    const body = JSON.stringify({ using, methodCalls: [[name, { accountId, ...args }, 'c']] })
    const answer = (await (await fetch(`${server.url}/jmap/api`, { method: 'POST', headers: json, body })).json()) as {
      methodResponses: [string, { list?: { id: string; role: string | null }[]; created?: unknown }][]
    }
    return answer.methodResponses[0]![1]
  }
  const inbox = (await call('Mailbox/get', { ids: null })).list!.find(({ role }) => role === 'inbox')!.id
  for (const { subject, from, octets, year, flagged } of weights) {
    const text = `From: ${from}\r\nTo: ${login}@ac-demo.test\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nMessage-ID: <${octets}@ailleurs.test>\r\n\r\n`
    const message = text + `${'x'.repeat(76)}\r\n`.repeat(octets / 78)
    const headers = { authorization, 'content-type': 'message/rfc822' }
    const upload = await fetch(`${server.url}/jmap/upload/${accountId}`, { method: 'POST', headers, body: message })
    const { blobId } = (await upload.json()) as { blobId: string }
    const keywords = { $seen: true, ...(flagged ? { $flagged: true } : {}) }
    const e = { blobId, mailboxIds: { [inbox]: true }, keywords, receivedAt: `${year}-03-04T08:00:00Z` }
    const { created } = await call('Email/import', { emails: { e } })
    if (!created) throw new Error(`${subject} was not imported`)
  }
}

describe.skipIf(missing !== undefined)(
  `The room of a mailbox${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 180_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
      await fill(server)
      await run(process.execPath, ['src/server/main.ts', 'account', 'quota', login, '21M', '--data', server.data], {
        cwd: join(import.meta.dirname, '../..'),
      })
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    test('What is old and large is found, cleared away, taken back, and the trash emptied', async () => {
      const { page, errors, context } = await visit(browser, server, { bypassCSP: true })
      await signIn(page, login, server.password)
      // Told at the foot of the pane, which leads there.
      await page.getByRole('link', { name: 'Voir ce qui prend de la place' }).click()
      await page.getByRole('heading', { name: 'Place dans ma boîte', level: 1 }).waitFor()
      await page.getByText(/^\d+\sMo sur 22\sMo\s\(\d+\s%\)$/).waitFor()
      await page.getByRole('meter', { name: 'Place dans ma boîte' }).waitFor()
      const part = (name: string) => page.getByRole('region', { name, exact: true })
      const largest = part('Les plus gros messages').getByRole('listitem')
      expect(await largest.first().innerText()).toMatch(/Photos du voyage[\s\S]*11\sMo · Zoé Marchand · .*2022/)
      const [sender] = await part('Qui envoie le plus lourd').getByRole('listitem').allInnerTexts()
      expect(sender).toMatch(/Zoé Marchand[\s\S]*zoe@ailleurs\.test · 2\smessages, 17\sMo/)
      expect(await findings(page)).toEqual([])
      if (process.env.LOOK) await page.screenshot({ path: `${process.env.LOOK}/usage-fr.png` })

      // By the keyboard alone: before an autumn, of any size. What is followed is not counted.
      await page.getByLabel('Reçus').focus()
      await page.getByLabel('Reçus').selectOption({ label: 'avant la rentrée 2022' })
      const told = part('Faire de la place').getByRole('status')
      await told.getByText(/^1\smessage, 11\sMo\.$/).waitFor()
      await page.getByLabel('Reçus').selectOption({ label: 'à tout moment' })
      await told.getByText('Choisissez un âge ou une taille.').waitFor()
      await page.getByLabel('Taille').selectOption({ label: '5 Mo et plus' })
      await told.getByText(/^2\smessages, 17\sMo\.$/).waitFor()
      expect(await told.innerText()).toMatch(/Une fois la corbeille vidée\s: \d(,\d)?\sMo sur 22\sMo\s\(\d+\s%\)\./)
      await page.getByRole('button', { name: 'Mettre à la corbeille' }).focus()
      await page.keyboard.press('Enter')
      const done = page.locator('li', { hasText: /2\smessages traités/ }).last()
      await done.waitFor()
      await told.getByText('Aucun message ne correspond.').waitFor()

      await done.getByRole('button', { name: 'Annuler' }).click()
      await page.locator('li', { hasText: 'Tout a été remis comme avant.' }).waitFor()
      await told.getByText(/^2\smessages, 17\sMo\.$/).waitFor()
      await page.getByRole('button', { name: 'Mettre à la corbeille' }).click()
      await told.getByText('Aucun message ne correspond.').waitFor()

      // Only now there is room.
      await part('Par dossier').getByRole('button', { name: 'Vider la corbeille' }).click()
      const sure = page.getByRole('alertdialog').or(page.getByRole('dialog'))
      await sure.getByRole('button', { name: 'Supprimer définitivement' }).click()
      await page.getByText(/^[23](,\d)?\sMo sur 22\sMo/).waitFor()
      expect(errors).toEqual([])
      await context.close()
    })

    test('On a small phone, in English and in the dark, it fits; without a network it says so and goes on after it', async () => {
      const phone = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true }
      const { page, context } = await visit(browser, server, {
        ...phone,
        locale: 'en-GB',
        colorScheme: 'dark',
        bypassCSP: true,
      })
      await signIn(page, login, server.password)
      await page.goto(`${server.url}/usage`)
      await page.getByRole('heading', { name: 'Room in my mailbox' }).waitFor()
      await page.getByLabel('Received').waitFor()
      expect(await findings(page)).toEqual([])
      if (process.env.LOOK) await page.screenshot({ path: `${process.env.LOOK}/usage-phone.png` })
      expect(await overflow(page)).toBe(0)
      // What is flagged is never among what may go.
      expect(await page.getByRole('link', { name: 'Dossier à garder' }).count()).toBe(0)
      await page.getByRole('button', { name: /^Mailboxes/ }).tap()
      await page
        .getByRole('dialog')
        .getByRole('link', { name: /^Inbox/ })
        .tap()
      await page.getByRole('region', { name: 'Inbox', exact: true }).waitFor()
      await context.setOffline(true)
      await page.goBack()
      await page.getByText(/This page needs the network\./).waitFor()
      await context.setOffline(false)
      await page.getByLabel('Received').waitFor()
      await context.close()
    })
  },
)
