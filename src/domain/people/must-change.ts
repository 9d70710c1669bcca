/**
 * Passwords that have to be changed before anything else: one that an administrator gave (`reset`), one that the rules
 * of today would not let its owner choose (`weak`: they became an administrator, it is on the list of leaked ones), and,
 * only where the académie says so and only for administrators, one that is too old (`old`). Nobody else's expires.
 *
 * The mark rests in `data` of the password's row. It holds sessions that the password opened from then on; whoever came
 * in by a passkey or a provider alone, or is in the middle of something, is not held.
 */
import { createHash } from 'node:crypto'
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { type Population, populationOf } from '../directory/profiles.ts'
import { notifyOwner } from './alerts.ts'
import { deniedVersion } from './denied.ts'
import { referenceOf } from './elsewhere.ts'
import type { People } from './people.ts'
import { assessFor, passwordSubject, rulesOf } from './policy.ts'
import type { Principal } from './principal.ts'

export type ChangeReason = 'reset' | 'weak' | 'old'

interface Change {
  readonly why: ChangeReason
  /** Milliseconds. */
  readonly since: number
}

interface Marks {
  readonly change?: Change
  /** The rules and the list it was last weighed against, in short; it is not weighed again until they change. */
  readonly weighed?: string
  /** Never weighed: the password of the demonstration. */
  readonly exempt?: true
}

const reasons: readonly ChangeReason[] = ['reset', 'weak', 'old']

const readMarks = (data: string): Marks => {
  if (data === '') return {}
  const { change, weighed, exempt } = JSON.parse(data) as Marks
  return {
    ...(change !== undefined && reasons.includes(change.why) && Number.isFinite(change.since) ? { change } : {}),
    ...(typeof weighed === 'string' ? { weighed } : {}),
    ...(exempt === true ? { exempt } : {}),
  }
}

/** Why a session that the password opened at `authenticatedAt` may only change the password; undefined when it is free. */
export const heldBecause = (
  data: string | null,
  { amr, authenticatedAt }: Pick<Principal, 'amr' | 'authenticatedAt'>,
): ChangeReason | undefined => {
  if (data === null || data === '' || !amr.includes('pwd')) return
  const { change } = readMarks(data)
  return change !== undefined && authenticatedAt >= change.since ? change.why : undefined
}

/** Programs cannot ask for another password: their people get this long to choose one in the browser, in milliseconds. */
export const programsGrace = 14 * 24 * 3_600_000

/** True when programs are no longer let in by this password: at once when it was given, after a while otherwise. */
export const refusedToPrograms = (data: string, now: number): boolean => {
  const { change } = readMarks(data)
  return change !== undefined && (change.why === 'reset' || change.since + programsGrace <= now)
}

const rowOf = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('credential')
    .select(['id', 'secret', 'data', 'created_at'])
    .where('account_id', '=', p.account)
    .where('kind', '=', 'password')
    .orderBy('id', 'desc'),
)

/** Why the password of the account has to be changed; undefined when it has not. */
export const mustChange = async (tx: Reader, account: number): Promise<ChangeReason | undefined> => {
  const row = await tx.first(rowOf, { account })
  return row && readMarks(row.data).change?.why
}

const mark = statement((q, p: Params<{ id: number; old: string; data: string }>) =>
  q.updateTable('credential').set({ data: p.data }).where('id', '=', p.id).where('data', '=', p.old),
)

/** What a password is weighed against, in short. */
const rulesKey = async (people: People, population: Population): Promise<string> => {
  const all = [population, rulesOf(people, population), await deniedVersion()]
  return createHash('sha256').update(JSON.stringify(all)).digest('base64url').slice(0, 16)
}

const day = 24 * 3_600_000

/**
 * Weighs the password that has just been proved in a browser by the rules of today, and marks it when it has to be
 * changed. A password is weighed once for given rules: the next sign-ins only read that it was. Strangers learn nothing,
 * not even by time: they do not come here.
 */
export const weighPassword = async (people: People, account: number, password: string): Promise<void> => {
  const { ctx, options } = people
  const now = ctx.clock.now()
  const { row, population } = await ctx.store.read(async (tx) => ({
    row: await tx.first(rowOf, { account }),
    population: await populationOf(tx, account, now),
  }))
  if (!row || referenceOf(row.secret) !== undefined) return
  const marks = readMarks(row.data)
  if (marks.exempt || marks.change?.why === 'reset') return
  const weighed = await rulesKey(people, population)
  const weak =
    weighed === marks.weighed
      ? marks.change?.why === 'weak'
      : !(await isGoodEnough(people, account, population, password))
  const days = population === 'administrator' ? options.administratorPasswordDays : 0
  const old = days > 0 && row.created_at + days * day <= now
  const why = weak ? 'weak' : old ? 'old' : undefined
  if (weighed === marks.weighed && why === marks.change?.why) return
  const since = why !== undefined && why === marks.change?.why ? marks.change.since : now
  const data = JSON.stringify({ weighed, ...(why === undefined ? {} : { change: { why, since } }) } satisfies Marks)
  await ctx.store.writeGlobal((tx) => tx.run(mark, { id: row.id, old: row.data, data }))
  if (why !== undefined && marks.change === undefined) void notifyOwner(people, account, { kind: 'password-to-change' })
}

const isGoodEnough = async (
  people: People,
  account: number,
  population: Population,
  password: string,
): Promise<boolean> => {
  const subject = await people.ctx.store.read((tx) => passwordSubject(tx, account))
  return (await assessFor(people, password, population, subject)).ok
}

/** Throws Failure invalid (property `same-password`) when a password that has to be changed would stay what it is. */
export const refuseSame = async (people: People, account: number, password: string): Promise<void> => {
  const row = await people.ctx.store.read((tx) => tx.first(rowOf, { account }))
  if (row && readMarks(row.data).change !== undefined && (await people.passwords.verify(password, row.secret)))
    throw new Failure('invalid', 'another password is needed', { property: 'same-password' })
}

const setData = statement((q, p: Params<{ account: number; data: string }>) =>
  q.updateTable('credential').set({ data: p.data }).where('account_id', '=', p.account).where('kind', '=', 'password'),
)

/** Within a transaction: the password that was just set was given by somebody else. */
export const markGiven = async (tx: Writer, account: number, now: number): Promise<void> => {
  await tx.run(setData, { account, data: JSON.stringify({ change: { why: 'reset', since: now } } satisfies Marks) })
}

/** Within a transaction: the password that was just set is never judged. */
export const markExempt = async (tx: Writer, account: number): Promise<void> => {
  await tx.run(setData, { account, data: JSON.stringify({ exempt: true } satisfies Marks) })
}
