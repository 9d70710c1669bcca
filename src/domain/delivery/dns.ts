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

/** The system's own resolver. */
export const systemDns = (): ResolveDns => {
  const resolver = new Resolver({ timeout: 3000, tries: 2 })
  return bounded((name, type) => resolver.resolve(name, type), 10_000)
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '')

/** True when an error of the resolver says that there is nothing, rather than that it could not find out. */
export const isAbsent = (error: unknown): boolean => codeOf(error) === 'ENOTFOUND' || codeOf(error) === 'ENODATA'

/** True when the name itself does not exist. */
export const isUnknownName = (error: unknown): boolean => codeOf(error) === 'ENOTFOUND'
