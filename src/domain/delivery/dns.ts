/** The names of the world, bounded in time. Tests hand in a world of their own. */
import { Resolver } from 'node:dns/promises'

/** Shaped like `dns.promises.resolve`: rejects with an error whose `code` is ENOTFOUND or ENODATA when there is nothing. */
export type ResolveDns = (name: string, type: string) => Promise<unknown>

/** Rejects with ETIMEOUT when an answer takes longer than `limit` milliseconds. */
export const bounded =
  (resolve: ResolveDns, limit: number): ResolveDns =>
  (name, type) =>
    within(resolve(name, type), limit, () =>
      Object.assign(new Error(`no DNS answer for ${type} ${name} in time`), { code: 'ETIMEOUT' }),
    )

/** The value of a promise, or the rejection made by `late` when it takes longer than `limit` milliseconds. */
export const within = <T>(promise: Promise<T>, limit: number, late: () => Error): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), limit)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })

/** Names that exist wherever the public DNS does. */
const alwaysThere = ['.', 'org', 'fr']

/**
 * Doubts a resolver that says of a mail domain that it does not exist while it knows none of the names that always do:
 * behind a captive portal or without a network many deny everything, and mail must wait then, not bounce. Such a denial
 * becomes ESERVFAIL.
 */
export const doubting =
  (resolve: ResolveDns): ResolveDns =>
  async (name, type) => {
    try {
      return await resolve(name, type)
    } catch (error) {
      if (type !== 'MX' || !isUnknownName(error)) throw error
      const known = await Promise.allSettled(alwaysThere.map((one) => resolve(one, 'NS')))
      if (known.some(({ status }) => status === 'fulfilled')) throw error
      throw Object.assign(new Error(`the DNS denies everything, ${name} too`), { code: 'ESERVFAIL' })
    }
  }

/** The system's own resolver. */
export const systemDns = (): ResolveDns => {
  const resolver = new Resolver({ timeout: 3000, tries: 2 })
  return doubting(bounded((name, type) => resolver.resolve(name, type), 10_000))
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '')

/** True when an error of the resolver says that there is nothing, rather than that it could not find out. */
export const isAbsent = (error: unknown): boolean => codeOf(error) === 'ENOTFOUND' || codeOf(error) === 'ENODATA'

/** True when the name itself does not exist. */
export const isUnknownName = (error: unknown): boolean => codeOf(error) === 'ENOTFOUND'
