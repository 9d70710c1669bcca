/** Bytes that an account puts aside for a message it is about to write (JMAP upload, RFC 8620 §6.1). */
import type { PendingBlob } from '#store/blobs/blobs.ts'
import { type Params, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'

const putUpload = statement((q, p: Params<{ account: number; blob: number; type: string; now: number }>) =>
  q
    .insertInto('upload')
    .values({ account_id: p.account, blob_id: p.blob, type: p.type, created_at: p.now })
    .onConflict((oc) => oc.columns(['account_id', 'blob_id']).doUpdateSet({ type: p.type, created_at: p.now })),
)

/**
 * Keeps bytes for an account under a media type. The same bytes again only renew their time. Throws Failure notFound
 * (account).
 */
export const keepUpload = async (
  ctx: Context,
  account: number,
  blob: PendingBlob,
  type: string,
): Promise<{ readonly id: number; readonly hash: Uint8Array; readonly size: number }> => {
  const id = await ctx.store.write(account, async (tx) => {
    const id = await ctx.store.blobs.attach(tx, blob)
    await tx.run(putUpload, { account, blob: id, type, now: tx.now })
    return id
  })
  return { id, hash: blob.hash, size: blob.size }
}

/** Keeps bytes that rest here already, found in another account of the same person, as if they had been uploaded. */
export const keepExisting = (ctx: Context, account: number, blob: number, type: string): Promise<void> =>
  ctx.store.write(account, async (tx) => {
    await tx.run(putUpload, { account, blob, type, now: tx.now })
  })
