/** `GET /auth/methods`: the ways in for an audience, what does not work of each at present, and who helps. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { providersFor } from '#domain/federation/providers.ts'
import type { People } from '#domain/people/people.ts'
import { type Audience, audiences } from '#domain/support/contacts.ts'
import { helpFor } from '#domain/support/help.ts'
import { concerns } from '#domain/support/incidents.ts'
import { languageOf } from './failure.ts'
import { publicContact, publicIncident } from './support.ts'

interface Method {
  readonly id: string
  readonly name: string
  readonly url?: string
}

const names = {
  fr: { password: 'Identifiant et mot de passe', passkey: 'Clé d’accès' },
  en: { password: 'Identifier and password', passkey: 'Passkey' },
} as const

/** Pupils and their parents come by a national account first; staff by their own. */
const order = (audience: Audience, own: readonly Method[], providers: readonly Method[]): readonly Method[] =>
  audience === 'pupil' || audience === 'parent' ? [...providers, ...own] : [...own, ...providers]

const audienceOf = (request: FastifyRequest): Audience => {
  const { audience } = request.query as Readonly<Record<string, unknown>>
  return audiences.find((one) => one === audience) ?? 'staff'
}

export const registerMethods = (app: FastifyInstance, people: People): void => {
  app.get('/auth/methods', async (request, reply) => {
    const audience = audienceOf(request)
    const language = languageOf(request)
    const [help, providers] = await Promise.all([
      helpFor(people.ctx, { audience, topic: 'account' }),
      people.ctx.store.read((tx) => providersFor(tx, audience)),
    ])
    const own = (['password', 'passkey'] as const).map((id) => ({ id, name: names[language][id] }))
    // An incident of no way in particular concerns each.
    const incidentsOf = (id: string) =>
      help.incidents.filter((incident) => concerns(incident, id)).map((incident) => publicIncident(incident, language))
    reply.header('cache-control', 'no-store').header('vary', 'accept-language')
    return {
      audience,
      methods: order(audience, own, providers).map((method) => ({ ...method, incidents: incidentsOf(method.id) })),
      planned: help.planned.map((incident) => publicIncident(incident, language)),
      contacts: help.contacts.map(publicContact),
      address: new URL(people.options.publicUrl).host,
    }
  })
}
