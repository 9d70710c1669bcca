/** A message is put into the mailboxes of its recipients: one blob, one small transaction per account (law 6). */
import { isFailure } from '#base/failure.ts'
import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter, Store } from '#store/store.ts'
import type { Context } from '../context.ts'
import { type Appended, appendWithin, type NewMessage } from '../mail/append.ts'
import { noFlags } from '../mail/flags.ts'
import { Tally } from '../mail/tally.ts'
import { settleMuted } from '../organise/mute.ts'
import { Refusal } from './refusal.ts'
import type { Composed } from './spool.ts'

export interface Parcel extends Omit<Composed, 'blob'> {
  readonly blob: NewMessage['blob']
  /** DMARC asks for quarantine: the junk mailbox rather than the inbox. */
  readonly junk: boolean
  readonly receivedAt: number
  /** A message of the platform itself, and of what kind. Only what this house composed has one. */
  readonly mark?: string | undefined
}

/** Where a message goes in an account without a filter: the implicit keep (RFC 5228 §2.10.2; see domain/filter/deliver.ts). */
const placement = (parcel: Parcel): { readonly role: 'inbox' | 'junk' } => ({ role: parcel.junk ? 'junk' : 'inbox' })

const byRole = statement((q, p: Params<{ account: number; role: string }>) =>
  q.selectFrom('mailbox').select('id').where('account_id', '=', p.account).where('role', '=', p.role).limit(1),
)

/** Mailbox of a role, by account. A hint: what it says is checked against the row that delivery reads anyway. */
const hints = new WeakMap<Store, Map<string, number>>()
const maxHints = 100_000

const hintsOf = (store: Store): Map<string, number> => {
  let known = hints.get(store)
  if (!known || known.size > maxHints) hints.set(store, (known = new Map()))
  return known
}

const hasRole = async (tally: Tally, mailbox: number, role: string): Promise<boolean> => {
  try {
    return (await tally.open(mailbox)).role === role
  } catch (error) {
    if (isFailure(error, 'notFound')) return false
    throw error
  }
}

const mailboxFor = async (store: Store, tx: AccountWriter, tally: Tally, role: 'inbox' | 'junk'): Promise<number> => {
  const account = tx.accountId
  const known = hintsOf(store)
  const key = `${account} ${role}`
  const hint = known.get(key)
  if (hint !== undefined && (await hasRole(tally, hint, role))) return hint
  const row = await tx.first(byRole, { account, role })
  if (row) {
    known.set(key, row.id)
    return row.id
  }
  if (role === 'junk') return mailboxFor(store, tx, tally, 'inbox')
  throw new Refusal('disabledRecipient', `account ${account} has no inbox`)
}

const markEmail = statement((q, p: Params<{ account: number; email: number; mark: string }>) =>
  q.updateTable('email').set({ mark: p.mark }).where('account_id', '=', p.account).where('id', '=', p.email),
)

/**
 * Puts a message into an account within a transaction that the caller holds. Throws Refusal (no inbox) and Failure
 * overQuota, both before anything is written.
 */
export const depositWithin = async (
  ctx: Context,
  tx: AccountWriter,
  parcel: Parcel,
  blob: NewMessage['blob'] = parcel.blob,
): Promise<Appended> => {
  const tally = new Tally(tx)
  const { role } = placement(parcel)
  const mailboxIds = [await mailboxFor(ctx.store, tx, tally, role)]
  const { content, receivedAt, mark } = parcel
  const appended = await appendWithin(ctx, tx, tally, { blob, content, mailboxIds, flags: noFlags, receivedAt })
  const silent = role === 'inbox' && (await settleMuted(tx, tally, appended))
  if (mark) await tx.run(markEmail, { account: tx.accountId, email: appended.emailId, mark: mark.slice(0, 40) })
  await tally.flush()
  if (!silent) tx.changed('EmailDelivery', appended.emailId, 'created')
  return appended
}

const depositOne = (ctx: Context, account: number, parcel: Parcel, blob: NewMessage['blob']): Promise<Appended> =>
  ctx.store.write(account, (tx) => depositWithin(ctx, tx, parcel, blob))

/** What went wrong for an account, in the words of delivery. */
export const explained = (error: unknown): unknown => {
  if (isFailure(error, 'overQuota')) return new Refusal('mailboxFull', 'the mailbox is full')
  if (isFailure(error, 'notFound')) return new Refusal('unknownRecipient', 'the account is gone')
  return error
}

/** Above this many accounts the blob is attached once, in a commit of its own, rather than in each transaction. */
const few = 4
/** Transactions handed to the engine at a time, so that others get their turn between. */
const wave = 500

/** Puts the message into each account. Resolves to what went wrong, by account; all others are durable. */
export const deposit = async (
  ctx: Context,
  accounts: readonly number[],
  parcel: Parcel,
): Promise<ReadonlyMap<number, unknown>> => {
  const failures = new Map<number, unknown>()
  const put = async (account: number, blob: NewMessage['blob']): Promise<Appended | undefined> => {
    try {
      return await depositOne(ctx, account, parcel, blob)
    } catch (error) {
      failures.set(account, explained(error))
      return undefined
    }
  }
  let next = 0
  let blob: NewMessage['blob'] = parcel.blob
  if (accounts.length > few)
    while (next < accounts.length && blob === parcel.blob) {
      const first = await put(accounts[next++] as number, parcel.blob)
      if (first) blob = { id: first.blobId, size: first.size }
    }
  for (; next < accounts.length; next += wave)
    await Promise.all(accounts.slice(next, next + wave).map((account) => put(account, blob)))
  return failures
}
