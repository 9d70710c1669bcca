/**
 * A first day: somebody signs in, writes a message, sets up a phone whose mail program really connects; and a person of
 * the académie declares a service. Phone and desktop, French and English, axe on each screen.
 */
import { ImapFlow } from 'imapflow'
import { type Browser, devices, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import { giveCredentials, type JourneyServer, launchBrowser, missing, startServer, visit } from './rig.ts'
import { addApplication, signInStrongly } from './second-proof.ts'

const iphone = devices['iPhone 15']

describe.skipIf(missing !== undefined)(
  `Setting up${missing === undefined ? '' : ` (skipped: ${missing})`}`,
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

    /** A mail program: signs in as a phone would, and closes. */
    const connect = async (user: string, pass: string): Promise<boolean> => {
      const client = new ImapFlow({
        host: 'localhost',
        port: server.ports.imaps,
        secure: true,
        tls: { rejectUnauthorized: false },
        auth: { user, pass },
        logger: false,
      })
      client.on('error', () => undefined)
      const came = await client.connect().then(
        () => true,
        () => false,
      )
      if (came) await client.logout().catch(() => undefined)
      return came
    }

    const clean = async (page: Page) => {
      expect(await findings(page)).toEqual([])
      expect(await overflow(page)).toBe(0)
    }

    test('The first day takes three steps and ends with a celebration', async () => {
      const { page, context, errors } = await visit(browser, server, { bypassCSP: true })
      await page.goto('/login?then=%2Fportal')
      await giveCredentials(page, 'hugo.garnier', server.password)
      const card = page.getByRole('region', { name: 'Votre premier jour' })
      await card.getByRole('progressbar', { name: '1 sur 3' }).waitFor()
      await clean(page)

      // a message
      await card.getByRole('link', { name: 'Écrire un message' }).click()
      await page.getByRole('combobox', { name: 'À' }).fill('hugo.garnier@ac-demo.test,')
      await page.getByLabel('Objet').fill('Bonjour')
      await page.getByRole('textbox', { name: 'Corps du message' }).fill('Mon premier message.')
      await page
        .getByRole('button', { name: /^Envoyer/ })
        .first()
        .click()
      await page
        .getByText(/Message envoyé/)
        .first()
        .waitFor()

      // a phone
      await page.goto('/setup')
      await page.getByRole('radio', { name: /iPhone/ }).check()
      await page.getByRole('button', { name: 'Configurer', exact: true }).click()
      await confirm(page, server.password)
      await page.getByRole('img', { name: /Code QR/ }).waitFor()
      await page.getByText('En attente de la première connexion').waitFor()
      await clean(page)
      const url =
        (await page
          .getByText(/\/setup\/link\//)
          .first()
          .textContent()) ?? ''

      const phone = await visit(browser, server, { ...iphone, locale: 'fr-FR', bypassCSP: true })
      await phone.page.goto(url.trim())
      await phone.page.getByText('Hugo Garnier').waitFor()
      await clean(phone.page)
      await phone.page.getByRole('button', { name: /Configurer cet appareil \(iPhone\)/ }).click()
      const profile = phone.page.getByRole('link', { name: 'Installer le profil' })
      await profile.waitFor()
      await clean(phone.page)
      const answer = await phone.context.request.get((await profile.getAttribute('href')) ?? '')
      expect(answer.headers()['content-type']).toBe('application/x-apple-aspen-config')
      const text = await answer.text()
      const value = (key: string) => new RegExp(`<key>${key}</key><string>([^<]*)<`).exec(text)?.[1] ?? ''
      expect(value('IncomingMailServerHostName')).toBe('localhost')
      const [login, password] = [value('IncomingMailServerUsername'), value('IncomingPassword')]
      await phone.context.close()

      // The phone first writes it wrong: the computer says so, and then that it is there.
      expect(await connect(login, `${password.slice(0, -1)}${password.endsWith('2') ? '3' : '2'}`)).toBe(false)
      await page.getByText('Le mot de passe a été mal recopié').waitFor()
      expect(await connect(login, password)).toBe(true)
      await page.getByText('iPhone est connecté.').waitFor()
      await clean(page)

      await page.goto('/portal')
      await card.getByText('Bravo, tout est prêt').waitFor()
      await clean(page)
      await card.getByRole('button', { name: /Ranger/ }).click()
      await card.waitFor({ state: 'detached' })
      expect(errors).toEqual([])
      await context.close()
    })

    test('In English, on an Android phone itself, the settings and a code are there', async () => {
      const { page, context, errors } = await visit(browser, server, {
        ...devices['Pixel 7'],
        locale: 'en-GB',
        bypassCSP: true,
      })
      await page.goto('/login?then=%2Fsetup')
      await giveCredentials(page, 'hugo.garnier', server.password)
      await page.getByRole('heading', { name: 'Set up a device', level: 1 }).waitFor()
      expect(await page.getByRole('radio', { name: /Android/ }).isChecked()).toBe(true)
      await page.getByLabel('Name of the device').fill('Mon Pixel')
      await clean(page)
      await page.getByRole('button', { name: 'Set up', exact: true }).click()
      await confirm(page, server.password)
      await page.getByRole('heading', { name: 'What is left to do' }).waitFor()
      await page.getByText(`localhost, ${server.ports.imaps}, SSL/TLS`).waitFor()
      await clean(page)
      const password = ((await page.locator('code').first().textContent()) ?? '').trim()
      expect(await connect('hugo.garnier', password)).toBe(true)
      await page.getByText('Mon Pixel is connected.').waitFor()

      // From another screen, Thunderbird for Android has a code of its own.
      const other = await visit(browser, server, { locale: 'en-GB', bypassCSP: true })
      await other.page.goto('/login?then=%2Fsetup')
      await giveCredentials(other.page, 'hugo.garnier', server.password)
      await other.page.getByRole('radio', { name: /Android/ }).check()
      await other.page.getByRole('button', { name: 'Set up', exact: true }).click()
      await confirm(other.page, server.password)
      await other.page.getByRole('button', { name: 'Show its code' }).click()
      await other.page.getByRole('img', { name: 'QR code for Thunderbird' }).waitFor()
      await clean(other.page)
      await other.context.close()
      expect(errors).toEqual([])
      await context.close()
    })

    test('An administrator declares a service, sees what it would be told, and removes it', async () => {
      const first = await visit(browser, server)
      await first.page.goto('/login?then=%2Fadmin')
      await giveCredentials(first.page, 'thomas.girard', server.password)
      await first.page.getByRole('heading', { name: 'Protégez d’abord ce compte' }).waitFor()
      const secret = await addApplication(first.page)
      await first.context.close()
      const { page, context, errors } = await visit(browser, server, { bypassCSP: true })
      await page.goto('/login?then=%2Fadmin%3Fpage%3Dservices')
      await signInStrongly(page, 'thomas.girard', server.password, secret)
      await page.getByRole('heading', { name: 'Services reliés', level: 1 }).waitFor()
      await clean(page)
      await page.getByRole('button', { name: 'Déclarer un service' }).click()
      await page.getByLabel('Nom', { exact: true }).fill('Notes')
      await page.getByLabel('Adresse du service').fill('notes')
      await page.getByRole('checkbox', { name: 'ENTPersonProfils', exact: true }).check()
      await clean(page)
      await page.getByRole('button', { name: 'Déclarer un service' }).click()
      await page
        .getByText(/SVC-01/)
        .first()
        .waitFor()
      await page.getByLabel('Adresse du service').fill('https://notes.test/app/')
      await page.getByLabel('Identifiant ou adresse d’une personne').fill('hugo.garnier')
      await page.getByRole('button', { name: 'Voir', exact: true }).click()
      await page
        .getByText(/National_/)
        .first()
        .waitFor()
      await clean(page)
      await page.getByRole('button', { name: 'Déclarer un service' }).click()
      await page.getByRole('button', { name: 'Fermer Notes' }).click()
      await page.getByRole('button', { name: 'Retirer Notes' }).click()
      await page.getByRole('alertdialog').getByRole('button', { name: 'Retirer' }).click()
      await page.getByRole('button', { name: 'Modifier Notes' }).waitFor({ state: 'detached' })
      await page.setViewportSize({ width: 320, height: 720 })
      await page.goto('/admin?page=providers&id=new')
      await page.getByLabel('Émetteur').fill('https://ent.test')
      await page.getByLabel('Identifiant chez nous (dans les adresses)').fill('ent-essai')
      await page.getByLabel('Nom', { exact: true }).fill('ENT d’essai')
      await page.getByLabel(/^Identifiant qu’il nous a donné/).fill('convergence')
      await clean(page)
      await page.getByRole('button', { name: 'Déclarer un fournisseur' }).click()
      await page.getByRole('button', { name: 'Modifier ENT d’essai' }).click()
      await page.getByLabel('Clé de jointure AAF', { exact: true }).last().fill('ENTPersonJointure jointure')
      await page.getByRole('button', { name: 'Ajouter une affiliation' }).click()
      await page.getByLabel('Valeur').last().fill('National_ESSAI')
      await page.getByRole('combobox', { name: 'Profil' }).last().selectOption('pupil')
      await clean(page)
      await page.getByRole('button', { name: 'Enregistrer' }).click()
      await page.getByRole('button', { name: 'Modifier ENT d’essai' }).click()
      await expect.poll(() => page.getByLabel('Valeur').last().inputValue()).toBe('National_ESSAI')
      expect(errors).toEqual([])
      await context.close()
    })
  },
)

/** The step-up dialog, when the server asks for it. */
const confirm = async (page: Page, password: string): Promise<void> => {
  const dialog = page.getByRole('dialog')
  const shown = page.getByText(/En attente|Waiting for/)
  await dialog.or(shown).first().waitFor()
  if (!(await dialog.isVisible())) return
  await dialog.getByLabel(/Mot de passe|Password/).fill(password)
  await dialog.getByRole('button', { name: /Confirmer|Confirm|Vérifier/ }).click()
}
