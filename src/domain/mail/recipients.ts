/**
 * Whom a person may be about to write to: those written to before, their contacts, the groups they may write to, and the
 * people of the directory whom they may see (directory/visibility.ts).
 */
import { Failure } from '#base/failure.ts'
import { type Params, statement } from '#store/engine.ts'
import { contactsMatching } from '../contacts/find.ts'
import { contactGroupsMatching, peopleOfContactGroup } from '../contacts/group.ts'
import type { Context } from '../context.ts'
import { type Communication, communicationOf, usual } from '../directory/communication.ts'
import { maySee, type Standing } from '../directory/visibility.ts'
import { classmatesOf, directoryOf, fold, matches, wordsOf } from './recipient-directory.ts'
import { expandGroup, findGroups, maxExpanded } from './recipient-groups.ts'

export type Recipient =
  | { readonly kind: 'directory' | 'contact' | 'recent'; readonly name: string | null; readonly email: string }
  | {
      readonly kind: 'group'
      readonly group: string
      readonly label: { readonly fr: string; readonly en: string }
      readonly place: string
      readonly count: number
    }

const maxCorrespondents = 2000
const maxGroups = 3
/** What the key of a group of one's own contacts begins with. */
const ownGroup = 'contacts:'

const selectCorrespondents = statement((q, p: Params<{ account: number; limit: number }>) =>
  q
    .selectFrom('correspondent')
    .select(['address', 'name', 'last_at', 'uses'])
    .where('account_id', '=', p.account)
    .orderBy('last_at', 'desc')
    .limit(p.limit),
)

const standingsOf = async (ctx: Context, account: number): Promise<readonly Standing[]> =>
  (await directoryOf(ctx)).byAccount.get(account)?.standings ?? []

/** Those that match every word typed: people written to first, most used first, then contacts, groups, and the directory by name. */
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
  const people = recent
    .filter(({ name, address }) => matches(wordsOf(name, address), typed))
    .sort((a, b) => b.uses - a.uses || b.last_at - a.last_at)
  const found: Recipient[] = people.map(({ name, address }) => ({
    name: name === '' ? null : name,
    email: address,
    kind: 'recent',
  }))
  if (typed.length === 0) return found.slice(0, limit)
  const written = new Set(people.map(({ address }) => address))
  const contacts = (await ctx.store.read((tx) => contactsMatching(tx, account, typed, limit))).filter(
    ({ address }, at, all) => !written.has(address) && all.findIndex((one) => one.address === address) === at,
  )
  for (const { name, address } of contacts)
    found.push({ name: name === '' || name === address ? null : name, email: address, kind: 'contact' })
  const viewer = await standingsOf(ctx, account)
  const most = Math.min(limit, maxGroups)
  const own = await ctx.store.read((tx) => contactGroupsMatching(tx, account, typed, most))
  const groups = await findGroups(ctx, account, viewer, typed, most - own.length)
  const shown = found.slice(0, limit - own.length - groups.length)
  for (const { id, name, count } of own)
    shown.push({ kind: 'group', group: `${ownGroup}${id}`, label: { fr: name, en: name }, place: '', count })
  for (const { key, label, place, count } of groups) shown.push({ kind: 'group', group: key, label, place, count })
  if (shown.length >= limit) return shown
  return [...shown, ...(await inDirectory(ctx, account, viewer, typed, limit - shown.length, [...people, ...contacts]))]
}

const isStaff = ({ kind }: Standing): boolean => kind !== 'pupil' && kind !== 'parent'

const inDirectory = async (
  ctx: Context,
  account: number,
  viewer: readonly Standing[],
  typed: readonly string[],
  room: number,
  people: readonly { readonly address: string }[],
): Promise<Recipient[]> => {
  const known = new Set(people.map(({ address }) => address))
  const isPupil = viewer.some(({ kind }) => kind === 'pupil')
  const mates = isPupil ? await ctx.store.read((tx) => classmatesOf(tx, account)) : new Set<number>()
  const rules = new Map<string, Communication>()
  if (!viewer.every(isStaff))
    await ctx.store.read(async (tx) => {
      for (const { uai } of viewer) if (!rules.has(uai)) rules.set(uai, await communicationOf(tx, uai))
    })
  const rulesOf = (uai: string): Communication => rules.get(uai) ?? usual
  const found: Recipient[] = []
  for (const { account: other, name, email, words, standings } of (await directoryOf(ctx)).listed) {
    if (found.length >= room) break
    if (!matches(words, typed) || known.has(email)) continue
    if (other === account || maySee(viewer, standings, () => mates.has(other), rulesOf))
      found.push({ name, email, kind: 'directory' })
  }
  return found
}

/** The people of a group. Throws Failure forbidden, tooMany: see `expandGroup`. */
export const recipientsOfGroup = async (
  ctx: Context,
  account: number,
  key: string,
): Promise<{ readonly name: string; readonly email: string }[]> => {
  if (!key.startsWith(ownGroup)) return expandGroup(ctx, account, await standingsOf(ctx, account), key)
  const id = /^[1-9]\d{0,14}$/.test(key.slice(ownGroup.length)) ? Number(key.slice(ownGroup.length)) : 0
  const people = await ctx.store.read((tx) => peopleOfContactGroup(tx, account, id))
  if (!people) throw new Failure('forbidden', 'not a group of your contacts')
  if (people.length > maxExpanded) throw new Failure('tooMany', `the group has more than ${maxExpanded} people`)
  return people
}

const selectOne = statement((q, p: Params<{ account: number; address: string }>) =>
  q
    .selectFrom('correspondent')
    .select(['name', 'last_at', 'uses'])
    .where('account_id', '=', p.account)
    .where('address', '=', p.address),
)

const forget = statement((q, p: Params<{ account: number; address: string }>) =>
  q.deleteFrom('correspondent').where('account_id', '=', p.account).where('address', '=', p.address),
)

/** Addresses forgotten at once, at most. */
export const maxForgotten = 100

const foldEmail = (email: string): string => email.normalize('NFC').toLowerCase()

/** Somebody written to: how often, and when last (milliseconds since 1970), which is their rank. */
export interface WrittenTo {
  readonly name: string | null
  readonly email: string
  readonly uses: number
  readonly lastAt: number
}

/** Forgets that somebody was written to: the address is no longer proposed for it. Returns those who were known. */
export const forgetRecipients = (ctx: Context, account: number, addresses: readonly string[]): Promise<WrittenTo[]> =>
  ctx.store.writeGlobal(async (tx) => {
    const known: WrittenTo[] = []
    for (const given of addresses) {
      const address = foldEmail(given)
      const one = await tx.first(selectOne, { account, address })
      if (one === undefined) continue
      await tx.run(forget, { account, address })
      known.push({ name: one.name === '' ? null : one.name, email: address, uses: one.uses, lastAt: one.last_at })
    }
    return known
  })

const remember = statement(
  (q, p: Params<{ account: number; address: string; name: string; at: number; uses: number }>) =>
    q
      .insertInto('correspondent')
      .values({ account_id: p.account, address: p.address, name: p.name, last_at: p.at, uses: p.uses })
      .onConflict((on) => on.columns(['account_id', 'address']).doNothing()),
)

const mostUses = 1_000_000

/**
 * Takes a forgetting back: those that are not known are proposed again, at the rank they had when it is told. Throws
 * Failure invalid (no address).
 */
export const rememberRecipients = async (
  ctx: Context,
  account: number,
  people: readonly {
    readonly name: string | null
    readonly email: string
    readonly uses?: number | undefined
    readonly lastAt?: number | undefined
  }[],
): Promise<void> => {
  for (const { email } of people)
    if (email.length > 320 || !/^[^\s@]+@[^\s@]+$/.test(email)) throw new Failure('invalid', 'that is no address')
  const now = ctx.clock.now()
  await ctx.store.writeGlobal(async (tx) => {
    for (const { name, email, uses = 1, lastAt = now } of people) {
      const rank = { uses: Math.min(Math.max(uses, 1), mostUses), at: Math.min(Math.max(lastAt, 0), now) }
      await tx.run(remember, { account, address: foldEmail(email), name: (name ?? '').slice(0, 200), ...rank })
    }
  })
}
