/**
 * Messages as telephones, scanners, calendars and other programs make them: nothing of them is lost, whatever they are made of.
 */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import { picture } from './reading.data.ts'
import { deliver, type JourneyServer, launchBrowser, missing, signIn, startServer, visit } from './rig.ts'

const base64 = (bytes: Buffer | string): string =>
  (
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  ).join('\r\n')

const head = (subject: string): string =>
  `From: =?utf-8?Q?Zo=C3=A9_Durand?= <zoe@mairie.example>\r\nTo: yann.moreau@ac-demo.test\r\nSubject: ${subject}\r\nDate: ${new Date().toUTCString()}\r\nMessage-ID: <${subject.replace(/\W/g, '')}@kinds.example>\r\nMIME-Version: 1.0\r\nAuthentication-Results: mail.ac-demo.test; dmarc=pass header.from=mairie.example\r\n`

const photo = (disposition: string): string =>
  `Content-Type: image/png; name="IMG_0042.png"\r\nContent-Disposition: ${disposition}; filename="IMG_0042.png"\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(picture)}\r\n`

const event = (method: string): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//kinds//FR\r\nMETHOD:${method}\r\nBEGIN:VEVENT\r\nUID:kinds@mairie.example\r\nDTSTAMP:20261120T100000Z\r\nSUMMARY:Visite de la mairie\r\nDTSTART:20361208T163000Z\r\nDTEND:20361208T180000Z\r\nLOCATION:Salle du conseil\r\nORGANIZER;CN=Zoe:mailto:zoe@mairie.example\r\nATTENDEE;RSVP=TRUE:mailto:yann.moreau@ac-demo.test\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`

/** As the calendars of others invite: a text, the event for programs, and the same as a file. */
const invitation = `${head('Kind invitation')}Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain\r\n\r\nVous etes invite.\r\n--a\r\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(event('REQUEST'))}\r\n--a--\r\n--m\r\nContent-Type: application/ics; name=invite.ics\r\nContent-Disposition: attachment; filename=invite.ics\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(event('REQUEST'))}\r\n--m--\r\n`

/** The manner of Outlook to forward: the message whole, as a file. */
const enclosing = `${head('Kind enclosing')}Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/plain\r\n\r\nPour information.\r\n--m\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment; filename="Compte rendu.eml"\r\n\r\nFrom: Rectorat <rectorat@dehors.example>\r\nTo: zoe@mairie.example\r\nSubject: Compte rendu enclos\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Mots <b>enclos</b></p><img src="https://93.184.216.34/t.gif"><script>parent.hacked=1</script>\r\n--i\r\nContent-Type: text/plain; name=note.txt\r\nContent-Disposition: attachment; filename=note.txt\r\n\r\nNote enclose\r\n--i--\r\n--m--\r\n`

const html = (subject: string, text: string): string =>
  `${head(subject)}Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(text)}\r\n`

const messages: readonly string[] = [
  invitation,
  enclosing,
  `${head('Kind telephone')}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nVoici la photo :\r\n--b\r\n${photo('inline')}--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nParti de mon telephone\r\n--b--\r\n`,
  `${head('Kind scanner')}${photo('inline')}`,
  `${head('Kind flowed')}Content-Type: text/plain; charset=utf-8; format=flowed\r\n\r\nCe paragraphe a ete coupe par \r\nle programme qui l'a ecrit.\r\n\r\nVoir www.onisep.fr pour la suite.\r\n`,
  html('Kind endless', Array.from({ length: 3000 }, (_, i) => `<p>Ligne ${i} ${'mot '.repeat(100)}</p>`).join('')),
  html(
    'Kind tall',
    '<body style="height:100vh"><div style="min-height:100vh">Haut</div><div style="height:30px">Ligne<br>Ligne<br>Ligne<br>Ligne<br>Fin visible</div></body>',
  ),
  html(
    'Kind pictures',
    '<img src="https://93.184.216.34/a.png" width="600" height="200" alt="Portes ouvertes le 12 mars"><img src="https://93.184.216.34/b.gif" width="1" height="1"><p>Paragraphe de la lettre</p>',
  ),
]

/** To somebody whose mailbox has a limit. */
const alarm = html(
  'Kind alarm',
  '<p>Votre boîte est pleine à 98 %. <a href="https://ailleurs.example">Augmentez votre quota</a> sous 24 h.</p>',
)

describe.skipIf(missing !== undefined)(
  `Kinds of messages${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 120_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
      await deliver(server.ports.lmtp, 'yann.moreau@ac-demo.test', messages)
      await deliver(server.ports.lmtp, 'anne.martin@ac-demo.test', [alarm])
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    const open = async (subject: string, login = 'yann.moreau') => {
      const visited = await visit(browser, server, { bypassCSP: true })
      await signIn(visited.page, login, server.password)
      await openMail(visited.page, subject)
      return visited
    }
    const openMail = async (page: Page, subject: string): Promise<void> => {
      await page.getByRole('row', { name: new RegExp(subject) }).click()
      await page.getByRole('heading', { name: subject }).waitFor()
    }
    const look = async (page: Page): Promise<void> => {
      expect(await findings(page)).toEqual([])
      expect(await overflow(page)).toBe(0)
    }
    const width = (page: Page) =>
      page
        .locator('article')
        .getByRole('img', { name: 'IMG_0042.png' })
        .evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0))

    test('A photograph between two texts is seen where it was put, listed as a file, and goes with a forward', async () => {
      const { page, context } = await open('Kind telephone')
      await page.getByText('Parti de mon telephone').waitFor()
      await expect.poll(() => width(page)).toBe(100)
      await page.getByRole('heading', { name: '1 pièce jointe' }).waitFor()
      await page.getByRole('button', { name: /Afficher .*IMG_0042\.png/ }).waitFor()
      await look(page)
      await page.getByRole('button', { name: 'Transférer' }).click()
      await page.getByRole('textbox', { name: 'Corps du message' }).waitFor()
      await page.getByText('IMG_0042.png').last().waitFor()
      expect(await page.getByRole('button', { name: /Retirer.*IMG_0042\.png/ }).count()).toBe(1)
      await context.close()
    })

    test('A picture alone, as scanners send them, is seen', async () => {
      const { page, context } = await open('Kind scanner')
      await expect.poll(() => width(page)).toBe(100)
      await look(page)
      await context.close()
    })

    test('Lines that a program broke are whole again, and an address without its scheme is a link', async () => {
      const { page, context } = await open('Kind flowed')
      await page.getByText("Ce paragraphe a ete coupe par le programme qui l'a ecrit.").waitFor()
      expect(await page.getByRole('link', { name: 'www.onisep.fr' }).getAttribute('href')).toBe('https://www.onisep.fr')
      await context.close()
    })

    test('A message as high as the window, or higher than its boxes, is read to its end', async () => {
      const { page, context } = await open('Kind tall')
      const end = page.frameLocator('iframe[title="Contenu du message"]').getByText('Fin visible')
      await end.waitFor()
      const below = () => end.evaluate((line) => window.innerHeight - line.getBoundingClientRect().bottom)
      await expect.poll(below).toBeGreaterThanOrEqual(0)
      // The frame does not grow for ever either.
      const height = () => page.locator('iframe[title="Contenu du message"]').evaluate((frame) => frame.clientHeight)
      const first = await height()
      await page.waitForTimeout(500)
      expect(await height()).toBe(first)
      expect(first).toBeLessThan(2000)
      await context.close()
    })

    test('An invitation is told and answered above the words, and is one file', async () => {
      const { page, context } = await open('Kind invitation')
      const card = page.getByRole('region', { name: 'Invitation à un événement' })
      await card.getByRole('heading', { name: 'Visite de la mairie' }).waitFor()
      await card.getByText('Salle du conseil').waitFor()
      await page.getByRole('heading', { name: '1 pièce jointe' }).waitFor()
      await card.getByRole('button', { name: 'Accepter' }).waitFor()
      await look(page)
      await card.getByRole('button', { name: 'Accepter' }).click()
      await card.getByText('Vous avez accepté cette invitation.').waitFor()
      await context.close()
    })

    test('A message within a message is read in the page, its files are had, and nobody vouches for it', async () => {
      const { page, context } = await open('Kind enclosing')
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      await page.getByRole('button', { name: /Afficher Compte rendu\.eml/ }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('heading', { name: 'Compte rendu enclos' }).waitFor()
      await dialog.getByText('Rectorat <rectorat@dehors.example>').waitFor()
      await dialog.getByText(/son expéditeur n’a pas été vérifié/).waitFor()
      await dialog.frameLocator('iframe').getByText('enclos').waitFor()
      expect(await page.evaluate('window.hacked')).toBeUndefined()
      expect(asked.filter((url) => url.includes('93.184'))).toEqual([])
      await look(page)
      const [taken] = await Promise.all([
        page.waitForEvent('download'),
        dialog.getByRole('link', { name: /Télécharger note\.txt/ }).click(),
      ])
      expect(taken.suggestedFilename()).toBe('note.txt')
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      await context.close()
    })

    test('A false alarm about a full mailbox is answered with the truth', async () => {
      const { page, context } = await open('Kind alarm', 'anne.martin')
      const banner = page.getByRole('region', { name: 'Avertissement' })
      await banner.getByText(/En vérité, votre boîte est remplie à \d+\s%/).waitFor()
      await look(page)
      await context.close()
    })

    test('Answering asks nothing of the sender’s machines, and what is quoted can be edited, or taken out, and put back', async () => {
      const { page, context } = await open('Kind pictures')
      const refused: string[] = []
      page.on('console', (message) => {
        if (/Content Security Policy/.test(message.text())) refused.push(message.text())
      })
      await page.getByRole('button', { name: 'Répondre' }).last().click()
      const text = page.getByRole('textbox', { name: 'Corps du message' })
      await text.waitFor()
      await page.getByRole('button', { name: 'Afficher le message cité' }).click()
      await page.getByRole('button', { name: 'Modifier le message cité' }).click()
      await text.getByText('Paragraphe de la lettre').waitFor()
      expect(await page.getByRole('button', { name: 'Afficher le message cité' }).count()).toBe(0)
      await page.getByRole('button', { name: 'Annuler' }).click()
      await page.getByRole('button', { name: 'Afficher le message cité' }).click()
      expect(await text.getByText('Paragraphe de la lettre').count()).toBe(0)
      await page.getByRole('button', { name: 'Retirer le message cité' }).click()
      await expect.poll(() => page.getByRole('button', { name: 'Afficher le message cité' }).count()).toBe(0)
      await page.getByRole('button', { name: 'Annuler' }).last().click()
      await page.getByRole('button', { name: 'Afficher le message cité' }).waitFor()
      expect(refused).toEqual([])
      await context.close()
    })

    test('A message longer than any page is read to the end of what came, and says that there is more', async () => {
      const { page, context } = await open('Kind endless')
      await page.getByText('Ce message est très long').waitFor()
      const frame = page.frameLocator('iframe[title="Contenu du message"]')
      const line = frame.getByText('Ligne 2300 ', { exact: false })
      await line.scrollIntoViewIfNeeded()
      await expect.poll(() => line.evaluate((one) => one.getBoundingClientRect().top < window.innerHeight)).toBe(true)
      await context.close()
    })

    test('Where pictures are blocked their words are read', async () => {
      const { page, context } = await open('Kind pictures')
      const image = page
        .frameLocator('iframe[title="Contenu du message"]')
        .getByRole('img', { name: 'Portes ouvertes le 12 mars' })
      await image.waitFor()
      expect(await image.getAttribute('src')).toBeNull()
      await context.close()
    })
  },
)
