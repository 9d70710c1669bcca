/** The portal as a profile of a school sees it, for administrators: a question that changes nothing and is audited. */
import type { FastifyInstance } from 'fastify'
import { shelfOf } from '#domain/guides/shelf.ts'
import { senderName } from '#domain/notices/words.ts'
import type { People } from '#domain/people/people.ts'
import { previewPortal } from '#domain/portal/preview.ts'
import type { SeenTile } from '#domain/portal/sight.ts'
import { type StoredTile, stateAt } from '#domain/portal/tiles.ts'
import { languageOf } from './failure.ts'
import { neededIn, ownerRoutes, textIn } from './owner.ts'
import { publicContact, publicIncident } from './support.ts'

/** What is seen of a tile; its rules and address stay with the administration of tiles. */
const shown = (tile: StoredTile, now: number) => {
  const { id, key, name, description, category, icon } = tile
  return { id, key, name, description, category, icon, ...stateAt(tile, now) }
}

export const registerAdminPreview = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  route('POST', '/admin/preview', async ({ owner, body, request }) => {
    const language = languageOf(request)
    const wanted = { kind: neededIn(body, 'kind', 40), uai: textIn(body, 'uai', 8), language }
    const seen = await previewPortal(people, owner, wanted, await shelfOf(people.ctx).library())
    const now = people.ctx.clock.now()
    return {
      profile: seen.profile,
      tiles: seen.tiles.map(({ tile, why }: SeenTile) => ({ ...shown(tile, now), why })),
      someTiles: seen.someTiles.map((one) => ({ ...shown(one.tile, now), for: one.for })),
      notices: seen.notices.map(({ notice, share }) => ({
        title: notice.title,
        sender: senderName(notice),
        publishedAt: notice.publishedAt,
        urgent: notice.urgent,
        acknowledge: notice.acknowledge,
        share,
      })),
      contacts: seen.contacts.map(publicContact),
      incidents: seen.incidents.map((one) => publicIncident(one, language)),
      planned: seen.planned.map((one) => publicIncident(one, language)),
      guides: seen.guides.map(({ id, title }) => ({ id, title })),
    }
  })
}
