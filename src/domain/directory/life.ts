/**
 * The life of a person's account: blocked by hand, suspended when its source no longer knows the person (the first of
 * two steps: the second, months later, deletes), ended at the date of a manual account. Whatever the reason, nobody
 * signs in and everybody connected is disconnected; nothing is deleted here.
 */
import { Failure } from '#base/failure.ts'
import { type Params, statement, type Writer } from '#store/engine.ts'
import { enableAccount } from '../people/accounts.ts'
import { notifyOwner } from '../people/alerts.ts'
import { type AuditAction, appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { endSessions } from '../people/session-end.ts'
import { getPerson, type Person } from './persons.ts'

const setStatus = statement((q, p: Params<{ account: number; status: 'active' | 'disabled' }>) =>
  q.updateTable('account').set({ status: p.status }).where('id', '=', p.account),
)
const setLife = statement(
  (
    q,
    p: Params<{
      account: number
      blocked: number | null
      reason: string
      suspended: number | null
      ends: number | null
      at: number
    }>,
  ) =>
    q
      .updateTable('person')
      .set({
        blocked_at: p.blocked,
        block_reason: p.reason,
        suspended_at: p.suspended,
        ends_at: p.ends,
        updated_at: p.at,
      })
      .where('account_id', '=', p.account),
)

type Life = Pick<Person, 'blockedAt' | 'blockReason' | 'suspendedAt' | 'endsAt'>

/** True when nothing keeps the person out. */
const open = (life: Life, now: number): boolean =>
  life.blockedAt === null && life.suspendedAt === null && (life.endsAt === null || life.endsAt > now)

/** Within a transaction: writes the life of a person and, when it closes the account, ends its sessions. */
export const putLife = async (tx: Writer, now: number, account: number, life: Life): Promise<void> => {
  await tx.run(setLife, {
    account,
    blocked: life.blockedAt,
    reason: life.blockReason.slice(0, 300),
    suspended: life.suspendedAt,
    ends: life.endsAt,
    at: now,
  })
  if (open(life, now)) return
  await tx.run(setStatus, { account, status: 'disabled' })
  await endSessions(tx, account)
}

export interface LifeOptions {
  readonly ip?: string
  /** Checked in the transaction that acts: throws when the actor may not. */
  readonly allowed?: (tx: Writer) => Promise<void>
}

const change = async (
  people: People,
  entry: { readonly actor: string; readonly action: AuditAction; readonly account: number; readonly detail?: string },
  options: LifeOptions,
  next: (person: Person, now: number) => Partial<Life>,
): Promise<Person> => {
  const { ctx } = people
  const { actor, action, account, detail = '' } = entry
  const { before, after } = await ctx.store.writeGlobal(async (tx) => {
    await options.allowed?.(tx)
    const now = ctx.clock.now()
    const before = await getPerson(tx, account)
    const wanted = next(before, now)
    const same = Object.entries(wanted).every(([name, value]) => before[name as keyof Life] === value)
    if (same) return { before, after: before }
    await putLife(tx, now, account, { ...before, ...wanted })
    await appendAudit(tx, now, {
      actor,
      action,
      accountId: account,
      target: before.login,
      detail,
      ip: options.ip ?? '',
    })
    return { before, after: await getPerson(tx, account) }
  })
  if (after !== before && after.status === 'disabled' && open(after, ctx.clock.now()))
    // Whatever its first day left unfinished is finished too.
    await enableAccount(people, actor, account)
  if (after !== before) ctx.store.bus.publishTopic('people', account)
  return after
}

/** Keeps somebody out until further notice. Throws Failure notFound, invalid (no reason). */
export const blockPerson = async (
  people: People,
  actor: string,
  account: number,
  reason: string,
  options: LifeOptions = {},
): Promise<void> => {
  const why = reason.trim()
  if (why === '') throw new Failure('invalid', 'a block needs a reason', { property: 'reason' })
  const entry = { actor, action: 'person.block' as const, account, detail: why }
  await change(people, entry, options, ({ blockedAt }, now) => ({ blockedAt: blockedAt ?? now, blockReason: why }))
  await notifyOwner(people, account, { kind: 'account-blocked', detail: why })
}

/** Ends a block; the account works again unless something else keeps it closed. Throws Failure notFound. */
export const unblockPerson = async (
  people: People,
  actor: string,
  account: number,
  options: LifeOptions = {},
): Promise<void> => {
  const entry = { actor, action: 'person.unblock' as const, account }
  await change(people, entry, options, () => ({ blockedAt: null, blockReason: '' }))
  await notifyOwner(people, account, { kind: 'account-unblocked' })
}

/** The source no longer knows the person: closed now, deleted after the delay unless they come back. */
export const suspendPerson = async (people: People, actor: string, account: number, detail = ''): Promise<void> => {
  const entry = { actor, action: 'person.suspend' as const, account, detail }
  await change(people, entry, {}, ({ suspendedAt }, now) => ({ suspendedAt: suspendedAt ?? now }))
}

/** The source knows the person again. */
export const resumePerson = async (people: People, actor: string, account: number, detail = ''): Promise<void> => {
  const entry = { actor, action: 'person.resume' as const, account, detail }
  await change(people, entry, {}, () => ({ suspendedAt: null }))
}

/** Sets or moves the end of a manual account; one that has ended works again when its end moves on. */
export const setEnd = async (
  people: People,
  actor: string,
  account: number,
  endsAt: number | null,
  options: LifeOptions = {},
): Promise<void> => {
  const detail = endsAt === null ? 'no end' : new Date(endsAt).toISOString().slice(0, 10)
  const entry = { actor, action: 'person.update' as const, account, detail: `ends: ${detail}` }
  await change(people, entry, options, () => ({ endsAt }))
}

const ended = statement((q, p: Params<{ now: number; limit: number }>) =>
  q
    .selectFrom('person')
    .innerJoin('account', 'account.id', 'person.account_id')
    .select(['account.id as id', 'account.login as login'])
    .where('person.ends_at', '<=', p.now)
    .where('account.status', '=', 'active')
    .orderBy('account.id')
    .limit(p.limit),
)

/** Closes the accounts whose end has come; returns how many. */
export const closeEnded = async (people: People): Promise<number> => {
  const { store, clock } = people.ctx
  let count = 0
  for (;;) {
    const now = clock.now()
    const page = await store.read((tx) => tx.all(ended, { now, limit: 100 }))
    if (page.length === 0) return count
    for (const { id, login } of page) {
      await store.writeGlobal(async (tx) => {
        await tx.run(setStatus, { account: id, status: 'disabled' })
        await endSessions(tx, id)
        const line = { actor: 'directory', action: 'account.disable' as const, accountId: id, target: login }
        await appendAudit(tx, now, { ...line, detail: 'the end of the account' })
      })
      store.bus.publishTopic('people', id)
    }
    count += page.length
  }
}
