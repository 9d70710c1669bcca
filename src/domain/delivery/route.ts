/** Where a recipient's mail goes: to an account here, or to another server. */
import { type Params, type Reader, statement } from '#store/engine.ts'
import { foldDomain, isLocalDomain, resolveAddress } from '../people/addresses.ts'
import type { People } from '../people/people.ts'
import { splitAddress } from './envelope.ts'
import { isRewritten, originalSender } from './srs.ts'

export interface LocalRoute {
  readonly kind: 'local'
  readonly accountId: number
  /** What followed the separator of a subaddress; for filters. */
  readonly detail: string | undefined
  readonly active: boolean
  readonly quotaBytes: number
  readonly usedBytes: number
}

/** A sender that we have written anew when its message was passed on (srs.ts): reports go back to it. */
export interface BackRoute {
  readonly kind: 'back'
  readonly address: string
}

export type Route =
  | LocalRoute
  | BackRoute
  | { readonly kind: 'unknown' }
  /** `domain` in its ASCII form, or an address literal. */
  | { readonly kind: 'remote'; readonly domain: string }

const accountRoom = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('account').select(['quota_bytes', 'used_bytes']).where('id', '=', p.account),
)

const firstAdmin = statement((q, _p: Params<Record<never, never>>) =>
  q
    .selectFrom('account')
    .select('id')
    .where('admin', '=', 1)
    .where('status', '=', 'active')
    .where('kind', '=', 'person')
    .orderBy('id')
    .limit(1),
)

const local = async (
  tx: Reader,
  found: { readonly accountId: number; readonly detail?: string | undefined; readonly active: boolean },
): Promise<Route> => {
  const room = await tx.first(accountRoom, { account: found.accountId })
  if (!room) return { kind: 'unknown' }
  return {
    kind: 'local',
    accountId: found.accountId,
    detail: found.detail,
    active: found.active,
    quotaBytes: room.quota_bytes,
    usedBytes: room.used_bytes,
  }
}

const contactAccount = statement((q, p: Params<{ login: string }>) =>
  q.selectFrom('account').select('id').where('login', '=', p.login).where('status', '=', 'active'),
)

/**
 * Names under which every domain that is on the Internet is reached: postmaster must answer (RFC 5321 §4.5.1), the others
 * are where people write to when something is wrong (RFC 2142 §2, §4, §5).
 */
export const roleNames: readonly string[] = ['postmaster', 'abuse', 'security', 'noc', 'hostmaster', 'webmaster']

/** Who answers for the domain: the account that the operator named, else the first administrator; nobody on an empty server. */
export const contactOf = async (tx: Reader, { options }: People): Promise<number | undefined> => {
  const named = options.contact === '' ? undefined : await tx.first(contactAccount, { login: options.contact })
  return (named ?? (await tx.first(firstAdmin, {})))?.id
}

/** A name of the domain itself: the address when somebody has it, else whoever answers for the domain. */
const byRole = async (tx: Reader, people: People, name: string, domain: string): Promise<Route> => {
  const named = await resolveAddress(tx, `${name}@${domain}`, people.options.subaddress)
  if (named) return local(tx, named)
  const accountId = await contactOf(tx, people)
  return accountId === undefined ? { kind: 'unknown' } : local(tx, { accountId, active: true })
}

/** Address and account in one look: what nearly every recipient needs. */
const byPlainAddress = statement((q, p: Params<{ address: string }>) =>
  q
    .selectFrom('address')
    .innerJoin('account', 'account.id', 'address.account_id')
    .select([
      'account.id as id',
      'account.status as status',
      'account.quota_bytes as quota',
      'account.used_bytes as used',
    ])
    .where('address.address', '=', p.address),
)

/** An address whose folding is lower case and nothing else. */
const plain = /^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+$/

const plainRoute = async (tx: Reader, address: string): Promise<Route | undefined> => {
  if (!plain.test(address)) return
  // An array: one message may have a thousand recipients, and an object with names takes longer to make than to find.
  const [row] = await tx.tuples(byPlainAddress, { address: address.toLowerCase() })
  if (!row) return
  const [accountId, status, quotaBytes, usedBytes] = row as [number, string, number, number]
  return { kind: 'local', accountId, detail: undefined, active: status === 'active', quotaBytes, usedBytes }
}

const backRoute = (people: People, address: string, now: number): Route => {
  const original = originalSender(people, address, now)
  return original === undefined ? { kind: 'unknown' } : { kind: 'back', address: original }
}

/** Routes an address as RCPT gives it; `postmaster` without a domain is ours. */
export const route = async (tx: Reader, people: People, address: string, now: number): Promise<Route> => {
  const { local: name, domain } = splitAddress(address)
  if (domain === '') return byRole(tx, people, name, people.options.domains[0] ?? 'localhost')
  const known = people.options.domains.includes(domain) ? await plainRoute(tx, address) : undefined
  if (known) return known
  if (!isLocalDomain(people, domain))
    return { kind: 'remote', domain: domain.startsWith('[') ? domain : (foldDomain(domain) ?? domain) }
  const found = await resolveAddress(tx, address, people.options.subaddress)
  if (found) return local(tx, found)
  if (isRewritten(name)) return backRoute(people, address, now)
  return roleNames.includes(name.toLowerCase()) ? byRole(tx, people, name, domain) : { kind: 'unknown' }
}
