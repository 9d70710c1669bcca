/** The last searches on this device: they rest with the rest of the mail, and go with it at sign-out. */
import type { SideDoor } from '../../../data/index.ts'

const MAX = 8

type Kept = Pick<SideDoor, 'storage'>

const keyOf = (accountId: string): string => `${accountId}/searches`

/** The latest first. */
export const recentSearches = async ({ storage }: Kept, accountId: string): Promise<readonly string[]> => {
  const key = keyOf(accountId)
  const kept = (await storage.read(key).catch(() => undefined))?.get(key)
  return Array.isArray(kept) ? kept.filter((one): one is string => typeof one === 'string').slice(0, MAX) : []
}

const keep = ({ storage }: Kept, accountId: string, list: readonly string[]): Promise<void> =>
  storage.write(new Map([[keyOf(accountId), list]]), []).catch(() => undefined)

export const noteSearch = async (side: Kept, accountId: string, text: string): Promise<void> => {
  const clean = text.trim()
  if (clean.length < 2) return
  // What was typed on the way to it is no search of its own.
  const others = (await recentSearches(side, accountId)).filter((one) => !clean.startsWith(one))
  await keep(side, accountId, [clean, ...others].slice(0, MAX))
}

export const forgetSearches = (side: Kept, accountId: string): Promise<void> => keep(side, accountId, [])
