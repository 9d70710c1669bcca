/**
 * Everybody of this server as completion looks for them: folded once and kept in memory, so that each keystroke is a scan
 * of short strings.
 */

import { type Params, type Reader, statement } from '#store/engine.ts'
import type { Store } from '#store/store.ts'
import type { Context } from '../context.ts'
import type { ProfileKind } from '../directory/profiles.ts'
import type { Standing } from '../directory/visibility.ts'
import { breathe } from '../turn.ts'

export interface Listed {
  readonly account: number
  readonly name: string
  readonly email: string
  /** Words that what is typed may begin. */
  readonly words: readonly string[]
  readonly standings: readonly Standing[]
}

export const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

export const wordsOf = (name: string, email: string): string[] => {
  const [local = ''] = email.split('@')
  return [...fold(name).split(/[^\p{L}\p{N}]+/u), ...fold(local).split(/[^\p{L}\p{N}]+/u), fold(email)].filter(Boolean)
}

export const matches = (words: readonly string[], typed: readonly string[]): boolean =>
  typed.every((part) => words.some((word) => word.startsWith(part)))

const pageLength = 2000

const selectPage = statement((q, p: Params<{ after: string; limit: number }>) =>
  q
    .selectFrom('address')
    .innerJoin('account', 'account.id', 'address.account_id')
    .select(['address.address as address', 'account.id as account', 'account.name as name'])
    .where('address.kind', '=', 'primary')
    .where('account.status', '=', 'active')
    .where('account.kind', '!=', 'system')
    .where('address.address', '>', p.after)
    .orderBy('address.address')
    .limit(p.limit),
)

const selectProfiles = statement((q, p: Params<{ after: number; limit: number; now: number }>) =>
  q
    .selectFrom('profile')
    .select(['id', 'account_id as account', 'kind', 'uai'])
    .where('id', '>', p.after)
    .where((eb) => eb.or([eb('starts_at', 'is', null), eb('starts_at', '<=', p.now)]))
    .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', p.now)]))
    .orderBy('id')
    .limit(p.limit),
)

/** One object a kind of standing: an académie has few of them and many people. */
const standingsBy = async (ctx: Context, now: number): Promise<Map<number, Standing[]>> => {
  const kinds = new Map<string, Standing>()
  const found = new Map<number, Standing[]>()
  for (let after = 0; ; ) {
    const page = await ctx.store.read((tx) => tx.all(selectProfiles, { after, limit: pageLength, now }))
    for (const { account, kind, uai } of page) {
      const standing = kinds.get(`${kind}:${uai}`) ?? { kind: kind as ProfileKind, uai }
      kinds.set(`${kind}:${uai}`, standing)
      const known = found.get(account)
      if (known) known.push(standing)
      else found.set(account, [standing])
    }
    if (page.length < pageLength) return found
    after = Number(page.at(-1)?.id)
    await breathe()
  }
}

const none: readonly Standing[] = []

const loadDirectory = async (ctx: Context): Promise<Listed[]> => {
  const standings = await standingsBy(ctx, ctx.clock.now())
  const listed: Listed[] = []
  for (let after = ''; ; ) {
    const page = await ctx.store.read((tx) => tx.all(selectPage, { after, limit: pageLength }))
    for (const { address: email, account, name } of page)
      listed.push({ account, name, email, words: wordsOf(name, email), standings: standings.get(account) ?? none })
    if (page.length < pageLength) break
    after = page[page.length - 1]!.address
    await breathe()
  }
  return listed.sort((a, b) => a.name.localeCompare(b.name, 'fr'))
}

export interface Directory {
  readonly listed: readonly Listed[]
  readonly byAccount: ReadonlyMap<number, Listed>
}

const directories = new WeakMap<Store, { readonly loadedAt: number; readonly directory: Promise<Directory> }>()
const freshFor = 60_000

/** At most a minute old. */
export const directoryOf = (ctx: Context): Promise<Directory> => {
  const now = ctx.clock.now()
  const known = directories.get(ctx.store)
  if (known && now - known.loadedAt < freshFor) return known.directory
  const directory = loadDirectory(ctx).then((listed) => ({
    listed,
    byAccount: new Map(listed.map((one) => [one.account, one])),
  }))
  directories.set(ctx.store, { loadedAt: now, directory })
  // What failed is tried again at the next keystroke.
  directory.catch(() => directories.delete(ctx.store))
  return directory
}

const selectMates = statement((q, p: Params<{ account: number; limit: number }>) =>
  q
    .selectFrom('class_member as mine')
    .innerJoin('class_member as mate', (join) =>
      join
        .onRef('mate.uai', '=', 'mine.uai')
        .onRef('mate.class', '=', 'mine.class')
        .onRef('mate.kind', '=', 'mine.kind'),
    )
    .select('mate.account_id as account')
    .distinct()
    .where('mine.account_id', '=', p.account)
    .where('mine.role', '=', 'pupil')
    .where('mate.role', '=', 'pupil')
    .limit(p.limit),
)

/** The pupils who share a class or a group with a pupil. */
export const classmatesOf = async (tx: Reader, account: number): Promise<Set<number>> =>
  new Set((await tx.all(selectMates, { account, limit: 2000 })).map((row) => row.account))
