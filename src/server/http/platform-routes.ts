/**
 * Routes for the whole académie: of the platform's administrators, and of whom they gave the task; what they write needs a
 * fresh proof of who they are.
 */
import type { FastifyInstance } from 'fastify'
import { requireForAcademy, requirePlatform } from '#domain/directory/delegation.ts'
import type { Task } from '#domain/directory/tasks.data.ts'
import type { People } from '#domain/people/people.ts'
import { type OwnerRoute, ownerRoutes } from './owner.ts'

type Work = (given: OwnerRoute) => Promise<unknown>

export interface PlatformRoutes {
  get(url: string, work: Work): void
  /** `bodyLimit` in octets, 64 kB unless said. */
  post(url: string, work: Work, bodyLimit?: number): void
}

/** Without a task they are the administrators' own. */
export const platformRoutes = (app: FastifyInstance, people: People, task?: Task): PlatformRoutes => {
  const route = ownerRoutes(app, people)
  const guarded =
    (work: Work): Work =>
    async (given) => {
      if (task === undefined) requirePlatform(given.owner)
      else await requireForAcademy(people.ctx, given.owner, task)
      return work(given)
    }
  return {
    get: (url, work) => route('GET', url, guarded(work)),
    post: (url, work, bodyLimit = 64 * 1024) => route('POST', url, guarded(work), { stepUp: true, bodyLimit }),
  }
}

/** Configurations without their secrets: the name of a secret stays, so that one sees that there is one. */
export const withoutSecrets = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) =>
      /secret|private|password|token$/i.test(name) && one !== undefined ? [name, '…'] : [name, withoutSecrets(one)],
    ),
  )
}
