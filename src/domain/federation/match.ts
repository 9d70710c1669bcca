/**
 * Whose account somebody is whom a provider vouches for. A link made before counts first; then the keys of the registers;
 * an address only when the provider owns or verified it. Anything weaker never links by itself: whoever could make a
 * provider say an address would own the account of that address.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { ProfileKind } from '#store/schema/directory.ts'
import { findByExternalId, findByJoinKey, findPerson } from '../directory/persons.ts'
import { addProfile, profilesOf } from '../directory/profiles.ts'
import { childrenOf } from '../directory/relations.ts'
import { foldAddress } from '../people/addresses.ts'
import { notifyOwner } from '../people/alerts.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import type { Matching, Provider } from './providers.ts'
import type { Told } from './told.ts'

const linkOf = statement((q, p: Params<{ provider: string; subject: string }>) =>
  q
    .selectFrom('federated_identity')
    .select('account_id')
    .where('provider_id', '=', p.provider)
    .where('subject', '=', p.subject),
)

const byAddress = statement((q, p: Params<{ address: string }>) =>
  q
    .selectFrom('address')
    .innerJoin('account', 'account.id', 'address.account_id')
    .select('account.id as id')
    .where('address.address', '=', p.address)
    .where('account.kind', '=', 'person'),
)

const byLogin = statement((q, p: Params<{ login: string }>) =>
  q.selectFrom('account').select('id').where('login', '=', p.login).where('kind', '=', 'person'),
)

/** Where hashes of national pupil identifiers are kept: the external identifier of this source. */
export const ineSource = 'ine-hash'

type Find = (tx: Reader, told: Told) => Promise<readonly number[]>

/** Each way to match, and the accounts it leads to. */
const ways: Readonly<Record<Matching, Find>> = {
  joinKey: async (tx, { joinKeys }) => {
    const found: number[] = []
    for (const key of joinKeys) {
      const person = await findByJoinKey(tx, key)
      if (person) found.push(person.accountId)
    }
    return found
  },
  ineHash: async (tx, { ineHash }) => {
    if (!/^[0-9a-f]{32}$/.test(ineHash)) return []
    const person = await findByExternalId(tx, ineSource, ineHash)
    return person ? [person.accountId] : []
  },
  mail: async (tx, { mail, mailTrusted }) => {
    const address = mailTrusted ? foldAddress(mail) : undefined
    const row = address === undefined ? undefined : await tx.first(byAddress, { address })
    return row ? [row.id] : []
  },
  login: async (tx, { login }) => {
    const row = login === '' ? undefined : await tx.first(byLogin, { login })
    return row ? [row.id] : []
  },
}

/**
 * - `linked`: this identity came before, or was linked by its owner
 * - `matched`: the registers say whose it is
 * - `unknown`: nobody of ours for certain; the owner may link it by proving who they are
 * - `ambiguous`: several accounts; the registers must be mended first
 */
export type Match =
  | { readonly kind: 'linked' | 'matched'; readonly account: number }
  | { readonly kind: 'unknown' | 'ambiguous' }

/** Finds the account. */
export const matchAccount = async (tx: Reader, provider: Provider, told: Told): Promise<Match> => {
  const link = await tx.first(linkOf, { provider: provider.id, subject: told.subject })
  if (link) return { kind: 'linked', account: link.account_id }
  for (const way of provider.config.matching) {
    const accounts = new Set(await ways[way](tx, told))
    const [account, second] = accounts
    if (second !== undefined) return { kind: 'ambiguous' }
    if (account !== undefined) return { kind: 'matched', account }
  }
  return { kind: 'unknown' }
}

const putLink = statement((q, p: Params<{ provider: string; subject: string; account: number; now: number }>) =>
  q
    .insertInto('federated_identity')
    .values({
      provider_id: p.provider,
      subject: p.subject,
      account_id: p.account,
      created_at: p.now,
      last_used_at: p.now,
    })
    .onConflict((on) => on.columns(['provider_id', 'subject']).doUpdateSet({ last_used_at: p.now })),
)

const activate = statement((q, p: Params<{ account: number; now: number }>) =>
  q
    .updateTable('person')
    .set({ activated_at: p.now, updated_at: p.now })
    .where('account_id', '=', p.account)
    .where('activated_at', 'is', null),
)

/** A parent acts under one profile for each school of a child: those that are missing are made (FACTS 3.3). */
const completeParent = async (tx: Writer, now: number, account: number, uais: readonly string[]): Promise<void> => {
  const own = await profilesOf(tx, account, now)
  const have = new Set(own.filter(({ kind }) => kind === 'parent').map(({ uai }) => uai))
  const wanted = new Set(uais)
  for (const child of await childrenOf(tx, account))
    for (const { kind, uai } of await profilesOf(tx, child.accountId, now)) if (kind === 'pupil') wanted.add(uai)
  for (const uai of wanted)
    if (uai !== '' && !have.has(uai)) await addProfile(tx, now, account, { kind: 'parent', uai, source: 'federation' })
}

/**
 * The provider's word is taken: the link is kept, an account that waits is opened when the row allows it, a parent's
 * profiles are completed. Throws Failure forbidden (property `activation`) when the account waits and the row does not.
 */
export const acceptIdentity = async (
  people: People,
  provider: Provider,
  told: Told,
  match: Extract<Match, { account: number }>,
  ip: string,
): Promise<void> => {
  const { ctx } = people
  const now = ctx.clock.now()
  const { account } = match
  const news = await ctx.store.writeGlobal(async (tx) => {
    const person = await findPerson(tx, account)
    const waits = person !== undefined && person.activatedAt === null
    if (waits && !provider.config.create)
      throw new Failure('forbidden', 'the account is not activated', { property: 'activation' })
    if (waits) await tx.run(activate, { account, now })
    await tx.run(putLink, { provider: provider.id, subject: told.subject, account, now })
    const kind: ProfileKind | undefined = told.profile
    if (kind === 'parent') await completeParent(tx, now, account, told.uais)
    if (match.kind === 'linked' && !waits) return undefined
    const detail = waits ? 'activated by the provider' : 'matched by the registers'
    const line = { actor: `account ${account}`, accountId: account, target: provider.id, ip, detail }
    await appendAudit(tx, now, { ...line, action: 'federation.link' })
    return waits ? ('account-activated' as const) : ('provider-linked' as const)
  })
  if (news !== undefined) await notifyOwner(people, account, { kind: news, ip, detail: provider.name })
}

/** Links an identity to the account whose owner has just proved who they are; tells the owner. */
export const linkIdentity = async (
  people: People,
  provider: Provider,
  subject: string,
  owner: { readonly account: number; readonly login: string; readonly ip: string; readonly userAgent: string },
): Promise<void> => {
  const { ctx } = people
  const now = ctx.clock.now()
  const { account, login, ip, userAgent } = owner
  await ctx.store.writeGlobal(async (tx) => {
    const before = await tx.first(linkOf, { provider: provider.id, subject })
    if (before && before.account_id !== account) throw new Failure('conflict', 'this identity is another account’s')
    await tx.run(putLink, { provider: provider.id, subject, account, now })
    const line = { accountId: account, target: provider.id, ip, detail: 'by the owner' }
    await appendAudit(tx, now, { actor: login, action: 'federation.link', ...line })
  })
  await notifyOwner(people, account, { kind: 'provider-linked', ip, userAgent, detail: provider.name })
}

const drop = statement((q, p: Params<{ provider: string; account: number }>) =>
  q.deleteFrom('federated_identity').where('provider_id', '=', p.provider).where('account_id', '=', p.account),
)

const nameOf = statement((q, p: Params<{ provider: string }>) =>
  q.selectFrom('identity_provider').select('name').where('id', '=', p.provider),
)

/** The owner takes a link back; they are told. Throws Failure notFound. */
export const unlinkIdentity = async (
  people: People,
  provider: string,
  owner: { readonly account: number; readonly login: string; readonly ip: string },
): Promise<void> => {
  const { ctx } = people
  await ctx.store.writeGlobal(async (tx) => {
    const { changes } = await tx.run(drop, { provider, account: owner.account })
    if (changes === 0) throw new Failure('notFound', 'no such link')
    const line = { actor: owner.login, accountId: owner.account, target: provider, ip: owner.ip }
    await appendAudit(tx, ctx.clock.now(), { ...line, action: 'federation.unlink' })
  })
  const name = (await ctx.store.read((tx) => tx.first(nameOf, { provider })))?.name ?? provider
  await notifyOwner(people, owner.account, { kind: 'provider-unlinked', ip: owner.ip, detail: name })
}

const ofAccount = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('federated_identity')
    .leftJoin('identity_provider', 'identity_provider.id', 'federated_identity.provider_id')
    .select([
      'federated_identity.provider_id as provider',
      'identity_provider.name as name',
      'federated_identity.created_at as createdAt',
      'federated_identity.last_used_at as lastUsedAt',
    ])
    .where('federated_identity.account_id', '=', p.account)
    .orderBy('federated_identity.provider_id'),
)

/** The providers an account is linked to. */
export const linksOf = (tx: Reader, account: number) => tx.all(ofAccount, { account })
