/**
 * Recovery by two persons of the school, for somebody who has neither telephone nor private mail: one asks, another
 * approves, then the first one gets a code to hand over in person. Neither can do it alone; the owner is told at each
 * step; everything is audited.
 */
import { Failure } from '#base/failure.ts'
import { type Params, statement, type Writer } from '#store/engine.ts'
import { may, requireMay } from '../../directory/delegation.ts'
import { getAccount } from '../accounts.ts'
import { notifyOwner } from '../alerts.ts'
import { appendAudit } from '../audit.ts'
import type { People } from '../people.ts'
import type { Principal } from '../principal.ts'
import { type Activation, issueActivation } from './activation.ts'

/** `access`: a new password; `factors`: and the second factors, lost too, are removed. */
export type CaseKind = 'access' | 'factors'

export interface RecoveryCase {
  readonly id: number
  readonly accountId: number
  readonly login: string
  readonly name: string
  readonly kind: CaseKind
  readonly status: 'asked' | 'approved' | 'refused' | 'used' | 'expired'
  readonly reason: string
  readonly askedBy: { readonly accountId: number; readonly name: string }
  readonly createdAt: number
  readonly expiresAt: number
  /** The viewer asked for it: somebody else has to approve, and the viewer collects the code. */
  readonly mine: boolean
}

const hour = 3_600_000
/** Two working days to find the second person; the code itself is for the same day. */
const caseLife = 48 * hour
const codeLife = 24 * hour

const insert = statement(
  (
    q,
    p: Params<{ account: number; uai: string; kind: string; by: number; reason: string; now: number; expires: number }>,
  ) =>
    q
      .insertInto('recovery_case')
      .values({
        account_id: p.account,
        uai: p.uai,
        kind: p.kind,
        status: 'asked',
        asked_by: p.by,
        approved_by: null,
        reason: p.reason,
        created_at: p.now,
        decided_at: null,
        expires_at: p.expires,
      })
      .returning('id'),
)

const openFor = statement((q, p: Params<{ account: number; now: number }>) =>
  q
    .selectFrom('recovery_case')
    .select('id')
    .where('account_id', '=', p.account)
    .where('status', 'in', ['asked', 'approved'])
    .where('expires_at', '>', p.now),
)

/**
 * Asks for a recovery. Throws Failure forbidden (not one's school, or somebody with as many rights), invalid (no
 * reason), conflict (one is under way).
 */
export const askCase = async (
  people: People,
  actor: Principal,
  wanted: { readonly accountId: number; readonly kind: CaseKind; readonly reason: string; readonly ip: string },
): Promise<number> => {
  const { ctx } = people
  const reason = wanted.reason.trim().slice(0, 300)
  if (reason === '') throw new Failure('invalid', 'a recovery needs a reason', { property: 'reason' })
  const id = await ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    await requireMay(tx, actor, 'reset', wanted.accountId, now)
    if (await tx.first(openFor, { account: wanted.accountId, now }))
      throw new Failure('conflict', 'a recovery of this account is under way', { property: 'account' })
    const { login } = await getAccount(tx, wanted.accountId)
    const row = await tx.first(insert, {
      account: wanted.accountId,
      uai: '',
      kind: wanted.kind,
      by: actor.accountId,
      reason,
      now,
      expires: now + caseLife,
    })
    await note(tx, now, actor, { account: wanted.accountId, login, detail: `asked ${wanted.kind}`, ip: wanted.ip })
    return row?.id ?? 0
  })
  await notifyOwner(people, wanted.accountId, { kind: 'recovery-asked', detail: actor.name })
  return id
}

const note = (
  tx: Writer,
  now: number,
  actor: Principal,
  about: { readonly account: number; readonly login: string; readonly detail: string; readonly ip: string },
): Promise<void> =>
  appendAudit(tx, now, {
    actor: actor.login,
    action: 'recovery.case',
    accountId: about.account,
    target: about.login,
    detail: about.detail,
    ip: about.ip,
  })

const find = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('recovery_case').selectAll().where('id', '=', p.id),
)

const settle = statement(
  (
    q,
    p: Params<{
      id: number
      from: 'asked' | 'approved'
      to: 'approved' | 'refused' | 'used'
      by: number | null
      now: number
    }>,
  ) =>
    q
      .updateTable('recovery_case')
      .set({ status: p.to, approved_by: p.by, decided_at: p.now })
      .where('id', '=', p.id)
      .where('status', '=', p.from)
      .where('expires_at', '>', p.now),
)

const gone = (): Failure => new Failure('notFound', 'there is no such recovery, or it is over')

/**
 * Decides on a case. The second person is another one than the first, and than the owner. Throws Failure notFound,
 * forbidden.
 */
export const decideCase = async (
  people: People,
  actor: Principal,
  id: number,
  decision: { readonly approve: boolean; readonly ip: string },
): Promise<void> => {
  const { ctx } = people
  const account = await ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    const row = await tx.first(find, { id })
    if (!row) throw gone()
    await requireMay(tx, actor, 'reset', row.account_id, now)
    if (decision.approve && row.asked_by === actor.accountId)
      throw new Failure('forbidden', 'a second person must approve', { property: 'second' })
    const to = decision.approve ? 'approved' : 'refused'
    const { changes } = await tx.run(settle, { id, from: 'asked', to, by: actor.accountId, now })
    if (changes === 0) throw gone()
    const { login } = await getAccount(tx, row.account_id)
    await note(tx, now, actor, { account: row.account_id, login, detail: to, ip: decision.ip })
    return row.account_id
  })
  await notifyOwner(people, account, {
    kind: decision.approve ? 'recovery-approved' : 'recovery-refused',
    detail: actor.name,
  })
}

/**
 * The code of an approved case, for whoever asked, once: to be handed over in person. Throws Failure notFound,
 * forbidden (somebody else's case; or the right was lost meanwhile).
 */
export const collectCase = async (people: People, actor: Principal, id: number, ip: string): Promise<Activation> => {
  const { ctx } = people
  const made = await ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    const row = await tx.first(find, { id })
    if (!row) throw gone()
    await requireMay(tx, actor, 'reset', row.account_id, now)
    if (row.asked_by !== actor.accountId)
      throw new Failure('forbidden', 'only who asked gets the code', { property: 'second' })
    const { changes } = await tx.run(settle, { id, from: 'approved', to: 'used', by: row.approved_by, now })
    if (changes === 0) throw gone()
    const options = { actor: actor.login, ip, life: codeLife, dropFactors: row.kind === 'factors' }
    const activation = await issueActivation(tx, people, row.account_id, options)
    await note(tx, now, actor, { account: row.account_id, login: activation.login, detail: 'collected', ip })
    return activation
  })
  await notifyOwner(people, made.accountId, { kind: 'code-issued', detail: actor.name })
  return made
}

/** Cases looked through in one question. */
const slice = 500
/** Most that somebody is shown. */
const mostShown = 500

const recent = statement((q, p: Params<{ after: number; below: number }>) =>
  q
    .selectFrom('recovery_case')
    .innerJoin('account', 'account.id', 'recovery_case.account_id')
    .leftJoin('account as asker', 'asker.id', 'recovery_case.asked_by')
    .select([
      'recovery_case.id as id',
      'recovery_case.account_id as accountId',
      'account.login as login',
      'account.name as name',
      'recovery_case.kind as kind',
      'recovery_case.status as status',
      'recovery_case.reason as reason',
      'recovery_case.asked_by as asked_by',
      'asker.name as asker_name',
      'recovery_case.created_at as createdAt',
      'recovery_case.expires_at as expiresAt',
    ])
    .where('recovery_case.created_at', '>', p.after)
    .where('recovery_case.id', '<', p.below)
    .orderBy('recovery_case.id', 'desc')
    .limit(slice),
)

/** Of a slice of the cases, those that somebody may decide on or has asked for; and where the next slice begins. */
const casesBelow = (
  people: People,
  actor: Principal,
  below: number,
  now: number,
): Promise<{ readonly cases: RecoveryCase[]; readonly next: number | undefined }> =>
  people.ctx.store.read(async (tx) => {
    const rows = await tx.all(recent, { after: now - 30 * 24 * hour, below })
    const cases: RecoveryCase[] = []
    for (const { asked_by, asker_name, kind, status, ...row } of rows) {
      const allowed = await may(tx, actor, 'reset', row.accountId, now)
      if (!allowed) continue
      const over = (status === 'asked' || status === 'approved') && row.expiresAt <= now
      cases.push({
        ...row,
        kind: kind === 'factors' ? 'factors' : 'access',
        status: over ? 'expired' : status,
        askedBy: { accountId: asked_by ?? 0, name: asker_name ?? '' },
        mine: asked_by === actor.accountId,
      })
    }
    return { cases, next: rows.length < slice ? undefined : rows.at(-1)?.id }
  })

/** The cases of the last month that somebody may decide on or has asked for, newest first: those of others hide none. */
export const listCases = async (people: People, actor: Principal): Promise<RecoveryCase[]> => {
  const now = people.ctx.clock.now()
  const all: RecoveryCase[] = []
  let below: number | undefined = Number.MAX_SAFE_INTEGER
  while (below !== undefined && all.length < mostShown) {
    const { cases, next }: Awaited<ReturnType<typeof casesBelow>> = await casesBelow(people, actor, below, now)
    all.push(...cases)
    below = next
  }
  return all.slice(0, mostShown)
}
