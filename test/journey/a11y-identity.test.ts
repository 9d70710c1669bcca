/** axe-core on the pages of identity, light on a desktop and dark at 320 pixels: nothing serious, nothing cut off. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import { giveCredentials, type JourneyServer, launchBrowser, missing, signInByForm, startServer, visit } from './rig.ts'
import { addApplication, codeOf } from './second-proof.ts'

describe.skipIf(missing !== undefined)(
  `Accessibility of identity${missing === undefined ? '' : ` (skipped: ${missing})`}`,
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

    const looks = {
      light: { colorScheme: 'light' },
      narrow: { colorScheme: 'dark', viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true },
    } as const
    /** Each makes a grid, which the next sign-in would ask for. */
    const people = { light: 'anne.martin', narrow: 'marc.lefevre' } as const
    const open = async (look: keyof typeof looks) =>
      (await visit(browser, server, { bypassCSP: true, ...looks[look] })).page
    const clean = async (page: Page, what: string) => {
      expect([what, await findings(page)]).toEqual([what, []])
      expect([what, await overflow(page)]).toEqual([what, 0])
    }

    for (const look of Object.keys(looks) as (keyof typeof looks)[]) {
      test(`The pages before the application (${look})`, async () => {
        const page = await open(look)
        await page.goto('/')
        for (const audience of [/^Administratif/, /^Élève/, /^Parent/, /^Personnel/])
          await page.getByRole('radio', { name: audience }).check()
        await page.getByText('Qui peut vous aider').waitFor()
        await clean(page, 'sign-in')
        await page.getByRole('button', { name: 'Langage simple' }).click()
        await clean(page, 'plain language')
        await page.getByRole('button', { name: 'Langage simple' }).click()
        await giveCredentials(page, 'x', 'y')
        await page.getByRole('alert').waitFor()
        await clean(page, 'refused')
        await page.getByRole('button', { name: 'Quel compte ai-je ?' }).click()
        await clean(page, 'which account')
        for (const [path, heading] of [
          ['/recover', 'Retrouver l’accès'],
          ['/recover?what=identifier', 'Retrouver l’accès'],
          ['/recover?what=factor', 'Retrouver l’accès'],
          ['/activate', 'Activer mon compte'],
          ['/reset#nothing', 'Nouveau mot de passe'],
          ['/signed-out', 'Vous êtes déconnecté'],
          ['/accessibilite', 'Déclaration d’accessibilité'],
        ] as const) {
          await page.goto('about:blank')
          await page.goto(path)
          await page.getByRole('heading', { name: heading }).waitFor()
          await page.waitForLoadState('networkidle')
          await clean(page, path)
        }
        await page.context().close()
      })

      test(`One’s account, a device to connect, a consent that is gone (${look})`, async () => {
        const page = await open(look)
        await signInByForm(page, people[look], server.password)
        for (const [path, heading] of [
          ['/account/security', 'Seconde preuve'],
          ['/account/recovery', 'Adresse de secours'],
          ['/account/devices', 'Sessions ouvertes'],
          ['/account/apps', 'Applications'],
          ['/account/activity', 'Activité'],
          ['/account/data', 'Identité'],
          ['/device', 'Connecter un appareil'],
          ['/consent/none', 'Cette demande n’est plus valable.'],
        ] as const) {
          await page.goto(path)
          await page.getByRole('heading', { name: heading }).first().waitFor()
          await page.waitForLoadState('networkidle')
          await clean(page, path)
        }
        await page.goto('/account/security')
        await page
          .getByRole('button', { name: 'Faire une grille' })
          .or(page.getByRole('button', { name: 'Refaire une grille' }))
          .click()
        const again = page.getByRole('alertdialog').getByRole('button', { name: 'Refaire une grille' })
        const table = page.getByRole('table', { name: /Grille de codes/ })
        await again.or(table).waitFor()
        if (await again.isVisible()) await again.click()
        await table.waitFor()
        await clean(page, 'grid')
        await page.goto('/')
        await page.context().close()
      })
    }

    test('A second proof, a profile to choose, the step-up dialog and administration', async () => {
      const page = await open('light')
      await page.goto('/login?then=%2Fadmin')
      await giveCredentials(page, 'sophie.durand', server.password)
      await page.getByRole('heading', { name: 'Protégez d’abord ce compte' }).waitFor()
      await clean(page, 'enrolment')
      const secret = await addApplication(page)
      await page.context().close()
      for (const look of ['light', 'narrow'] as const) {
        const seen = await open(look)
        await seen.goto('/login?then=%2Fadmin')
        await giveCredentials(seen, 'sophie.durand', server.password)
        await seen.getByRole('heading', { name: 'Encore une étape' }).waitFor()
        await clean(seen, `second proof ${look}`)
        if (look === 'light') {
          await seen.getByLabel('Code à six chiffres').fill(codeOf(secret, Date.now() + 30_000))
          await seen.getByRole('button', { name: 'Vérifier' }).click()
          await seen.getByRole('heading', { name: 'Personnes', level: 1 }).waitFor()
          for (const path of [
            'people',
            'activation',
            'cases',
            'duplicates',
            'delegations',
            'groups',
            'communication',
            'audit',
          ]) {
            await seen.setViewportSize({ width: 1280, height: 800 })
            await seen.goto(`/admin?page=${path}`)
            await seen.getByRole('heading', { level: 1 }).waitFor()
            await seen.waitForLoadState('networkidle')
            await clean(seen, `administration ${path}`)
            await seen.setViewportSize({ width: 320, height: 640 })
            await clean(seen, `administration ${path}, narrow`)
          }
        }
        await seen.context().close()
      }
      const chooser = await open('narrow')
      await chooser.goto('/')
      await giveCredentials(chooser, 'samira.haddad', server.password)
      await chooser.getByRole('heading', { name: 'Avec quel profil entrez-vous ?' }).waitFor()
      await clean(chooser, 'profiles')
      await chooser.getByRole('button', { name: /Sciences de la vie/ }).click()
      await chooser.getByRole('button', { name: /^Profil : / }).waitFor()
      await clean(chooser, 'profile at the top')
      await chooser.goto('/account/security')
      // Five minutes later, as the server would say it.
      await chooser.route('**/auth/grid', (route) => route.fulfill({ status: 403, json: { code: 'AUTH-12' } }), {
        times: 1,
      })
      await chooser.getByRole('button', { name: 'Faire une grille' }).click()
      const dialog = chooser.getByRole('dialog', { name: 'Confirmez que c’est bien vous' })
      await dialog.getByLabel('Mot de passe').fill(server.password)
      await clean(chooser, 'step-up')
      await chooser.keyboard.press('Enter')
      await chooser.getByRole('table', { name: /Grille de codes/ }).waitFor()
      await clean(chooser, 'grid after step-up')
      await chooser.context().close()
    })
  },
)
