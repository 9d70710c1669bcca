/**
 * The way from the portal into a service: one address for each tile, which notes the use and sends the browser to where
 * the service starts, where single sign-on takes over. And the page that stands for services of the demonstration.
 */
import type { FastifyInstance } from 'fastify'
import { parseId } from '#base/ids.ts'
import type { People } from '#domain/people/people.ts'
import type { Principal } from '#domain/people/principal.ts'
import { noteUse } from '#domain/portal/arrangement.ts'
import { tilesFor, whyTile } from '#domain/portal/sight.ts'
import { findTile, findTileByKey } from '#domain/portal/tiles.ts'
import { escapeXml } from '#format/xml/write.ts'
import { isForeign, signedIn } from './auth.ts'
import { languageOf } from './failure.ts'
import { registerPortalCards } from './portal-cards.ts'
import { linkTo, sendPage } from './sso-page.ts'

const words = {
  back: { fr: 'Retour à l’accueil du portail', en: 'Back to the portal' },
  gone: { fr: 'Service introuvable', en: 'Service not found' },
  goneText: {
    fr: 'Ce service n’existe plus, ou l’adresse est incomplète.',
    en: 'This service no longer exists, or the address is incomplete.',
  },
  closed: { fr: 'Service non proposé à ce profil', en: 'Not offered to this profile' },
  next: {
    fr: 'Si vous avez un autre profil, changez-en dans le portail. Sinon, votre assistance peut vous renseigner.',
    en: 'If you have another profile, switch to it in the portal. Otherwise your helpdesk can tell you more.',
  },
  demo: {
    fr: 'Démonstration : ce service n’existe pas ici. Dans une académie, cette tuile ouvrirait le vrai service, déjà connecté.',
    en: 'Demonstration: this service does not exist here. In an académie this tile would open the real service, signed in.',
  },
}

const home = { fr: { href: '/portal', text: words.back.fr }, en: { href: '/portal', text: words.back.en } }

type Passage = { readonly url: string } | { readonly why: { readonly fr: string; readonly en: string } } | undefined

/** Where a tile leads the person, or why not; undefined when there is no such tile. */
const passage = (people: People, principal: Principal, id: number, note: boolean): Promise<Passage> => {
  const { store, clock } = people.ctx
  const { accountId, profileId } = principal
  return store.read(async (tx) => {
    const tile = await findTile(tx, id)
    if (!tile) return
    const { seat, tiles } = await tilesFor(tx, principal, clock.now())
    const seen = tiles.find((one) => one.tile.id === id)
    if (!seen) return { why: (await whyTile(tx, tile, accountId, profileId ?? seat.profileId, clock.now())).words }
    if (note) queueMicrotask(() => void remember(people, accountId, seat.profileId, id))
    return { url: seen.url }
  })
}

/** The way is not made longer by what is noted of it. */
const remember = async (people: People, account: number, profile: number, tile: number): Promise<void> => {
  const { store, log } = people.ctx
  try {
    await store.write(account, (tx) => noteUse(tx, profile, tile))
  } catch (error) {
    log.warn('portal.use', { message: error instanceof Error ? error.message : 'failed' })
  }
}

export const registerPortal = (app: FastifyInstance, people: People): void => {
  app.get('/portal/open/:id', { exposeHeadRoute: false }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const language = languageOf(request)
    const { id = '' } = request.params as { id?: string }
    const number = parseId('tile', id)
    const principal = await signedIn(people, request)
    if (number !== undefined && !principal)
      return reply.redirect(`/login?then=${encodeURIComponent(`/portal/open/${id}`)}`)
    const note = !isForeign(request)
    const found = number === undefined || !principal ? undefined : await passage(people, principal, number, note)
    if (found && 'url' in found) return reply.redirect(found.url)
    const body = found
      ? `<p>${escapeXml(found.why[language])}</p><p>${escapeXml(words.next[language])}</p>`
      : `<p>${escapeXml(words.goneText[language])}</p>`
    const title = found ? words.closed[language] : words.gone[language]
    return sendPage(request, reply, { title, body: body + linkTo(home[language]), status: found ? 403 : 404 })
  })

  app.get('/portal/demonstration/:key', async (request, reply) => {
    const language = languageOf(request)
    const { key = '' } = request.params as { key?: string }
    const tile = await people.ctx.store.read((tx) => findTileByKey(tx, key.slice(0, 40)))
    const body = tile
      ? `<p>${escapeXml(tile.description[language])}</p><p><strong>${escapeXml(words.demo[language])}</strong></p>`
      : `<p>${escapeXml(words.goneText[language])}</p>`
    const title = tile?.name[language] ?? words.gone[language]
    return sendPage(request, reply, { title, body: body + linkTo(home[language]), status: tile ? 200 : 404 })
  })

  registerPortalCards(app, people)
}
