/** Without script, in a real browser: a service sends somebody here, who signs in with a second factor and goes back. */
import { TOTP } from 'otpauth'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type JourneyServer, launchBrowser, missing, startServer, visit } from './rig.ts'

/** What our own page would send. */
const ask = async (page: Page, path: string, data: unknown): Promise<Record<string, unknown>> => {
  const answer = await page.context().request.post(path, { data, headers: { 'x-csrf': '1' } })
  return (await answer.json()) as Record<string, unknown>
}

describe.skipIf(missing !== undefined)(
  `Without script${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 120_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer({ services: true }), launchBrowser()])
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    const arenaOf = async (page: Page): Promise<string> => {
      const session = (await (await page.context().request.get('/auth/session')).json()) as {
        demo?: { services?: { name: string; url: string }[] }
      }
      return session.demo?.services?.find(({ name }) => name.includes('Arena'))?.url ?? ''
    }

    test('a service on another origin is reached after the password and the code, through plain forms', async () => {
      const login = 'anne.martin'
      const enrolling = await visit(browser, server)
      await ask(enrolling.page, '/auth/login', { login, password: server.password })
      const begun = await ask(enrolling.page, '/auth/totp/begin', {})
      const totp = new TOTP({ secret: String(begun.secret).replaceAll(' ', '') })
      const code = totp.generate()
      expect(await ask(enrolling.page, '/auth/totp/confirm', { token: begun.token, code })).toHaveProperty('id')
      await enrolling.context.close()

      const { page, context } = await visit(browser, server, { javaScriptEnabled: false })
      const arena = await arenaOf(page)
      expect(arena).toMatch(/^http:/)
      await page.goto(arena)
      // The service may ask first: its page has one way in.
      if (page.url().startsWith(arena)) await page.getByRole('link').first().click()
      await page.waitForURL(/\/login\?/)
      const wanted = new URL(page.url()).searchParams.get('then') ?? ''
      expect(wanted).toMatch(/^\/cas\/login\?service=/)
      await page.locator('input[name=login]').fill(login)
      await page.locator('input[name=password]').fill(server.password)
      await page.locator('form button').first().click()
      await page.waitForURL(/\/login\/factor$/)
      // A code serves once; the server allows for a clock that is one period ahead.
      await page.getByLabel(/^Code à six chiffres/).fill(totp.generate({ timestamp: Date.now() + 30_000 }))
      await page.getByRole('button', { name: 'Continuer' }).first().click()
      await page.waitForURL((url) => url.origin === new URL(arena).origin)
      expect(await page.locator('body').innerText()).toMatch(/anne\.martin|Anne Martin|Martin/)
      await context.close()
    })
  },
)
