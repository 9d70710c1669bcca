/** A person's passwords in their account: one for a device, used by a mail program and withdrawn; and their own, changed. */
import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type JourneyServer, launchBrowser, missing, signInByForm, startServer, visit } from './rig.ts'

/** The whole answer to one command of IMAP. */
const ask = async (socket: TLSSocket, command: string): Promise<string> => {
  const tag = command.slice(0, command.indexOf(' '))
  let said = ''
  const hear = (chunk: Buffer) => {
    said += chunk.toString('latin1')
  }
  socket.on('data', hear)
  socket.write(`${command}\r\n`)
  await expect.poll(() => said).toMatch(new RegExp(`(^|\\r\\n)${tag} [^\\r]*\\r\\n`))
  socket.off('data', hear)
  return said
}

describe.skipIf(missing !== undefined)(
  `Passwords in the web app${missing === undefined ? '' : ` (skipped: ${missing})`}`,
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

    const imap = async (): Promise<TLSSocket> => {
      // The demonstration's certificate is its own.
      const socket = connect({ host: 'localhost', port: server.ports.imaps, rejectUnauthorized: false })
      socket.on('error', () => undefined)
      await once(socket, 'data')
      return socket
    }

    test('A device password opens IMAP over TLS; withdrawn, the open connection ends and it opens nothing more', async () => {
      const { page, errors, context } = await visit(browser, server)
      await signInByForm(page, 'claire.petit', server.password)
      await page.goto('/account/devices')
      await page.getByRole('textbox', { name: 'Nom de l’appareil' }).fill('Téléphone')
      await page.getByRole('button', { name: 'Créer', exact: true }).click()
      const secret = page.getByRole('status').filter({ hasText: 'Recopiez ce mot de passe' })
      await secret.waitFor()
      const password = (await secret.locator('p').nth(1).textContent())?.trim() ?? ''
      expect(password.length).toBeGreaterThanOrEqual(16)
      await page
        .getByText('lire le courrier (IMAP), envoyer du courrier (SMTP), contacts et agendas (DAV) · jamais utilisé')
        .waitFor()

      const login = `LOGIN claire.petit "${password}"`
      const phone = await imap()
      expect(await ask(phone, `a ${login}`)).toMatch(/^a OK/m)
      expect(await ask(phone, 'b SELECT INBOX')).toContain('EXISTS')
      // The list tells what it is used for, and that something with it was refused.
      const old = await imap()
      const mistyped = `${password.slice(0, -1)}${password.endsWith('a') ? 'b' : 'a'}`
      expect(await ask(old, `d LOGIN claire.petit "${mistyped}"`)).toMatch(/^d NO/m)
      old.destroy()
      await expect
        .poll(
          async () => {
            await page.reload()
            await page.getByRole('button', { name: 'Retirer Téléphone' }).waitFor()
            return page.getByText(/· utilisé .+ · refusé /).count()
          },
          { timeout: 60_000 },
        )
        .toBe(1)
      const ended = once(phone, 'close')
      phone.resume()
      await page.getByRole('button', { name: 'Retirer Téléphone' }).click()
      await ended
      await expect.poll(() => page.getByRole('button', { name: 'Retirer Téléphone' }).count()).toBe(0)
      const thief = await imap()
      expect(await ask(thief, `c ${login}`)).toMatch(/^c NO/m)
      thief.destroy()
      expect(errors).toEqual([])
      await context.close()
    })

    test('A changed password closes the other sessions, keeps this one, and alone opens the next', async () => {
      const [one, other] = [await visit(browser, server), await visit(browser, server)]
      await signInByForm(other.page, 'karim.benali', server.password)
      await signInByForm(one.page, 'karim.benali', server.password)
      const { page } = one
      const wanted = 'quatre marronniers sous la pluie'
      await page.goto('/account/security')
      const field = page.getByLabel('Nouveau mot de passe')
      const save = page.getByRole('button', { name: 'Changer le mot de passe' })
      // What is typed is judged at once, by the server's own rules.
      await field.fill('court')
      await page.getByText(/trop court/).waitFor()
      await field.fill('Azerty123456')
      await page
        .getByText(/suite de touches|premiers que l’on essaie/)
        .first()
        .waitFor()
      await page.getByLabel('Mot de passe actuel').fill(server.password)
      await save.click()
      await page
        .getByText(/AUTH-2\d/)
        .first()
        .waitFor()
      await page.getByRole('button', { name: 'Proposer une phrase' }).click()
      await page.getByText('Solidité : très solide.').waitFor()
      await field.fill(wanted)
      await save.click()
      await page.getByText('Mot de passe changé. Vos autres sessions sont fermées.').first().waitFor()
      await page.goto('/mail/inbox')
      await page.getByRole('grid').getByRole('row').first().waitFor()

      await other.page.reload()
      await other.page.getByLabel('Mot de passe', { exact: true }).waitFor()
      const program = await imap()
      expect(await ask(program, `a LOGIN karim.benali "${server.password}"`)).toMatch(/^a NO/m)
      expect(await ask(program, `b LOGIN karim.benali "${wanted}"`)).toMatch(/^b OK/m)
      program.destroy()
      expect(one.errors).toEqual([])
      await one.context.close()
      await other.context.close()
    })
  },
)
