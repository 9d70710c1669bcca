/**
 * Things that may be used once and for a short while: a sign-in under way, a reset link, an activation code, a CAS
 * ticket. The token holds 256 random bits; the store holds only its SHA-256, so that a stolen table opens nothing.
 */
import { createHash, randomBytes } from 'node:crypto'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { Context } from '../context.ts'

export interface OneTime {
  /** SHA-256 of the token, hex: names the row without being able to use it. */
  readonly id: string
  readonly kind: string
  readonly accountId: number | undefined
  /** Id of the session it belongs to; empty when none. */
  readonly sessionId: string
  /** As given to `issue`, usually JSON. */
  readonly data: string
  readonly attempts: number
  readonly createdAt: number
  readonly expiresAt: number
  readonly usedAt: number | undefined
}

export interface Issued {
  readonly kind: string
  readonly account?: number | undefined
  readonly session?: string | undefined
  readonly data?: string
  /** Milliseconds. */
  readonly life: number
  /** What the token begins with, such as `ST-`. */
  readonly prefix?: string
  /**
   * A token of the caller's own making, when people must type it (activation codes); at least as hard to guess as its
   * attempts are bounded.
   */
  readonly token?: string
}

const longestToken = 512

/** The id under which a token is stored. */
export const oneTimeId = (token: string): string => createHash('sha256').update(token).digest('hex')

const insert = statement(
  (
    q,
    p: Params<{
      id: string
      kind: string
      account: number | null
      session: string
      data: string
      now: number
      expires: number
    }>,
  ) =>
    q.insertInto('one_time').values({
      id: p.id,
      kind: p.kind,
      account_id: p.account,
      session_id: p.session,
      data: p.data,
      attempts: 0,
      created_at: p.now,
      expires_at: p.expires,
      used_at: null,
    }),
)

const dropOld = statement((q, p: Params<{ before: number }>) =>
  q.deleteFrom('one_time').where('expires_at', '<', p.before),
)

/** What ended is kept this long, so that a second use can be told from an unknown token. */
const keptAfter = 60 * 60_000

/** Within a transaction: makes a token and returns it, this once. */
export const issue = async (tx: Writer, ctx: Context, wanted: Issued): Promise<string> => {
  const now = ctx.clock.now()
  const token = wanted.token ?? `${wanted.prefix ?? ''}${randomBytes(32).toString('base64url')}`
  await tx.run(dropOld, { before: now - keptAfter })
  await tx.run(insert, {
    id: oneTimeId(token),
    kind: wanted.kind,
    account: wanted.account ?? null,
    session: wanted.session ?? '',
    data: wanted.data ?? '',
    now,
    expires: now + wanted.life,
  })
  return token
}

interface Row {
  readonly id: string
  readonly kind: string
  readonly account_id: number | null
  readonly session_id: string
  readonly data: string
  readonly attempts: number
  readonly created_at: number
  readonly expires_at: number
  readonly used_at: number | null
}

const oneTimeOf = (row: Row | undefined): OneTime | undefined =>
  row && {
    id: row.id,
    kind: row.kind,
    accountId: row.account_id ?? undefined,
    sessionId: row.session_id,
    data: row.data,
    attempts: row.attempts,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: row.used_at ?? undefined,
  }

const use = statement((q, p: Params<{ id: string; kind: string; now: number }>) =>
  q
    .updateTable('one_time')
    .set({ used_at: p.now })
    .where('id', '=', p.id)
    .where('kind', '=', p.kind)
    .where('used_at', 'is', null)
    .where('expires_at', '>', p.now)
    .returningAll(),
)

/**
 * Within a transaction: uses a token, once; undefined when it is unknown, of another kind, used or expired.
 *
 * A transaction that throws is undone and the token with it is unused again: a caller that must burn the token whatever
 * follows (CAS tickets) returns its verdict from the transaction and throws after, or calls `redeemNow`.
 */
export const redeem = async (tx: Writer, ctx: Context, kind: string, token: string): Promise<OneTime | undefined> =>
  token.length > longestToken
    ? undefined
    : oneTimeOf(await tx.first(use, { id: oneTimeId(token), kind, now: ctx.clock.now() }))

/** Uses a token in a transaction of its own: it stays used whatever follows. */
export const redeemNow = (ctx: Context, kind: string, token: string): Promise<OneTime | undefined> =>
  ctx.store.writeGlobal((tx) => redeem(tx, ctx, kind, token))

const find = statement((q, p: Params<{ id: string; kind: string }>) =>
  q.selectFrom('one_time').selectAll().where('id', '=', p.id).where('kind', '=', p.kind),
)

/** Looks at a token that may still be used, without using it. */
export const peek = async (tx: Reader, ctx: Context, kind: string, token: string): Promise<OneTime | undefined> => {
  if (token.length > longestToken) return
  const row = await tx.first(find, { id: oneTimeId(token), kind })
  return row && row.used_at === null && row.expires_at > ctx.clock.now() ? oneTimeOf(row) : undefined
}

/** The row of a token that was used already: somebody tries it a second time. */
export const usedBefore = async (tx: Reader, kind: string, token: string): Promise<OneTime | undefined> => {
  if (token.length > longestToken) return
  const row = await tx.first(find, { id: oneTimeId(token), kind })
  return row?.used_at == null ? undefined : oneTimeOf(row)
}

const addAttempt = statement((q, p: Params<{ id: string; kind: string; now: number; most: number }>) =>
  q
    .updateTable('one_time')
    .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
    .where('id', '=', p.id)
    .where('kind', '=', p.kind)
    .where('used_at', 'is', null)
    .where('expires_at', '>', p.now)
    .where('attempts', '<', p.most)
    .returningAll(),
)

/**
 * Within a transaction: counts a try before it is judged, so that tries made together are all counted. Undefined when
 * the token cannot be used, or `most` tries were made already.
 */
export const countAttempt = async (
  tx: Writer,
  ctx: Context,
  kind: string,
  token: string,
  most: number,
): Promise<OneTime | undefined> =>
  token.length > longestToken
    ? undefined
    : oneTimeOf(await tx.first(addAttempt, { id: oneTimeId(token), kind, now: ctx.clock.now(), most }))

const setData = statement((q, p: Params<{ id: string; data: string }>) =>
  q.updateTable('one_time').set({ data: p.data }).where('id', '=', p.id),
)

/** Within a transaction: what a token stands for changes while it is under way. */
export const rewrite = async (tx: Writer, id: string, data: string): Promise<void> => {
  await tx.run(setData, { id, data })
}

const burnt = statement((q, p: Params<{ id: string; kind: string; now: number; expires: number }>) =>
  q
    .insertInto('one_time')
    .values({
      id: p.id,
      kind: p.kind,
      account_id: null,
      session_id: '',
      data: '',
      attempts: 1,
      created_at: p.now,
      expires_at: p.expires,
      used_at: p.now,
    })
    .onConflict((on) => on.column('id').doNothing()),
)

/**
 * Within a transaction: uses up a token that proves itself (signed, with its end in it) and so was not written down when
 * it was made. False when it was used before.
 */
export const burn = async (
  tx: Writer,
  ctx: Context,
  kind: string,
  token: string,
  expiresAt: number,
): Promise<boolean> => {
  const now = ctx.clock.now()
  await tx.run(dropOld, { before: now - keptAfter })
  return (await tx.run(burnt, { id: oneTimeId(token), kind, now, expires: expiresAt })).changes === 1
}

const dropOf = statement((q, p: Params<{ account: number; kind: string }>) =>
  q.deleteFrom('one_time').where('account_id', '=', p.account).where('kind', '=', p.kind),
)

/** Within a transaction: withdraws every token of a kind that an account has. */
export const withdraw = async (tx: Writer, account: number, kind: string): Promise<void> => {
  await tx.run(dropOf, { account, kind })
}
