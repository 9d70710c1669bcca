/** Second factors as rows of `credential`: read, made, renamed, removed; and the count of what was tried in vain. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { notifyOwner } from '../alerts.ts'
import { appendAudit } from '../audit.ts'
import type { People } from '../people.ts'

export type FactorKind = 'passkey' | 'totp' | 'grid' | 'recovery'

/** In the order in which they are offered: the strongest first. */
export const factorKinds: readonly FactorKind[] = ['passkey', 'totp', 'grid', 'recovery']

export interface FactorRow {
  readonly id: number
  readonly kind: FactorKind
  readonly secret: string
  /** Passkeys: the credential id. */
  readonly lookup: string
  readonly label: string
  readonly data: string
  readonly createdAt: number
  readonly lastUsedAt: number | null
  readonly lastUsedIp: string | null
  readonly lastFailedAt: number | null
  readonly lastFailedIp: string | null
  readonly failures: number
}

const ofAccount = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('credential')
    .select([
      'id',
      'kind',
      'secret',
      'lookup',
      'label',
      'data',
      'created_at as createdAt',
      'last_used_at as lastUsedAt',
      'last_used_ip as lastUsedIp',
      'last_failed_at as lastFailedAt',
      'last_failed_ip as lastFailedIp',
      'failures',
    ])
    .where('account_id', '=', p.account)
    .where('kind', 'in', ['passkey', 'totp', 'grid', 'recovery'])
    .orderBy('id'),
)

const isFactor = <T extends { readonly kind: string }>(row: T): row is T & { kind: FactorKind } =>
  factorKinds.some((kind) => kind === row.kind)

/** The second factors of an account, with their secrets. */
export const readFactors = async (tx: Reader, account: number): Promise<FactorRow[]> =>
  (await tx.all(ofAccount, { account })).filter(isFactor)

/** Recovery codes that are all used are no factor. */
const usable = (row: FactorRow): boolean => row.kind !== 'recovery' || row.secret !== ''

/** The kinds of factor that can be asked, the strongest first. Recovery codes alone are none: they replace another. */
export const kindsOf = (rows: readonly FactorRow[]): FactorKind[] => {
  const kinds = factorKinds.filter((kind) => rows.some((row) => row.kind === kind && usable(row)))
  return kinds.some((kind) => kind !== 'recovery') ? kinds : []
}

/** True when the account has a factor that administration needs: a passkey or a code that changes. */
export const isStrong = (rows: readonly FactorRow[]): boolean =>
  rows.some(({ kind }) => kind === 'passkey' || kind === 'totp')

const anyFactor = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('credential')
    .select('id')
    .where('account_id', '=', p.account)
    .where('kind', 'in', ['passkey', 'totp', 'grid'])
    .limit(1),
)

/** True when the account has a second factor. */
export const hasSecondFactor = async (tx: Reader, account: number): Promise<boolean> =>
  (await tx.first(anyFactor, { account })) !== undefined

const insert = statement(
  (
    q,
    p: Params<{
      account: number
      kind: FactorKind
      secret: string
      lookup: string
      label: string
      data: string
      at: number
    }>,
  ) =>
    q
      .insertInto('credential')
      .values({
        account_id: p.account,
        kind: p.kind,
        secret: p.secret,
        lookup: p.lookup,
        label: p.label,
        scopes: 'web',
        created_at: p.at,
        last_used_at: null,
        last_used_ip: null,
        last_failed_at: null,
        data: p.data,
      })
      .returning('id'),
)

const drop = statement((q, p: Params<{ account: number; id: number }>) =>
  q
    .deleteFrom('credential')
    .where('account_id', '=', p.account)
    .where('id', '=', p.id)
    .where('kind', 'in', ['passkey', 'totp', 'grid', 'recovery'])
    .returning(['kind', 'label']),
)

const dropKind = statement((q, p: Params<{ account: number; kind: FactorKind }>) =>
  q.deleteFrom('credential').where('account_id', '=', p.account).where('kind', '=', p.kind),
)

const rename = statement((q, p: Params<{ account: number; id: number; label: string }>) =>
  q
    .updateTable('credential')
    .set({ label: p.label })
    .where('account_id', '=', p.account)
    .where('id', '=', p.id)
    .where('kind', 'in', ['passkey', 'totp']),
)

const distrust = statement((q, p: Params<{ account: number }>) =>
  q.updateTable('device').set({ trusted_until: 0 }).where('account_id', '=', p.account).where('trusted_until', '>', 0),
)

/** Who changes the factors of an account, and from where. */
export interface By {
  readonly actor: string
  readonly ip?: string
  readonly userAgent?: string
}

export interface NewFactor {
  readonly kind: FactorKind
  readonly secret: string
  readonly lookup?: string
  readonly label: string
  readonly data?: string
}

/** A name that people give: one line, bounded. */
export const labelOf = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 100)

const most = 20

/**
 * Within a transaction: adds a factor (`alone`: it replaces those of its kind), and no browser is trusted any more.
 * Throws Failure tooMany.
 */
export const addFactor = async (
  tx: Writer,
  people: People,
  account: number,
  wanted: NewFactor,
  by: By,
  alone = false,
): Promise<number> => {
  const now = people.ctx.clock.now()
  if (alone) await tx.run(dropKind, { account, kind: wanted.kind })
  else if ((await readFactors(tx, account)).filter(({ kind }) => kind === wanted.kind).length >= most)
    throw new Failure('tooMany', `an account has at most ${most} of these`)
  const { kind, secret, lookup = '', label, data = '' } = wanted
  const row = await tx.first(insert, { account, kind, secret, lookup, label, data, at: now })
  await tx.run(distrust, { account })
  const about = { accountId: account, target: kind, detail: label, ip: by.ip ?? '' }
  await appendAudit(tx, now, { actor: by.actor, action: 'factor.add', ...about })
  return (row as { id: number }).id
}

/** After the commit of a change of factors: connections proved by less than is asked now end, and the owner is told. */
export const announceFactors = async (
  people: People,
  account: number,
  kind: 'factor-added' | 'factor-removed' | 'recovery-codes-made',
  detail: string,
  by: By,
): Promise<void> => {
  people.ctx.store.bus.publishTopic('people', account)
  await notifyOwner(people, account, {
    kind,
    detail,
    ...(by.ip === undefined ? {} : { ip: by.ip }),
    ...(by.userAgent === undefined ? {} : { userAgent: by.userAgent }),
  })
}

/** Removes a factor. Throws Failure notFound. */
export const removeFactor = async (people: People, account: number, id: number, by: By): Promise<void> => {
  const row = await people.ctx.store.write(account, async (tx) => {
    const row = await tx.first(drop, { account, id })
    if (!row) throw new Failure('notFound', 'no such second factor')
    // Codes that replace a factor go with the last one: they would open the account alone some day.
    if (!(await hasSecondFactor(tx, account))) await tx.run(dropKind, { account, kind: 'recovery' })
    await tx.run(distrust, { account })
    const about = { accountId: account, target: row.kind, detail: row.label, ip: by.ip ?? '' }
    await appendAudit(tx, tx.now, { actor: by.actor, action: 'factor.remove', ...about })
    return row
  })
  await announceFactors(people, account, 'factor-removed', row.label || row.kind, by)
}

/** Gives a factor another name. Throws Failure notFound, invalid. */
export const renameFactor = async (people: People, account: number, id: number, label: string): Promise<void> => {
  const name = labelOf(label)
  if (name === '') throw new Failure('invalid', 'a name is needed', { property: 'label' })
  const { changes } = await people.ctx.store.writeGlobal((tx) => tx.run(rename, { account, id, label: name }))
  if (changes === 0) throw new Failure('notFound', 'no such second factor')
}

// ---- tries ---------------------------------------------------------------------------------------------------------

const failed = statement((q, p: Params<{ account: number; kind: FactorKind; now: number; ip: string }>) =>
  q
    .updateTable('credential')
    .set((eb) => ({ failures: eb('failures', '+', 1), last_failed_at: p.now, last_failed_ip: p.ip }))
    .where('account_id', '=', p.account)
    .where('kind', '=', p.kind),
)

/** Within a transaction: a wrong code of this kind was given. */
export const noteFailed = async (
  tx: Writer,
  account: number,
  kind: FactorKind,
  now: number,
  ip: string,
): Promise<void> => {
  await tx.run(failed, { account, kind, now, ip })
}

const used = statement(
  (q, p: Params<{ id: number; now: number; ip: string; secret: string; data: string; before: string }>) =>
    q
      .updateTable('credential')
      .set({ last_used_at: p.now, last_used_ip: p.ip, failures: 0, secret: p.secret, data: p.data })
      .where('id', '=', p.id)
      // What was judged is what is written over: two uses at the same time are one.
      .where('data', '=', p.before),
)

const forgive = statement((q, p: Params<{ account: number }>) =>
  q
    .updateTable('credential')
    .set({ failures: 0 })
    .where('account_id', '=', p.account)
    .where('failures', '>', 0)
    .where('kind', 'in', ['totp', 'grid', 'recovery']),
)

/** Within a transaction: somebody proved who they are, so what was tried in vain before counts no more. */
export const forgiveFailures = async (tx: Writer, account: number): Promise<void> => {
  await tx.run(forgive, { account })
}

/** Within a transaction: a factor was used rightly. False when it was used by somebody else meanwhile. */
export const noteUsed = async (
  tx: Writer,
  row: Pick<FactorRow, 'id' | 'secret' | 'data'>,
  now: number,
  ip: string,
  after: { readonly secret?: string; readonly data?: string } = {},
): Promise<boolean> => {
  const { id, secret, data } = row
  const values = { id, now, ip, secret: after.secret ?? secret, data: after.data ?? data, before: data }
  return (await tx.run(used, values)).changes === 1
}

const freeTries = 10
const firstDelay = 15_000
const longestDelay = 15 * 60_000

/**
 * Milliseconds before another code of the account may be tried: after ten wrong ones of any kind the delay grows to a
 * quarter of an hour, which leaves a guesser (who knows the password already) a hundred tries a day of a million.
 */
export const codeDelay = (rows: readonly FactorRow[], now: number): number => {
  const codes = rows.filter(({ kind }) => kind !== 'passkey')
  const failures = factorKinds.reduce(
    (sum, kind) => sum + Math.max(0, ...codes.filter((row) => row.kind === kind).map((row) => row.failures)),
    0,
  )
  if (failures < freeTries) return 0
  const delay = Math.min(longestDelay, firstDelay * 2 ** Math.min(20, failures - freeTries))
  return Math.max(0, Math.max(0, ...codes.map((row) => row.lastFailedAt ?? 0)) + delay - now)
}
