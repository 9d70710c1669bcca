/** Upload of a blob (RFC 8620 §6.1). */
import { isFailure } from '#base/failure.ts'
import type { Context } from '#domain/context.ts'
import { keepUpload } from '#domain/mail/upload.ts'
import type { UploadResponse } from '#format/jmap/core.ts'
import { findAccount } from './accounts.ts'
import { formatBlobId } from './blob/reference.ts'
import type { Limits } from './limits.ts'
import type { JmapPrincipal } from './method.ts'
import { forbidden, notFound, overLimit } from './problem.ts'

/** A media type as a client may name it; anything else becomes application/octet-stream. */
export const mediaType = (given: string | undefined): string => {
  const type = given?.trim() ?? ''
  const known = /^[A-Za-z0-9!#$&^_.+-]{1,127}\/[A-Za-z0-9!#$&^_.+-]{1,127}(?:\s*;[\x20-\x7e]{0,400})?$/.test(type)
  return known ? type : 'application/octet-stream'
}

/** Receives the bytes as they come and answers once they rest. Throws Problem, and Failure of the store. */
export const receiveUpload = async (
  ctx: Context,
  principal: JmapPrincipal,
  limits: Limits,
  accountId: string,
  type: string | undefined,
  body: AsyncIterable<Uint8Array>,
): Promise<UploadResponse> => {
  const open = await findAccount(ctx, principal, accountId)
  if (!open) throw notFound('There is no such account')
  if (!open.rights.has('write')) throw forbidden('You may read this account, not change it')
  const sink = ctx.store.blobs.receive({ maxBytes: limits.maxSizeUpload })
  try {
    for await (const chunk of body) await sink.write(chunk)
    const media = mediaType(type)
    const { hash, size } = await keepUpload(ctx, open.account, await sink.finish(), media)
    return { accountId, blobId: formatBlobId({ hash, slices: [] }) ?? '', type: media, size }
  } catch (error) {
    await sink.abort()
    if (isFailure(error, 'tooLarge')) throw overLimit('maxSizeUpload', `At most ${limits.maxSizeUpload} octets`, 413)
    throw error
  }
}
