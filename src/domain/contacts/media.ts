/**
 * Photos, logos and sounds of cards: bytes are blobs (law 6), the card names them by `blobId` (RFC 9610 §3), which is `b`
 * and the SHA-256 in base64url, and vCards carry them within.
 */
import { Failure } from '#base/failure.ts'
import type { JsCard, Media } from '#format/jscontact/card.ts'
import type { PendingBlob } from '#store/blobs/blobs.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'
import { reachableBlob } from '../mail/emails.ts'
import { maxMediaOctets, maxMediaPerCard } from './limits.data.ts'

/** Bytes that came with a card, ready to be attached. */
export type PreparedMedia = ReadonlyMap<string, PendingBlob>

export const noMedia: PreparedMedia = new Map()

const blobIdOf = (hash: Uint8Array): string => `b${Buffer.from(hash).toString('base64url')}`

const hashOf = (blobId: string): Uint8Array | undefined =>
  /^b[A-Za-z0-9_-]{43}$/.test(blobId) ? new Uint8Array(Buffer.from(blobId.slice(1), 'base64url')) : undefined

const dataUri = /^data:([^;,]*)((?:;[^;,]*)*),(.*)$/s

const bytesOf = (uri: string): { bytes: Uint8Array; type: string } => {
  const [, type = '', params = '', data = ''] = dataUri.exec(uri) ?? []
  if (data.length > maxMediaOctets * 3) throw tooLarge()
  try {
    const bytes = /;base64$/i.test(params) ? Buffer.from(data, 'base64') : Buffer.from(decodeURIComponent(data))
    return { bytes: new Uint8Array(bytes), type }
  } catch {
    throw new Failure('invalid', 'a data: URI that cannot be read', { property: 'media' })
  }
}

const tooLarge = (): Failure =>
  new Failure('tooLarge', `a picture or sound has at most ${maxMediaOctets} octets`, { property: 'media' })

/** A media type that is one, and is not one that a browser would run. */
const safeType = (type: string): string =>
  /^(?:image|audio)\/[a-z0-9.+-]{1,60}$/i.test(type) ? type.toLowerCase() : ''

/**
 * The card with its `data:` URIs made blobs. Throws Failure tooLarge, invalid. `read` gives bytes behind a `blobId` that
 * is only a part of a blob.
 */
export const takeMedia = async (
  { store }: Context,
  card: JsCard,
  read?: (blobId: string, max: number) => Promise<Uint8Array | undefined>,
): Promise<{ readonly card: JsCard; readonly media: PreparedMedia }> => {
  const given = Object.entries(card.media ?? {})
  if (given.length === 0) return { card, media: noMedia }
  if (given.length > maxMediaPerCard)
    throw new Failure('tooLarge', `at most ${maxMediaPerCard} pictures and sounds`, { property: 'media' })
  const media = new Map<string, PendingBlob>()
  const taken: Record<string, Media> = {}
  for (const [id, one] of given) {
    taken[id] = one
    let found: { bytes: Uint8Array; type: string } | undefined
    if (typeof one?.uri === 'string' && one.uri.startsWith('data:')) found = bytesOf(one.uri)
    else if (typeof one?.blobId === 'string' && hashOf(one.blobId) === undefined) {
      const bytes = await read?.(one.blobId, maxMediaOctets)
      if (!bytes) throw new Failure('notFound', 'there is no such blob', { property: 'media' })
      found = { bytes, type: '' }
    }
    if (!found) continue
    if (found.bytes.length > maxMediaOctets) throw tooLarge()
    const blob = await store.blobs.prepare(found.bytes)
    const blobId = blobIdOf(blob.hash)
    media.set(blobId, blob)
    const { uri: _uri, blobId: _id, ...rest } = one
    taken[id] = { ...rest, blobId, mediaType: safeType(one.mediaType ?? '') || safeType(found.type) || 'image/jpeg' }
  }
  return { card: { ...card, media: taken }, media }
}

const insertBlob = statement((q, p: Params<{ account: number; id: number; blob: number; type: string }>) =>
  q
    .insertInto('contact_blob')
    .values({ account_id: p.account, card_id: p.id, blob_id: p.blob, type: p.type })
    .onConflict((oc) => oc.doNothing()),
)
const deleteBlobs = statement((q, p: Params<{ account: number; id: number }>) =>
  q.deleteFrom('contact_blob').where('account_id', '=', p.account).where('card_id', '=', p.id),
)

/** Octets, and the rows to write, of the blobs that a card names. Throws Failure notFound, tooLarge (property media). */
export const resolveMedia = async (
  ctx: Context,
  tx: AccountWriter,
  card: JsCard,
  media: PreparedMedia,
): Promise<{ readonly size: number; readonly blobs: readonly { readonly id: number; readonly type: string }[] }> => {
  const blobs: { id: number; type: string }[] = []
  let size = 0
  for (const { blobId, mediaType = '' } of Object.values(card.media ?? {})) {
    if (blobId === undefined) continue
    const pending = media.get(blobId)
    const hash = hashOf(blobId)
    const known = pending || !hash ? undefined : await reachableBlob(tx, tx.accountId, hash)
    const id = pending ? await ctx.store.blobs.attach(tx, pending) : known?.id
    const there = id !== undefined && (pending !== undefined || (await ctx.store.blobs.touch(tx, id)))
    if (!there) throw new Failure('notFound', 'there is no such blob', { property: 'media' })
    const octets = pending?.size ?? known?.size ?? 0
    if (octets > maxMediaOctets) throw tooLarge()
    size += octets
    blobs.push({ id, type: safeType(mediaType) || safeType(known?.type ?? '') || 'application/octet-stream' })
  }
  return { size, blobs }
}

/** Says which blobs a card has. */
export const keepMedia = async (
  tx: AccountWriter,
  id: number,
  blobs: readonly { readonly id: number; readonly type: string }[],
): Promise<void> => {
  await tx.run(deleteBlobs, { account: tx.accountId, id })
  for (const blob of blobs) await tx.run(insertBlob, { account: tx.accountId, id, blob: blob.id, type: blob.type })
}

const selectBlobs = statement((q, p: Params<{ account: number; id: number }>) =>
  q
    .selectFrom('contact_blob')
    .innerJoin('blob', 'blob.id', 'contact_blob.blob_id')
    .select(['blob.id', 'blob.hash', 'contact_blob.type'])
    .where('contact_blob.account_id', '=', p.account)
    .where('contact_blob.card_id', '=', p.id),
)

/** The card with its blobs within, for a vCard. */
export const withMedia = async (
  ctx: Context,
  tx: Reader,
  account: number,
  contact: { readonly id: number; readonly card: JsCard },
): Promise<JsCard> => {
  const { card, id } = contact
  if (!Object.values(card.media ?? {}).some(({ blobId }) => blobId !== undefined)) return card
  const known = new Map<string, { id: number; type: string }>()
  for (const row of await tx.all(selectBlobs, { account, id })) known.set(blobIdOf(row.hash), row)
  const media: Record<string, Media> = {}
  for (const [name, one] of Object.entries(card.media ?? {})) {
    const row = one.blobId === undefined ? undefined : known.get(one.blobId)
    const { blobId: _id, ...rest } = one
    if (!row) media[name] = rest
    else {
      const bytes = await ctx.store.blobs.bytesIn(tx, row.id)
      const type = one.mediaType ?? row.type
      media[name] = { ...rest, uri: `data:${type};base64,${Buffer.from(bytes).toString('base64')}` }
    }
  }
  return { ...card, media }
}
