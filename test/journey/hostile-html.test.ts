/**
 * Hundreds of messages made to attack their reader, delivered by LMTP and opened in Chromium, many in one conversation:
 * no script runs, nothing is loaded from elsewhere (nor when images are allowed), no frame is left.
 */
import type { Browser, Frame, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attacks as first } from './hostile-html.data.ts'
import { moreAttacks } from './hostile-more.data.ts'
import { deliver, type JourneyServer, launchBrowser, missing, signIn, startServer, visit } from './rig.ts'

const attacks = Object.entries({ ...first, ...moreAttacks })
/** Messages of one conversation: each is open, in a frame of its own. */
const perThread = 24
const groups = Array.from({ length: Math.ceil(attacks.length / perThread) }, (_, i) =>
  attacks.slice(i * perThread, (i + 1) * perThread),
)

/** The first conversations, which hold what loads pictures. */
const pictured = 4

/** As a relay that we trust hands it over, verified: the reader's choice of images counts for it. */
const message = (group: number, i: number, name: string, html: string): string =>
  [
    'Authentication-Results: mail.ac-demo.test; dmarc=pass header.from=outside.example',
    'From: Pirate <pirate@outside.example>',
    'To: yann.moreau@ac-demo.test',
    `Subject: attack ${group}`,
    `Message-ID: <${group}.${i}@outside.example>`,
    `References: <${group}@outside.example>`,
    `Date: ${new Date().toUTCString()}`,
    'MIME-Version: 1.0',
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    ...(Buffer.from(`<p>attack ${name}</p>${html}<p>end of ${name}</p>`)
      .toString('base64')
      .match(/.{1,76}/g) ?? []),
  ].join('\r\n')

const framesOf = (page: Page): Frame[] =>
  page.frames().filter((frame) => frame.url().includes('/assets/message-frame-'))

interface Inside {
  readonly name: string
  readonly dangers: readonly string[]
}

/** Once a message is in its frame: its name, and what is left of it that could run, load or lead anywhere else. */
const lookInside = (frame: Frame): Promise<Inside> =>
  frame.evaluate(async () => {
    for (let i = 0; i < 200 && !document.querySelector('#message p'); i++) await new Promise((go) => setTimeout(go, 50))
    const dangers: string[] = []
    const forbidden =
      /^(?:script|iframe|frame|object|embed|link|meta|base|form|input|button|svg|math|template|video|audio)$/i
    for (const element of document.querySelectorAll('#message *')) {
      if (forbidden.test(element.localName)) dangers.push(element.localName)
      if (element.shadowRoot) dangers.push('shadow root')
      for (const { name, value } of element.attributes) {
        if (/^on/i.test(name)) dangers.push(name)
        if (name === 'href' && !/^(?:https?:|mailto:|tel:)/i.test(value)) dangers.push(`href ${value.slice(0, 40)}`)
        if (name === 'src' && !/^(?:data:image\/|blob:)/.test(value)) dangers.push(`src ${value.slice(0, 40)}`)
        if (/^(?:srcset|background|action|formaction|ping|poster|data|lowsrc)$/.test(name)) dangers.push(name)
      }
    }
    return { name: document.querySelector('#message p')?.textContent ?? '', dangers }
  })

describe.skipIf(missing !== undefined)(
  `Hostile HTML${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 180_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
      // The first last, so that it is the newest.
      const all = groups.flatMap((group, g) => group.map(([name, html], i) => message(g, i, name, html))).reverse()
      await deliver(server.ports.lmtp, 'yann.moreau@ac-demo.test', all)
      // For whoever allows images: what loads pictures, not read yet.
      await deliver(server.ports.lmtp, 'karim.benali@ac-demo.test', all.slice(-pictured * perThread))
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    /** A page that notes whatever an attack could achieve. */
    const watched = async () => {
      const { page, context } = await visit(browser, server)
      const events: string[] = []
      const asked: string[] = []
      const at = { group: '' }
      await context.exposeFunction('pwned', () => events.push(`script ran: ${at.group}`))
      page.on('dialog', (dialog) => {
        events.push(`dialog: ${at.group}`)
        void dialog.dismiss()
      })
      context.on('page', () => events.push(`window opened: ${at.group}`))
      page.on('request', (request) => {
        const url = request.url()
        asked.push(url)
        // A frame of a message asks for its own document and for nothing else.
        const inFrame = request.frame().parentFrame() !== null && !request.isNavigationRequest()
        if (inFrame && !/^(?:data|blob):/.test(url)) events.push(`request of a frame: ${at.group}: ${url.slice(0, 80)}`)
      })
      await context.route(/^(?!http:\/\/localhost)/, (route) => {
        const url = route.request().url()
        if (!/^(?:data|blob):/.test(url)) events.push(`request: ${at.group}: ${url.slice(0, 80)}`)
        return route.abort()
      })
      return { page, context, events, asked, at }
    }

    /** Opens the next conversation, or one by its number; resolves with its number when all its messages are in their frames, and safe. */
    const openNext = async (page: Page, at: { group: string }, wanted?: number): Promise<number> => {
      const heading = page.getByRole('heading', { name: /^attack / })
      const before = at.group
      if (wanted === undefined) await page.keyboard.press('j')
      else await page.getByRole('row', { name: new RegExp(`attack ${wanted}(?!\\d)`) }).click()
      await expect.poll(() => heading.textContent().catch(() => before)).not.toBe(before)
      at.group = (await heading.textContent()) ?? ''
      const number = Number(at.group.replace('attack ', ''))
      const group = groups[number] ?? []
      const expected = group.map(([name]) => `attack ${name}`).sort()
      let inside: readonly Inside[] = []
      // Frames of the conversation before may still be there, and go while they are looked at.
      const names = async () => {
        const gone: Inside = { name: '', dangers: [] }
        inside = await Promise.all(framesOf(page).map((frame) => lookInside(frame).catch(() => gone)))
        return inside.map(({ name }) => name).sort()
      }
      await expect.poll(names, { timeout: 40_000 }).toEqual(expected)
      expect(inside.filter(({ dangers }) => dangers.length > 0)).toEqual([])
      return number
    }

    test('No attack runs a script, loads anything, opens anything or leaves its frame', async () => {
      const { page, context, events, at } = await watched()
      await signIn(page, 'yann.moreau', server.password)
      const address = new URL(page.url()).origin
      const seen = new Set<number>()
      for (let i = 0; i < groups.length; i++) {
        // The first by its name: what the platform told of this sign-in may be above it.
        seen.add(await openNext(page, at, i === 0 ? 0 : undefined))
        expect(new URL(page.url()).origin).toBe(address)
        const outside = () => {
          const inside = new Set(framesOf(page))
          const others = page.frames().slice(1)
          return others
            .filter((frame) => !inside.has(frame) && frame.url() !== 'about:blank')
            .map((frame) => frame.url())
        }
        // A frame that is being made has no address yet; one that was led away keeps its own.
        await expect.poll(outside, { message: at.group }).toEqual([])
      }
      expect(attacks.length).toBeGreaterThan(400)
      expect(seen.size).toBe(groups.length)
      await page.waitForTimeout(500)
      expect(events).toEqual([])
      expect(await page.evaluate(() => document.title)).toContain('Convergence')
      await context.close()
    })

    test('When images are allowed, only our own proxy is asked, by the page and never by a frame', async () => {
      const { page, context, events } = await watched()
      await signIn(page, 'karim.benali', server.password)
      const trusted = await page.evaluate(async () => {
        const headers = { 'content-type': 'application/json', 'x-csrf': '1' }
        const body = JSON.stringify({ sender: '*', trusted: true })
        return (await fetch('/mail/images/trust', { method: 'POST', headers, body })).status
      })
      expect(trusted).toBe(200)
      await context.close()
      const again = await watched()
      await signIn(again.page, 'karim.benali', server.password)
      // Those that load pictures; what the platform told of these sign-ins is above them in the list.
      for (let i = 0; i < pictured; i++) await openNext(again.page, again.at, i)
      const byProxy = () => again.asked.filter((url) => url.startsWith(`${server.url}/mail/image?`))
      await expect.poll(() => byProxy().length).toBeGreaterThan(10)
      expect(again.events).toEqual([])
      expect(events).toEqual([])
      await again.context.close()
    })

    test('The frame of a message reaches neither the page, nor its cookies, nor its storage', async () => {
      const { page, context } = await visit(browser, server)
      await signIn(page, 'yann.moreau', server.password)
      await page
        .getByRole('row', { name: /attack/ })
        .first()
        .click()
      await page
        .frameLocator('iframe')
        .getByText(/^attack/)
        .first()
        .waitFor()
      const frame = page.frames().find((one) => one.url().includes('message-frame'))
      const reached = await frame?.evaluate(() => {
        const attempt = (read: () => unknown) => {
          try {
            return String(read())
          } catch (error) {
            return error instanceof Error ? error.name : 'refused'
          }
        }
        return [
          self.origin,
          attempt(() => parent.document.title),
          attempt(() => document.cookie),
          attempt(() => localStorage.length),
        ]
      })
      expect(reached).toEqual(['null', 'SecurityError', 'SecurityError', 'SecurityError'])
      await context.close()
    })
  },
)
