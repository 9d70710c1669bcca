/** Blob/upload (RFC 9404 §4.1): small blobs made within an API request. */

import { utf8 } from '#base/bytes.ts'
import { isFailure } from '#base/failure.ts'
import { keepUpload } from '#domain/mail/upload.ts'
import { BLOB } from '../capability.ts'
import { anyObject, type Check, Invalid, id, isObject, list, mapOf, nullable, text, unsigned } from '../check.ts'
import { invalidProperties, SetFault } from '../failure.ts'
import { dereference } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { checkProperty, checkSetLimit, SetOutcome } from '../set.ts'
import { mediaType } from '../upload.ts'
import { blobSize, findBlob, streamBlob } from './open.ts'
import { formatBlobId } from './reference.ts'

/** As the capability announces. */
export const maxDataSources = 64

type Source =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'blob'; readonly blobId: string; readonly offset: number; readonly length: number | null }

const base64: Check<Uint8Array> = (value, path) => {
  const given = text(value, path)
  if (given.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(given)) throw new Invalid(path, 'must be base64')
  return Buffer.from(given, 'base64')
}

const source: Check<Source> = (value, path) => {
  if (!isObject(value)) throw new Invalid(path, 'must be a data source')
  const kinds = ['data:asText', 'data:asBase64', 'blobId'].filter((name) => value[name] !== undefined)
  const unknown = Object.keys(value).find(
    (name) => !kinds.includes(name) && !(kinds[0] === 'blobId' && ['offset', 'length'].includes(name)),
  )
  if (kinds.length !== 1 || unknown !== undefined) throw new Invalid(path, 'must be one data source, and no more')
  if (kinds[0] === 'data:asText')
    return { kind: 'bytes', bytes: utf8(text(value['data:asText'], `${path}/data:asText`)) }
  if (kinds[0] === 'data:asBase64')
    return { kind: 'bytes', bytes: base64(value['data:asBase64'], `${path}/data:asBase64`) }
  return {
    kind: 'blob',
    blobId: id(value.blobId, `${path}/blobId`),
    offset: nullable(unsigned)(value.offset, `${path}/offset`) ?? 0,
    length: nullable(unsigned)(value.length, `${path}/length`),
  }
}

const open = async (call: AccountCall, from: Source): Promise<AsyncIterable<Uint8Array> | Iterable<Uint8Array>> => {
  if (from.kind === 'bytes') return [from.bytes]
  const known = dereference(from.blobId, call)
  const found = known === undefined ? undefined : await findBlob(call.ctx, call.account, known)
  if (!found) throw new SetFault('blobNotFound', 'There is no such blob', { notFound: [from.blobId] })
  const size = await blobSize(call.ctx, found)
  const end = from.length === null ? size : from.offset + from.length
  if (from.offset > size || end > size) throw invalidProperties('The range is outside the blob', 'data')
  return streamBlob(call.ctx, found, { start: from.offset, end })
}

const create = async (call: AccountCall, object: Readonly<Record<string, unknown>>) => {
  const unknown = Object.keys(object).filter((name) => name !== 'data' && name !== 'type')
  if (unknown.length > 0) throw invalidProperties('These are not properties of an upload', ...unknown)
  const sources = checkProperty('data', list(source), object.data)
  if (sources.length > maxDataSources) throw invalidProperties(`At most ${maxDataSources} data sources`, 'data')
  const type = mediaType(checkProperty('type', nullable(text), object.type) ?? undefined)
  const sink = call.ctx.store.blobs.receive({ maxBytes: call.limits.maxSizeUpload })
  try {
    for (const each of sources) for await (const chunk of await open(call, each)) await sink.write(chunk)
    const { hash, size } = await keepUpload(call.ctx, call.account, await sink.finish(), type)
    return { id: formatBlobId({ hash, slices: [] }) ?? '', type, size }
  } catch (error) {
    await sink.abort()
    if (isFailure(error, 'tooLarge'))
      throw new SetFault('tooLarge', 'The blob is too large', { maxSize: call.limits.maxSizeUpload })
    throw error
  }
}

export const blobUpload = accountMethod('Blob/upload', BLOB, { create: mapOf(anyObject, id) }, async (args, call) => {
  checkSetLimit(Object.keys(args.create).length, call)
  const outcome = new SetOutcome(call)
  for (const [creation, object] of Object.entries(args.create)) {
    try {
      outcome.wasCreated(creation, await create(call, object))
    } catch (error) {
      outcome.notCreatedFor(creation, error)
    }
  }
  const { created, notCreated } = outcome.respond(1)
  return { created, notCreated }
})
