/** Order in one's mail, by keyboard alone and by pointer, on a desk and on a phone, in French and in English. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import { type JourneyServer, launchBrowser, missing, rows, signIn, startServer, visit } from './rig.ts'

const run = promisify(execFile)
const login = 'marc.lefevre'
const many = 1300

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
    using: [
      'urn:ietf:params:jmap:core',
      'urn:ietf:params:jmap:mail',
      'urn:ietf:params:jmap:quota',
      'urn:convergence:organising',
    ],
    methodCalls: calls.map(([name, args], i) => [name, { accountId, ...args }, `c${i}`]),
  })
  const response = await fetch(new URL(session.apiUrl, server.url), { method: 'POST', headers, body })
  const { methodResponses } = (await response.json()) as { methodResponses: [string, Answer][] }
  return methodResponses.map(([, args]) => args)
}

const fill = async (server: JourneyServer): Promise<void> => {
  const [made] = await jmap(server, [['Mailbox/set', { create: { m: { name: 'Lot', parentId: null } } }]])
  const { id } = (made!.created as { m: { id: string } }).m
  for (let from = 0; from < many; from += 325) {
    const create = Object.fromEntries(
      Array.from({ length: 325 }, (_, i) => [
        `e${from + i}`,
        {
          mailboxIds: { [id]: true },
          keywords: { $seen: true },
          from: [{ name: 'Rectorat', email: 'rectorat@example.org' }],
          subject: `Circulaire ${from + i}`,
          bodyValues: { t: { value: `Texte ${from + i}` } },
          textBody: [{ partId: 't', type: 'text/plain' }],
        },
      ]),
    )
    await jmap(server, [['Email/set', { create }]])
  }
}

const totals = async (server: JourneyServer): Promise<Record<string, number>> => {
  const [answer] = await jmap(server, [['Mailbox/get', { ids: null }]])
  const list = answer!.list as { name: string; role: string | null; totalEmails: number }[]
  return Object.fromEntries(list.map(({ name, role, totalEmails }) => [role ?? name, totalEmails]))
}

describe.skipIf(missing !== undefined)(
  `Order in the web app${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 180_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    let page: Page
    let errors: readonly string[]
    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
      await fill(server)
      ;({ page, errors } = await visit(browser, server, { bypassCSP: true }))
      await signIn(page, login, server.password)
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    const folder = (name: string | RegExp) =>
      page.getByRole('navigation').getByRole('link', typeof name === 'string' ? { name, exact: true } : { name })
    /** Opens the inbox; what was listed before is gone. */
    const openInbox = async () => {
      await folder(/^Boîte de réception/).click()
      await page
        .getByRole('region', { name: 'Boîte de réception', exact: true })
        .locator('#list[aria-busy=false]')
        .waitFor()
      await rows(page).first().waitFor()
    }
    const toast = (text: string | RegExp) => page.locator('li', { hasText: text }).last()

    test('A label is made and put on a conversation by the keyboard alone, and filters from the sidebar', async () => {
      await page.locator('#list').focus()
      await page.keyboard.press('Home')
      await page.keyboard.press('l')
      const dialog = page.getByRole('dialog', { name: 'Étiqueter la sélection' })
      await dialog.getByRole('textbox', { name: 'Nom de l’étiquette' }).focus()
      await page.keyboard.type('Conseil')
      await page.keyboard.press('Enter')
      await dialog.getByRole('checkbox', { name: 'Conseil' }).waitFor()
      expect(await findings(page)).toEqual([])
      const box = dialog.getByRole('checkbox', { name: 'Conseil' })
      await box.focus()
      if (!(await box.isChecked())) await page.keyboard.press('Space')
      await page.keyboard.press('Escape')
      await rows(page)
        .first()
        .getByRole('img', { name: /^Étiquettes : Conseil/ })
        .waitFor()
      // Its chip is above the conversation too.
      await page.keyboard.press('Enter')
      await page
        .getByRole('main')
        .getByRole('img', { name: /^Étiquettes : Conseil/ })
        .waitFor()
      await folder('Messages étiquetés Conseil').click()
      await expect.poll(() => rows(page).count()).toBeGreaterThan(0)
      await page.getByRole('heading', { name: 'Recherche' }).waitFor()
      expect(await findings(page)).toEqual([])
    })

    test('A search that cannot see everything yet says so beside its number, and no longer once it can', async () => {
      const database = new DatabaseSync(join(server.data, 'convergence.db'), { readOnly: true })
      const id = Number(database.prepare('SELECT id FROM account WHERE login = ?').get(login)?.id)
      database.close()
      // Somebody else holds the index, as a disk that is full or slow would: what arrives cannot be written into it.
      const name = join(server.data, 'search', (id & 0xff).toString(16).padStart(2, '0'), `${id}.db`)
      const index = new DatabaseSync(name)
      index.exec('BEGIN IMMEDIATE')
      const word = `saxifrage${Date.now()}`
      const inbox = (await jmap(server, [['Mailbox/query', { filter: { role: 'inbox' } }]]))[0]!.ids as string[]
      const letter = {
        mailboxIds: { [inbox[0]!]: true },
        from: [{ name: 'Rectorat', email: 'rectorat@example.org' }],
        subject: `Herbier ${word}`,
        bodyValues: { t: { value: 'Une plante' } },
        textBody: [{ partId: 't', type: 'text/plain' }],
      }
      try {
        await jmap(server, [['Email/set', { create: { e: letter } }]])
        await page.getByRole('searchbox', { name: 'Rechercher' }).fill('conseil')
        await page.keyboard.press('Enter')
        await page.getByRole('status').filter({ hasText: 'pas encore complet' }).waitFor()
        expect(await findings(page)).toEqual([])
      } finally {
        index.close()
      }
      // The note would follow the number in the same text.
      await page.getByRole('searchbox', { name: 'Rechercher' }).fill(word)
      await page.keyboard.press('Enter')
      await page.getByText(/^1 résultat$/).waitFor()
      await openInbox()
    })

    test('A search is written by the form, saved, found again in the sidebar and among the recent ones', async () => {
      const field = page.getByRole('searchbox', { name: 'Rechercher' })
      await field.fill('')
      await page.getByRole('button', { name: 'Critères de recherche' }).click()
      const form = page.getByRole('dialog', { name: 'Critères de recherche' })
      await form.getByRole('textbox', { name: 'Objet' }).fill('circulaire')
      await form.getByRole('combobox', { name: 'Dossier' }).selectOption('Lot')
      expect(await findings(page)).toEqual([])
      await form.getByRole('textbox', { name: 'Objet' }).press('Enter')
      await expect.poll(() => field.inputValue()).toBe('objet:circulaire dans:Lot')
      await page.getByText(/1\s?300 résultats/).waitFor()
      await page.getByRole('button', { name: 'Enregistrer cette recherche' }).click()
      await page.getByRole('textbox', { name: 'Nom de la recherche' }).fill('Les circulaires')
      await page.keyboard.press('Enter')
      await folder('Les circulaires').waitFor()
      await folder(/^Boîte de réception/).click()
      await folder('Les circulaires').click()
      await page.getByText(/1\s?300 résultats/).waitFor()
      await expect.poll(() => field.inputValue()).toBe('objet:circulaire dans:Lot')
      await page.getByRole('button', { name: 'Actions sur la recherche Les circulaires' }).click()
      await page.getByRole('menuitem', { name: 'Renommer la recherche' }).click()
      await page.getByRole('textbox', { name: 'Nom de la recherche' }).fill('Toutes les circulaires')
      await page.keyboard.press('Enter')
      await folder('Toutes les circulaires').waitFor()
    })

    test('All of a search beyond a thousand is archived by the server, with its progress, and taken back', async () => {
      await page.locator('#list').focus()
      await page.keyboard.press('Control+a')
      await page
        .getByText(/1\s?300 sélectionnées/)
        .first()
        .waitFor()
      await page.keyboard.press('e')
      await expect.poll(async () => (await totals(server)).Lot, { timeout: 30_000 }).toBe(0)
      await toast('1300 messages traités').getByRole('button', { name: 'Annuler' }).click()
      await expect.poll(async () => (await totals(server)).Lot, { timeout: 30_000 }).toBe(many)
      await toast('Tout a été remis comme avant.').waitFor()
    })

    test('A conversation is put off by the keyboard and waits in its own place, from where it is brought back', async () => {
      await openInbox()
      await page.locator('#list').focus()
      await page.keyboard.press('Home')
      const first = await rows(page).first().locator('[class*=subject]').textContent()
      await page.keyboard.press('h')
      const dialog = page.getByRole('dialog', { name: 'Mettre en attente jusqu’à…' })
      await dialog.waitFor()
      expect(await findings(page)).toEqual([])
      await dialog.getByRole('button', { name: /^Demain matin/ }).focus()
      await page.keyboard.press('Enter')
      await toast(/^En attente jusqu’à/).waitFor()
      await expect.poll(async () => (await totals(server)).snoozed).toBeGreaterThan(0)
      await folder(/^En attente/).click()
      await rows(page)
        .first()
        .getByText(first ?? '')
        .waitFor()
      await page.locator('#list').focus()
      await page.keyboard.press('Home')
      await page.keyboard.press('x')
      await page.getByRole('toolbar').getByRole('button', { name: 'Autres actions' }).first().click()
      await page.getByRole('menuitem', { name: 'Remettre dans la réception' }).click()
      await expect.poll(async () => (await totals(server)).snoozed).toBe(0)
    })

    test('A folder is moved into another by the menu and by dragging, and messages are dragged into it', async () => {
      const make = async (name: string) => {
        await page.getByRole('button', { name: 'Nouveau dossier' }).click()
        await page.getByRole('textbox', { name: 'Nom du dossier' }).fill(name)
        await page.keyboard.press('Enter')
        await folder(name).waitFor()
      }
      await make('Europe')
      await make('Budget')
      await make('Voyage')
      await folder('Budget').focus()
      await page.keyboard.press('Shift+F10')
      await page.getByRole('menuitem', { name: 'Déplacer le dossier…' }).press('Enter')
      const dialog = page.getByRole('dialog', { name: 'Déplacer « Budget »' })
      await dialog.getByRole('combobox').selectOption({ label: 'Europe' })
      await page.keyboard.press('Enter')
      if (await dialog.isVisible()) await dialog.getByRole('button', { name: 'Déplacer' }).press('Enter')
      await page.getByRole('button', { name: 'Réduire Europe' }).waitFor()
      await folder('Voyage').dragTo(folder('Europe'))
      await expect
        .poll(() =>
          page
            .locator('li', { has: page.getByRole('link', { name: 'Europe', exact: true }) })
            .locator('ul')
            .getByRole('link')
            .count(),
        )
        .toBe(2)
      await openInbox()
      await rows(page).first().dragTo(folder('Voyage'))
      await toast(/déplacée vers Voyage/).waitFor()
      await expect.poll(async () => (await totals(server)).Voyage).toBeGreaterThan(0)
      expect(await findings(page)).toEqual([])
      expect(errors).toEqual([])
    })

    test('The inbox can show only those whom one follows; a muted conversation leaves it', async () => {
      await openInbox()
      const focus = page.getByRole('button', { name: 'Suivis seulement' })
      await focus.click()
      await expect.poll(() => focus.getAttribute('aria-pressed')).toBe('true')
      await page
        .getByText(/résultats?|conversations?|Rien des personnes/)
        .first()
        .waitFor()
      await focus.click()
      await expect.poll(() => focus.getAttribute('aria-pressed')).toBe('false')
      await page.locator('#list[aria-busy=false]').waitFor()
      await rows(page).first().waitFor()
      await page.locator('#list').focus()
      await page.keyboard.press('Home')
      const before = (await totals(server)).archive ?? 0
      await page.keyboard.press('m')
      await toast(/^Conversation masquée/).waitFor()
      await expect.poll(async () => (await totals(server)).archive).toBeGreaterThan(before)
    })

    test('A list looks as one chooses: by message, below, alone, oldest first; every choice follows the person', async () => {
      await folder(/^Envoyés/).click()
      await page.getByRole('heading', { name: 'Envoyés' }).waitFor()
      const display = page.getByRole('button', { name: 'Affichage de la liste' })
      const sheet = page.getByRole('dialog', { name: 'Affichage' })
      const choose = async (group: string, name: string) => {
        await display.focus()
        await page.keyboard.press('Enter')
        await sheet.getByRole('group', { name: group }).getByRole('radio', { name, exact: true }).check()
        await page.keyboard.press('Escape')
        await sheet.waitFor({ state: 'detached' })
      }
      await choose('Liste', 'Par message')
      const sent = (await totals(server)).sent ?? 0
      await expect.poll(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe(String(sent))
      await choose('Liste', 'Par conversation')
      await folder(/^Lot/).click()
      await rows(page)
        .getByText(`Circulaire ${many - 1}`, { exact: true })
        .waitFor()
      const list = page.getByRole('grid', { name: 'Conversations' })
      const height = async () => (await rows(page).first().boundingBox())?.height ?? 0
      const usual = await height()
      await choose('Aperçu', '2 lignes')
      await expect.poll(height).toBeGreaterThan(usual)
      await choose('Densité', 'Serrée')
      await choose('Aperçu', 'Aucun')
      await expect.poll(height).toBeLessThan(usual)
      await choose('En haut de la liste', 'Les plus anciens')
      await rows(page).getByText('Circulaire 0', { exact: true }).waitFor()
      await choose('Lecture', 'En dessous')
      await rows(page).nth(1).click()
      const reader = page.getByRole('main', { name: 'Conversation' })
      await reader.getByRole('heading', { level: 2 }).waitFor()
      const [above, below] = [await list.boundingBox(), await reader.boundingBox()]
      expect(below!.y).toBeGreaterThanOrEqual(above!.y + above!.height - 1)
      expect(below!.height).toBeGreaterThan(above!.height)
      expect(await findings(page)).toEqual([])
      // The list goes, and its button with it: the keyboard is in the conversation.
      await display.click()
      await sheet.getByRole('radio', { name: 'À la place' }).press('Space')
      await list.waitFor({ state: 'detached' })
      await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('reader')
      const subject = await reader.getByRole('heading', { level: 2 }).textContent()
      await page.keyboard.press('k')
      await expect.poll(() => reader.getByRole('heading', { level: 2 }).textContent()).not.toBe(subject)
      await page.keyboard.press('Escape')
      await rows(page).first().waitFor()
      // Where nothing is known of them, the server tells.
      await page.evaluate(() => localStorage.removeItem('convergence.preferences'))
      await page.reload()
      await page.locator('[role=grid][data-wide][data-preview="0"]').waitFor()
    })

    test('On a phone, in English and in the dark, everything of it fits and is sound', async () => {
      const seen = await visit(browser, server, {
        viewport: { width: 320, height: 640 },
        locale: 'en-GB',
        colorScheme: 'dark',
        hasTouch: true,
        isMobile: true,
        bypassCSP: true,
      })
      const phone = seen.page
      const holdAtMost = (size: string) =>
        run(process.execPath, ['src/server/main.ts', 'account', 'quota', login, size, '--data', server.data], {
          cwd: join(import.meta.dirname, '../..'),
        })
      await holdAtMost('1G')
      const [told] = await jmap(server, [['Quota/get', { ids: null }]])
      const [{ used }] = told!.list as [{ used: number }]
      await holdAtMost(`${Math.ceil(used / 0.85 / 1024)}K`)
      await signIn(phone, login, server.password)
      // Little room is left: told where one looks, and at the foot of the pane, with what to do.
      await phone.getByRole('button', { name: 'See what takes room' }).waitFor()
      await phone.getByRole('button', { name: /^Mailboxes/ }).tap()
      const drawer = phone.getByRole('dialog', { name: /^Mailboxes/ })
      await drawer.getByText('Your mailbox is nearly full.').waitFor()
      await drawer.getByRole('meter', { name: 'Space used' }).waitFor()
      await drawer.getByRole('link', { name: 'Messages labelled Conseil' }).waitFor()
      await drawer.getByText('Saved searches').waitFor()
      expect(await findings(phone)).toEqual([])
      expect(await overflow(phone)).toBe(0)
      await drawer.getByRole('link', { name: 'Messages labelled Conseil' }).tap()
      await rows(phone).first().waitFor()
      await phone.goto('/settings')
      await phone.getByRole('heading', { name: 'How messages are displayed' }).waitFor()
      await phone.getByRole('heading', { name: 'People followed' }).waitFor()
      await phone.getByRole('textbox', { name: 'Name of the label' }).first().waitFor()
      expect(await findings(phone)).toEqual([])
      expect(await overflow(phone)).toBe(0)
      expect(seen.errors).toEqual([])
      await seen.context.close()
    })
  },
)
