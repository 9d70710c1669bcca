/** OpenID Connect in a browser: consent to an outside service, a device connected, its mail program disconnected. */
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { giveCredentials, type JourneyServer, launchBrowser, missing, startServer, visit } from './rig.ts'

const run = promisify(execFile)
const callback = 'http://127.0.0.1:9/callback'
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

describe.skipIf(missing !== undefined)(
  `OpenID Connect in a browser${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 180_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    const command = (...words: string[]) =>
      run(process.execPath, ['src/server/main.ts', ...words, '--data', server.data], {
        cwd: join(import.meta.dirname, '../..'),
      })
    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
      for (const id of ['editor', 'press'])
        await command('openid', 'add', id, '--name', 'Éditeur', '--outside', '--redirect', callback)
      const grants = ['--public', '--grants', `${deviceGrant},refresh_token`, '--scopes', 'openid mail:imap']
      await command('openid', 'add', 'phone', '--name', 'Téléphone', ...grants)
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    const request = (id: string): string => {
      const challenge = createHash('sha256').update(randomBytes(32).toString('base64url')).digest('base64url')
      const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }
      const asked = {
        client_id: id,
        redirect_uri: callback,
        response_type: 'code',
        scope: 'openid email',
        ...pkce,
      }
      return `${server.url}/oidc/auth?${new URLSearchParams(asked)}`
    }

    test.each([true, false])('an outside service is consented to (script: %s)', async (javaScriptEnabled) => {
      const { context, page } = await visit(browser, server, { javaScriptEnabled })
      await page.goto(request(javaScriptEnabled ? 'editor' : 'press'))
      if (javaScriptEnabled) await giveCredentials(page, 'marc.lefevre', server.password)
      else {
        await page.locator('input[name=login]').fill('marc.lefevre')
        await page.locator('input[name=password]').fill(server.password)
        await page.locator('input[name=password]').press('Enter')
      }
      await page.getByText('Éditeur').first().waitFor()
      expect(new URL(page.url()).pathname).toMatch(/^\/consent\//)
      // Nobody listens at the service: where the browser is sent is what counts.
      const sent = page.waitForRequest((one) => one.url().startsWith(callback))
      await page.getByRole('button', { name: /^(Accepter|Autoriser)$/ }).click()
      expect(new URL((await sent).url()).searchParams.get('code')).toBeTruthy()
      await context.close()
    })

    test('a device is connected by its code, reads the mail, and is disconnected when it is taken back', async () => {
      const post = async (path: string, fields: Record<string, string>) =>
        (await (await fetch(`${server.url}${path}`, { method: 'POST', body: new URLSearchParams(fields) })).json()) as {
          verification_uri_complete: string
          device_code: string
          access_token: string
        }
      const begun = await post('/oidc/device/auth', { client_id: 'phone', scope: 'openid mail:imap' })
      const { context, page } = await visit(browser, server)
      await page.goto(begun.verification_uri_complete)
      await giveCredentials(page, 'marc.lefevre', server.password)
      await page.getByRole('button', { name: 'Continuer' }).click()
      await page.getByRole('button', { name: 'Autoriser l’appareil' }).click()
      await page.getByText('L’appareil est connecté.').waitFor()
      const code = { client_id: 'phone', grant_type: deviceGrant, device_code: begun.device_code }
      const { access_token: token } = await post('/oidc/token', code)

      const socket = connect({ host: 'localhost', port: server.ports.imaps, rejectUnauthorized: false })
      const ended = once(socket, 'close')
      let said = ''
      socket.on('data', (chunk: Buffer) => {
        said += chunk.toString()
      })
      await once(socket, 'secureConnect')
      const proof = Buffer.from(`n,a=marc.lefevre,\u0001auth=Bearer ${token}\u0001\u0001`).toString('base64')
      socket.write(`a AUTHENTICATE OAUTHBEARER ${proof}\r\nb SELECT INBOX\r\nc IDLE\r\n`)
      await expect.poll(() => said).toContain('+ ')
      expect(said).toContain('b OK')
      const revoked = await page.evaluate(async () => {
        const headers = { 'content-type': 'application/json', 'x-csrf': '1' }
        return (await fetch('/auth/apps/revoke', { method: 'POST', headers, body: '{"id":"phone"}' })).status
      })
      expect(revoked).toBe(200)
      await ended
      expect(said).toContain('* BYE')
      await context.close()
    })
  },
)
