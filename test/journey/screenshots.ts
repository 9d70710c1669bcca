/**
 * Pictures of each main screen, light and dark, phone and desktop, French and English, to be looked at:
 * `bin/node test/journey/screenshots.ts [folder]` (default test-results/screens).
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { giveCredentials, type JourneyServer, launchBrowser, missing, signIn, startServer, visit } from './rig.ts'
import { addApplication } from './second-proof.ts'

const folder = process.argv[2] ?? 'test-results/screens'

interface Screen {
  readonly name: string
  readonly show: (page: Page, isPhone: boolean) => Promise<void>
}

const pause = (page: Page) => page.waitForTimeout(900)
const openRow = async (page: Page, name: RegExp) => {
  await page.getByRole('row', { name }).first().click()
  await page.getByRole('heading', { name }).first().waitFor()
}

const screens: readonly Screen[] = [
  { name: 'inbox', show: async () => undefined },
  { name: 'conversation', show: (page) => openRow(page, /Exposé sur Colette|Conseil de classe/) },
  {
    name: 'html',
    show: async (page) => {
      // On a phone it is below what the list has made so far.
      await page.goto('/search?q=Gazette')
      await openRow(page, /Gazette des lettres/)
    },
  },
  {
    name: 'compose',
    show: async (page) => {
      await openRow(page, /Conseil de classe/)
      await page
        .getByRole('button', { name: /^(Répondre à tous|Reply to all)$/ })
        .last()
        .click()
      await page.getByRole('textbox', { name: /^(Corps du message|Message body)$/ }).click()
      await page.keyboard.type(
        'Bonsoir à tous,\n\nMerci pour vos retours. Je propose que nous commencions à 17 h 30.\n\nAnne',
      )
    },
  },
  {
    name: 'search',
    show: async (page) => {
      await page.getByRole('searchbox').fill('conseil')
      await page.locator('mark').first().waitFor()
    },
  },
  {
    name: 'devices',
    show: async (page) => {
      await page.goto('/account/devices')
      await page.getByRole('heading', { level: 1 }).waitFor()
    },
  },
  ...(
    [
      ['portal', '/portal'],
      ['notices', '/notices'],
      ['rules', '/rules'],
      ['help', '/aide'],
      ['status', '/etat'],
    ] as const
  ).map(
    ([name, path]): Screen => ({
      name,
      show: async (page) => {
        const isEnglish = (await page.evaluate(() => navigator.language)).startsWith('en')
        const english: Readonly<Record<string, string>> = { '/aide': '/help', '/etat': '/status' }
        await page.goto(isEnglish ? (english[path] ?? path) : path)
        await page.getByRole('heading', { level: 1 }).first().waitFor()
      },
    }),
  ),
  {
    name: 'settings',
    show: async (page) => {
      await page.goto('/settings')
      await page.getByRole('heading', { level: 1 }).waitFor()
    },
  },
  // The last one is as it was before, for the visits that follow: the choice follows the person.
  ...(['below', 'alone', 'beside'] as const).map(
    (layout): Screen => ({
      name: `layout-${layout}`,
      show: async (page, isPhone) => {
        if (isPhone) return
        await page.getByRole('button', { name: /^(Affichage de la liste|How the list looks)$/ }).click()
        await page.locator(`input[value="${layout}"]`).check()
        await page.keyboard.press('Escape')
        if (layout === 'below') await openRow(page, /Conseil de classe/)
      },
    }),
  ),
]

/** The pages of a head of school, who has protected the account first. */
const identity = async (server: JourneyServer): Promise<void> => {
  const browser = await launchBrowser()
  let secret = ''
  for (const colorScheme of ['light', 'dark'] as const)
    for (const device of ['desktop', 'phone'] as const) {
      const viewport = device === 'phone' ? { width: 360, height: 740 } : { width: 1440, height: 900 }
      const { page, context } = await visit(browser, server, { colorScheme, viewport })
      const take = async (name: string) => {
        await pause(page)
        await page.screenshot({ path: join(folder, `${name}-${device}-${colorScheme}-fr.png`) })
      }
      await page.goto('/')
      await page.getByRole('radio', { name: /^Parent/ }).check()
      await take('sign-in-parent')
      await page.goto('/login?then=%2Fadmin')
      await giveCredentials(page, 'sophie.durand', server.password)
      if (secret === '') {
        await take('enrolment')
        secret = await addApplication(page)
        await page.getByRole('button', { name: 'C’est fait : continuer' }).click()
        await page.getByRole('heading', { name: 'Personnes', level: 1 }).waitFor()
        // Loaded anew: the notice of what was just done is gone.
        await page.goto('/admin')
        await page
          .getByRole('cell', { name: /Garnier/ })
          .first()
          .waitFor()
        await take('administration')
        await page.goto('/admin?page=activation')
        await take('activation')
        await page.goto('/account/security')
        await take('security')
      } else {
        await page.getByRole('heading', { name: 'Encore une étape' }).waitFor()
        await take('second-proof')
      }
      await context.close()
    }
  await browser.close()
}

const run = async (server: JourneyServer): Promise<void> => {
  const browser = await launchBrowser()
  for (const locale of ['fr-FR', 'en-GB'])
    for (const colorScheme of ['light', 'dark'] as const)
      for (const device of ['desktop', 'phone'] as const) {
        const isPhone = device === 'phone'
        const viewport = isPhone ? { width: 360, height: 740 } : { width: 1440, height: 900 }
        const options = {
          locale,
          colorScheme,
          viewport,
          hasTouch: isPhone,
          isMobile: isPhone,
          deviceScaleFactor: isPhone ? 2 : 1,
        }
        const { page, context } = await visit(browser, server, options)
        const take = (name: string) =>
          page.screenshot({ path: join(folder, `${name}-${device}-${colorScheme}-${locale.slice(0, 2)}.png`) })
        await page.goto('/')
        await page.getByRole('heading', { level: 1 }).first().waitFor()
        await pause(page)
        await take('sign-in')
        await signIn(page, 'anne.martin', server.password)
        for (const { name, show } of screens) {
          await page.goto('/mail/inbox')
          await page.locator('[role=row][id]').first().waitFor()
          await show(page, isPhone).catch((error: unknown) =>
            console.error(`${name} ${device}:`, String(error).slice(0, 200)),
          )
          await pause(page)
          await take(name)
          if (name === 'compose')
            await page.getByRole('button', { name: /^(Supprimer le brouillon|Delete the draft)$/ }).click()
        }
        await context.close()
        // Who has the mailbox of a function sees every inbox in one list.
        const secretary = await visit(browser, server, options)
        await signIn(secretary.page, 'claire.petit', server.password)
        await secretary.page.goto('/mail/all~inbox')
        await secretary.page.locator('[role=row][id]').first().waitFor()
        await pause(secretary.page)
        const name = `all-inboxes-${device}-${colorScheme}-${locale.slice(0, 2)}.png`
        await secretary.page.screenshot({ path: join(folder, name) })
        await secretary.context.close()
      }
  await browser.close()
}

if (missing !== undefined) {
  console.error(`No pictures: ${missing}.`)
  process.exitCode = 2
} else {
  mkdirSync(folder, { recursive: true })
  const server = await startServer({ services: true })
  try {
    await identity(server)
    await run(server)
  } finally {
    await server.close()
  }
}
