/**
 * Files too large for mail: stored here, sent as a link that nobody can guess, that ends by itself, that its owner can take
 * back, and whose downloads are counted. What somebody may keep there is bounded apart from the mailbox.
 */
import { createHash, randomBytes } from 'node:crypto'
import { Failure } from '#base/failure.ts'
import type { PendingBlob } from '#store/blobs/blobs.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { populationOf } from '../directory/profiles.ts'

export interface ShareLimits {
  /** Octets of one file. */
  readonly maxSize: number
  /** Octets of all files of a person that have not ended. */
  readonly quota: number
  /** Days that a link lives, at most. */
  readonly days: number
  /** Whether people who are pupils and nothing else may share. */
  readonly pupils: boolean
}

export interface SharedFile {
  readonly id: number
  readonly name: string
  readonly type: string
  /** Octets. */
  readonly size: number
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number
  readonly expiresAt: number
  readonly downloads: number
  readonly lastAt: number | null
}

const day = 86_400_000
/** Files of one person that have not ended. */
const maxFiles = 200
/** Ended files are shown to their owner for so long. */
const remembered = 30 * day
const longestName = 200

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

const live = statement((q, p: Params<{ account: number; now: number }>) =>
  q
    .selectFrom('shared_file')
    .select([
      'id',
      'name',
      'type',
      'size',
      'created_at as createdAt',
      'expires_at as expiresAt',
      'downloads',
      'last_at as lastAt',
    ])
    .where('account_id', '=', p.account)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', p.now)
    .orderBy('id', 'desc'),
)

/** The files of a person that can still be fetched, newest first. */
export const sharedFiles = (tx: Reader, account: number, now: number): Promise<SharedFile[]> =>
  tx.all(live, { account, now })

const sum = (files: readonly SharedFile[]): number => files.reduce((octets, { size }) => octets + size, 0)

const requireMayShare = async (tx: Reader, account: number, limits: ShareLimits, now: number): Promise<void> => {
  if (!limits.pupils && (await populationOf(tx, account, now)) === 'pupil')
    throw new Failure('forbidden', 'pupils share no files by links', { property: 'files' })
}

/** Octets that one more file may have. Throws Failure tooMany, forbidden (a pupil, where they may not). */
export const shareRoom = async (ctx: Context, account: number, limits: ShareLimits): Promise<number> => {
  const now = ctx.clock.now()
  const files = await ctx.store.read(async (tx) => {
    await requireMayShare(tx, account, limits, now)
    return sharedFiles(tx, account, now)
  })
  if (files.length >= maxFiles) throw new Failure('tooMany', `more than ${maxFiles} files`, { property: 'files' })
  return Math.max(0, Math.min(limits.maxSize, limits.quota - sum(files)))
}

const insert = statement(
  (
    q,
    p: Params<{
      account: number
      token: string
      blob: number
      name: string
      type: string
      size: number
      at: number
      expires: number
    }>,
  ) =>
    q
      .insertInto('shared_file')
      .values({
        account_id: p.account,
        token: p.token,
        blob_id: p.blob,
        name: p.name,
        type: p.type,
        size: p.size,
        created_at: p.at,
        expires_at: p.expires,
        ended_at: null,
        downloads: 0,
        last_at: null,
      })
      .returning('id'),
)

export interface NewFile {
  readonly blob: PendingBlob
  readonly name: string
  readonly type: string
  /** Days that the link lives; at most what the limits allow. */
  readonly days?: number | undefined
}

/** A name on one line, without a path. */
const cleanName = (name: string): string =>
  name
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029/\\]+/gu, '_')
    .trim()
    .slice(0, longestName) || 'fichier'

/**
 * Keeps a file and makes its link; the secret is told this once. Throws Failure overQuota (property files), tooMany,
 * tooLarge, forbidden (a pupil, where they may not).
 */
export const shareFile = async (
  ctx: Context,
  account: number,
  limits: ShareLimits,
  { blob, name, type, days }: NewFile,
): Promise<SharedFile & { readonly token: string }> => {
  const token = randomBytes(32).toString('base64url')
  const lives = Math.max(1, Math.min(limits.days, Math.round(days ?? limits.days)))
  return ctx.store.write(account, async (tx) => {
    await requireMayShare(tx, account, limits, tx.now)
    const files = await sharedFiles(tx, account, tx.now)
    if (files.length >= maxFiles) throw new Failure('tooMany', `more than ${maxFiles} files`, { property: 'files' })
    if (blob.size > limits.maxSize) throw new Failure('tooLarge', `more than ${limits.maxSize} octets`)
    if (sum(files) + blob.size > limits.quota)
      throw new Failure('overQuota', 'too much is shared already', { property: 'files' })
    const file = { name: cleanName(name), type, size: blob.size, createdAt: tx.now, expiresAt: tx.now + lives * day }
    const row = await tx.first(insert, {
      account,
      token: hashOf(token),
      blob: await ctx.store.blobs.attach(tx, blob),
      name: file.name,
      type,
      size: blob.size,
      at: tx.now,
      expires: file.expiresAt,
    })
    if (!row) throw new Error('the file has no number')
    return { ...file, id: Number(row.id), downloads: 0, lastAt: null, token }
  })
}

const end = statement((q, p: Params<{ account: number; id: number; at: number }>) =>
  q
    .updateTable('shared_file')
    .set({ ended_at: p.at, blob_id: null })
    .where('account_id', '=', p.account)
    .where('id', '=', p.id)
    .where('ended_at', 'is', null),
)

/** Takes a link back: it opens nothing from now on. Throws Failure notFound. */
export const endFile = async (ctx: Context, account: number, id: number): Promise<void> => {
  const { changes } = await ctx.store.writeGlobal((tx) => tx.run(end, { account, id, at: ctx.clock.now() }))
  if (changes === 0) throw new Failure('notFound', `no file ${id}`)
}

const byToken = statement((q, p: Params<{ token: string; now: number }>) =>
  q
    .selectFrom('shared_file')
    .innerJoin('account', 'account.id', 'shared_file.account_id')
    .select([
      'shared_file.id as id',
      'shared_file.blob_id as blob',
      'shared_file.name as name',
      'shared_file.type as type',
      'shared_file.size as size',
      'shared_file.expires_at as expiresAt',
      'account.name as owner',
    ])
    .where('shared_file.token', '=', p.token)
    .where('shared_file.ended_at', 'is', null)
    .where('shared_file.expires_at', '>', p.now)
    .where('account.status', '=', 'active'),
)

export interface LinkedFile {
  readonly id: number
  readonly name: string
  readonly type: string
  readonly size: number
  readonly expiresAt: number
  /** Name of whoever shares it. */
  readonly owner: string
  readonly blobId: number
}

/** What a link leads to. Throws Failure notFound: never there, ended, or its owner's account is closed. */
export const findLinked = async (ctx: Context, token: string): Promise<LinkedFile> => {
  const known = /^[A-Za-z0-9_-]{43}$/.test(token)
  const row = known
    ? await ctx.store.read((tx) => tx.first(byToken, { token: hashOf(token), now: ctx.clock.now() }))
    : undefined
  if (!row || row.blob === null) throw new Failure('notFound', 'no such link', { property: 'link' })
  const { blob, ...file } = row
  return { ...file, blobId: blob }
}

const count = statement((q, p: Params<{ id: number; at: number }>) =>
  q
    .updateTable('shared_file')
    .set((eb) => ({ downloads: eb('downloads', '+', 1), last_at: p.at }))
    .where('id', '=', p.id)
    .where('ended_at', 'is', null),
)

/** Counts a download that begins. Throws Failure notFound: it was taken back meanwhile. */
export const countDownload = async (ctx: Context, id: number): Promise<void> => {
  const { changes } = await ctx.store.writeGlobal((tx) => tx.run(count, { id, at: ctx.clock.now() }))
  if (changes === 0) throw new Failure('notFound', 'no such link', { property: 'link' })
}

const endExpired = statement((q, p: Params<{ now: number }>) =>
  q
    .updateTable('shared_file')
    .set({ ended_at: p.now, blob_id: null })
    .where('expires_at', '<=', p.now)
    .where('ended_at', 'is', null),
)
const forgetEnded = statement((q, p: Params<{ before: number }>) =>
  q.deleteFrom('shared_file').where('ended_at', '<', p.before),
)

/** Once a day: lets go of the bytes of what has expired, forgets what ended long ago. Returns how many expired. */
export const keepShares = (ctx: Context): Promise<number> =>
  ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    const { changes } = await tx.run(endExpired, { now })
    await tx.run(forgetEnded, { before: now - remembered })
    return changes
  })
