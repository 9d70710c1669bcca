/** Download of a blob or of a part of a message (RFC 8620 §6.2), with ranges (RFC 9110 §14). */
import type { Context } from '#domain/context.ts'
import { findAccount } from './accounts.ts'
import { blobSize, findBlob, streamBlob } from './blob/open.ts'
import type { JmapPrincipal } from './method.ts'
import { notFound } from './problem.ts'
import { mediaType } from './upload.ts'

export interface DownloadRequest {
  readonly accountId: string
  readonly blobId: string
  /** The file name that the browser is to save under. */
  readonly name: string
  /** The media type that the client wants it served as. */
  readonly type: string | undefined
  /** The Range header. */
  readonly range: string | undefined
  /** The If-None-Match header. */
  readonly ifNoneMatch: string | undefined
}

export interface Download {
  readonly status: 200 | 206 | 304 | 416
  readonly headers: Readonly<Record<string, string>>
  readonly body: AsyncIterable<Uint8Array> | undefined
}

/** The one range of a Range header over `size` octets; undefined to send everything, null when it lies outside. */
export const parseRange = (
  header: string | undefined,
  size: number,
): { start: number; end: number } | undefined | null => {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.replaceAll(' ', '') ?? '')
  if (!match) return undefined
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return undefined
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? null : { start: size - length, end: size }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return undefined
  if (start >= size) return null
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) }
}

/** RFC 6266: a name in ASCII for old programs, and the real one (RFC 8187). */
export const contentDisposition = (name: string): string => {
  const clean =
    name
      .toWellFormed()
      .replace(/[\u0000-\u001f\u007f/\\]/g, '_')
      .slice(0, 255) || 'download'
  const ascii = clean.replace(/[^\x20-\x7e]/g, '_').replace(/["%]/g, '_')
  const encoded = encodeURIComponent(clean.toWellFormed()).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`
}

/**
 * The answer to a download. The content never changes, and never runs: what a stranger mailed is served as an
 * attachment, in a sandbox, whatever type is asked for. Throws Problem 404.
 */
export const openDownload = async (
  ctx: Context,
  principal: JmapPrincipal,
  request: DownloadRequest,
): Promise<Download> => {
  const nothing = () => notFound('There is no such blob')
  const open = await findAccount(ctx, principal, request.accountId)
  if (!open?.rights.has('read')) throw nothing()
  const blob = await findBlob(ctx, open.account, request.blobId)
  if (!blob) throw nothing()
  const etag = `"${request.blobId}"`
  const headers: Record<string, string> = {
    'content-type': mediaType(request.type ?? blob.type),
    'content-disposition': contentDisposition(request.name),
    'cache-control': 'private, immutable, max-age=31536000',
    'accept-ranges': 'bytes',
    etag,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
  }
  const known = request.ifNoneMatch?.split(',').some((tag) => [etag, `W/${etag}`, '*'].includes(tag.trim()))
  if (known) return { status: 304, headers, body: undefined }
  const size = await blobSize(ctx, blob)
  const range = parseRange(request.range, size)
  if (range === null) {
    return {
      status: 416,
      headers: { ...headers, 'content-range': `bytes */${size}`, 'content-length': '0' },
      body: undefined,
    }
  }
  if (!range) return { status: 200, headers: { ...headers, 'content-length': `${size}` }, body: streamBlob(ctx, blob) }
  const partial = {
    'content-range': `bytes ${range.start}-${range.end - 1}/${size}`,
    'content-length': `${range.end - range.start}`,
  }
  return { status: 206, headers: { ...headers, ...partial }, body: streamBlob(ctx, blob, range) }
}
