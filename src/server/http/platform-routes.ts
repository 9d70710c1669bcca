/** Routes that only the platform's administrators reach; what they write needs a fresh proof of who they are. */
import type { FastifyInstance } from 'fastify'
import { requirePlatform } from '#domain/directory/delegation.ts'
import type { People } from '#domain/people/people.ts'
import { type OwnerRoute, ownerRoutes } from './owner.ts'

type Work = (given: OwnerRoute) => Promise<unknown>

export interface PlatformRoutes {
  get(url: string, work: Work): void
  /** `bodyLimit` in octets, 64 kB unless said. */
  post(url: string, work: Work, bodyLimit?: number): void
}

export const platformRoutes = (app: FastifyInstance, people: People): PlatformRoutes => {
  const route = ownerRoutes(app, people)
  const guarded =
    (work: Work): Work =>
    (given) => {
      requirePlatform(given.owner)
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
