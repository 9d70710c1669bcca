/**
 * A person lets a helper look: they read out a code, and for half an hour the helper sees the same report and the path of
 * their mail, nothing else. Whoever was let in is shown to the person, who may end it at any time; all of it is audited.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { type Actor, powersOf, requireMay } from '../directory/delegation.ts'
import { notifyOwner } from '../people/alerts.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import type { Principal } from '../people/principal.ts'
import { makeSpokenCode, takeSpokenCode } from '../people/recovery/spoken-code.ts'

/** How long a helper may look, in milliseconds. */
export const grantLife = 30 * 60_000

/** A code to read out, good for a quarter of an hour and one helper. */
export const allowHelp = async (people: People, owner: Principal, ip: string): Promise<string> => {
  const { ctx } = people
  const { accountId: account, login: actor } = owner
  const code = await ctx.store.writeGlobal(async (tx) => {
    await appendAudit(tx, ctx.clock.now(), { actor, action: 'diagnosis.allow', accountId: account, ip })
    return makeSpokenCode(tx, people, 'diagnosis-code', account, { anew: true })
  })
  return code as string
}

const insert = statement((q, p: Params<{ account: number; helper: number; now: number; expires: number }>) =>
  q
    .insertInto('diagnosis_grant')
    .values({ account_id: p.account, helper_id: p.helper, created_at: p.now, expires_at: p.expires, ended_at: null })
    .returning('id'),
)

/**
 * A helper who was told the code is let in. Throws Failure forbidden (`tickets` is not their task for this person),
 * unauthenticated `diagnosis` (the code is wrong, old, or was tried too often).
 */
export const enterHelp = async (
  people: People,
  helper: Actor,
  account: number,
  code: string,
  ip: string,
): Promise<{ readonly expiresAt: number }> => {
  const { ctx } = people
  await ctx.store.read((tx) => requireMay(tx, helper, 'tickets', account, ctx.clock.now()))
  if ((await takeSpokenCode(people, 'diagnosis-code', account, code)) === undefined)
    throw new Failure('unauthenticated', 'the code is wrong or too old', { property: 'diagnosis' })
  const now = ctx.clock.now()
  const expiresAt = now + grantLife
  await ctx.store.writeGlobal(async (tx) => {
    await tx.run(insert, { account, helper: helper.accountId, now, expires: expiresAt })
    await appendAudit(tx, now, { actor: helper.login, action: 'diagnosis.enter', accountId: account, ip })
  })
  await notifyOwner(people, account, { kind: 'diagnosis-entered', detail: helper.login })
  return { expiresAt }
}

const active = statement((q, p: Params<{ account: number; helper: number; now: number }>) =>
  q
    .selectFrom('diagnosis_grant')
    .select(['id', 'expires_at'])
    .where('account_id', '=', p.account)
    .where('helper_id', '=', p.helper)
    .where('expires_at', '>', p.now)
    .where('ended_at', 'is', null)
    .limit(1),
)

/** Throws Failure forbidden unless the person lets this helper look now, and the task is still theirs. */
export const requireHelp = async (tx: Reader, helper: Actor, account: number, now: number): Promise<void> => {
  await requireMay(tx, helper, 'tickets', account, now)
  if (!(await tx.first(active, { account, helper: helper.accountId, now })))
    throw new Failure('forbidden', 'this person has not let you look', { property: 'consent' })
}

const ofAccount = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('diagnosis_grant')
    .innerJoin('account', 'account.id', 'diagnosis_grant.helper_id')
    .select([
      'diagnosis_grant.id as id',
      'account.name as name',
      'diagnosis_grant.created_at as at',
      'diagnosis_grant.expires_at as expiresAt',
      'diagnosis_grant.ended_at as endedAt',
    ])
    .where('diagnosis_grant.account_id', '=', p.account)
    .orderBy('diagnosis_grant.id', 'desc')
    .limit(20),
)

export interface Grant {
  readonly id: number
  /** Of the helper. */
  readonly name: string
  readonly at: number
  /** When it ends, or ended. */
  readonly until: number
  readonly active: boolean
}

/** Who was let in, the latest first. */
export const listGrants = async (tx: Reader, account: number, now: number): Promise<Grant[]> =>
  (await tx.all(ofAccount, { account })).map(({ id, name, at, expiresAt, endedAt }) => ({
    id,
    name,
    at,
    until: endedAt ?? expiresAt,
    active: endedAt === null && expiresAt > now,
  }))

const end = statement((q, p: Params<{ account: number; now: number }>) =>
  q
    .updateTable('diagnosis_grant')
    .set({ ended_at: p.now })
    .where('account_id', '=', p.account)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', p.now),
)

/** Lets nobody look any more. */
export const endHelp = (people: People, owner: Principal, ip: string): Promise<void> =>
  people.ctx.store.writeGlobal(async (tx) => {
    const now = people.ctx.clock.now()
    const { changes } = await tx.run(end, { account: owner.accountId, now })
    if (changes > 0)
      await appendAudit(tx, now, { actor: owner.login, action: 'diagnosis.end', accountId: owner.accountId, ip })
  })

/** True when somebody may help anybody at all. */
export const mayHelp = async (tx: Reader, actor: Actor, now: number): Promise<boolean> => {
  const powers = await powersOf(tx, actor, now)
  return (
    powers.platform ||
    powers.academy.has('tickets') ||
    [...powers.schools.values()].some(({ tasks }) => tasks.has('tickets'))
  )
}
