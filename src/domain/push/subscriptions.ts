/** Push subscriptions: where a person's devices want to be told that something has changed (RFC 8620 §7.2). */
import { randomBytes } from 'node:crypto'
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { Context } from '../context.ts'

export interface PushSubscription {
  readonly id: string
  readonly accountId: number
  readonly deviceClientId: string
  readonly url: string
  /** RFC 8291: the device's public key and secret, both in base64url. */
  readonly keys: { readonly p256dh: string; readonly auth: string } | null
  readonly code: string
  /** The device has proved with the code that it listens at the URL. */
  readonly verified: boolean
  /** Null is every type. */
  readonly types: readonly string[] | null
  /** Milliseconds. */
  readonly expires: number
}

/** What a request was authenticated by; subscriptions live and end with it. */
export interface Proof {
  readonly accountId: number
  readonly credentialId?: number
  readonly sessionId?: string
}

const credentialOf = ({ credentialId, sessionId }: Proof): string =>
  sessionId !== undefined ? `s${sessionId}` : credentialId !== undefined ? `c${credentialId}` : ''

const maxSubscriptions = 20
const day = 86_400_000
/** RFC 8620 §7.2: at least 48 hours, better 7 days. */
export const maxLife = 30 * day

const columns = [
  'id',
  'account_id',
  'credential',
  'device_client_id',
  'url',
  'p256dh',
  'auth',
  'code',
  'verified',
  'types',
  'expires_at',
] as const

interface Row {
  id: string
  account_id: number
  device_client_id: string
  url: string
  p256dh: string | null
  auth: string | null
  code: string
  verified: number
  types: string | null
  expires_at: number
}

const toSubscription = (row: Row): PushSubscription => ({
  id: row.id,
  accountId: row.account_id,
  deviceClientId: row.device_client_id,
  url: row.url,
  keys: row.p256dh === null || row.auth === null ? null : { p256dh: row.p256dh, auth: row.auth },
  code: row.code,
  verified: row.verified === 1,
  types: row.types === null ? null : (JSON.parse(row.types) as string[]),
  expires: row.expires_at,
})

const ofAccount = statement((q, p: Params<{ account: number; now: number }>) =>
  q
    .selectFrom('push_subscription')
    .select(columns)
    .where('account_id', '=', p.account)
    .where('expires_at', '>', p.now)
    .orderBy('created_at')
    .orderBy('id'),
)

/** The subscriptions that were made with the same credential. */
export const listSubscriptions = async (ctx: Context, proof: Proof): Promise<PushSubscription[]> => {
  const params = { account: proof.accountId, now: ctx.clock.now() }
  const rows = await ctx.store.read((tx) => tx.all(ofAccount, params))
  return rows.filter(({ credential }) => credential === credentialOf(proof)).map(toSubscription)
}

const liveCredential = statement((q, p: Params<{ account: number; id: number }>) =>
  q.selectFrom('credential').select('id').where('id', '=', p.id).where('account_id', '=', p.account),
)
const liveSession = statement((q, p: Params<{ account: number; id: string; now: number }>) =>
  q
    .selectFrom('session')
    .select('id')
    .where('id', '=', p.id)
    .where('account_id', '=', p.account)
    .where('expires_at', '>', p.now),
)
const activeAccount = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('account').select('id').where('id', '=', p.account).where('status', '=', 'active'),
)

const lives = async (tx: Reader, account: number, credential: string, now: number): Promise<boolean> => {
  if (credential.startsWith('c'))
    return (await tx.first(liveCredential, { account, id: Number(credential.slice(1)) })) !== undefined
  if (credential.startsWith('s'))
    return (await tx.first(liveSession, { account, id: credential.slice(1), now })) !== undefined
  return true
}

/**
 * The subscriptions of an account that are to be told: verified, not expired, the account active and the credential
 * they were made with still valid.
 */
export const activeSubscriptions = (ctx: Context, account: number): Promise<PushSubscription[]> =>
  ctx.store.read(async (tx) => {
    const now = ctx.clock.now()
    if (!(await tx.first(activeAccount, { account }))) return []
    const active: PushSubscription[] = []
    for (const row of await tx.all(ofAccount, { account, now }))
      if (row.verified === 1 && (await lives(tx, account, row.credential, now))) active.push(toSubscription(row))
    return active
  })

const withSubscriptions = statement((q, p: Params<{ now: number }>) =>
  q.selectFrom('push_subscription').select('account_id').distinct().where('expires_at', '>', p.now),
)

/** Accounts that have any subscription. */
export const subscribedAccounts = async (ctx: Context): Promise<number[]> => {
  const now = ctx.clock.now()
  return (await ctx.store.read((tx) => tx.all(withSubscriptions, { now }))).map((row) => row.account_id)
}

const insert = statement(
  (
    q,
    p: Params<{
      account: number
      id: string
      credential: string
      device: string
      url: string
      p256dh: string | null
      auth: string | null
      code: string
      types: string | null
      expires: number
      now: number
    }>,
  ) =>
    q.insertInto('push_subscription').values({
      account_id: p.account,
      id: p.id,
      credential: p.credential,
      device_client_id: p.device,
      url: p.url,
      p256dh: p.p256dh,
      auth: p.auth,
      code: p.code,
      verified: 0,
      types: p.types,
      expires_at: p.expires,
      created_at: p.now,
    }),
)
const removeExpired = statement((q, p: Params<{ account: number; now: number }>) =>
  q.deleteFrom('push_subscription').where('account_id', '=', p.account).where('expires_at', '<=', p.now),
)

export interface NewSubscription {
  readonly deviceClientId: string
  readonly url: string
  readonly keys: PushSubscription['keys']
  readonly types: readonly string[] | null
  readonly expires: number | null
}

const boundedExpiry = (now: number, wanted: number | null): number => Math.min(wanted ?? now + maxLife, now + maxLife)

/** Makes a subscription, not yet verified. Throws Failure tooMany, and invalid (expires) for a time that has passed. */
export const createSubscription = (ctx: Context, proof: Proof, wanted: NewSubscription): Promise<PushSubscription> =>
  ctx.store.writeGlobal(async (tx) => {
    const account = proof.accountId
    const now = ctx.clock.now()
    await tx.run(removeExpired, { account, now })
    if ((await tx.all(ofAccount, { account, now })).length >= maxSubscriptions)
      throw new Failure('tooMany', `at most ${maxSubscriptions} push subscriptions`)
    const expires = boundedExpiry(now, wanted.expires)
    if (expires <= now) throw new Failure('invalid', 'the expiry has passed', { property: 'expires' })
    const { deviceClientId, url, keys, types } = wanted
    const id = `p${randomBytes(12).toString('base64url')}`
    const code = randomBytes(24).toString('base64url')
    await tx.run(insert, {
      account,
      id,
      credential: credentialOf(proof),
      device: deviceClientId,
      url,
      p256dh: keys?.p256dh ?? null,
      auth: keys?.auth ?? null,
      code,
      types: types === null ? null : JSON.stringify(types),
      expires,
      now,
    })
    return { id, accountId: account, deviceClientId, url, keys, code, verified: false, types, expires }
  })

const save = statement(
  (q, p: Params<{ account: number; id: string; verified: number; types: string | null; expires: number }>) =>
    q
      .updateTable('push_subscription')
      .set({ verified: p.verified, types: p.types, expires_at: p.expires })
      .where('account_id', '=', p.account)
      .where('id', '=', p.id),
)

const own = async (tx: Writer, ctx: Context, proof: Proof, id: string): Promise<PushSubscription> => {
  const rows = await tx.all(ofAccount, { account: proof.accountId, now: ctx.clock.now() })
  const row = rows.find((candidate) => candidate.id === id && candidate.credential === credentialOf(proof))
  if (!row) throw new Failure('notFound', 'no such push subscription')
  return toSubscription(row)
}

export interface SubscriptionPatch {
  readonly types?: readonly string[] | null
  readonly expires?: number | null
  readonly code?: string
}

/** Changes a subscription. Throws Failure notFound, and invalid (verificationCode, expires). */
export const updateSubscription = (
  ctx: Context,
  proof: Proof,
  id: string,
  patch: SubscriptionPatch,
): Promise<PushSubscription> =>
  ctx.store.writeGlobal(async (tx) => {
    const before = await own(tx, ctx, proof, id)
    if (patch.code !== undefined && patch.code !== before.code)
      throw new Failure('invalid', 'the verification code is wrong', { property: 'verificationCode' })
    const now = ctx.clock.now()
    const expires = patch.expires === undefined ? before.expires : boundedExpiry(now, patch.expires)
    if (expires <= now) throw new Failure('invalid', 'the expiry has passed', { property: 'expires' })
    const types = patch.types === undefined ? before.types : patch.types
    const verified = before.verified || patch.code !== undefined
    await tx.run(save, {
      account: proof.accountId,
      id,
      verified: verified ? 1 : 0,
      types: types === null ? null : JSON.stringify(types),
      expires,
    })
    return { ...before, types, expires, verified }
  })

const remove = statement((q, p: Params<{ account: number; id: string }>) =>
  q.deleteFrom('push_subscription').where('account_id', '=', p.account).where('id', '=', p.id),
)

/** Ends a subscription and forgets its URL and keys. Throws Failure notFound. */
export const destroySubscription = (ctx: Context, proof: Proof, id: string): Promise<void> =>
  ctx.store.writeGlobal(async (tx) => {
    await own(tx, ctx, proof, id)
    await tx.run(remove, { account: proof.accountId, id })
  })

/** Forgets a subscription whose URL is gone. */
export const forgetSubscription = (ctx: Context, { accountId: account, id }: PushSubscription): Promise<void> =>
  ctx.store.writeGlobal(async (tx) => {
    await tx.run(remove, { account, id })
  })
