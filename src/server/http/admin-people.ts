/** Administration of people: `/admin/people`, duplicates and merges. What may be done is the domain's. */
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import {
  attachProfile,
  block,
  correctContact,
  createManual,
  detachProfile,
  moveEnd,
  tellIdentifier,
  unblock,
} from '#domain/directory/acts.ts'
import { personCard } from '#domain/directory/card.ts'
import { powersOf, requireTask, schoolsFor } from '#domain/directory/delegation.ts'
import { duplicatesIn } from '#domain/directory/duplicates.ts'
import { groupLabel, parseGroupKey } from '#domain/directory/group-keys.ts'
import { personStates } from '#domain/directory/lines.ts'
import { getManualGroup } from '#domain/directory/manual-groups.ts'
import { listMerges, mergePersons, undoMerge } from '#domain/directory/merge.ts'
import { type NewProfile, profileKinds } from '#domain/directory/profiles.ts'
import { searchPeople } from '#domain/directory/search.ts'
import type { People } from '#domain/people/people.ts'
import { issueSheets } from '#domain/people/recovery/activation.ts'
import type { Reader } from '#store/engine.ts'
import { momentIn, objectIn, pathId, queryNumber, queryText, queryUai, textsIn } from './admin-query.ts'
import { languageOf } from './failure.ts'
import { type Body, idIn, idsIn, neededIn, ownerRoutes, textIn } from './owner.ts'

const write = { stepUp: true, bodyLimit: 64 * 1024 }

/** One of a few words. Throws Failure invalid. */
const oneOf = <T extends string>(known: readonly T[], text: string, property: string): T => {
  const found = known.find((one) => one === text)
  if (found === undefined) throw new Failure('invalid', `${property} is one of ${known.join(', ')}`, { property })
  return found
}

const profileIn = (body: Body): NewProfile => ({
  kind: oneOf(profileKinds, neededIn(body, 'kind', 40), 'kind'),
  uai: textIn(body, 'uai', 8).trim().toUpperCase(),
  functionCode: textIn(body, 'functionCode', 20).trim(),
  discipline: textIn(body, 'discipline', 100).trim(),
  title: textIn(body, 'title', 200).trim(),
  endsAt: momentIn(body, 'endsAt'),
})

const namedGroups = async (tx: Reader, keys: readonly string[], language: 'fr' | 'en') => {
  const named: { key: string; name: string }[] = []
  for (const key of keys) {
    const group = parseGroupKey(key)
    if (!group) continue
    const name = group.type === 'manual' ? (await getManualGroup(tx, group.id)).name : groupLabel(group, language)
    named.push({ key, name })
  }
  return named
}

const registerReading = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  const { store, clock } = people.ctx

  route('GET', '/admin/people', async ({ owner, request }) => {
    const now = clock.now()
    const uai = queryUai(request)
    const kind = queryText(request, 'kind', 40)
    const state = queryText(request, 'state', 40)
    const name = queryText(request, 'class', 60)
    const text = queryText(request, 'q')
    const after = queryText(request, 'after', 600)
    const limit = queryNumber(request, 'limit')
    return store.read(async (tx) => {
      const where = schoolsFor(await powersOf(tx, owner, now))
      if (where !== 'all' && where.length === 0)
        throw new Failure('forbidden', 'no task is yours', { property: 'none' })
      if (uai !== undefined && where !== 'all' && !where.includes(uai))
        throw new Failure('forbidden', 'another school', { property: 'scope' })
      const uais = uai === undefined ? where : [uai]
      return searchPeople(tx, {
        now,
        ...(uais === 'all' ? {} : { uais }),
        ...(kind === undefined ? {} : { kind: oneOf(profileKinds, kind, 'kind') }),
        ...(state === undefined ? {} : { state: oneOf(personStates, state, 'state') }),
        ...(name === undefined || uai === undefined ? {} : { class: name }),
        ...(text === undefined ? {} : { text }),
        ...(after === undefined ? {} : { after }),
        ...(limit === undefined ? {} : { limit }),
      })
    })
  })

  route('GET', '/admin/people/:id', async ({ owner, request }) =>
    store.read(async (tx) => {
      const card = await personCard(tx, owner, pathId(request), clock.now())
      return { ...card, groups: await namedGroups(tx, card.groups, languageOf(request)) }
    }),
  )
}

const registerActs = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)

  route(
    'POST',
    '/admin/people',
    async ({ owner, body, request, reply }) => {
      const made = await createManual(
        people,
        owner,
        {
          givenName: neededIn(body, 'givenName', 100),
          familyName: neededIn(body, 'familyName', 100),
          birthDate: textIn(body, 'birthDate', 10),
          rescueMail: textIn(body, 'rescueMail'),
          phone: textIn(body, 'phone', 30),
          profile: profileIn(objectIn(body, 'profile')),
          endsAt: momentIn(body, 'endsAt'),
        },
        request.ip,
      )
      return reply.code(201).send(made)
    },
    write,
  )

  route(
    'POST',
    '/admin/people/reset',
    async ({ owner, body, request }) => {
      const ids = idsIn(body, 'ids', 500)
      const cases = []
      for await (const made of issueSheets(people, owner, ids, { task: 'reset', ip: request.ip })) cases.push(made)
      return { cases }
    },
    write,
  )

  route(
    'POST',
    '/admin/people/:id/identifier',
    ({ owner, request }) => tellIdentifier(people, owner, pathId(request), request.ip),
    write,
  )

  route(
    'POST',
    '/admin/people/:id/block',
    async ({ owner, body, request }) => {
      await block(people, owner, pathId(request), neededIn(body, 'reason', 300), request.ip)
      return { blockedAt: people.ctx.clock.now() }
    },
    write,
  )

  route(
    'POST',
    '/admin/people/:id/unblock',
    async ({ owner, request }) => {
      await unblock(people, owner, pathId(request), request.ip)
      return {}
    },
    write,
  )

  route(
    'POST',
    '/admin/people/:id/contact',
    async ({ owner, body, request }) => {
      const contact = {
        ...(body.rescueMail === undefined ? {} : { rescueMail: textIn(body, 'rescueMail') }),
        ...(body.phone === undefined ? {} : { phone: textIn(body, 'phone', 30) }),
      }
      await correctContact(people, owner, pathId(request), contact, request.ip)
      return {}
    },
    write,
  )

  route(
    'POST',
    '/admin/people/:id/end',
    async ({ owner, body, request }) => {
      await moveEnd(people, owner, pathId(request), momentIn(body, 'endsAt'), request.ip)
      return {}
    },
    write,
  )

  route(
    'POST',
    '/admin/people/:id/profiles',
    async ({ owner, body, request, reply }) => {
      const wanted = { ...profileIn(body), classes: textsIn(body, 'classes', 20, 60) }
      const id = await attachProfile(people, owner, pathId(request), wanted, request.ip)
      return reply.code(201).send({ id })
    },
    write,
  )

  route(
    'POST',
    '/admin/people/:id/profiles/:profile/remove',
    async ({ owner, request }) => {
      await detachProfile(people, owner, pathId(request), pathId(request, 'profile'), request.ip)
      return {}
    },
    write,
  )
}

const registerMerging = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  const { store, clock } = people.ctx

  route('GET', '/admin/duplicates', async ({ owner, request }) => {
    const uai = queryUai(request)
    if (uai === undefined) throw new Failure('invalid', 'which school?', { property: 'uai' })
    return store.read(async (tx) => {
      await requireTask(tx, owner, 'merge', uai, clock.now())
      return { pairs: await duplicatesIn(tx, uai, clock.now()) }
    })
  })

  route(
    'POST',
    '/admin/merge',
    async ({ owner, body, request }) => {
      const id = await mergePersons(people, owner, idIn(body, 'keep'), idIn(body, 'merge'), request.ip)
      return { id }
    },
    write,
  )

  route('GET', '/admin/merges', async ({ owner, request }) =>
    store.read(async (tx) => {
      const uai = queryUai(request)
      if (uai !== undefined) await requireTask(tx, owner, 'merge', uai, clock.now())
      const where = uai === undefined ? schoolsFor(await powersOf(tx, owner, clock.now()), 'merge') : [uai]
      return { merges: await listMerges(tx, where === 'all' ? undefined : where) }
    }),
  )

  route(
    'POST',
    '/admin/merges/:id/undo',
    async ({ owner, request }) => {
      await undoMerge(people, owner, pathId(request), request.ip)
      return {}
    },
    write,
  )
}

export const registerAdminPeople = (app: FastifyInstance, people: People): void => {
  registerReading(app, people)
  registerActs(app, people)
  registerMerging(app, people)
}
