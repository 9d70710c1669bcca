/**
 * The screenshots in the guides that come with the program, in both languages, where the guides look for them:
 * `bin/node test/journey/guide-pictures.ts [address of a demonstration that runs [only...]]`.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { giveCredentials, type JourneyServer, launchBrowser, missing, startServer, visit } from './rig.ts'

const folder = join(import.meta.dirname, '../../src/domain/guides/content/pictures')
const [address, ...only] = process.argv.slice(2)

const size = { width: 900, height: 560 } as const
type Language = 'fr' | 'en'
interface Shot {
  readonly name: string
  readonly who?: string
  readonly path: string
  readonly height?: number
  readonly show?: (page: Page) => Promise<void>
}

const shots: readonly Shot[] = [
  { name: 'sign-in', path: '/' },
  { name: 'recover', path: '/recover' },
  { name: 'set-up', who: 'anne.martin', path: '/setup' },
  { name: 'app-passwords', who: 'anne.martin', path: '/account/devices' },
  { name: 'security', who: 'anne.martin', path: '/account/security' },
  { name: 'rescue', who: 'anne.martin', path: '/account/recovery' },
  { name: 'compromise', who: 'anne.martin', path: '/account/compromise' },
  { name: 'diagnose', who: 'anne.martin', path: '/diagnose' },
  { name: 'tickets', who: 'anne.martin', path: '/tickets' },
  { name: 'notices', who: 'anne.martin', path: '/notices' },
  { name: 'hand-in', who: 'anne.martin', path: '/requests' },
  {
    name: 'report',
    who: 'anne.martin',
    path: '/mail/junk',
    show: async (page) => {
      await page.locator('[role=row][id]').first().click()
      await page.getByRole('article').first().waitFor()
    },
  },
]

const signedIn = async (browser: Browser, server: JourneyServer, login: string) => {
  const { page, context } = await visit(browser, server)
  await page.goto('/login?then=%2Fportal')
  await giveCredentials(page, login, server.password)
  const school = page.getByRole('button', { name: /Collège des Tilleuls/ })
  const home = page.getByRole('heading', { name: /^Bonjour ./, level: 1 })
  await school.or(home).first().waitFor()
  if (!(await home.isVisible())) await school.first().click()
  await home.waitFor()
  const cookies = await context.cookies()
  await context.close()
  return cookies
}

/** WebP by the browser itself: a tenth of a PNG. */
const webp = async (context: BrowserContext, page: Page): Promise<Buffer> => {
  const devtools = await context.newCDPSession(page)
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 72 })
  return Buffer.from(data, 'base64')
}

const take = async (page: Page, context: BrowserContext, shot: Shot, language: Language): Promise<void> => {
  const height = shot.height ?? size.height
  await page.setViewportSize({ width: size.width, height })
  await page.goto(shot.path)
  await page.locator('h1').first().waitFor()
  await shot.show?.(page)
  await page.waitForTimeout(1200)
  for (const old of readdirSync(folder)) if (old.startsWith(`${shot.name}-${language}.`)) rmSync(join(folder, old))
  writeFileSync(join(folder, `${shot.name}-${language}.${size.width}x${height}.webp`), await webp(context, page))
}

const run = async (browser: Browser, server: JourneyServer): Promise<void> => {
  const wanted = shots.filter(({ name }) => only.length === 0 || only.includes(name))
  for (const who of new Set(wanted.map((shot) => shot.who))) {
    const cookies = who === undefined ? [] : await signedIn(browser, server, who)
    for (const language of ['fr', 'en'] as const) {
      const { page, context } = await visit(browser, server, {
        locale: language === 'fr' ? 'fr-FR' : 'en-GB',
        storageState: { cookies, origins: [] },
      })
      for (const shot of wanted.filter((one) => one.who === who)) await take(page, context, shot, language)
      await context.close()
    }
  }
}

const connect = async (url: string): Promise<JourneyServer> => {
  const session = (await (await fetch(`${url}/auth/session`)).json()) as { demo?: { password?: string } }
  return { url, password: session.demo?.password ?? '', data: '', close: () => Promise.resolve() } as JourneyServer
}

if (missing !== undefined) {
  console.error(`No pictures: ${missing}.`)
  process.exitCode = 2
} else {
  mkdirSync(folder, { recursive: true })
  const server = address === undefined ? await startServer() : await connect(address)
  try {
    await run(await launchBrowser(), server)
  } finally {
    await server.close()
  }
  // The browser is a worker's, which ends with it.
  process.exit()
}
