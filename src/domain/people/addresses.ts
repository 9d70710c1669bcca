/** Addresses: how one is written in the store, whose it is, and the aliases an account has. */
import { domainToASCII } from 'node:url'
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { appendAudit } from './audit.ts'
import type { People } from './people.ts'

/** RFC 5321 §4.5.3.1: 64 octets before the @, 255 after. */
const longestLocal = 64
const longestDomain = 255

/** A domain as the store knows it: ASCII form (A-labels), lower case, no final dot; undefined when it is not one. */
export const foldDomain = (domain: string): string | undefined => {
  const ascii = domainToASCII(domain.trim().replace(/\.$/, '')).toLowerCase()
  return ascii !== '' && ascii.length <= longestDomain ? ascii : undefined
}

/**
 * An address as the store knows it, or undefined when it is not one. Local parts are folded too: nobody at a school
 * knows that `Anne.Martin@` and `anne.martin@` could be two people.
 */
export const foldAddress = (address: string): string | undefined => {
  const text = address.trim().normalize('NFC')
  const at = text.lastIndexOf('@')
  if (at < 1) return
  const domain = foldDomain(text.slice(at + 1))
  let local = text.slice(0, at)
  // "anne martin"@ and "anne.martin"@: quotes are a spelling, not a part of the name (RFC 5321 §4.1.2).
  if (/^".*"$/.test(local)) local = local.slice(1, -1).replace(/\\(.)/g, '$1')
  if (domain === undefined || Buffer.byteLength(local) > longestLocal || /\p{Cc}/u.test(local)) return
  return `${local.toLowerCase()}@${domain}`
}

export interface ResolvedAddress {
  readonly accountId: number
  /** The stored address that matched. */
  readonly address: string
  /** What followed the separator of a subaddress, as it was written. */
  readonly detail?: string
  /** False when the account is disabled: it takes no mail. */
  readonly active: boolean
}

const byAddress = statement((q, p: Params<{ address: string }>) =>
  q
    .selectFrom('address')
    .innerJoin('account', 'account.id', 'address.account_id')
    .select(['address.address as address', 'address.account_id as account_id', 'account.status as status'])
    .where('address.address', '=', p.address),
)

const lookup = async (tx: Reader, address: string): Promise<ResolvedAddress | undefined> => {
  const row = await tx.first(byAddress, { address })
  return row && { accountId: row.account_id, address: row.address, active: row.status === 'active' }
}

/**
 * Whose an address is: exact first, then without the detail of a subaddress (RFC 5233: `anne+listes@`). Undefined when
 * nobody has it.
 */
export const resolveAddress = async (
  tx: Reader,
  address: string,
  separator = '+',
): Promise<ResolvedAddress | undefined> => {
  const folded = foldAddress(address)
  if (folded === undefined) return
  const exact = await lookup(tx, folded)
  if (exact) return exact
  const at = folded.lastIndexOf('@')
  const plus = separator === '' ? -1 : folded.indexOf(separator)
  if (plus < 1 || plus >= at) return
  const base = await lookup(tx, folded.slice(0, plus) + folded.slice(at))
  if (!base) return
  const written = address.trim().normalize('NFC')
  return { ...base, detail: written.slice(written.indexOf(separator) + separator.length, written.lastIndexOf('@')) }
}

/** True when mail for this domain is ours to deliver or refuse. */
export const isLocalDomain = (people: People, domain: string): boolean => {
  const folded = foldDomain(domain)
  return folded !== undefined && people.options.domains.includes(folded)
}

export interface AccountAddress {
  readonly address: string
  readonly kind: 'primary' | 'alias'
}

const ofAccount = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('address')
    .select(['address', 'kind'])
    .where('account_id', '=', p.account)
    .orderBy('kind', 'desc')
    .orderBy('address'),
)

/** Addresses of an account, the primary one first. */
export const listAddresses = (tx: Reader, account: number): Promise<AccountAddress[]> => tx.all(ofAccount, { account })

/** True when the account may write mail under this address (its own, aliases and subaddresses included). */
export const ownsAddress = async (tx: Reader, account: number, address: string, separator = '+'): Promise<boolean> =>
  (await resolveAddress(tx, address, separator))?.accountId === account

const insert = statement((q, p: Params<{ address: string; account: number; kind: 'primary' | 'alias'; at: number }>) =>
  q.insertInto('address').values({ address: p.address, account_id: p.account, kind: p.kind, created_at: p.at }),
)

const remove = statement((q, p: Params<{ address: string; account: number }>) =>
  q
    .deleteFrom('address')
    .where('address', '=', p.address)
    .where('account_id', '=', p.account)
    .where('kind', '=', 'alias'),
)

/**
 * Within a transaction: gives an address to an account. Throws Failure invalid (not an address) or alreadyExists
 * (somebody has it). Returns the folded address.
 */
export const giveAddress = async (
  tx: Writer,
  now: number,
  account: number,
  address: string,
  kind: 'primary' | 'alias',
): Promise<string> => {
  const folded = foldAddress(address)
  if (folded === undefined) throw new Failure('invalid', `${address} is not an address`, { property: 'address' })
  if (await tx.first(byAddress, { address: folded }))
    throw new Failure('alreadyExists', `${folded} already belongs to an account`, { property: 'address' })
  await tx.run(insert, { address: folded, account, kind, at: now })
  return folded
}

/** Adds an alias. Throws Failure invalid, alreadyExists. */
export const addAlias = (people: People, actor: string, account: number, address: string): Promise<string> =>
  people.ctx.store.writeGlobal(async (tx) => {
    const now = people.ctx.clock.now()
    const folded = await giveAddress(tx, now, account, address, 'alias')
    await appendAudit(tx, now, { actor, action: 'address.add', accountId: account, target: folded })
    return folded
  })

/** Removes an alias; the primary address stays. Throws Failure notFound. */
export const removeAlias = async (people: People, actor: string, account: number, address: string): Promise<void> => {
  await people.ctx.store.writeGlobal(async (tx) => {
    const folded = foldAddress(address) ?? ''
    const { changes } = await tx.run(remove, { address: folded, account })
    if (changes === 0) throw new Failure('notFound', `${address} is not an alias of this account`)
    await appendAudit(tx, people.ctx.clock.now(), {
      actor,
      action: 'address.remove',
      accountId: account,
      target: folded,
    })
  })
  people.ctx.store.bus.publishTopic('people', account)
}
