/** Administration of schools: scope, helpers of the head, groups, activation rate, the list of schools, the log. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import { activationRate } from '#domain/directory/activation-rate.ts'
import { searchAudit } from '#domain/directory/audit-search.ts'
import { communicationOf, setCommunication } from '#domain/directory/communication.ts'
import { powersOf, requireForAcademy, requireTask, schoolsFor, wholeAcademy } from '#domain/directory/delegation.ts'
import { grantTasks, listGrants, revokeTasks } from '#domain/directory/grants.ts'
import { groupKey, groupLabel, parseGroupKey } from '#domain/directory/group-keys.ts'
import { countMembers, membersOf, schoolGroups } from '#domain/directory/groups.ts'
import {
  changeGroup,
  createGroup,
  deleteGroup,
  getManualGroup,
  manualGroupsOf,
} from '#domain/directory/manual-groups.ts'
import { profileKinds } from '#domain/directory/profiles.ts'
import { listSchools, saveSchool } from '#domain/directory/schools.ts'
import { taskNames, tasks } from '#domain/directory/tasks.data.ts'
import type { People } from '#domain/people/people.ts'
import { type Principal, steppedUpUntil, strengthOf } from '#domain/people/principal.ts'
import { fraudActsOf } from '#domain/phishing/rights.ts'
import type { Reader } from '#store/engine.ts'
import { momentIn, pathId, queryNumber, queryText, queryUai, textsIn } from './admin-query.ts'
import { languageOf } from './failure.ts'
import { type Body, idIn, idsIn, neededIn, ownerRoutes, textIn } from './owner.ts'

const write = { stepUp: true, bodyLimit: 64 * 1024 }

const registerScope = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  const { store, clock } = people.ctx

  route('GET', '/admin/scope', ({ owner }) =>
    store.read(async (tx) => {
      const now = clock.now()
      const powers = await powersOf(tx, owner, now)
      const where = schoolsFor(powers)
      const rows = await listSchools(tx, where === 'all' ? {} : { uais: where })
      const schools = rows.map((school) => {
        const power = powers.schools.get(school.uai)
        if (powers.platform) return { ...school, role: 'platform', tasks: taskNames }
        return { ...school, role: power?.role ?? 'delegated', tasks: [...(power?.tasks ?? [])] }
      })
      return {
        platform: powers.platform,
        // Whether the other routes of administration will answer (owner.ts).
        isStrong: !people.options.secondFactorFor.includes('administrator') || strengthOf(owner.amr) > 1,
        academy: taskNames.filter((task) => tasks[task].academy && (powers.platform || powers.academy.has(task))),
        stepUpUntil: steppedUpUntil(owner, now),
        schools,
        tasks: taskNames.map((id) => ({ id, ...tasks[id] })),
        profileKinds,
        frauds: await fraudActsOf(tx, owner, now),
      }
    }),
  )

  route('GET', '/admin/activation', ({ owner, request }) =>
    store.read(async (tx) => {
      const now = clock.now()
      const uai = queryUai(request)
      if (uai !== undefined) await requireTask(tx, owner, 'activation', uai, now)
      const where = uai === undefined ? schoolsFor(await powersOf(tx, owner, now), 'activation') : [uai]
      const after = queryText(request, 'after', 8) ?? ''
      const page = await listSchools(tx, { after, limit: 20, ...(where === 'all' ? {} : { uais: where }) })
      const schools = []
      for (const school of page) schools.push(await activationRate(tx, school, now))
      return { schools, next: page.length === 20 ? (page.at(-1)?.uai ?? null) : null }
    }),
  )

  route('GET', '/admin/schools', ({ owner, request }) =>
    store.read(async (tx) => {
      const powers = await powersOf(tx, owner, clock.now())
      const where = schoolsFor(powers, 'schools') === 'all' ? 'all' : schoolsFor(powers)
      const text = queryText(request, 'q') ?? ''
      const after = queryText(request, 'after', 8) ?? ''
      const limit = Math.max(1, Math.min(queryNumber(request, 'limit') ?? 100, 500))
      const page = await listSchools(tx, { text, after, limit, ...(where === 'all' ? {} : { uais: where }) })
      return { schools: page, next: page.length === limit ? (page.at(-1)?.uai ?? null) : null }
    }),
  )

  route(
    'POST',
    '/admin/schools',
    async ({ owner, body, request }) => {
      await requireForAcademy(people.ctx, owner, 'schools')
      const status = body.status === 'closed' ? 'closed' : body.status === 'open' ? 'open' : undefined
      const { uai } = await saveSchool(
        people,
        owner.login,
        {
          uai: neededIn(body, 'uai', 8),
          name: neededIn(body, 'name', 200),
          kind: neededIn(body, 'kind', 20),
          city: textIn(body, 'city', 100),
          ...(status === undefined ? {} : { status }),
        },
        request.ip,
      )
      return { uai }
    },
    write,
  )
}

/** The school in which a task is given; empty for the whole académie, which must be said. Throws Failure invalid. */
const placeIn = (body: Body): string => (body.uai === wholeAcademy ? wholeAcademy : neededIn(body, 'uai', 8))

const registerDelegations = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  const { store, clock } = people.ctx

  route('GET', '/admin/delegations', ({ owner, request }) =>
    store.read(async (tx) => {
      const now = clock.now()
      const uai = queryUai(request)
      if (uai !== undefined) await requireTask(tx, owner, 'delegate', uai, now)
      const where = uai === undefined ? schoolsFor(await powersOf(tx, owner, now), 'delegate') : [uai]
      return { delegations: await listGrants(tx, where === 'all' ? undefined : where) }
    }),
  )

  route(
    'POST',
    '/admin/delegations',
    async ({ owner, body, request }) => {
      await grantTasks(people, owner, {
        account: idIn(body, 'account'),
        uai: placeIn(body),
        tasks: textsIn(body, 'tasks', 30, 40),
        endsAt: momentIn(body, 'endsAt'),
        ip: request.ip,
      })
      return {}
    },
    write,
  )

  route(
    'POST',
    '/admin/delegations/revoke',
    async ({ owner, body, request }) => {
      await revokeTasks(people, owner, {
        account: idIn(body, 'account'),
        uai: placeIn(body),
        ...(body.tasks === undefined ? {} : { tasks: textsIn(body, 'tasks', 30, 40) }),
        ip: request.ip,
      })
      return {}
    },
    write,
  )
}

/** Any task in the school lets one see its groups. Throws Failure forbidden. */
const requireSchool = async (tx: Reader, owner: Principal, uai: string, now: number): Promise<void> => {
  const where = schoolsFor(await powersOf(tx, owner, now))
  if (where !== 'all' && !where.includes(uai)) throw new Failure('forbidden', 'another school', { property: 'scope' })
}

const groupsOfSchool = async (tx: Reader, uai: string, now: number, language: 'fr' | 'en') => {
  const found = []
  for (const group of await schoolGroups(tx, uai, now)) {
    const key = groupKey(group)
    const count = await countMembers(tx, key, now)
    if (count > 0) found.push({ key, name: groupLabel(group, language), kind: group.type, uai, count })
  }
  for (const { id, name } of await manualGroupsOf(tx, uai)) {
    const key = groupKey({ type: 'manual', id })
    found.push({ key, name, kind: 'manual', uai, count: await countMembers(tx, key, now), id })
  }
  return found
}

const registerGroups = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  const { store, clock } = people.ctx

  route('GET', '/admin/groups', ({ owner, request }) =>
    store.read(async (tx) => {
      const uai = queryUai(request)
      if (uai === undefined) throw new Failure('invalid', 'which school?', { property: 'uai' })
      await requireSchool(tx, owner, uai, clock.now())
      return { groups: await groupsOfSchool(tx, uai, clock.now(), languageOf(request)) }
    }),
  )

  const schoolOfKey = async (tx: Reader, key: string): Promise<string> => {
    const group = parseGroupKey(key)
    if (!group) throw new Failure('notFound', 'no such group')
    return group.type === 'manual' ? (await getManualGroup(tx, group.id)).uai : group.uai
  }

  route('GET', '/admin/groups/members', ({ owner, request }) =>
    store.read(async (tx) => {
      const now = clock.now()
      const key = queryText(request, 'key', 300) ?? ''
      await requireSchool(tx, owner, await schoolOfKey(tx, key), now)
      const after = queryNumber(request, 'after') ?? 0
      return membersOf(tx, key, { after, now, limit: queryNumber(request, 'limit') ?? 100 })
    }),
  )

  route(
    'POST',
    '/admin/groups',
    async ({ owner, body, request, reply }) => {
      const wanted = { uai: neededIn(body, 'uai', 8), name: neededIn(body, 'name', 100), ip: request.ip }
      const id = await createGroup(people, owner, wanted)
      return reply.code(201).send({ id, key: groupKey({ type: 'manual', id }) })
    },
    write,
  )

  route(
    'POST',
    '/admin/groups/:id',
    async ({ owner, body, request }) => {
      const change = {
        ...(body.name === undefined ? {} : { name: neededIn(body, 'name', 100) }),
        ...(body.add === undefined ? {} : { add: idsIn(body, 'add', 500) }),
        ...(body.remove === undefined ? {} : { remove: idsIn(body, 'remove', 500) }),
      }
      await changeGroup(people, owner, pathId(request), change, request.ip)
      return {}
    },
    write,
  )

  route(
    'POST',
    '/admin/groups/:id/delete',
    async ({ owner, request }) => {
      await deleteGroup(people, owner, pathId(request), request.ip)
      return {}
    },
    write,
  )
}

/** Who finds whom when writing, school by school. */
const registerCommunication = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  const { store, clock } = people.ctx

  route('GET', '/admin/communication', ({ owner, request }) =>
    store.read(async (tx) => {
      const uai = queryUai(request)
      if (uai === undefined) throw new Failure('invalid', 'which school?', { property: 'uai' })
      await requireTask(tx, owner, 'communication', uai, clock.now())
      return communicationOf(tx, uai)
    }),
  )

  route(
    'POST',
    '/admin/communication',
    async ({ owner, body, request }) => {
      const wanted = {
        pupilsToPupils: neededIn(body, 'pupilsToPupils', 20),
        pupilsToStaff: body.pupilsToStaff === true,
        parentsToStaff: body.parentsToStaff === true,
      }
      await setCommunication(people, owner, neededIn(body, 'uai', 8), wanted, request.ip)
      return {}
    },
    write,
  )
}

const registerAudit = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  const { store, clock } = people.ctx

  const asked = (request: FastifyRequest) => {
    const action = queryText(request, 'action', 60)
    const actor = queryText(request, 'actor')
    const numbers = Object.fromEntries(
      (['account', 'from', 'to', 'before', 'limit'] as const).flatMap((name) => {
        const value = queryNumber(request, name)
        return value === undefined ? [] : [[name, value]]
      }),
    )
    return { ...numbers, ...(action === undefined ? {} : { action }), ...(actor === undefined ? {} : { actor }) }
  }

  route('GET', '/admin/audit', ({ owner, request }) =>
    store.read(async (tx) => {
      const now = clock.now()
      const uai = queryUai(request)
      if (uai !== undefined) await requireTask(tx, owner, 'audit', uai, now)
      const where = uai === undefined ? schoolsFor(await powersOf(tx, owner, now), 'audit') : [uai]
      if (where !== 'all' && where.length === 0) throw new Failure('forbidden', 'not yours', { property: 'task' })
      return searchAudit(tx, { ...asked(request), ...(where === 'all' ? {} : { uais: where }) })
    }),
  )
}

export const registerAdminSchools = (app: FastifyInstance, people: People): void => {
  registerScope(app, people)
  registerDelegations(app, people)
  registerGroups(app, people)
  registerCommunication(app, people)
  registerAudit(app, people)
}
