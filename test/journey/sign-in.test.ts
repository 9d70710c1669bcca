/** Signing in, in a real browser: the page that explains, each second proof, profiles, shared computers, sessions. */

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  addSecurityKey,
  giveCredentials,
  type JourneyServer,
  launchBrowser,
  missing,
  signInByForm,
  startServer,
  visit,
} from './rig.ts'
import { codeOf } from './second-proof.ts'

describe.skipIf(missing !== undefined)(
  `Signing in${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 180_000 },
  () => {
    let server: JourneyServer
    let browser: Browser
    beforeAll(async () => {
      ;[server, browser] = await Promise.all([startServer({ services: true }), launchBrowser()])
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    const sessionOf = async (page: Page) =>
      (await (await page.context().request.get('/auth/session')).json()) as Record<string, unknown>
    const grid = (page: Page) => page.locator('[role=grid][aria-busy=false]').waitFor()
    const security = async (page: Page) => {
      await page.goto('/account/security')
      await page.getByRole('heading', { name: 'Seconde preuve' }).waitFor()
    }

    test('The page asks who one is and remembers it; a stray space and Caps Lock are noticed before anything is sent', async () => {
      const { page, context, errors } = await visit(browser, server)
      const sent: string[] = []
      page.on('request', (request) => sent.push(new URL(request.url()).pathname))
      await page.goto('/')
      await page.getByRole('radio', { name: /Parent/ }).waitFor()
      const first = sent.findIndex((path) => /\/assets\/gate/.test(path))
      // The mail's program comes after this page, not before.
      const mail = sent.findIndex((path) => /signed-in|mail-/.test(path))
      expect(first).toBeGreaterThan(-1)
      expect(mail === -1 || mail > first).toBe(true)
      await page.getByRole('radio', { name: /Parent/ }).check()
      await page.getByText('Vous êtes à la bonne adresse').waitFor()
      await page.getByText(new URL(server.url).host).first().waitFor()
      await page
        .getByText(/ouvert|ouvre|fermé/)
        .first()
        .waitFor()
      await page.getByLabel('Identifiant ou adresse').fill(' anne.martin ')
      await page.getByLabel('Mot de passe', { exact: true }).focus()
      await page.getByText('Une espace s’était glissée').waitFor()
      expect(await page.getByLabel('Identifiant ou adresse').inputValue()).toBe('anne.martin')
      await page.evaluate(() =>
        document
          .querySelector('form')
          ?.dispatchEvent(new KeyboardEvent('keyup', { key: 'A', bubbles: true, modifierCapsLock: true })),
      )
      await page.getByText('La touche Verr. Maj est active.').waitFor()
      await page.getByRole('button', { name: 'Se connecter' }).click()
      await page.getByText('Écrivez votre mot de passe.').waitFor()
      expect(sent).not.toContain('/auth/login')
      await page.reload()
      await expect.poll(() => page.getByRole('radio', { name: /Parent/ }).isChecked()).toBe(true)
      expect(errors).toEqual([])
      await context.close()
    })

    test('While a password is typed the mail is rehearsed out of sight, and its first rows come with the answer to the sign-in', async () => {
      const { page, context, errors } = await visit(browser, server)
      const asked: { path: string; body: string }[] = []
      page.on('request', (request) =>
        asked.push({ path: new URL(request.url()).pathname, body: request.postData() ?? '' }),
      )
      const rehearsed = page.waitForRequest(/rehearsal/)
      await page.goto('/')
      await page.getByLabel('Identifiant ou adresse').fill('anne.martin')
      await page.getByLabel('Mot de passe', { exact: true }).focus()
      const title = await page.title()
      // Nothing of what is rehearsed is ever in the page.
      await page.evaluate(() => {
        const seen: string[] = []
        Object.assign(window, { seen })
        const strange = '[role=grid],[role=row],#search,[data-frame]'
        new MutationObserver(() => {
          for (const one of document.querySelectorAll(strange)) seen.push(one.outerHTML.slice(0, 100))
        }).observe(document, { childList: true, subtree: true })
      })
      await rehearsed
      await page.waitForTimeout(3000)
      expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual([])
      expect(await page.title()).toBe(title)
      expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('password')
      expect(asked.map(({ path }) => path)).not.toContain('/jmap/api')
      await page.getByLabel('Mot de passe', { exact: true }).fill(server.password)
      await page.getByRole('button', { name: 'Se connecter' }).click()
      await grid(page)
      await expect.poll(() => page.getByRole('row').count()).toBeGreaterThan(5)
      const signIn = JSON.parse(asked.find(({ path }) => path === '/auth/login')?.body ?? '{}')
      expect(signIn.first).toContain('{inbox}')
      const firstRows = asked.filter(({ path, body }) => path === '/jmap/api' && /"position":0[,}]/.test(body))
      expect(firstRows).toEqual([])
      expect(errors).toEqual([])
      await context.close()
    })

    test('Plain language changes the words and stays chosen; “which account?” leads to the right form without looking anybody up', async () => {
      const { page, context, errors } = await visit(browser, server)
      const asked: string[] = []
      page.on('request', (request) => asked.push(new URL(request.url()).pathname))
      await page.goto('/')
      await page.getByRole('button', { name: 'Langage simple' }).click()
      await page.getByRole('button', { name: 'Entrer', exact: true }).waitFor()
      await page.reload()
      await page.getByLabel('Nom de compte ou adresse').waitFor()
      await page.getByRole('button', { name: 'Langage simple' }).click()
      await page.getByRole('button', { name: 'Se connecter' }).waitFor()
      asked.length = 0
      await page.getByRole('button', { name: 'Quel compte ai-je ?' }).click()
      await page.getByRole('button', { name: 'Je suis élève' }).click()
      await page.getByRole('button', { name: 'Au collège ou au lycée' }).click()
      await page.getByText('Un compte EduConnect élève').waitFor()
      expect(asked.filter((path) => path.startsWith('/auth/') && path !== '/auth/methods')).toEqual([])
      await page.getByRole('button', { name: 'Aller au bon formulaire' }).click()
      await expect.poll(() => page.getByRole('radio', { name: /Élève/ }).isChecked()).toBe(true)
      expect(errors).toEqual([])
      await context.close()
    })

    test('A passkey is added, then opens the session alone, without identifier', async () => {
      const { page, context, errors } = await visit(browser, server)
      await addSecurityKey(page)
      await signInByForm(page, 'karim.benali', server.password)
      await security(page)
      await page.getByRole('button', { name: 'Ajouter une clé d’accès' }).click()
      await page.getByLabel('Nom de la clé').fill('Mon téléphone')
      await page.getByRole('button', { name: 'Ajouter', exact: true }).click()
      await page.getByText('Votre compte est bien protégé.').waitFor()
      await page.getByRole('button', { name: 'Renommer Mon téléphone' }).click()
      await page.getByLabel('Nouveau nom').fill('Clé du bureau')
      await page.getByRole('button', { name: 'Enregistrer' }).click()
      await page.getByRole('button', { name: 'Retirer Clé du bureau' }).waitFor()

      await page.getByRole('button', { name: /Compte de Karim/ }).click()
      await page.getByRole('menuitem', { name: 'Se déconnecter' }).click()
      await page.getByRole('heading', { name: 'Vous êtes déconnecté' }).waitFor()
      await page.getByRole('button', { name: 'Se reconnecter' }).click()
      // Where the browser offers passkeys by itself, this one answers before the button is reached.
      await page
        .getByRole('button', { name: 'Utiliser une clé d’accès' })
        .click({ timeout: 3000 })
        .catch(() => undefined)
      await grid(page)
      await expect.poll(() => sessionOf(page)).toMatchObject({ login: 'karim.benali', acr: 'urn:convergence:acr:3' })
      expect(errors).toEqual([])
      await context.close()
    })

    test('An application’s code is added with its key in text, then asked for; recovery codes replace it, each once', async () => {
      const { page, context, errors } = await visit(browser, server)
      await signInByForm(page, 'helene.roux', server.password)
      await security(page)
      await page.getByRole('button', { name: 'Ajouter une application d’authentification' }).click()
      await page.getByRole('img', { name: /Code QR/ }).waitFor()
      const secret = (await page.locator('code').first().textContent()) ?? ''
      expect(secret.replace(/\s/g, '')).toMatch(/^[A-Z2-7]{16,}$/)
      await page.getByLabel('Code à six chiffres affiché').fill(codeOf(secret))
      await page.getByRole('button', { name: 'Confirmer' }).click()
      await page.getByText('Votre compte est bien protégé.').waitFor()
      await page
        .getByRole('button', { name: /codes de secours|Refaire des codes/ })
        .first()
        .click()
      await page.getByText('Gardez-les en lieu sûr').waitFor()
      const codes = await page.locator('ol li').allTextContents()
      expect(codes).toHaveLength(10)
      await page.getByRole('button', { name: 'J’ai terminé' }).click()
      await page.getByText('10 codes restants').waitFor()
      expect(errors).toEqual([])
      await context.close()

      // The page may be loaded again in the middle of signing in.
      const second = await visit(browser, server)
      await second.page.goto('/login?then=%2Fsettings')
      await giveCredentials(second.page, 'helene.roux', server.password)
      await second.page.getByRole('heading', { name: 'Encore une étape' }).waitFor()
      expect((await sessionOf(second.page)).signedIn).toBe(false)
      await second.page.reload()
      const field = second.page.getByLabel('Code à six chiffres')
      await expect.poll(() => field.getAttribute('autocomplete')).toBe('one-time-code')
      await field.fill('000000')
      await second.page.getByRole('button', { name: 'Vérifier' }).click()
      await second.page.getByRole('alert').filter({ hasText: 'AUTH-05' }).waitFor()
      // One period later: a code serves once, and the first was used when the application was added.
      await field.fill(codeOf(secret, Date.now() + 30_000))
      await second.page.getByRole('button', { name: 'Vérifier' }).click()
      await second.page.getByRole('heading', { name: 'Réglages' }).waitFor()
      await second.context.close()

      const recover = async () => {
        const seen = await visit(browser, server)
        await seen.page.goto('/')
        await giveCredentials(seen.page, 'helene.roux', server.password)
        await seen.page.getByRole('heading', { name: 'Encore une étape' }).waitFor()
        await seen.page.getByRole('button', { name: 'Code de secours' }).click()
        await seen.page.getByLabel('Code de secours').fill(codes[0]!)
        await seen.page.getByRole('button', { name: 'Vérifier' }).click()
        return seen
      }
      const third = await recover()
      await grid(third.page)
      await third.context.close()
      const fourth = await recover()
      await fourth.page.getByRole('alert').filter({ hasText: 'AUTH-05' }).waitFor()
      await fourth.context.close()
    })

    test('A printed grid, readable as a table, stands in for a phone', async () => {
      const { page, context, errors } = await visit(browser, server)
      await signInByForm(page, 'yann.moreau', server.password)
      await security(page)
      await page.getByRole('button', { name: 'Faire une grille' }).click()
      const table = page.getByRole('table', { name: /Grille de codes/ })
      await table.waitFor()
      const columns = (await table.locator('thead th').allTextContents()).map((name) => name.trim())
      const cells = new Map<string, string>()
      for (const row of await table.locator('tbody tr').all()) {
        const name = (await row.locator('th').textContent())?.trim()
        for (const [i, text] of (await row.locator('td').allTextContents()).entries())
          cells.set(`${columns[i]}${name}`, text.trim())
      }
      expect(cells.size).toBe(64)
      await page.getByRole('button', { name: 'J’ai terminé' }).click()
      await context.close()

      const again = await visit(browser, server)
      await again.page.goto('/')
      await giveCredentials(again.page, 'yann.moreau', server.password)
      await again.page.getByRole('heading', { name: 'Encore une étape' }).waitFor()
      const fields = again.page.getByLabel(/^Case /)
      await expect.poll(() => fields.count()).toBe(3)
      for (const field of await fields.all()) {
        const label = await field.evaluate((input) => (input as HTMLInputElement).labels?.[0]?.textContent ?? '')
        await field.fill(cells.get(label.replace('Case ', '').trim()) ?? 'none')
      }
      await again.page.keyboard.press('Enter')
      await grid(again.page)
      expect(errors).toEqual([])
      expect(again.errors).toEqual([])
      await again.context.close()
    })

    test('A person of two profiles chooses one on entering, and another at the top of the page, which is said aloud', async () => {
      const { page, context, errors } = await visit(browser, server)
      await page.goto('/')
      await giveCredentials(page, 'samira.haddad', server.password)
      await page.getByRole('heading', { name: 'Avec quel profil entrez-vous ?' }).waitFor()
      await page.getByRole('button', { name: /Sciences de la vie/ }).click()
      await page.getByRole('button', { name: /^Profil : Enseign/ }).waitFor()
      await expect.poll(() => sessionOf(page)).toMatchObject({ profile: { kind: 'teacher' } })
      await page.getByRole('button', { name: /^Profil : / }).click()
      await page.getByRole('menuitem', { name: /Parent/ }).click()
      await expect
        .poll(() => page.getByRole('status').filter({ hasText: 'Vous êtes maintenant : Parent' }).count())
        .toBeGreaterThan(0)
      await expect.poll(() => sessionOf(page)).toMatchObject({ profile: { kind: 'parent' } })
      expect(errors).toEqual([])
      await context.close()
    })

    test('On a shared computer the session is marked and nothing of the choice is kept', async () => {
      const { page, context } = await visit(browser, server)
      await page.goto('/')
      await page.getByRole('checkbox', { name: /Cet ordinateur est partagé/ }).check()
      await page.getByRole('radio', { name: /Administratif/ }).check()
      await giveCredentials(page, 'marc.lefevre', server.password)
      await grid(page)
      await page.goto('/account/devices')
      await page.getByText('cette session').waitFor()
      expect(await page.evaluate(() => localStorage.getItem('convergence.preferences') ?? '')).not.toContain(
        'administrative',
      )
      const cookies = await context.cookies()
      expect(cookies.find(({ name }) => name.endsWith('session'))).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
      await context.close()
    })

    test('A session closed from another browser is closed there at once', async () => {
      const [here, there] = [await visit(browser, server), await visit(browser, server)]
      await signInByForm(there.page, 'anne.martin', server.password)
      await signInByForm(here.page, 'anne.martin', server.password)
      await here.page.goto('/account/devices')
      await here.page.getByRole('button', { name: 'Fermer toutes les autres' }).click()
      await expect.poll(() => here.page.getByRole('button', { name: /^Fermer la session/ }).count()).toBe(0)
      // What is closed from elsewhere leaves nothing on the screen, by itself.
      await there.page.waitForURL(/\/login/)
      await there.page.getByRole('button', { name: 'Se connecter' }).waitFor()
      await expect.poll(async () => (await sessionOf(there.page)).signedIn).toBe(false)
      expect((await sessionOf(here.page)).signedIn).toBe(true)
      await here.context.close()
      await there.context.close()
    })

    test('Where to go afterwards is kept through everything, and is never another site', async () => {
      const { page, context } = await visit(browser, server)
      await page.goto('/login?then=%2F%2Fevil.example%2F')
      await giveCredentials(page, 'julie.faivre', server.password)
      await page.waitForURL(/\/mail\/inbox|\/login/)
      await page
        .getByRole('button', { name: /Plus tard/ })
        .click({ timeout: 5000 })
        .catch(() => undefined)
      await grid(page)
      expect(new URL(page.url()).origin).toBe(server.url)
      await context.close()
      const other = await visit(browser, server)
      await other.page.goto('/account/activity')
      await giveCredentials(other.page, 'marc.lefevre', server.password)
      await other.page.getByRole('heading', { name: 'Activité', level: 1 }).waitFor()
      await other.page
        .getByRole('cell', { name: /Connexion/ })
        .first()
        .waitFor()
      await other.context.close()
    })

    test('Everything can be done by keyboard: who one is, the form, the mail', async () => {
      const { page, context } = await visit(browser, server)
      await page.goto('/')
      await page.getByRole('button', { name: 'Se connecter' }).waitFor()
      const focused = () =>
        page.evaluate(() => document.activeElement?.getAttribute('name') ?? document.activeElement?.tagName)
      for (let i = 0; i < 20 && (await focused()) !== 'login'; i++) await page.keyboard.press('Tab')
      await page.keyboard.type('marc.lefevre')
      await page.keyboard.press('Tab')
      await page.keyboard.type(server.password)
      await page.keyboard.press('Enter')
      await grid(page)
      await context.close()
    })
  },
)
