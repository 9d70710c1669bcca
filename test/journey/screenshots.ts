/**
 * Pictures of the screens, light and dark, phone and desktop, French and English, to be looked at:
 * `bin/node test/journey/screenshots.ts [folder [only...]]` (default test-results/screens, all; `only` are parts of
 * names of pictures, such as `phone-dark-fr` or `portal`). What is long is taken whole. The screens: screenshots.data.ts.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { giveCredentials, type JourneyServer, launchBrowser, missing, startServer, visit } from './rig.ts'
import { type Look, looks, people, type Screen, strangers } from './screenshots.data.ts'
import { addApplication, signInStrongly } from './second-proof.ts'

const [folder = 'test-results/screens', ...only] = process.argv.slice(2)
const isWanted = (name: string): boolean => only.length === 0 || only.some((part) => name.includes(part))

const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 360, height: 740 } } as const
/** The longest picture. */
const tallest = 4000

const optionsOf = ({ device, scheme, language }: Look) => ({
  locale: language === 'fr' ? 'fr-FR' : 'en-GB',
  colorScheme: scheme,
  viewport: sizes[device],
  hasTouch: device === 'phone',
  isMobile: device === 'phone',
})

/** What was on its way has come. */
const settle = (page: Page) => page.waitForTimeout(700)

/** As high as whatever scrolls in it. */
const stretch = async (page: Page, { width, height }: { width: number; height: number }): Promise<void> => {
  const hidden = await page.evaluate(() =>
    Math.max(
      0,
      ...[...document.querySelectorAll('html, main, main *')]
        .filter((one) => /auto|scroll/.test(getComputedStyle(one).overflowY) || one === document.documentElement)
        .map((one) => one.scrollHeight - one.clientHeight),
    ),
  )
  if (hidden > 0) await page.setViewportSize({ width, height: Math.min(tallest, height + hidden) })
}

const take = async (page: Page, { name, show, isWhole }: Screen, look: Look): Promise<void> => {
  const full = `${name}-${look.device}-${look.scheme}-${look.language}`
  if (!isWanted(full)) return
  try {
    await show(page, look)
  } catch (error) {
    console.error(`${full}: ${String(error).slice(0, 300)}`)
  }
  await settle(page)
  if (isWhole) {
    await stretch(page, sizes[look.device])
    await settle(page)
  }
  await page.screenshot({ path: join(folder, `${full}.png`) })
  if (isWhole) await page.setViewportSize(sizes[look.device])
}

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>

/** Signs in once; whoever administers adds a second proof first. */
const signedIn = async (
  browser: Browser,
  server: JourneyServer,
  login: string,
  isStrong: boolean,
): Promise<Cookies> => {
  let { page, context } = await visit(browser, server)
  await page.goto(isStrong ? '/login?then=%2Fadmin' : '/login?then=%2Fportal')
  await giveCredentials(page, login, server.password)
  if (isStrong) {
    const secret = await addApplication(page)
    await context.close()
    ;({ page, context } = await visit(browser, server))
    await page.goto('/login?then=%2Fportal')
    await signInStrongly(page, login, server.password, secret)
  }
  const later = page.getByRole('button', { name: /^Plus tard/ })
  const school = page.getByRole('button', { name: /Collège des Tilleuls/ })
  const home = page.getByRole('heading', { name: /^Bonjour ./, level: 1 })
  await later.or(school).or(home).first().waitFor()
  if (await later.isVisible()) await later.click()
  await school.or(home).first().waitFor()
  if (!(await home.isVisible())) await school.first().click()
  await home.waitFor()
  const cookies = await context.cookies()
  await context.close()
  return cookies
}

const run = async (browser: Browser, server: JourneyServer): Promise<void> => {
  const wantedLooks = (screens: readonly Screen[]) =>
    looks.filter(({ device, scheme, language }) =>
      screens.some(({ name }) => isWanted(`${name}-${device}-${scheme}-${language}`)),
    )
  for (const look of wantedLooks(strangers)) {
    const { page, context } = await visit(browser, server, optionsOf(look))
    for (const screen of strangers) await take(page, screen, look)
    await context.close()
  }
  for (const { login, isStrong = false, screens } of people) {
    const wanted = wantedLooks(screens)
    if (wanted.length === 0) continue
    const cookies = await signedIn(browser, server, login, isStrong)
    for (const look of wanted) {
      const storageState = { cookies, origins: [] }
      const { page, context } = await visit(browser, server, { ...optionsOf(look), storageState })
      for (const screen of screens) await take(page, screen, look)
      await context.close()
    }
  }
}

if (missing !== undefined) {
  console.error(`No pictures: ${missing}.`)
  process.exitCode = 2
} else {
  mkdirSync(folder, { recursive: true })
  const server = await startServer({ services: true })
  const browser = await launchBrowser()
  try {
    await run(browser, server)
  } finally {
    await browser.close()
    await server.close()
  }
  // The browser is a worker's, which ends with it.
  process.exit()
}
