/** Administration of what people are told: incidents and maintenance, components that are watched, support contacts. */
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import type { People } from '#domain/people/people.ts'
import { addComponent, daysKept, listComponents, removeComponent, watchComponent } from '#domain/status/components.ts'
import {
  addContact,
  audiences,
  listContacts,
  type NewContact,
  removeContact,
  saveContact,
} from '#domain/support/contacts.ts'
import { readClosures, saveClosures } from '#domain/support/help.ts'
import type { Period } from '#domain/support/holidays.ts'
import { parseHours, writeHours } from '#domain/support/hours.ts'
import { closeIncident, type NewIncident, openIncident, updateIncident } from '#domain/support/incident-write.ts'
import { incidentsSince, phases, severities, updatesOf } from '#domain/support/incidents.ts'
import { momentIn, objectIn, pathId, textsIn } from './admin-query.ts'
import { type Body, idIn, neededIn, type OwnerRoute, textIn } from './owner.ts'
import { type PlatformRoutes, platformRoutes } from './platform-routes.ts'

type Routes = PlatformRoutes

/** The words of one language that must be there, and of the other that may. */
const wordsIn = (body: Body, name: string) => {
  const words = objectIn(body, name)
  const en = textIn(words, 'en', 4000)
  return { fr: textIn(words, 'fr', 4000), ...(en === '' ? {} : { en }) }
}

const incidentIn = (body: Body): NewIncident => {
  const severity = severities.find((one) => one === body.severity)
  if (severity === undefined) throw new Failure('invalid', 'how severe?', { property: 'severity' })
  const [startsAt, endsAt] = [momentIn(body, 'startsAt'), momentIn(body, 'endsAt')]
  const components = body.components === undefined ? undefined : textsIn(body, 'components', 50, 100)
  const component = components === undefined ? neededIn(body, 'component', 100) : (components[0] ?? '')
  const audience = textIn(body, 'audience', 40) || '*'
  if (audience !== '*' && !audiences.some((one) => one === audience))
    throw new Failure('invalid', 'that is no audience', { property: 'audience' })
  return {
    kind: body.kind === 'maintenance' ? 'maintenance' : 'incident',
    component,
    ...(components === undefined ? {} : { components }),
    audience,
    severity,
    urgent: body.urgent === true,
    title: wordsIn(body, 'title'),
    ...(body.body === undefined ? {} : { body: wordsIn(body, 'body') }),
    ...(startsAt === null ? {} : { startsAt }),
    ...(endsAt === null ? {} : { endsAt }),
  }
}

const registerIncidents = ({ get, post }: Routes, people: People): void => {
  const { ctx } = people
  get('/admin/incidents', async () => ({
    incidents: await ctx.store.read(async (tx) => {
      const incidents = await incidentsSince(tx, ctx.clock.now() - daysKept * 86_400_000)
      const steps = await updatesOf(tx, incidents)
      return incidents.map((one) => ({ ...one, updates: steps.get(one.id) ?? [] }))
    }),
  }))
  post('/admin/incidents', async ({ owner, body, reply }) =>
    reply.code(201).send({ id: await openIncident(ctx, owner.login, incidentIn(body)) }),
  )
  post('/admin/incidents/:id/update', async ({ owner, body, request }) => {
    const phase = [...phases.incident, ...phases.maintenance].find((one) => one === body.phase)
    if (phase === undefined) throw new Failure('invalid', 'that is no phase', { property: 'phase' })
    const said = body.body === undefined ? {} : { body: wordsIn(body, 'body') }
    await updateIncident(ctx, owner.login, pathId(request), { phase, ...said })
    return {}
  })
  post('/admin/incidents/:id/end', async ({ owner, request }) => {
    await closeIncident(ctx, owner.login, pathId(request))
    return {}
  })
}

const registerComponents = ({ get, post }: Routes, people: People): void => {
  const { ctx } = people
  const keyOf = ({ request }: OwnerRoute): string => (request.params as Record<string, string>).key ?? ''
  get('/admin/components', async () => ({ components: await ctx.store.read(listComponents) }))
  post('/admin/components', async ({ owner, body, reply }) => {
    const wanted = {
      key: neededIn(body, 'key', 60),
      name: wordsIn(body, 'name'),
      target: neededIn(body, 'target', 500),
    }
    await addComponent(ctx, owner.login, wanted)
    return reply.code(201).send({})
  })
  post('/admin/components/:key/watch', async (given) => {
    await watchComponent(ctx, given.owner.login, keyOf(given), given.body.watched === true)
    return {}
  })
  post('/admin/components/:key/remove', async (given) => {
    await removeComponent(ctx, given.owner.login, keyOf(given))
    return {}
  })
}

const contactIn = (body: Body): NewContact => ({
  profile: textIn(body, 'profile', 40) || '*',
  department: textIn(body, 'department', 3) || '*',
  topic: textIn(body, 'topic', 40) || '*',
  level: body.level === undefined ? 1 : idIn(body, 'level'),
  name: neededIn(body, 'name', 200),
  phone: textIn(body, 'phone', 40),
  mail: textIn(body, 'mail', 254),
  url: textIn(body, 'url', 500),
  // As people write them: `lun-ven 8:00-12:00 13:30-18:00; hors vacances`.
  hours: parseHours(textIn(body, 'hours', 500)),
})

const isDay = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)

const periodsIn = (body: Body): Period[] => {
  if (!Array.isArray(body.periods)) throw new Failure('invalid', 'which closures?', { property: 'periods' })
  const rows: readonly unknown[] = body.periods
  return rows.slice(0, 500).map((row) => {
    const { name, from, to } = (row ?? {}) as Record<string, unknown>
    if (typeof name !== 'string' || name.trim() === '' || !isDay(from) || !isDay(to) || to <= from)
      throw new Failure('invalid', 'a closure is a name and two days', { property: 'periods' })
    return { name: name.trim(), from, to }
  })
}

const registerContacts = ({ get, post }: Routes, people: People): void => {
  const { ctx } = people
  get('/admin/contacts', async () => ({
    contacts: (await ctx.store.read(listContacts)).map(({ hours, ...contact }) => ({
      ...contact,
      hours: writeHours(hours),
    })),
  }))
  post('/admin/contacts', async ({ owner, body, reply }) =>
    reply.code(201).send({ id: await addContact(ctx, owner.login, contactIn(body)) }),
  )
  post('/admin/contacts/:id', async ({ owner, body, request }) => {
    await saveContact(ctx, owner.login, pathId(request), contactIn(body))
    return {}
  })
  post('/admin/contacts/:id/remove', async ({ owner, request }) => {
    await removeContact(ctx, owner.login, pathId(request))
    return {}
  })
  get('/admin/closures', async () => ctx.store.read(readClosures))
  post('/admin/closures', async ({ owner, body }) => {
    const kind = body.kind === 'schoolHolidays' ? 'schoolHolidays' : 'exceptional'
    await saveClosures(ctx, owner.login, kind, periodsIn(body))
    return {}
  })
}

export const registerAdminSupport = (app: FastifyInstance, people: People): void => {
  const status = platformRoutes(app, people, 'incidents')
  registerIncidents(status, people)
  registerComponents(status, people)
  registerContacts(platformRoutes(app, people, 'contacts'), people)
}
