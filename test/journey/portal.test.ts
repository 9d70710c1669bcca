/** The portal's home for four profiles: one click into a service, arranged by keyboard, searched, read on a phone. */
import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import { giveCredentials, type JourneyServer, launchBrowser, missing, signIn, startServer, visit } from './rig.ts'
import { addApplication, signInStrongly } from './second-proof.ts'

describe.skipIf(missing !== undefined)(
  `The portal${missing === undefined ? '' : ` (skipped: ${missing})`}`,
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

    const enter = async (login: string, options: Parameters<typeof visit>[2] = {}) => {
      const visited = await visit(browser, server, options)
      await signIn(visited.page, login, server.password)
      await visited.page.getByRole('link', { name: 'Accueil' }).first().click()
      await visited.page.getByRole('heading', { name: /^Bonjour/, level: 1 }).waitFor()
      await visited.page.getByRole('heading', { name: 'Vie de l’établissement' }).waitFor()
      return visited
    }

    test('a teacher finds a service, arranges by keyboard, takes it back, and enters with one click', async () => {
      const { page, context, errors } = await enter('anne.martin')
      await page.getByText('Enseignante de lettres').or(page.getByText('Collège des Tilleuls')).first().waitFor()
      expect(await findings(page)).toEqual([])
      const search = page.getByRole('textbox', { name: 'Chercher un service, un guide, une personne' })
      await search.fill('medias')
      await page
        .getByText(/Rien ne répond|Aucun service, mais/)
        .first()
        .waitFor()
      await search.fill('MEDIATH')
      await page.getByRole('heading', { name: '1 service trouvé' }).waitFor()
      await page.getByRole('link', { name: /^Médiathèque/ }).waitFor()
      expect(await findings(page)).toEqual([])
      await search.fill('mot de passe oublié')
      await page.getByRole('region', { name: 'Guides' }).getByRole('link').first().waitFor()
      await search.fill('karim')
      await page.getByRole('button', { name: 'Écrire à Karim Benali' }).waitFor()
      expect(await findings(page)).toEqual([])
      await search.press('Escape')

      await page.getByRole('button', { name: 'Actions pour Pratic' }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('menuitem', { name: 'Ajouter aux favoris' }).waitFor()
      await page.keyboard.press('Enter')
      await page
        .getByRole('region', { name: 'Favoris' })
        .getByRole('link', { name: /^Pratic/ })
        .waitFor()
      await page.getByRole('button', { name: 'Annuler' }).click()
      await page.getByRole('region', { name: 'Favoris' }).waitFor({ state: 'detached' })

      const teaching = page.getByRole('region', { name: 'Enseigner et apprendre' })
      const first = async () => (await teaching.getByRole('listitem').first().getAttribute('data-key')) ?? ''
      expect(await first()).toBe('pratic')
      await page.getByRole('button', { name: 'Actions pour Médiathèque' }).click()
      await page.getByRole('menuitem', { name: 'Mettre en premier' }).click()
      await expect.poll(first).toBe('mediatheque')
      await page.getByRole('button', { name: 'Actions pour Médiathèque' }).click()
      await page.getByRole('menuitem', { name: 'Pourquoi je vois ce service ?' }).click()
      await page.getByText('répond à la règle « profil Enseignants ou Élèves »').waitFor()
      expect(await findings(page)).toEqual([])
      await page.keyboard.press('Escape')

      await page
        .getByRole('button', { name: 'Actions pour Visio' })
        .or(page.getByRole('button', { name: 'Actions pour Classe virtuelle' }))
        .click()
      await page.getByRole('menuitem', { name: 'Nouveau groupe…' }).click()
      await page.getByRole('textbox', { name: 'Nom du groupe' }).fill('Mes cours')
      await page.getByRole('button', { name: 'Créer le groupe' }).click()
      await page
        .getByRole('region', { name: 'Mes cours' })
        .getByRole('link', { name: /^Classe virtuelle/ })
        .waitFor()

      await page.getByText('En maintenance').first().waitFor()
      await page.reload()
      await page.getByRole('region', { name: 'Mes cours' }).waitFor()
      await expect.poll(first).toBe('mediatheque')

      await page.getByRole('link', { name: /^Arena/ }).click()
      await page.getByText('Anne Martin').first().waitFor()
      expect(new URL(page.url()).hostname).toBe('127.0.0.1')
      await page.goto(`${server.url}/portal`)
      await page
        .getByRole('region', { name: 'Utilisés récemment' })
        .getByRole('link', { name: /^Arena/ })
        .waitFor()
      expect(errors).toEqual([])
      await context.close()
    })

    test('a tile is moved with the mouse, and the place is kept', async () => {
      const { page, context } = await enter('karim.benali')
      const teaching = page.getByRole('region', { name: 'Enseigner et apprendre' })
      const keys = () =>
        teaching.getByRole('listitem').evaluateAll((all) => all.map((one) => one.getAttribute('data-key')))
      const before = await keys()
      await teaching.locator('[data-key=visio]').dragTo(teaching.locator('[data-key=pratic]'))
      await expect.poll(async () => (await keys())[0]).toBe('visio')
      expect((await keys()).toSorted()).toEqual(before.toSorted())
      await context.close()
    })

    test('a head sees what is asked of her first, and puts a card away', async () => {
      const { page, context } = await enter('sophie.durand')
      const cards = page.getByRole('region', { name: 'Pour vous' })
      await cards.getByText('3 ordres de mission à valider').waitFor()
      const [card, tile] = [await cards.boundingBox(), await page.getByRole('link', { name: /^Arena/ }).boundingBox()]
      expect(card?.x ?? 0).toBeLessThan(tile?.x ?? 0)
      await cards.getByRole('button', { name: 'Masquer : 3 ordres de mission à valider' }).click()
      await cards.getByText('3 ordres de mission à valider').waitFor({ state: 'detached' })
      await page.reload()
      await cards.getByText('Assiduité').waitFor()
      expect(await cards.getByText('3 ordres de mission à valider').count()).toBe(0)
      expect(await findings(page)).toEqual([])
      await context.close()
    })

    test('a pupil on a phone of 320 px, in the dark, sees large tiles and their grade, and nothing of the staff', async () => {
      const { page, context } = await enter('lea.garnier', {
        viewport: { width: 320, height: 640 },
        colorScheme: 'dark',
      })
      await page.getByText('Français : 15,5 sur 20').waitFor()
      expect(await page.getByRole('link', { name: /^Arena/ }).count()).toBe(0)
      expect(await overflow(page)).toBeLessThanOrEqual(0)
      expect(await findings(page)).toEqual([])
      await context.close()
    })

    test('a person of two profiles sees other services and cards after switching', async () => {
      const { page, context } = await visit(browser, server)
      await page.goto('/')
      await giveCredentials(page, 'samira.haddad', server.password)
      await page.getByRole('heading', { name: 'Avec quel profil entrez-vous ?' }).waitFor()
      await page.getByRole('button', { name: /Collège des Tilleuls/ }).click()
      await page.getByRole('button', { name: /^Profil :/ }).waitFor()
      await page.getByRole('link', { name: 'Accueil' }).first().click()
      await page.getByRole('link', { name: /^Arena/ }).waitFor()
      await page.getByRole('button', { name: /^Profil :/ }).click()
      await page.getByRole('menuitem', { name: /Parent/ }).click()
      await page.getByText('Inès : réunion de rentrée de la classe').waitFor()
      await page.getByRole('link', { name: /^Arena/ }).waitFor({ state: 'detached' })
      await page.getByRole('link', { name: /^Restauration/ }).waitFor()
      await context.close()
    })

    test('without a network the portal of the last visit stays, and what is changed is sent later', async () => {
      const { page, context } = await enter('marc.lefevre')
      await page.getByText('12 absences sans justificatif').waitFor()
      // What menus are made of comes in the first idle moment (the service worker, which journeys do without, keeps it).
      await page.getByRole('button', { name: 'Actions pour PIA' }).click()
      await page.getByRole('menuitem', { name: 'Ajouter aux favoris' }).waitFor()
      await page.keyboard.press('Escape')
      await context.setOffline(true)
      await page.getByRole('button', { name: 'Actions pour PIA' }).click()
      await page.getByRole('menuitem', { name: 'Ajouter aux favoris' }).click()
      const favourite = page.getByRole('region', { name: 'Favoris' }).getByRole('link', { name: /^PIA/ })
      await favourite.waitFor()
      await page.getByText('Affichage de votre dernière visite').waitFor()
      expect(await findings(page)).toEqual([])
      await context.setOffline(false)
      await page.getByText('Affichage de votre dernière visite').waitFor({ state: 'detached', timeout: 60_000 })
      await page.reload()
      await favourite.waitFor()
      await context.close()
    })

    test('an administrator announces a maintenance, which an open portal shows, and reads why a person sees a service', async () => {
      const first = await visit(browser, server)
      await first.page.goto('/login?then=%2Fadmin')
      await giveCredentials(first.page, 'thomas.girard', server.password)
      await first.page.getByRole('heading', { name: 'Protégez d’abord ce compte' }).waitFor()
      const secret = await addApplication(first.page)
      await first.context.close()
      const { page: pupil, context: pupils } = await enter('lea.garnier')
      const tile = pupil.locator('[data-key=mediatheque]')
      await tile.waitFor()

      const { page, context } = await visit(browser, server)
      await page.goto('/login?then=%2Fadmin%3Fpage%3Dtiles')
      await signInStrongly(page, 'thomas.girard', server.password, secret)
      await page.getByRole('heading', { name: 'Services du portail', level: 1 }).waitFor()
      await page.getByText('Proposé à : profil Enseignants ou Élèves.').first().waitFor()
      await page
        .getByText(/\d personnes le voient/)
        .first()
        .waitFor()
      expect(await findings(page)).toEqual([])
      await page.getByRole('button', { name: 'Modifier Médiathèque' }).click()
      await page.getByRole('heading', { name: 'Médiathèque', level: 2 }).waitFor()
      await page.getByLabel('Identifiant ou adresse d’une personne').fill('nathalie.garnier')
      await page.getByRole('button', { name: 'Expliquer' }).click()
      await page.getByText('aucune règle ne propose ce service au profil « Parents, Collège des Tilleuls »').waitFor()
      await page.getByLabel('État du service').selectOption('maintenance')
      await page.getByLabel('Message en français').fill('Retour à midi.')
      await page.getByText('Proposé à : profil Enseignants ou Élèves.').waitFor()
      expect(await findings(page)).toEqual([])
      await page.getByRole('button', { name: 'Enregistrer le service' }).click()
      await tile.getByText('Retour à midi.').waitFor()
      await tile.getByText('En maintenance').waitFor()

      // A new service, for the pupils of one school, by keyboard only; then out of the portal, and back.
      const press = async (name: string) => {
        await page.getByRole('button', { name, exact: true }).focus()
        await page.keyboard.press('Enter')
      }
      await page.getByRole('heading', { name: 'Enseigner et apprendre' }).waitFor()
      await press('Nouveau service')
      const type = async (label: string, text: string) => {
        await page.getByLabel(label, { exact: true }).focus()
        await page.keyboard.type(text)
      }
      await type('Nom en français', 'Journal du collège')
      await type('Nom technique', 'journal')
      await type('Adresse', '/help')
      await press('Ajouter une règle')
      await page.getByText('Cochez au moins une case dans chaque règle').waitFor()
      const rule = page.getByRole('group', { name: 'Proposée à (1)' })
      for (const box of ['Élève', /Collège des Tilleuls/]) {
        await rule.getByRole('checkbox', { name: box }).focus()
        await page.keyboard.press('Space')
      }
      await page
        .getByText('Proposé à : profil Élèves ; établissement Collège des Tilleuls (0250001R)')
        .first()
        .waitFor()
      await press('Enregistrer le service')
      const fresh = pupil.locator('[data-key=journal]')
      await fresh.waitFor()
      const order = () =>
        pupil
          .getByRole('region', { name: 'Enseigner et apprendre' })
          .getByRole('listitem')
          .evaluateAll((all) => all.map((one) => one.getAttribute('data-key')))
      expect((await order()).at(-1)).toBe('journal')
      // Past one that pupils do not see, then past one that they do.
      await press('Placer Journal du collège plus tôt')
      await page.getByText('« Journal du collège » a changé de place.').first().waitFor()
      await page.getByRole('button', { name: 'Placer Journal du collège plus tôt' }).click()
      await expect.poll(async () => (await order()).indexOf('journal')).toBe((await order()).length - 2)
      await press('Modifier Journal du collège')
      await press('Retirer du portail')
      await page.getByRole('alertdialog').getByRole('button', { name: 'Retirer du portail' }).click()
      await page.getByText('« Journal du collège » est retiré du portail.').first().waitFor()
      await page.getByRole('button', { name: 'Annuler' }).last().click()
      await page.getByText('« Journal du collège » est de nouveau dans le portail').first().waitFor()
      await fresh.waitFor()

      // The log says what was changed, in words.
      await page.goto('/admin?page=audit')
      const line = page.getByRole('row', { name: /Tuile du portail enregistrée.*Retour à midi/ })
      await line.getByText('État : En service → En maintenance').waitFor()

      // The portal as the heads of the collège see it: to be looked at only, and the log says so.
      await page
        .getByRole('navigation', { name: 'Parties de l’administration' })
        .getByRole('link', { name: 'Voir comme un profil' })
        .click()
      await page.getByLabel('Profil', { exact: true }).selectOption('head')
      await page.getByLabel('Établissement', { exact: true }).selectOption({ label: 'Collège des Tilleuls (0250001R)' })
      await press('Voir le portail')
      await page.getByText('Aperçu : Direction, Collège des Tilleuls').waitFor()
      const shown = page.locator('[data-preview]')
      await shown.getByText('Examens', { exact: true }).waitFor()
      expect(await shown.getByText('Journal du collège').count()).toBe(0)
      expect(await findings(page)).toEqual([])
      // Everything as one file: out, and back in after a trial that finds nothing to change.
      const parts = page.getByRole('navigation', { name: 'Parties de l’administration' })
      await parts.getByRole('link', { name: 'Contenu' }).click()
      const downloading = page.waitForEvent('download')
      await press('Exporter le contenu')
      const path = await (await downloading).path()
      const chooser = page.getByLabel('Fichier de contenu (JSON)')
      await chooser.setInputFiles(path)
      await page.getByText('Essai, rien n’est encore changé.').waitFor()
      const row = page.getByRole('row', { name: /^Services du portail/ })
      expect((await row.getByRole('cell').allTextContents()).slice(0, 2)).toEqual(['0', '0'])
      expect(await findings(page)).toEqual([])
      const wrong = readFileSync(path, 'utf8').replace('"category": "teaching"', '"category": "cooking"')
      await chooser.setInputFiles({ name: 'wrong.json', mimeType: 'application/json', buffer: Buffer.from(wrong) })
      await page
        .getByRole('alert')
        .getByText(/^tiles\[\d+\]\.category$/)
        .waitFor()
      // A school that opens: in the list, in what may be chosen, and in the log.
      await parts.getByRole('link', { name: 'Établissements', exact: true }).click()
      await page.getByRole('heading', { name: 'Établissements', level: 1 }).waitFor()
      await press('Nouvel établissement')
      const form = page.getByRole('dialog', { name: 'Nouvel établissement' })
      await form.getByLabel('UAI').fill('0251234a')
      await form.getByLabel('Nom').fill('Collège du Lac')
      await form.getByLabel('Commune').fill('Malbuisson')
      await form.getByText('La lettre ne va pas avec ces chiffres').waitFor()
      await form.getByLabel('UAI').fill('0251234f')
      expect(await findings(page)).toEqual([])
      await form.getByRole('button', { name: 'Enregistrer' }).click()
      await page.getByRole('cell', { name: '0251234F' }).waitFor()
      expect(await findings(page)).toEqual([])
      // A program of the directory: its token is shown once, opens SCIM, and ends when it is revoked.
      await parts.getByRole('link', { name: 'Programmes d’annuaire' }).click()
      await page.getByLabel('Nom du programme').fill('ent')
      await press('Créer le jeton')
      const token = (await page.getByText(/^scim_/).textContent()) ?? ''
      const scim = () => page.request.get('/scim/v2/Users?count=1', { headers: { authorization: `Bearer ${token}` } })
      expect((await scim()).status()).toBe(200)
      expect(await findings(page)).toEqual([])
      await press('Révoquer le jeton de ent')
      await page.getByRole('alertdialog').getByRole('button', { name: 'Révoquer', exact: true }).click()
      await page.getByText(/^révoqué le/).waitFor()
      expect((await scim()).status()).toBe(401)
      await page.goto('/admin?page=audit')
      await page.getByText('Portail vu comme un profil').first().waitFor()
      await page.getByText('0251234F').first().waitFor()
      await context.close()
      await pupils.close()
    })

    test('in English every word of the portal is English', async () => {
      const { page, context } = await visit(browser, server, { locale: 'en-GB' })
      await signIn(page, 'anne.martin', server.password)
      await page.goto(`${server.url}/portal`)
      await page.getByRole('heading', { name: 'Hello Anne' }).waitFor()
      await page.getByRole('heading', { name: 'Teaching and learning' }).waitFor()
      await page.getByRole('link', { name: /^Media library/ }).waitFor()
      expect(await findings(page)).toEqual([])
      await context.close()
    })
  },
)
