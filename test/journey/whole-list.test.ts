/** A list longer than what is fetched of it: ranges, all of it, all but some; each act says and does what is on screen. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type JourneyServer, launchBrowser, missing, rows, signIn, startServer, visit } from './rig.ts'

const MANY = 1230
const login = 'marc.lefevre'

type Answer = Readonly<Record<string, unknown>>

const jmap = async (server: JourneyServer, name: string, args: Answer): Promise<Answer> => {
  const authorization = `Basic ${Buffer.from(`${login}:${server.password}`).toString('base64')}`
  const headers = { authorization, 'content-type': 'application/json' }
  const session = (await (await fetch(`${server.url}/jmap/session`, { headers })).json()) as {
    primaryAccounts: Record<string, string>
    apiUrl: string
  }
  const accountId = session.primaryAccounts['urn:ietf:params:jmap:mail']
  const using = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail', 'urn:convergence:organising']
  const body = JSON.stringify({ using, methodCalls: [[name, { accountId, ...args }, 'c']] })
  const response = await fetch(new URL(session.apiUrl, server.url), { method: 'POST', headers, body })
  const { methodResponses } = (await response.json()) as { methodResponses: [[string, Answer]] }
  return methodResponses[0][1]
}

const fill = async (server: JourneyServer): Promise<string> => {
  const made = await jmap(server, 'Mailbox/set', { create: { m: { name: 'Lot', parentId: null } } })
  const { id } = (made.created as { m: { id: string } }).m
  for (let from = 0; from < MANY; from += 410) {
    const letters = Array.from({ length: 410 }, (_, i) => [
      `e${from + i}`,
      {
        mailboxIds: { [id]: true },
        keywords: { $seen: true },
        receivedAt: new Date(Date.UTC(2026, 0, 1) + (from + i) * 60_000).toISOString().replace('.000', ''),
        from: [{ name: 'Rectorat', email: 'rectorat@example.org' }],
        subject: `Circulaire ${from + i}`,
        bodyValues: { t: { value: `Texte ${from + i}` } },
        textBody: [{ partId: 't', type: 'text/plain' }],
      },
    ])
    const answer = await jmap(server, 'Email/set', { create: Object.fromEntries(letters) })
    expect(answer.notCreated ?? null).toBeNull()
  }
  return id
}

describe.skipIf(missing !== undefined)(
  `A whole list${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 180_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    let page: Page
    let lot: string
    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
      lot = await fill(server)
      ;({ page } = await visit(browser, server))
      await signIn(page, login, server.password)
      await page.getByRole('link', { name: 'Lot', exact: true }).click()
      await page.getByText(/^1\s?230 conversations$/).waitFor()
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    const number = async (filter: Answer): Promise<unknown> =>
      (
        await jmap(server, 'Email/query', {
          filter: { operator: 'AND', conditions: [{ inMailbox: lot }, filter] },
          calculateTotal: true,
          limit: 1,
        })
      ).total
    const chosen = (count: number) => page.locator('header', { hasText: `${count} sélectionnée` }).waitFor()
    const box = (index: number) => rows(page).nth(index).getByRole('checkbox')
    const selectAll = async () => {
      await page.locator('#list').focus()
      await page.keyboard.press('Control+a')
      await chosen(MANY)
    }
    const scrollTo = (index: number) =>
      page.locator('#list').evaluate((list, at) => {
        const height = list.querySelector('[role=row]')?.getBoundingClientRect().height ?? 0
        list.scrollTop = at * height
      }, index)

    test('A range reaches over rows that were never on screen', async () => {
      await box(0).check({ force: true })
      await scrollTo(700)
      const row = rows(page).filter({ has: page.getByText(`Circulaire ${MANY - 1 - 703}`, { exact: true }) })
      await row.click({ modifiers: ['Shift'] })
      await chosen(704)
      await page.getByRole('button', { name: 'Effacer la sélection' }).click()
    })

    test('A longer range than can be chosen one by one is refused, and it is said what to do', async () => {
      await scrollTo(0)
      await box(0).check({ force: true })
      await scrollTo(MANY)
      await rows(page)
        .filter({ has: page.getByText('Circulaire 3', { exact: true }) })
        .click({ modifiers: ['Shift'] })
      await page
        .getByText(/choisissez plutôt/)
        .first()
        .waitFor()
      await chosen(1)
      await page.getByRole('button', { name: 'Effacer la sélection' }).click()
      await scrollTo(0)
    })

    test('The star of one row is that of one row, whatever is selected', async () => {
      await selectAll()
      await page.getByText(`${MANY} sélectionnées`).nth(1).waitFor()
      await rows(page).nth(2).locator('button[aria-pressed]').click({ force: true })
      await expect.poll(() => number({ hasKeyword: '$flagged' })).toBe(1)
      await page.keyboard.press('Escape')
    })

    test('All but what is unticked is labelled by one act, and another turn of the box takes all of it back', async () => {
      await selectAll()
      await box(1).uncheck({ force: true })
      await chosen(MANY - 1)
      await box(3).uncheck({ force: true })
      await chosen(MANY - 2)
      expect(await box(0).isChecked()).toBe(true)
      await page.keyboard.press('l')
      const dialog = page.getByRole('dialog', { name: 'Étiqueter la sélection' })
      await dialog.getByRole('textbox', { name: 'Nom de l’étiquette' }).fill('Bilan')
      await page.keyboard.press('Enter')
      await expect.poll(() => number({ hasKeyword: 'bilan' }), { timeout: 60_000 }).toBe(MANY - 2)
      await dialog.getByRole('checkbox', { name: 'Bilan' }).click()
      await expect.poll(() => number({ hasKeyword: 'bilan' }), { timeout: 60_000 }).toBe(0)
      await page.keyboard.press('Escape')
    })

    test('A label is renamed from the sidebar, deleted with a way back that gives it to its messages again', async () => {
      await box(0).check({ force: true })
      await page.keyboard.press('l')
      const dialog = page.getByRole('dialog', { name: 'Étiqueter la sélection' })
      await dialog.getByRole('checkbox', { name: 'Bilan' }).check()
      await page.keyboard.press('Escape')
      await expect.poll(() => number({ hasKeyword: 'bilan' })).toBe(1)
      const choose = async (label: string, entry: string) => {
        await page.getByRole('button', { name: `Actions sur l’étiquette ${label}` }).click()
        await page.getByRole('menuitem', { name: entry }).click()
      }
      await choose('Bilan', 'Modifier l’étiquette')
      await page.getByRole('dialog').getByRole('textbox', { name: 'Nom de l’étiquette' }).fill('Bilan annuel')
      await page.keyboard.press('Enter')
      await page.getByRole('link', { name: 'Messages étiquetés Bilan annuel' }).waitFor()
      await choose('Bilan annuel', 'Supprimer l’étiquette')
      await page
        .getByRole('alertdialog')
        .getByRole('button', { name: /^Supprimer/ })
        .click()
      await expect.poll(() => number({ hasKeyword: 'bilan' }), { timeout: 30_000 }).toBe(0)
      await page
        .locator('li', { hasText: 'Étiquette Bilan annuel supprimée' })
        .getByRole('button', { name: 'Annuler' })
        .click()
      await rows(page)
        .getByRole('img', { name: /^Étiquettes : Bilan annuel/ })
        .first()
        .waitFor({ timeout: 30_000 })
      await page.keyboard.press('Escape')
    })

    test('What cannot be done to a list of any length does not happen to its first row instead', async () => {
      await selectAll()
      await page.keyboard.press('h')
      await page.getByText('Cette action ne va pas pour toute une liste.').first().waitFor()
      expect(await page.getByRole('dialog').count()).toBe(0)
      await page.keyboard.press('Escape')
    })
  },
)
