/**
 * Whom a person may be about to write to: those written to before, and everybody in the directory of this server. The
 * directory is folded once and kept in memory, so that each keystroke is a scan of short strings.
 */
import { type Params, statement } from '#store/engine.ts'
import type { Store } from '#store/store.ts'
import type { Context } from '../context.ts'

export interface Recipient {
  readonly name: string | null
  readonly email: string
  readonly kind: 'directory' | 'recent'
}

export interface Listed {
  readonly name: string
  readonly email: string
  /** Words that what is typed may begin. */
  readonly words: readonly string[]
}

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

const wordsOf = (name: string, email: string): string[] => {
  const [local = ''] = email.split('@')
  return [...fold(name).split(/[^\p{L}\p{N}]+/u), ...fold(local).split(/[^\p{L}\p{N}]+/u), fold(email)].filter(Boolean)
}

const matches = (words: readonly string[], typed: readonly string[]): boolean =>
  typed.every((part) => words.some((word) => word.startsWith(part)))

const pageLength = 2000

const selectPage = statement((q, p: Params<{ after: string; limit: number }>) =>
  q
    .selectFrom('address')
    .innerJoin('account', 'account.id', 'address.account_id')
    .select(['address.address as address', 'account.name as name'])
    .where('address.kind', '=', 'primary')
    .where('account.status', '=', 'active')
    .where('account.kind', '!=', 'system')
    .where('address.address', '>', p.after)
    .orderBy('address.address')
    .limit(p.limit),
)

const loadDirectory = async (ctx: Context): Promise<Listed[]> => {
  const listed: Listed[] = []
  for (let after = ''; ; ) {
    const page = await ctx.store.read((tx) => tx.all(selectPage, { after, limit: pageLength }))
    for (const { address: email, name } of page) listed.push({ name, email, words: wordsOf(name, email) })
    if (page.length < pageLength) break
    after = page[page.length - 1]!.address
    await new Promise((resolve) => setImmediate(resolve))
  }
  return listed.sort((a, b) => a.name.localeCompare(b.name, 'fr'))
}

interface Directory {
  readonly loadedAt: number
  readonly listed: Promise<Listed[]>
}

const directories = new WeakMap<Store, Directory>()
const freshFor = 60_000

/** Everybody in the directory of this server, by name; the same list for a minute. */
export const directoryOf = (ctx: Context): Promise<Listed[]> => {
  const now = ctx.clock.now()
  const known = directories.get(ctx.store)
  if (known && now - known.loadedAt < freshFor) return known.listed
  const listed = loadDirectory(ctx)
  directories.set(ctx.store, { loadedAt: now, listed })
  // What failed is tried again at the next keystroke.
  listed.catch(() => directories.delete(ctx.store))
  return listed
}

const maxCorrespondents = 2000

const selectCorrespondents = statement((q, p: Params<{ account: number; limit: number }>) =>
  q
    .selectFrom('correspondent')
    .select(['address', 'name', 'last_at', 'uses'])
    .where('account_id', '=', p.account)
    .orderBy('last_at', 'desc')
    .limit(p.limit),
)

/** Those that match every word typed: people written to first, most used first, then the directory by name. */
export const findRecipients = async (
  ctx: Context,
  account: number,
  text: string,
  limit: number,
): Promise<Recipient[]> => {
  const typed = fold(text.slice(0, 200))
    .split(/[\s,;<>"()]+/)
    .filter(Boolean)
  const recent = await ctx.store.read((tx) => tx.all(selectCorrespondents, { account, limit: maxCorrespondents }))
  const found: Recipient[] = recent
    .filter(({ name, address }) => matches(wordsOf(name, address), typed))
    .sort((a, b) => b.uses - a.uses || b.last_at - a.last_at)
    .map(({ name, address }) => ({ name: name === '' ? null : name, email: address, kind: 'recent' }))
  if (typed.length === 0 || found.length >= limit) return found.slice(0, limit)
  const known = new Set(found.map(({ email }) => email.toLowerCase()))
  for (const { name, email, words } of await directoryOf(ctx)) {
    if (found.length >= limit) break
    if (matches(words, typed) && !known.has(email)) found.push({ name, email, kind: 'directory' })
  }
  return found
}
