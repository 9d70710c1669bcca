/** An administrator gives somebody a password: it opens nothing but the page where they choose their own. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { giveCredentials, type JourneyServer, launchBrowser, missing, startServer, visit } from './rig.ts'

const given = 'Neuf-cigognes-au-lac-7'
const chosen = 'quatre marronniers sous la pluie'

describe.skipIf(missing !== undefined)(
  `A password to change${missing === undefined ? '' : ` (skipped: ${missing})`}`,
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

    /** What the administrator does on the command line, the password on standard input. */
    const give = (login: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const words = ['src/server/main.ts', 'account', 'password', login, '--must-change', '--data', server.data]
        const child = execFile(process.execPath, words, { cwd: join(import.meta.dirname, '../..') }, (error) =>
          error ? reject(error) : resolve(),
        )
        child.stdin?.end(`${given}\n`)
      })

    test('the password that was given leads to the choice of another, even after a reload, then to the mail', async () => {
      await give('karim.benali')
      const { page, context, errors } = await visit(browser, server)
      await page.goto('/')
      await giveCredentials(page, 'karim.benali', given)
      const title = page.getByRole('heading', { name: 'Choisissez un nouveau mot de passe' })
      await title.waitFor()
      await page.goto('/mail/inbox')
      await title.waitFor()
      expect(await page.getByRole('grid').count()).toBe(0)
      const field = page.getByLabel('Nouveau mot de passe', { exact: true })
      const save = page.getByRole('button', { name: 'Enregistrer et continuer' })
      await page.getByLabel('Mot de passe actuel').fill(given)
      await field.fill(given)
      await save.click()
      await page.getByText('AUTH-14').first().waitFor()
      await field.fill(chosen)
      await save.click()
      await page.locator('[role=row][id]').first().waitFor()
      expect(errors).toEqual([])
      await context.close()
    })

    test('without script a plain page does the same', async () => {
      await give('claire.petit')
      const { page, context } = await visit(browser, server, { javaScriptEnabled: false })
      await page.goto('/login/plain')
      await page.locator('input[name=login]').fill('claire.petit')
      await page.locator('input[name=password]').fill(given)
      await page.locator('form button').first().click()
      await page.waitForURL(/\/login\/password/)
      await page.getByLabel('Mot de passe actuel').fill(given)
      await page.getByLabel('Nouveau mot de passe').fill(chosen)
      await page.getByRole('button', { name: 'Enregistrer et continuer' }).click()
      await page.waitForURL((url) => !url.pathname.startsWith('/login/password'))
      const session = (await (await context.request.get('/auth/session')).json()) as Record<string, unknown>
      expect(session).toMatchObject({ signedIn: true, mustChangePassword: false })
      await context.close()
    })
  },
)
