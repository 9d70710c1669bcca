/**
 * Messages made to attack their reader, delivered by LMTP and opened in Chromium: no script runs, nothing is loaded
 * from elsewhere, the frame is not left.
 */
import { connect } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attacks } from './hostile-html.data.ts'
import { type JourneyServer, launchBrowser, missing, signIn, startServer, visit } from './rig.ts'

/** Delivers messages to one person, one after another on one connection. */
const deliver = (port: number, to: string, messages: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const steps = [
      'LHLO journey.test',
      ...messages.flatMap((message) => [
        'MAIL FROM:<pirate@outside.example>',
        `RCPT TO:<${to}>`,
        'DATA',
        `${message}\r\n.`,
      ]),
      'QUIT',
    ]
    let buffer = ''
    let at = 0
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      buffer += chunk.toString()
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end)
        buffer = buffer.slice(end + 2)
        if (line[3] === '-') continue
        if (!/^[23]/.test(line)) return reject(new Error(line))
        if (at === steps.length) {
          socket.end()
          return resolve()
        }
        socket.write(`${steps[at++]}\r\n`)
      }
    })
  })

const message = (name: string, html: string): string =>
  [
    'From: Pirate <pirate@outside.example>',
    'To: yann.moreau@ac-demo.test',
    `Subject: attack ${name}`,
    `Message-ID: <${name.replace(/\W/g, '-')}@outside.example>`,
    `Date: ${new Date().toUTCString()}`,
    'MIME-Version: 1.0',
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    ...(Buffer.from(`<p>attack ${name}</p>${html}<p>end of ${name}</p>`)
      .toString('base64')
      .match(/.{1,76}/g) ?? []),
  ].join('\r\n')

describe.skipIf(missing !== undefined)(
  `Hostile HTML${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 180_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
      const all = Object.entries(attacks).map(([name, html]) => message(name, html))
      await deliver(server.ports.lmtp, 'yann.moreau@ac-demo.test', all)
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    test('No attack runs a script, loads anything from elsewhere, opens anything or leaves its frame', async () => {
      const { page, context } = await visit(browser, server)
      const events: string[] = []
      let current = ''
      await context.exposeFunction('pwned', () => events.push(`script ran: ${current}`))
      page.on('dialog', (dialog) => {
        events.push(`dialog: ${current}`)
        void dialog.dismiss()
      })
      context.on('page', () => events.push(`window opened: ${current}`))
      await context.route(/^(?!http:\/\/localhost)/, (route) => {
        const url = route.request().url()
        if (!/^(data|blob):/.test(url)) events.push(`request: ${current}: ${url.slice(0, 80)}`)
        return route.abort()
      })
      await signIn(page, 'yann.moreau', server.password)
      const address = new URL(page.url()).origin
      const heading = page.getByRole('heading', { name: /^attack / })
      const seen = new Set<string>()
      for (let i = 0; i < Object.keys(attacks).length; i++) {
        const before = current
        await page.keyboard.press('j')
        await expect.poll(() => heading.textContent().catch(() => before)).not.toBe(before)
        current = (await heading.textContent()) ?? ''
        seen.add(current)
        await page.frameLocator('iframe').getByText(current, { exact: true }).waitFor()
        expect(new URL(page.url()).origin).toBe(address)
        const outside = page
          .frames()
          .slice(1)
          .filter((frame) => !frame.url().includes('/assets/message-frame-') && frame.url() !== 'about:blank')
        expect([current, outside.map((frame) => frame.url())]).toEqual([current, []])
      }
      expect([...seen].sort()).toEqual(
        Object.keys(attacks)
          .map((name) => `attack ${name}`)
          .sort(),
      )
      await page.waitForTimeout(500)
      expect(events).toEqual([])
      expect(await page.evaluate(() => document.title)).toContain('Convergence')
      await context.close()
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
