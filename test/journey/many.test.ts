/** More messages than a page: all selected, moved and brought back, and a trash of any size emptied. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type JourneyServer, launchBrowser, missing, rows, signIn, startServer, visit } from './rig.ts'

const MANY = 620
const login = 'marc.lefevre'

type Answer = Readonly<Record<string, unknown>>

/** Method calls of JMAP, in order; the arguments of the answers. */
const jmap = async (server: JourneyServer, calls: readonly [string, Answer][]): Promise<readonly Answer[]> => {
  const authorization = `Basic ${Buffer.from(`${login}:${server.password}`).toString('base64')}`
  const headers = { authorization, 'content-type': 'application/json' }
  const session = (await (await fetch(`${server.url}/jmap/session`, { headers })).json()) as {
    primaryAccounts: Record<string, string>
    apiUrl: string
  }
  const accountId = session.primaryAccounts['urn:ietf:params:jmap:mail']
  const body = JSON.stringify({
    using: ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail'],
    methodCalls: calls.map(([name, args], i) => [name, { accountId, ...args }, `c${i}`]),
  })
  const response = await fetch(new URL(session.apiUrl, server.url), { method: 'POST', headers, body })
  const { methodResponses } = (await response.json()) as { methodResponses: [string, Answer][] }
  return methodResponses.map(([, args]) => args)
}

const fill = async (server: JourneyServer): Promise<void> => {
  const [made] = await jmap(server, [['Mailbox/set', { create: { m: { name: 'Lot', parentId: null } } }]])
  const { id } = (made!.created as { m: { id: string } }).m
  const email = (i: number) => ({
    mailboxIds: { [id]: true },
    keywords: { $seen: true },
    from: [{ name: 'Rectorat', email: 'rectorat@example.org' }],
    subject: `Circulaire ${i}`,
    bodyValues: { t: { value: i === 7 ? `${'Introduction. '.repeat(60)}Le zirconium est rangé.` : `Texte ${i}` } },
    textBody: [{ partId: 't', type: 'text/plain' }],
  })
  for (let from = 0; from < MANY; from += 310) {
    const numbers = Array.from({ length: 310 }, (_, i) => from + i)
    const create = Object.fromEntries(numbers.map((i) => [`e${i}`, email(i)]))
    const [answer] = await jmap(server, [['Email/set', { create }]])
    expect(answer!.notCreated ?? null).toBeNull()
  }
}

const totals = async (server: JourneyServer): Promise<Record<string, number>> => {
  const [answer] = await jmap(server, [['Mailbox/get', { ids: null }]])
  const list = answer!.list as { name: string; role: string | null; totalEmails: number }[]
  return Object.fromEntries(list.map(({ name, role, totalEmails }) => [role ?? name, totalEmails]))
}

describe.skipIf(missing !== undefined)(
  `Many messages in the web app${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 180_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    let page: Page
    let errors: readonly string[]
    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
      await fill(server)
      ;({ page, errors } = await visit(browser, server))
      await signIn(page, login, server.password)
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    /** A list that has just come back may not hear the first press. */
    const selectAll = async () => {
      const selected = async () => {
        await page.locator('#list').focus()
        await page.keyboard.press('Control+a')
        await page.waitForTimeout(500)
        return page.getByText(`${MANY} sélectionnées`).first().isVisible()
      }
      await expect.poll(selected).toBe(true)
    }
    const count = (text: string) => page.locator('header', { hasText: text }).first().waitFor()

    test('A row of a search shows the text around what matched, however far it is', async () => {
      await page.getByRole('searchbox', { name: 'Rechercher' }).fill('zirconium')
      const preview = rows(page)
        .first()
        .locator('mark', { hasText: /^zirconium$/ })
        .locator('xpath=..')
      await expect.poll(() => preview.textContent()).toMatch(/^….{0,40}Le zirconium est rangé\.$/)
      await page.getByRole('button', { name: 'Effacer la recherche' }).click()
    })

    test('All of a folder is selected page by page, deleted, and brought back', async () => {
      await page.getByRole('link', { name: 'Lot', exact: true }).click()
      await count(`${MANY} conversations`)
      await selectAll()
      await page.getByRole('button', { name: 'Supprimer', exact: true }).first().click()
      await page.getByText('Ce dossier ne contient aucun message.').waitFor()
      await page.getByRole('button', { name: 'Annuler' }).click()
      await count(`${MANY} conversations`)
      await expect.poll(async () => (await totals(server)).Lot).toBe(MANY)

      await selectAll()
      await page.getByRole('button', { name: 'Supprimer', exact: true }).first().click()
      await expect.poll(async () => (await totals(server)).Lot).toBe(0)
    })

    test('The trash is emptied, all of it, once it has been said how many messages it holds', async () => {
      await page.getByRole('link', { name: /^Corbeille/ }).click()
      const inTrash = (await totals(server)).trash!
      expect(inTrash).toBeGreaterThanOrEqual(MANY)
      await page.getByRole('button', { name: 'Vider la corbeille' }).click()
      const question = page.getByRole('alertdialog', { name: 'Vider « Corbeille » ?' })
      await question.getByText(`${inTrash} messages seront effacés`).waitFor()
      await question.getByRole('button', { name: 'Supprimer définitivement' }).click()
      await page.getByText(`${inTrash} messages supprimés définitivement`).first().waitFor()
      expect((await totals(server)).trash).toBe(0)
      await page.getByText('Ce dossier ne contient aucun message.').waitFor()
      expect(errors).toEqual([])
    })
  },
)
