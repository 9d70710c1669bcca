/** Whom a reader knows: people written to, people they had mail from, people of the directory. */

import { foldName, isNamedLikeUs } from '#format/warning/name.ts'
import { type Params, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { within } from '../delivery/dns.ts'
import { bodyStart, Header } from '../delivery/header.ts'
import { getEmail } from '../mail/emails.ts'
import { directoryOf, type Listed } from '../mail/recipient-directory.ts'
import type { People } from '../people/people.ts'
import { authorOf } from './proof.ts'

/** Milliseconds that the search may take; then the sender counts as known, and nobody is warned for nothing. */
const patience = 400
/** Earlier emails looked at: words of an address may stand in another one. */
const looked = 10
const maxCorrespondents = 2000

const selectCorrespondent = statement((q, p: Params<{ account: number; address: string }>) =>
  q.selectFrom('correspondent').select('uses').where('account_id', '=', p.account).where('address', '=', p.address),
)

const selectAddresses = statement((q, p: Params<{ account: number; limit: number }>) =>
  q
    .selectFrom('correspondent')
    .select('address')
    .where('account_id', '=', p.account)
    .orderBy('last_at', 'desc')
    .limit(p.limit),
)

/** Domains of the people that an account writes to, each once. */
export const correspondentDomains = async (ctx: Context, account: number): Promise<Set<string>> => {
  const rows = await ctx.store.read((tx) => tx.all(selectAddresses, { account, limit: maxCorrespondents }))
  return new Set(rows.map(({ address }) => address.slice(address.lastIndexOf('@') + 1)))
}

const headerOf = async (ctx: Context, account: number, id: number): Promise<Header | undefined> => {
  const email = await ctx.store.read((tx) => getEmail(tx, account, id))
  if (!email) return undefined
  const block =
    email.content.headers ??
    (await ctx.store.blobs.bytes(email.blobId, { start: 0, end: Math.min(email.size, 1 << 18) }))
  return new Header(block.subarray(0, bodyStart(block)))
}

/** True when an earlier email of the account is of the same author. */
const hadMailFrom = async (ctx: Context, account: number, address: string, before: number): Promise<boolean> => {
  const found = await within(
    ctx.store.search.query(
      account,
      { field: 'from', words: address },
      { prefix: false, last: { before, limit: looked } },
    ),
    patience,
    () => new Error('the search takes too long'),
  ).catch(() => undefined)
  if (found === undefined) return true
  for (const id of found) {
    const header = await headerOf(ctx, account, id)
    if (header && authorOf(header)?.address === address) return true
  }
  return false
}

/** Whether a reader has to do with this address already. `before` is the email that is read. */
export const isKnown = async (ctx: Context, account: number, address: string, before: number): Promise<boolean> => {
  if (await ctx.store.read((tx) => tx.first(selectCorrespondent, { account, address }))) return true
  return hadMailFrom(ctx, account, address, before)
}

/** Names of the directory, folded; made once for each list that the directory gives. */
const namesOf = new WeakMap<readonly Listed[], Promise<ReadonlySet<string>>>()
const slice = 1000

const foldNames = async (listed: readonly Listed[]): Promise<ReadonlySet<string>> => {
  const names = new Set<string>()
  for (const [i, { name }] of listed.entries()) {
    const folded = foldName(name)
    if (folded.includes(' ')) names.add(folded)
    if (i % slice === slice - 1) await new Promise((resolve) => setImmediate(resolve))
  }
  return names
}

/** True when a display name is that of somebody of the directory: first and last name at least. */
export const isNameOfOurs = async (ctx: Context, name: string): Promise<boolean> => {
  const folded = foldName(name)
  if (!folded.includes(' ')) return false
  const { listed } = await directoryOf(ctx)
  let names = namesOf.get(listed)
  if (!names) namesOf.set(listed, (names = foldNames(listed)))
  return (await names).has(folded)
}

/** What the platform calls itself where the académie has given it no name of its own. */
const programName = 'Convergence'
const maxDesks = 1000

const selectDesks = statement((q, p: Params<{ limit: number }>) =>
  q.selectFrom('support_contact').select('name').orderBy('id').limit(p.limit),
)

/** True when a display name is the platform's own, or that of one of its help desks. */
export const isNameOfPlatform = async ({ ctx, options }: People, name: string): Promise<boolean> => {
  if (name === '') return false
  const desks = await ctx.store.read((tx) => tx.all(selectDesks, { limit: maxDesks }))
  const names = desks.map((desk) => desk.name)
  return isNamedLikeUs(name, options.organization ?? programName, names)
}
