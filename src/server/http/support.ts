/** `GET /auth/help`: who answers now and what does not work, for people who are not signed in. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { People } from '#domain/people/people.ts'
import { audiences } from '#domain/support/contacts.ts'
import { type AnsweringContact, helpFor } from '#domain/support/help.ts'
import type { Incident } from '#domain/support/incidents.ts'
import { languageOf } from './failure.ts'

/** A contact as the sign-in page shows it. */
export const publicContact = ({ id: _, ...contact }: AnsweringContact) => contact

/** An incident in one language. */
export const publicIncident = (
  { id, kind, component, components, phase, severity, title, body, startsAt, endsAt }: Incident,
  language: 'fr' | 'en',
) => ({
  id,
  kind,
  component,
  components,
  phase,
  severity,
  title: title[language],
  body: body[language],
  since: startsAt,
  ...(endsAt === undefined ? {} : { until: endsAt }),
})

const wordIn = (request: FastifyRequest, name: string): string | undefined => {
  const value = (request.query as Readonly<Record<string, unknown>>)[name]
  return typeof value === 'string' && /^[a-z0-9-]{1,40}$/i.test(value) ? value : undefined
}

export const registerSupport = (app: FastifyInstance, people: People): void => {
  app.get('/auth/help', async (request, reply) => {
    const asked = wordIn(request, 'audience')
    const question = {
      audience: audiences.find((one) => one === asked),
      profile: wordIn(request, 'profile'),
      department: wordIn(request, 'department'),
      topic: wordIn(request, 'topic'),
    }
    const { contacts, incidents, planned } = await helpFor(people.ctx, question)
    const language = languageOf(request)
    reply.header('cache-control', 'no-store').header('vary', 'accept-language')
    return {
      contacts: contacts.map(publicContact),
      incidents: incidents.map((incident) => publicIncident(incident, language)),
      planned: planned.map((incident) => publicIncident(incident, language)),
      address: new URL(people.options.publicUrl).host,
      now: people.ctx.clock.now(),
    }
  })
}
