/**
 * Reading: one warning with its reason and a way to report, the platform's seal, remote pictures through our proxy,
 * attachments in the page, leaving a list, printing. The outside network is a proxy of this test's own.
 */
import { createServer, type Server } from 'node:http'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import { messages, picture, pictureUrl } from './reading.data.ts'
import { deliver, type JourneyServer, launchBrowser, missing, signIn, startServer, visit } from './rig.ts'

const shots = process.env.READING_SHOTS

describe.skipIf(missing !== undefined)(
  `Reading${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 240_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    let outside: Server
    const asked: string[] = []
    beforeAll(async () => {
      outside = createServer((request, response) => {
        asked.push(`${request.method} ${request.url}`)
        response.writeHead(200, { 'content-type': 'text/plain', 'set-cookie': 'tracker=1' }).end(picture)
      })
      outside.on('connect', (request, socket) => {
        asked.push(`CONNECT ${request.url}`)
        socket.end('HTTP/1.1 502 no\r\n\r\n')
      })
      await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve))
      const at = outside.address()
      const proxy = `127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`
      ;[server, browser] = await Promise.all([
        startServer({ environment: { CONVERGENCE_OUTGOING_WEB_PROXY: proxy } }),
        launchBrowser(),
      ])
      await deliver(server.ports.lmtp, 'yann.moreau@ac-demo.test', messages)
      // The second sign-in from a device that nobody knows is told to the owner, by a message of the platform.
      for (let times = 0; times < 2; times++)
        await fetch(`${server.url}/auth/login`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-csrf': '1' },
          body: JSON.stringify({ login: 'yann.moreau', password: server.password }),
        })
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
      outside?.close()
    })

    const look = async (page: Page, name: string): Promise<void> => {
      expect([name, await findings(page)]).toEqual([name, []])
      expect([name, await overflow(page)]).toEqual([name, 0])
      if (shots) await page.screenshot({ path: `${shots}/${name}.png` })
    }
    const openMail = async (page: Page, subject: string): Promise<void> => {
      await page.getByRole('row', { name: new RegExp(subject) }).click()
      await page.getByRole('heading', { name: subject }).waitFor()
    }
    const open = async (options: Parameters<typeof visit>[2] = {}) => {
      const visited = await visit(browser, server, { bypassCSP: true, ...options })
      await signIn(visited.page, 'yann.moreau', server.password)
      return visited
    }

    test('A fraud is warned of once, calmly, with its reasons; reporting it moves it, and can be undone', async () => {
      const { page, context } = await open()
      await openMail(page, 'Journey phishing')
      const banner = page.getByRole('region', { name: 'Avertissement' })
      await banner.waitFor()
      expect(await banner.count()).toBe(1)
      expect(await banner.textContent()).toContain('imite')
      await look(page, 'warning')
      await banner.getByRole('button', { name: /Pourquoi/ }).click()
      const reasons = (await banner.getByRole('listitem').allTextContents()).join(' ')
      expect(reasons).toContain('mail.ac-demo.test')
      expect(reasons).toContain('evil.example')
      await look(page, 'warning-reasons')
      await banner.getByRole('button', { name: /Signaler/ }).click()
      await page
        .getByText(/le message est signalé/)
        .first()
        .waitFor()
      await expect.poll(() => page.getByRole('row', { name: /Journey phishing/ }).count()).toBe(0)
      await page.getByRole('button', { name: 'Annuler' }).first().click()
      await page.getByRole('row', { name: /Journey phishing/ }).waitFor()
      await context.close()
    })

    test('Pictures come through our server, once asked for, and nothing else is asked by the page', async () => {
      const { page, context } = await open({ colorScheme: 'dark' })
      const strangers: string[] = []
      asked.length = 0
      page.on('request', (request) => {
        if (!/^(?:data:|blob:|http:\/\/localhost)/.test(request.url())) strangers.push(request.url())
      })
      await openMail(page, 'Journey newsletter')
      const frame = page.frameLocator('iframe')
      await frame.getByRole('heading', { name: 'La gazette' }).waitFor()
      await page.getByText('Les images distantes sont bloquées').waitFor()
      await look(page, 'images-blocked-dark')
      expect(asked).toEqual([])
      await page.getByRole('button', { name: 'Afficher les images' }).click()
      const shown = frame.getByRole('img', { name: 'Bannière' })
      await expect
        .poll(() => shown.evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0)))
        .toBe(100)
      expect(await shown.getAttribute('src')).toMatch(/^blob:/)
      expect(asked).toEqual([`GET ${pictureUrl.replace('93.184.216.34/', '93.184.216.34:80/')}`])
      expect(strangers).toEqual([])
      // Dark: the paper is no longer white, and its letters are no longer black.
      const colours = () =>
        frame
          .getByRole('heading', { name: 'La gazette' })
          .evaluate((heading) => [
            getComputedStyle(heading).color,
            getComputedStyle(heading.closest('td') ?? heading).backgroundColor,
          ])
      await expect.poll(colours).not.toContain('rgb(0, 0, 0)')
      await look(page, 'images-shown-dark')
      await page.getByRole('button', { name: 'Couleurs d’origine' }).click()
      await expect.poll(colours).toEqual(['rgb(0, 0, 0)', 'rgb(244, 244, 244)'])
      await context.close()
    })

    test('A sender is trusted for good, taken back at once, and no longer when the settings say so', async () => {
      const { page, context } = await open()
      await openMail(page, 'Journey newsletter')
      const blocked = page.getByText('Les images distantes sont bloquées')
      const trust = async () => {
        await page.getByRole('button', { name: 'Choix des images' }).click()
        await page.getByRole('menuitem', { name: 'Toujours pour cet expéditeur' }).click()
        await expect.poll(() => blocked.count()).toBe(0)
      }
      await trust()
      await page.getByRole('button', { name: 'Annuler' }).first().click()
      await blocked.waitFor()
      expect(await page.frameLocator('iframe').locator('img[data-remote]').count()).toBe(1)
      await trust()
      await page.goto('/settings')
      await page.getByRole('heading', { name: 'Images des messages' }).waitFor()
      await look(page, 'settings-images')
      await page.getByRole('button', { name: /Ne plus toujours afficher.*gazette@liste\.example/ }).click()
      await expect.poll(() => page.getByRole('button', { name: /Ne plus toujours afficher/ }).count()).toBe(0)
      await context.close()
    })

    test('What an answer quotes at its end is folded, opened by keyboard, and there on paper', async () => {
      const { page, context } = await open()
      await openMail(page, 'Journey answer')
      const frame = page.frameLocator('iframe')
      await frame.getByText('Mardi me convient.').waitFor()
      const quoted = frame.getByText('Quel jour vous irait ?')
      expect(await quoted.isVisible()).toBe(false)
      const fold = frame.locator('summary')
      expect(await fold.getAttribute('aria-label')).toBe('Afficher le texte cité')
      await fold.press('Enter')
      await quoted.waitFor()
      await look(page, 'quotation')
      await context.close()
    })

    test('Attachments are seen in the page, one after another, by keyboard', async () => {
      const { page, context } = await open()
      await openMail(page, 'Journey attachments')
      await page.getByRole('button', { name: 'Afficher photo.png' }).click()
      const dialog = page.getByRole('dialog')
      const photo = dialog.getByRole('img', { name: 'photo.png' })
      await expect.poll(() => photo.evaluate((image) => image.getBoundingClientRect().width)).toBe(100)
      await look(page, 'viewer-image')
      await page.keyboard.press('ArrowRight')
      await dialog.getByRole('heading', { name: 'ordre du jour.pdf' }).waitFor()
      await dialog
        .getByRole('region', { name: 'Page 1 sur 2' })
        .getByText('Conseil de classe')
        .waitFor({ state: 'attached' })
      const canvas = dialog.locator('canvas').first()
      const inked = () =>
        canvas.evaluate((canvas) => {
          if (!(canvas instanceof HTMLCanvasElement)) return 0
          const copy = document.createElement('canvas')
          copy.width = canvas.width
          copy.height = canvas.height
          const context = copy.getContext('2d')
          context?.drawImage(canvas, 0, 0)
          const { data } = context?.getImageData(0, 0, copy.width, copy.height) ?? { data: [] }
          let dark = 0
          for (let i = 0; i < data.length; i += 4) if ((data[i] ?? 255) < 100 && (data[i + 3] ?? 0) > 100) dark++
          return dark
        })
      await expect.poll(inked).toBeGreaterThan(50)
      await look(page, 'viewer-pdf')
      await page.keyboard.press('+')
      await page.keyboard.press('ArrowRight')
      await dialog.getByText('Seconde ligne').waitFor()
      await page.keyboard.press('ArrowRight')
      await dialog.getByRole('heading', { name: 'Conseil de classe du 3e B' }).waitFor()
      await look(page, 'viewer-event')
      await dialog.getByRole('button', { name: 'Ajouter à mon agenda' }).click()
      await page.getByRole('listitem').filter({ hasText: '1 événement importé' }).waitFor()
      await page.keyboard.press('ArrowRight')
      await dialog.getByText('Mairie de Pontarlier').waitFor()
      await look(page, 'viewer-contact')
      await page.keyboard.press('Escape')
      await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
      const all = page.getByRole('link', { name: /Tout télécharger/ })
      const [download] = await Promise.all([page.waitForEvent('download'), all.click()])
      expect(download.suggestedFilename()).toBe('Journey attachments.zip')
      await context.close()
    })

    test('A list is left by the server, after a question; the headers and the paper are whole', async () => {
      const { page, context } = await open({ locale: 'en-GB' })
      await openMail(page, 'Journey newsletter')
      await page.getByRole('button', { name: 'Unsubscribe' }).click()
      const question = page.getByRole('alertdialog')
      await question.getByText('93.184.216.34').waitFor()
      await look(page, 'unsubscribe')
      await question.getByRole('button', { name: 'Unsubscribe' }).click()
      // The list's server cannot be reached by TLS here: said plainly, with a code.
      await page
        .getByText(/WEB-09/)
        .first()
        .waitFor()
      expect(asked.at(-1)).toBe('CONNECT 93.184.216.34:443')
      await page.getByRole('button', { name: 'More' }).last().click()
      await page.getByRole('menuitem', { name: 'Full headers' }).click()
      await page.getByRole('dialog').getByText('List-Unsubscribe-Post', { exact: true }).waitFor()
      await look(page, 'headers')
      await page.keyboard.press('Escape')
      const printed = await page.evaluateHandle(() => {
        const told = { count: 0 }
        window.print = () => {
          told.count++
        }
        return told
      })
      await page.getByRole('button', { name: 'More' }).last().click()
      await page.getByRole('menuitem', { name: 'Print' }).click()
      await expect.poll(() => printed.evaluate((told) => told.count)).toBe(1)
      await page.emulateMedia({ media: 'print' })
      const paper = page.getByRole('region', { name: 'Print' })
      expect(await paper.getByRole('heading', { name: 'Journey newsletter' }).isVisible()).toBe(true)
      expect(await page.getByRole('grid').isVisible()).toBe(false)
      if (shots) await page.pdf({ path: `${shots}/paper.pdf` })
      await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))
      await expect.poll(() => paper.count()).toBe(0)
      await context.close()
    })

    test('A message of the platform bears its seal; on a phone everything has its place', async () => {
      const { page, context } = await open({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })
      await page.getByRole('row', { name: /Journey phishing/ }).tap()
      await page.getByRole('region', { name: 'Avertissement' }).waitFor()
      await look(page, 'phone-warning')
      await page.goBack()
      await page.getByRole('row', { name: /Journey attachments/ }).tap()
      await page.getByRole('button', { name: 'Afficher ordre du jour.pdf' }).tap()
      await page.getByRole('dialog').getByText('Conseil de classe').first().waitFor({ state: 'attached' })
      await look(page, 'phone-pdf')
      await page.keyboard.press('Escape')
      await page.goBack()
      const notice = page.getByRole('row', { name: /(?:connexion|appareil|navigateur)/i }).first()
      await notice.tap()
      await page.getByText('Message de la plateforme').waitFor()
      await look(page, 'phone-seal')
      await context.close()
    })
  },
)
