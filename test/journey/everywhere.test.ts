/** The mail on every device: started without a network, sealed at rest, erased at sign-out, told by push, by keyboard. */
import { readFileSync } from 'node:fs'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { findings, overflow } from './axe.ts'
import {
  giveCredentials,
  type JourneyServer,
  launchBrowser,
  missing,
  rows,
  signInByForm,
  startServer,
  type Visit,
  visit,
} from './rig.ts'

// Shared machines: a journey through several pages may take its time.
vi.setConfig({ testTimeout: 180_000 })

/** What is on the disk of this browser, as text: names and values of everything. */
const onDisk = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const found: string[] = Object.entries(localStorage).map(([key, value]) => `${key}=${value}`)
    for (const { name = '' } of await indexedDB.databases()) {
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name)
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
      for (const store of db.objectStoreNames) {
        const entries = db.transaction(store).objectStore(store)
        const all = await Promise.all(
          [entries.getAllKeys(), entries.getAll()].map(
            (request) => new Promise<unknown[]>((resolve) => (request.onsuccess = () => resolve(request.result))),
          ),
        )
        const text = (value: unknown): string => {
          if (value instanceof ArrayBuffer) return new TextDecoder('latin1').decode(value)
          if (value instanceof CryptoKey) return `key extractable=${value.extractable}`
          if (typeof value === 'object' && value !== null) return Object.values(value).map(text).join(' ')
          return String(value)
        }
        found.push(`${name}/${store}: ${all.flat().map(text).join('\n')}`)
      }
      db.close()
    }
    return found.join('\n')
  })

const installed = (page: Page): Promise<string | undefined> =>
  page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state)

/** Hands the worker a push message, as a push service would. */
const push = async (context: BrowserContext, page: Page, origin: string, message: object): Promise<void> => {
  const devtools = await context.newCDPSession(page)
  const registrations: string[] = []
  devtools.on('ServiceWorker.workerRegistrationUpdated', (event) => {
    for (const one of event.registrations) if (!one.isDeleted) registrations.push(one.registrationId)
  })
  await devtools.send('ServiceWorker.enable')
  await expect.poll(() => registrations.length).toBeGreaterThan(0)
  const registrationId = registrations.at(-1) ?? ''
  await devtools.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: JSON.stringify(message) })
  await devtools.detach()
}

const shown = (page: Page) =>
  page.evaluate(async () =>
    (await (await navigator.serviceWorker.ready).getNotifications()).map(({ title, body }) => ({ title, body })),
  )

describe.skipIf(missing !== undefined)(`Everywhere${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let server: JourneyServer
  let browser: Browser
  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser({ whole: true })])
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  const arrive = (options: Parameters<typeof visit>[2] = {}): Promise<Visit> =>
    visit(browser, server, { serviceWorkers: 'allow', ...options })
  const as = async (login: string, options: Parameters<typeof visit>[2] = {}): Promise<Visit> => {
    const seen = await arrive(options)
    await signInByForm(seen.page, login, server.password)
    return seen
  }
  const send = async (page: Page, to: string, subject: string): Promise<void> => {
    await page.getByRole('button', { name: 'Nouveau message' }).first().click()
    await page.getByRole('combobox', { name: 'À' }).fill(to)
    await page.keyboard.press('Enter')
    await page.getByRole('textbox', { name: 'Objet' }).fill(subject)
    await page.getByRole('button', { name: 'Envoyer', exact: true }).click()
  }

  describe('without a network', () => {
    let seen: Visit
    let page: Page
    beforeAll(async () => {
      seen = await as('sophie.durand')
      page = seen.page
      await installed(page)
      await rows(page).first().click()
      await page.getByRole('article').first().waitFor()
    })
    afterAll(() => seen?.context.close())

    test('a page that is loaded anew starts and shows what was read', async () => {
      const shown = () => page.getByRole('article').last().innerText()
      await expect.poll(async () => (await shown()).length).toBeGreaterThan(120)
      const body = await shown()
      // Bodies read, and those fetched ahead, are stored a moment later.
      const bodies = async () => (await onDisk(page)).split('/body/').length - 1
      await expect.poll(bodies, { timeout: 60_000 }).toBeGreaterThanOrEqual(5)
      // The document that holds HTML, fetched in an idle moment by a frame of its own.
      await expect
        .poll(() => page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name)))
        .toContainEqual(expect.stringMatching(/message-frame-/))
      await seen.context.setOffline(true)
      await page.reload()
      await rows(page).first().waitFor()
      expect(await rows(page).count()).toBeGreaterThan(3)
      await expect.poll(() => page.getByRole('article').last().innerText()).toBe(body)
      await page
        .getByText(/^Hors connexion/)
        .first()
        .waitFor()
    })

    test('a message that was never opened is read, its HTML in its frame', async () => {
      const subject = /Maintenance de la messagerie/
      await rows(page).filter({ hasText: subject }).first().click()
      await page
        .locator('iframe[sandbox]')
        .first()
        .contentFrame()
        .getByText(/maintenance/i)
        .first()
        .waitFor()
      await page.goto('/mail/inbox')
      await rows(page).first().waitFor()
    })

    test('other pages of the application open, those of the server do not', async () => {
      await page.goto('/mail/sent')
      await page.getByRole('heading', { name: 'Envoyés' }).waitFor()
      for (const path of ['/etat', '/login', '/portal/open/1']) {
        const other = await seen.context.newPage()
        await expect(other.goto(path)).rejects.toThrow(/ERR_INTERNET_DISCONNECTED/)
        await other.close()
      }
    })

    test('the guides are read and searched, in the language of the browser', async () => {
      // They come once the application is there: asked for with a network, answered without.
      await seen.context.setOffline(false)
      const isKept = () => page.evaluate(async () => (await caches.match('/aide/contacts')) !== undefined)
      await expect.poll(isKept, { timeout: 60_000 }).toBe(true)
      await seen.context.setOffline(true)
      const other = await seen.context.newPage()
      await other.goto('/aide?q=t%C3%A9l%C3%A9phone%20perdu')
      await other.getByText(/^Hors ligne/).waitFor()
      await other.getByRole('link', { name: 'J’ai perdu mon second moyen' }).click()
      await other.getByRole('heading', { name: 'J’ai perdu mon second moyen', level: 1 }).waitFor()
      await other.goto('/aide')
      await other.getByLabel('Chercher dans l’aide').fill('5.1.1')
      await other.keyboard.press('Enter')
      await other.getByRole('link', { name: /adresse inconnue/ }).waitFor()
      await other.goto('/aide/code/AUTH-01')
      await other.getByRole('heading', { name: 'Identifiant ou mot de passe incorrect', level: 1 }).waitFor()
      await other.goto('/aide/contacts')
      await other.getByText('Assistance académique').first().waitFor()
      await other.close()
    })

    test('what was kept is searched', async () => {
      await page.getByRole('searchbox').fill('conseil')
      await page.keyboard.press('Enter')
      await rows(page).first().waitFor()
      await expect.poll(() => rows(page).first().innerText()).toMatch(/conseil/i)
      await page.goto('/mail/inbox')
      await rows(page).first().waitFor()
    })

    test('what waits to be sent is shown, and can be kept back', async () => {
      const subject = `Gardé ${Date.now()}`
      await send(page, 'sophie.durand@ac-demo.test', subject)
      await page.getByRole('button', { name: '1 message à envoyer' }).click()
      const dialog = page.getByRole('dialog', { name: 'Messages à envoyer' })
      await dialog.getByText(subject).waitFor()
      await dialog.getByRole('button', { name: 'Ne pas envoyer' }).click()
      await dialog.getByText('Plus rien n’attend d’être envoyé.').waitFor()
      await page.keyboard.press('Escape')
      expect(await page.getByRole('button', { name: /à envoyer$/ }).count()).toBe(0)
    })

    test('a message sent is kept over a reload, and sent once when the network is back', async () => {
      const subject = `Hors connexion ${Date.now()}`
      await send(page, 'sophie.durand@ac-demo.test', subject)
      // Longer than the time to take it back.
      await page.waitForTimeout(11_000)
      await page.reload()
      await rows(page).first().waitFor()
      await seen.context.setOffline(false)
      await expect.poll(() => rows(page).first().innerText(), { timeout: 40_000 }).toContain(subject)
      await page.goto('/mail/sent')
      await expect.poll(() => rows(page).filter({ hasText: subject }).count()).toBe(1)
      await page.goto('/mail/inbox')
      await expect.poll(() => rows(page).filter({ hasText: subject }).count()).toBe(1)
      expect(seen.errors).toEqual([])
    })
  })

  test('a message with attachments, sent without a network, keeps them over a reload and leaves with them by itself', async () => {
    const { context, page, errors } = await as('paul.bernard')
    await installed(page)
    await page.goto('/mail/inbox')
    await rows(page).first().waitFor()
    // The part of the program that writes messages is there.
    await page.getByRole('button', { name: 'Nouveau message' }).first().click()
    await page.getByRole('textbox', { name: 'Objet' }).waitFor()
    await page.getByRole('button', { name: 'Fermer', exact: true }).last().click()
    await context.setOffline(true)
    const subject = `Photographies ${Date.now()}`
    await page.getByRole('button', { name: 'Nouveau message' }).first().click()
    await page.getByRole('combobox', { name: 'À' }).fill('paul.bernard@ac-demo.test')
    await page.keyboard.press('Enter')
    await page.getByRole('textbox', { name: 'Objet' }).fill(subject)
    const bytes = Buffer.alloc(300_000, 7)
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 'photo de l’été.bin', mimeType: 'application/x-photo', buffer: bytes })
    await page.getByText('partira au retour du réseau').waitFor()
    // It does not close on a file that is on its way.
    await page.getByRole('button', { name: 'Envoyer', exact: true }).click()
    await page.getByText('Ce message partira avec ses pièces jointes au retour du réseau.').waitFor()
    // What was written is kept a moment later; the file is sealed as all the rest.
    await expect.poll(() => onDisk(page)).toContain('upload/')
    expect(await onDisk(page)).not.toContain('photo de l')
    await page.waitForTimeout(1000)
    await page.reload()
    await page.getByText('Ce message partira avec ses pièces jointes au retour du réseau.').waitFor()
    await page.getByText('photo de l’été.bin').waitFor()
    await context.setOffline(false)
    const arrived = rows(page).filter({ hasText: subject })
    await arrived.first().waitFor({ timeout: 60_000 })
    expect(await arrived.count()).toBe(1)
    await arrived.first().click()
    await page.getByRole('article').last().getByText('photo de l’été.bin').waitFor()
    await expect.poll(() => onDisk(page)).not.toContain('upload/')
    expect(errors).toEqual([])
    await context.close()
  })

  test('what rests on the disk is sealed, and sign-out destroys the key with it, in every tab', async () => {
    const { context, page } = await as('marc.lefevre')
    await installed(page)
    const subject = (await rows(page).first().innerText()).split('\n')[2] ?? ''
    expect(subject.length).toBeGreaterThan(3)
    await expect.poll(() => onDisk(page)).toContain('email/')
    const before = await onDisk(page)
    expect(before).toContain('key extractable=false')
    expect(before).not.toContain('extractable=true')
    expect(before).not.toContain(subject)
    const other = await context.newPage()
    await other.goto('/mail/inbox')
    await rows(other).first().waitFor()
    await page.getByRole('button', { name: /^Compte de/ }).click()
    await page.getByRole('menuitem', { name: 'Se déconnecter' }).click()
    await page.waitForURL(/signed-out/)
    await other.waitForURL(/signed-out/)
    // Each tab erases what it held when it hears of it.
    await expect.poll(() => onDisk(page)).not.toMatch(/key extractable|email\//)
    await expect.poll(() => page.evaluate(() => Object.keys(localStorage))).toEqual(['convergence.preferences'])
    // Nothing is left to start with.
    await context.setOffline(true)
    await page.goto('/mail/inbox')
    await page.getByRole('button', { name: 'Se connecter' }).waitFor()
    expect(await rows(page).count()).toBe(0)
    await context.close()
  })

  test('a page loaded again shows its last screen, sealed until then, before its program is there; a row pressed on it opens', async () => {
    const { context, page, errors } = await visit(browser, server)
    await signInByForm(page, 'yann.moreau', server.password)
    const picture = () => page.evaluate(() => localStorage.getItem('convergence.picture') ?? '')
    await expect.poll(async () => (await picture()).length, { timeout: 20_000 }).toBeGreaterThan(1000)
    const subject = (await rows(page).first().innerText()).split('\n')[2] ?? ''
    expect(subject.length).toBeGreaterThan(3)
    expect(atob(await picture())).not.toContain(subject)
    const program = Promise.withResolvers<void>()
    await page.route(/\/assets\/index-.*\.js$/, async (route) => {
      await program.promise
      await route.continue()
    })
    await page.reload({ waitUntil: 'commit' })
    const seen = page.locator('#picture')
    await seen.locator('[data-row]').first().waitFor()
    expect(await seen.innerText()).toContain(subject)
    // It is only looked at: what is read aloud and focused is the application.
    expect(await seen.evaluate((element) => element.matches('[inert][aria-hidden=true]'))).toBe(true)
    expect(await seen.getByPlaceholder(/Rechercher/).count()).toBe(1)
    const place = await seen.locator('[data-row]').first().boundingBox()
    await page.mouse.click((place?.x ?? 0) + 200, (place?.y ?? 0) + 20)
    program.resolve()
    await page.waitForURL(/\/mail\/inbox\/.+/)
    await seen.waitFor({ state: 'detached' })
    // What has changed since has no picture.
    await expect.poll(picture).toBe('')
    expect(errors).toEqual([])
    await context.close()
  })

  test('a session ended from another device erases what this one kept, at its next contact', async () => {
    const lost = await as('claire.petit')
    await expect.poll(() => onDisk(lost.page)).toContain('email/')
    const mine = await as('claire.petit')
    await mine.page.goto('/account/devices')
    await mine.page
      .getByRole('listitem')
      .filter({ hasNotText: 'cette session' })
      .getByRole('button', { name: /Fermer|Déconnecter/ })
      .first()
      .click()
    await lost.page.reload()
    await lost.page.getByRole('button', { name: 'Se connecter' }).waitFor()
    await lost.page.getByText('Votre session a été fermée à distance.').waitFor()
    await expect.poll(() => onDisk(lost.page)).not.toMatch(/key extractable|email\//)
    for (const { context } of [lost, mine]) await context.close()
  })

  test('a shared computer keeps nothing at all', async () => {
    const { context, page } = await arrive()
    await page.goto('/')
    await page.getByLabel(/^Cet ordinateur est partagé/).check()
    await giveCredentials(page, 'anne.martin', server.password)
    await rows(page).first().waitFor()
    await rows(page).first().click()
    await page.getByRole('article').first().waitFor()
    // Longer than the worker and the cache wait.
    await page.waitForTimeout(6000)
    const left = await page.evaluate(async () => ({
      caches: await caches.keys(),
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      local: Object.keys(localStorage).filter((key) => key !== 'convergence.preferences'),
    }))
    expect(left).toEqual({ caches: [], workers: 0, local: [] })
    const disk = await onDisk(page)
    expect(disk).not.toContain('email/')
    expect(disk).not.toContain('key extractable')
    await context.close()
  })

  test('two tabs of one person show the same, and what is done in one is seen in the other', async () => {
    const { context, page } = await as('karim.benali')
    const other = await context.newPage()
    await other.goto('/mail/inbox')
    await rows(other).first().waitFor()
    const id = await rows(page).first().getAttribute('id')
    await page.locator(`[id="${id}"]`).click()
    await page.getByRole('button', { name: 'Archiver' }).first().click()
    await expect.poll(() => other.locator(`[id="${id}"]`).count()).toBe(0)
    await context.close()
  })

  test('new mail becomes a notification with its sender and subject, which opens it and goes when it is read', async () => {
    const { context, page } = await as('thomas.girard', { permissions: ['notifications'] })
    await installed(page)
    const account = await page.evaluate(async () => {
      const session = (await (await fetch('/jmap/session')).json()) as { primaryAccounts: Record<string, string> }
      return session.primaryAccounts['urn:ietf:params:jmap:mail'] ?? ''
    })
    const email = (await rows(page).first().getAttribute('id')) ?? ''
    const id = email.replace(/^.*?(e[0-9a-z]+)$/, '$1')
    const subject = await page.evaluate(
      async ([accountId, emailId]) => {
        const update = { [emailId ?? '']: { 'keywords/$seen': null } }
        const answer = await fetch('/jmap/api', {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-csrf': '1' },
          body: JSON.stringify({
            using: ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail'],
            methodCalls: [
              ['Email/set', { accountId, update }, 'c'],
              ['Email/get', { accountId, ids: [emailId], properties: ['subject'] }, 'd'],
            ],
          }),
        })
        type Got = { methodResponses: [string, { list?: { subject: string }[] }, string][] }
        return ((await answer.json()) as Got).methodResponses[1]?.[1].list?.[0]?.subject ?? ''
      },
      [account, id],
    )
    const message = (preview: boolean) => ({
      '@type': 'StateChange',
      changed: { [account]: { EmailDelivery: 'x' } },
      'urn:convergence:delivered': { emails: [id], count: 1, preview },
    })
    // A page in sight shows the mail by itself: there must be none.
    await page.goto('about:blank')
    const looked = await context.newPage()
    const bodies = async () => {
      await looked.goto('about:blank')
      await push(context, looked, server.url, message(true))
      await looked.goto('/icon.svg')
      return (await shown(looked)).map(({ body }) => body)
    }
    await expect.poll(bodies).toEqual([subject])
    // Where others may see the screen, nothing is said of it.
    const titles = async () => {
      await looked.goto('about:blank')
      await push(context, looked, server.url, message(false))
      await looked.goto('/icon.svg')
      return (await shown(looked)).map(({ title }) => title)
    }
    // For a moment the page that was left still counts as one in sight.
    await expect.poll(titles).toContain('Nouveau message')
    // Read in the application: no longer announced.
    await looked.goto('/mail/inbox')
    await looked.locator(`[id="${email}"]`).click()
    await looked.getByRole('article').first().waitFor()
    await expect.poll(() => shown(looked)).toEqual([])
    await context.close()
  })

  test('mail is brought in from a file, once, and taken along as one', async () => {
    const { context, page, errors } = await as('claire.petit', { acceptDownloads: true })
    const subject = `Apporté ${Date.now()}`
    const mbox = [1, 2, 3]
      .map(
        (n) =>
          `From - Sat Jan  3 01:05:34 1996\nStatus: RO\nSubject: ${subject} ${n}\nFrom: a@b.test\n\nTexte ${n}\n\n`,
      )
      .join('')
    await page.goto('/settings#mail-data')
    const files = page.getByLabel('Fichiers', { exact: true })
    await files.setInputFiles({ name: 'vieux.mbox', mimeType: 'application/mbox', buffer: Buffer.from(mbox) })
    await page.getByText('3 messages repris.').first().waitFor()
    await files.setInputFiles({ name: 'vieux.mbox', mimeType: 'application/mbox', buffer: Buffer.from(mbox) })
    await page.getByText('3 étaient déjà là.').waitFor()
    await page.getByLabel('Quels messages').selectOption({ label: 'Archives' })
    // A sign-in of a moment ago is proof enough.
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Télécharger' }).click(),
    ])
    expect(file.suggestedFilename()).toMatch(/\.mbox$/)
    const text = readFileSync(await file.path(), 'latin1')
    expect(text.match(/^Subject: Apport.* [123]$/gm)?.length).toBe(3)
    expect(errors).toEqual([])
    await context.close()
  })

  test('a finger archives a message by drawing it aside, and a short move does nothing', async () => {
    const phone = { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true }
    const { context, page, errors } = await as('julie.faivre', phone)
    const id = (await rows(page).first().getAttribute('id')) ?? ''
    const row = page.locator(`[id="${id}"]`)
    const devtools = await context.newCDPSession(page)
    const draw = async (by: number) => {
      const box = (await row.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
      const at = (x: number) => [{ x, y: box.y + box.height / 2 }]
      const from = box.x + 120
      await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(from) })
      for (const part of [0.2, 0.4, 0.6, 0.8, 1])
        await devtools.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(from + by * part) })
      await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    }
    await draw(50)
    expect(await row.count()).toBe(1)
    expect(page.url()).toMatch(/\/mail\/inbox$/)
    await draw(160)
    await expect.poll(() => row.count()).toBe(0)
    await page
      .getByText(/^1 conversation archivée|archivé/)
      .first()
      .waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  test('everything is reached by its name from the keyboard', async () => {
    const { context, page, errors } = await as('anne.martin', { bypassCSP: true })
    await page.keyboard.press('Control+k')
    const field = page.getByRole('combobox', { name: 'Que voulez-vous faire ?' })
    await field.waitFor()
    expect(await findings(page)).toEqual([])
    await page.keyboard.type('envoyés')
    await page.getByRole('option', { name: 'Envoyés', selected: true }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Envoyés' }).waitFor()
    for (const [name, title] of [
      ['agenda', 'Agenda'],
      ['contacts', 'Contacts'],
      ['règles', 'Règles de tri'],
    ] as const) {
      await page.keyboard.press('Control+k')
      await field.fill(name)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: title, level: 1 }).waitFor()
    }
    await page.goBack()
    await page.goBack()
    await page.goBack()
    await page.getByRole('heading', { name: 'Envoyés' }).waitFor()
    await page.keyboard.press('Control+k')
    await field.fill('marc lefevre')
    await page.getByRole('option', { name: /^Écrire à Marc/ }).waitFor()
    await page.getByRole('option', { name: /^Écrire à Marc/ }).click()
    await page.getByRole('textbox', { name: 'Objet' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('heading', { name: 'Envoyés' }).click()
    await page.keyboard.press('?')
    await page.getByRole('heading', { name: 'Raccourcis clavier' }).waitFor()
    await page.getByText('Toutes les commandes').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('g')
    await page.keyboard.press('h')
    await page.waitForURL(/portal/)
    expect(errors).toEqual([])
    await context.close()
  })

  test('a mailto: link of another program begins a message here, once', async () => {
    const { context, page, errors } = await as('anne.martin')
    const link = 'mailto:karim.benali@ac-demo.test?cc=marc.lefevre@ac-demo.test&subject=1+1&body=Bonjour%0ASuite'
    await page.goto(`/mail/inbox?write=${encodeURIComponent(link)}`)
    await expect.poll(() => page.getByRole('textbox', { name: 'Objet' }).inputValue()).toBe('1+1')
    await page.getByText('karim.benali@ac-demo.test').first().waitFor()
    await page.getByText('marc.lefevre@ac-demo.test').first().waitFor()
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Corps du message' }).innerText())
      .toMatch(/Bonjour\s+Suite/)
    expect(page.url()).toMatch(/\/mail\/inbox$/)
    const manifest = await page.request.get('/app.webmanifest')
    expect(await manifest.json()).toMatchObject({
      protocol_handlers: [{ protocol: 'mailto', url: '/mail/inbox?write=%s' }],
    })
    expect(errors).toEqual([])
    await context.close()
  })

  test('single keys are turned off by whoever wants none (WCAG 2.1.4), and what they do is still reached by its name', async () => {
    const { context, page, errors } = await as('anne.martin', { bypassCSP: true })
    await page.goto('/settings')
    await page.getByRole('navigation', { name: 'Rubriques' }).getByRole('link', { name: 'Gestes et clavier' }).click()
    const here = page.getByRole('link', { name: 'Gestes et clavier' })
    await expect.poll(() => here.getAttribute('aria-current')).toBe('location')
    expect(await findings(page)).toEqual([])
    const keys = page.getByRole('group', { name: 'Raccourcis d’une seule touche' })
    await keys.getByRole('radio', { name: 'Désactivés' }).check({ force: true })
    await page.goto('/mail/inbox')
    await rows(page).first().waitFor()
    const first = await rows(page).first().getAttribute('id')
    for (const key of ['j', 'c', 'e', '?', '#', '/']) await page.keyboard.press(key)
    await page.waitForTimeout(500)
    expect(page.url()).toMatch(/\/mail\/inbox$/)
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(await rows(page).first().getAttribute('id')).toBe(first)
    expect(await page.getByRole('textbox', { name: 'Objet' }).count()).toBe(0)
    const field = page.getByRole('combobox', { name: 'Que voulez-vous faire ?' })
    await page.keyboard.press('Control+k')
    await field.fill('thème sombre')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
    await page.keyboard.press('Control+k')
    await field.fill('raccourcis')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Les activer' }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('c')
    await page.getByRole('textbox', { name: 'Objet' }).waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  test('the settings of notifications are reached, explained and sound to axe, light and dark, on the narrowest phone', async () => {
    const { context, page } = await as('anne.martin', { bypassCSP: true, viewport: { width: 320, height: 700 } })
    await page.goto('/settings#notifications')
    await page.getByRole('heading', { name: 'Notifications' }).waitFor()
    // The language of what is sent follows the person, not the device.
    const told = page.getByRole('group', { name: 'Langue des messages que la plateforme vous envoie' })
    await told.getByRole('radio', { name: 'English' }).check({ force: true })
    await page.getByText('Les prochains messages seront dans cette langue.').first().waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Notifications' }).waitFor()
    await expect.poll(() => told.getByRole('radio', { name: 'English' }).isChecked()).toBe(true)
    await told.getByRole('radio', { name: 'Français' }).check({ force: true })
    await page.getByRole('radio', { name: 'de certains dossiers' }).check({ force: true })
    await page.getByRole('textbox', { name: 'Favoris' }).fill('pas une adresse')
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      // Colours change over a moment.
      await page.waitForTimeout(400)
      expect(await findings(page)).toEqual([])
      expect(await overflow(page)).toBe(0)
    }
    await context.close()
  })
})
