/**
 * Every part of the portal as every profile sees it: a desk in the light and a phone in the dark, French and English in
 * turn, so that each part is seen in the four ways and so is each profile; what may be done there is done
 * (profiles.acts.ts). What is typed is typed by keyboard alone.
 */
import { randomUUID } from 'node:crypto'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import { actIn } from './profiles.acts.ts'
import {
  administers,
  audiences,
  authors,
  authorsWays,
  type Both,
  logins,
  type Part,
  type Profile,
  parts,
  profiles,
  protectedProfiles,
  type Sight,
  toConfirm,
} from './profiles.data.ts'
import { giveCredentials, type JourneyServer, launchBrowser, missing, startServer, visit } from './rig.ts'
import { addApplication, signInStrongly } from './second-proof.ts'

/** French is 0, as in the table. */
type Language = 0 | 1
const desk = { width: 1280, height: 800 }
const looks = [
  { language: 0, size: desk, scheme: 'light' },
  { language: 1, size: { width: 320, height: 640 }, scheme: 'dark' },
  { language: 1, size: desk, scheme: 'light' },
  { language: 0, size: { width: 390, height: 844 }, scheme: 'dark' },
] as const satisfies readonly { language: Language; size: { width: number; height: number }; scheme: string }[]
type Look = (typeof looks)[number]

const hasScript = ({ at }: Part): boolean => typeof at === 'string'

/** What one profile must see of a part: what all see, and what is its own. */
const sightsOf = ({ all, by, others }: Part, profile: Profile): readonly Sight[] =>
  [all, by?.[profile] ?? others].filter((sight) => sight !== undefined)

describe.skipIf(missing !== undefined)(
  `Every part for every profile${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 240_000 },
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

    /** Of the applications added: a second try of a test finds them there. */
    const secrets = new Map<Profile, string>()

    const protect = async (profile: Profile): Promise<string> => {
      const { page, context } = await visit(browser, server)
      await page.goto('/login?then=%2Fadmin')
      await giveCredentials(page, logins[profile], server.password)
      const secret = await addApplication(page)
      await context.close()
      secrets.set(profile, secret)
      return secret
    }

    /** Signs in, with a second proof where the profile has one; resolves with what the browser then holds. */
    const signedIn = async (profile: Profile): Promise<Awaited<ReturnType<BrowserContext['cookies']>>> => {
      const login = logins[profile]
      const secret = protectedProfiles.includes(profile)
        ? (secrets.get(profile) ?? (await protect(profile)))
        : undefined
      const { page, context } = await visit(browser, server)
      await page.goto('/login?then=%2Fportal')
      if (secret === undefined) await giveCredentials(page, login, server.password)
      else await signInStrongly(page, login, server.password, secret)
      const later = page.getByRole('button', { name: /^Plus tard/ })
      const school = page.getByRole('button', { name: /Collège des Tilleuls/ })
      const home = page.getByRole('heading', { name: /^Bonjour ./, level: 1 })
      await later.or(school).or(home).first().waitFor()
      if (await later.isVisible()) await later.click()
      await school.or(home).first().waitFor()
      if (profile === 'parent') await school.first().click()
      await home.waitFor()
      const cookies = await context.cookies()
      await context.close()
      return cookies
    }

    /** One page of the application and one without script, in each language. */
    const pagesOf = async (profile: Profile) => {
      const cookies = await signedIn(profile)
      const errors: string[] = []
      const open = async (language: Language) => {
        const seen = await visit(browser, server, {
          bypassCSP: true,
          storageState: { cookies, origins: [] },
          locale: language === 0 ? 'fr-FR' : 'en-GB',
        })
        seen.page.on('pageerror', (error) => errors.push(String(error)))
        const plain = await seen.context.newPage()
        plain.setDefaultTimeout(15_000)
        await seen.page.goto('/portal')
        await seen.page.getByRole('heading', { name: /^(Bonjour|Hello) ./, level: 1 }).waitFor()
        return { app: seen.page, plain, context: seen.context }
      }
      return { languages: [await open(0), await open(1)] as const, errors }
    }

    const paste = async (page: Page, profile: Profile, text: string) => {
      await page.locator('#text').focus()
      await page.keyboard.type(text)
      const audience = page.locator('#audience')
      if ((await audience.count()) > 0) {
        await page.keyboard.press('Tab')
        await audience.selectOption(audiences[profile])
      }
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
    }

    /** Opens a part as a link of the application would, or as a document where it has no script. */
    const openPart = async (page: Page, part: Part, profile: Profile, language: Language) => {
      const { at } = part
      if (typeof at === 'string') {
        await page.evaluate((path) => {
          history.pushState({}, '', path)
          dispatchEvent(new PopStateEvent('popstate'))
        }, at)
      } else {
        const path = at[language]
        await page.goto(path.endsWith('=') ? `${path}${audiences[profile]}` : path)
        if (part.pasted !== undefined) await paste(page, profile, part.pasted)
      }
      const heading = part.heading[language]
      const level = part.pasted === undefined ? { level: 1 } : {}
      await page
        .getByRole('heading', { ...level, name: heading })
        .first()
        .waitFor()
    }

    const shown = (page: Page, text: string) => page.getByText(text).filter({ visible: true })

    const check = async (page: Page, part: Part, profile: Profile, { language }: Look) => {
      const sights = sightsOf(part, profile)
      const told = (text: Both) => `${profile}, ${part.name}: ${text[language]}`
      for (const text of sights.flatMap(({ sees = [] }) => sees))
        await shown(page, text[language])
          .first()
          .waitFor()
          .catch((cause: unknown) => {
            throw new Error(`not seen by ${told(text)}`, { cause })
          })
      for (const text of sights.flatMap(({ seesNot = [] }) => seesNot))
        expect([told(text), await shown(page, text[language]).count()]).toEqual([told(text), 0])
      expect([told(part.heading), await overflow(page)]).toEqual([told(part.heading), 0])
    }

    const confirm = async (page: Page, notice: Both, language: Language) => {
      const article = page.getByRole('article', { name: notice[language] })
      const [open, agree, done] = (
        [
          ['Ouvrir : ', 'J’ai lu et je le confirme', 'Lecture confirmée'],
          ['Open: ', 'I have read this and confirm it', 'Reading confirmed'],
        ] as const
      )[language]
      const confirmed = article.getByText(done)
      // By a first try of this test.
      if ((await confirmed.count()) > 0) return
      await article.getByRole('button', { name: `${open}${notice[language]}` }).press('Enter')
      await article.getByRole('button', { name: agree }).press('Enter')
      await confirmed.waitFor()
    }

    test.each(profiles)('%s', async (profile) => {
      const person = profiles.indexOf(profile)
      const turn = randomUUID().slice(0, 8)
      const { languages, errors } = await pagesOf(profile)
      for (const [i, part] of parts.entries()) {
        const look = looks[(i + person) % looks.length] ?? looks[0]
        const { app, plain } = languages[look.language]
        const page = hasScript(part) ? app : plain
        // A page behind another is not painted: its colours would be those of before.
        await page.bringToFront()
        await page.setViewportSize(look.size)
        await page.emulateMedia({ colorScheme: look.scheme, reducedMotion: 'reduce' })
        await openPart(page, part, profile, look.language)
        await check(page, part, profile, look)
        if (part.name === 'home' && look.size === desk) {
          const links = page.getByRole('link', { name: 'Administration', exact: true })
          expect(await links.count()).toBe(administers.includes(profile) ? 1 : 0)
        }
        if (part.name === 'documents asked for')
          for (const way of authorsWays) {
            const links = page.getByRole('link', { name: way[look.language], exact: true })
            expect([profile, way, await links.count()]).toEqual([profile, way, authors.includes(profile) ? 1 : 0])
          }
        // Two neighbours look at a part each in one of the two themes.
        if (i % profiles.length === person || (i + 1) % profiles.length === person)
          expect([profile, part.name, await findings(page)]).toEqual([profile, part.name, []])
        const notice = part.name === 'notices' ? toConfirm[profile] : undefined
        if (notice !== undefined) await confirm(page, notice, look.language)
        await actIn(part.name, { page, profile, language: look.language, turn })
      }
      expect(errors).toEqual([])
      for (const { context } of languages) await context.close()
    })
  },
)
