/**
 * Pictures of the screens, light and dark, on a desktop, a tablet, a phone and a small phone, in French and English, and
 * some in high contrast and at 200 %, to be looked at: `bin/node test/journey/screenshots.ts [folder [only...]]` (default test-results/screens, all; `only` are parts
 * of names of pictures, such as `phone-dark-fr` or `portal`). What is long is taken whole. Beside the pictures: sheets of
 * many, and `remarks.txt`, what a program can see (look-over.ts). The screens: screenshots.data.ts.
 */
import { appendFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { makeSheets } from './contact-sheet.ts'
import { lookOver } from './look-over.ts'
import { giveCredentials, type JourneyServer, launchBrowser, missing, startServer, visit } from './rig.ts'
import { atTheGate, type Look, looks, people, type Screen, strangers } from './screenshots.data.ts'
import { addApplication, signInStrongly } from './second-proof.ts'

const [folder = 'test-results/screens', ...only] = process.argv.slice(2)
const isWanted = (name: string): boolean => only.length === 0 || only.some((part) => name.includes(part))

const sizes = {
  desktop: { width: 1440, height: 900 },
  // WCAG 1.4.4: half the pixels of the desktop.
  zoomed: { width: 720, height: 450 },
  tablet: { width: 820, height: 1180 },
  phone: { width: 390, height: 844 },
  small: { width: 320, height: 640 },
} as const
/** Milliseconds after which a screen is taken as it is. */
const patience = 12_000
/** The longest picture. */
const tallest = 4000

const optionsOf = ({ device, scheme, language }: Look) => ({
  locale: language === 'fr' ? 'fr-FR' : 'en-GB',
  colorScheme: scheme === 'dark' ? ('dark' as const) : ('light' as const),
  contrast: scheme === 'contrast' ? ('more' as const) : ('no-preference' as const),
  viewport: sizes[device],
  hasTouch: device !== 'desktop' && device !== 'zoomed',
  isMobile: device !== 'desktop' && device !== 'zoomed',
  // axe is put into the page.
  bypassCSP: true,
})

/** What was on its way has come. */
const settle = (page: Page) => page.waitForTimeout(450)

const remarks = join(folder, 'remarks.txt')
const taken: string[] = []

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

const take = async (page: Page, { name, show, isWhole }: Screen, look: Look, server: JourneyServer): Promise<void> => {
  const full = `${name}-${look.device}-${look.scheme}-${look.language}`
  if (!isWanted(full)) return
  const tell = (remark: string) => appendFileSync(remarks, `${full}: ${remark}\n`)
  try {
    await show(page, look, server)
  } catch (error) {
    console.error(`${full}: ${String(error).slice(0, 300)}`)
    tell(`not reached: ${String(error).replace(/\s+/g, ' ').slice(0, 200)}`)
  }
  await settle(page)
  if (isWhole) {
    await stretch(page, sizes[look.device])
    await page.waitForTimeout(200)
  }
  await page.screenshot({ path: join(folder, `${full}.png`) })
  taken.push(full)
  for (const remark of await lookOver(page, look.language).catch((error) => [`not looked over: ${error}`])) tell(remark)
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
  const strange = async (screens: readonly Screen[]) => {
    for (const look of wantedLooks(screens)) {
      const { page, context } = await visit(browser, server, optionsOf(look))
      page.setDefaultTimeout(patience)
      for (const screen of screens) await take(page, screen, look, server)
      await context.close()
    }
  }
  await strange(strangers)
  for (const { login, isStrong = false, screens } of people) {
    const wanted = wantedLooks(screens)
    if (wanted.length === 0) continue
    const cookies = await signedIn(browser, server, login, isStrong)
    for (const look of wanted) {
      const storageState = { cookies, origins: [] }
      const { page, context } = await visit(browser, server, { ...optionsOf(look), storageState })
      page.setDefaultTimeout(patience)
      for (const screen of screens) await take(page, screen, look, server)
      await context.close()
    }
  }
  // Those who administer have a second proof by now.
  await strange(atTheGate)
}

if (missing !== undefined) {
  console.error(`No pictures: ${missing}.`)
  process.exitCode = 2
} else {
  mkdirSync(folder, { recursive: true })
  rmSync(remarks, { force: true })
  const server = await startServer({ services: true })
  const browser = await launchBrowser()
  try {
    await run(browser, server)
    await makeSheets(browser, folder, taken)
  } finally {
    await browser.close()
    await server.close()
  }
  // The browser is a worker's, which ends with it.
  process.exit()
}
