/** Blob/get (RFC 9404 §4.2): bytes of blobs, or ranges of them, within an API response. */
import { createHash } from 'node:crypto'
import type { Id } from '#format/jmap/core.ts'
import { BLOB } from '../capability.ts'
import { list, nullable, text, unsigned } from '../check.ts'
import { invalidArguments, MethodFault } from '../failure.ts'
import { checkGetLimit, dereference } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { blobSize, type FoundBlob, findBlob, readBlob } from './open.ts'

const algorithms: Readonly<Record<string, string>> = { sha: 'sha1', 'sha-256': 'sha256', 'sha-512': 'sha512' }
export const digestAlgorithms: readonly string[] = Object.keys(algorithms)

const known = new Set([
  'data',
  'data:asText',
  'data:asBase64',
  'size',
  ...digestAlgorithms.map((name) => `digest:${name}`),
])

interface Wanted {
  readonly properties: ReadonlySet<string>
  readonly offset: number
  readonly length: number | null
}

/** The text of the bytes, or undefined when they are not UTF-8. */
const asText = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const blobObject = async (
  call: AccountCall,
  id: Id,
  blob: FoundBlob,
  { properties, offset, length }: Wanted,
  budget: { left: number },
): Promise<object> => {
  const size = await blobSize(call.ctx, blob)
  const object: Record<string, unknown> = { id }
  if (properties.has('size')) object.size = size
  if (properties.size === (properties.has('size') ? 1 : 0)) return object
  const start = Math.min(offset, size)
  const end = length === null ? size : Math.min(offset + length, size)
  if ((budget.left -= end - start) < 0) throw new MethodFault('requestTooLarge', 'Ask for less at once')
  const bytes = await readBlob(call.ctx, blob, call.limits.maxSizeResponse, { start, end })
  if (offset > size || (length !== null && offset + length > size)) object.isTruncated = true
  const decoded = properties.has('data') || properties.has('data:asText') ? asText(bytes) : undefined
  const textWanted = properties.has('data:asText') || (properties.has('data') && decoded !== undefined)
  if (textWanted) {
    object['data:asText'] = decoded ?? null
    if (decoded === undefined) object.isEncodingProblem = true
  }
  if (properties.has('data:asBase64') || (properties.has('data') && decoded === undefined)) {
    object['data:asBase64'] = Buffer.from(bytes).toString('base64')
    if (properties.has('data')) object.isEncodingProblem = true
  }
  for (const name of digestAlgorithms) {
    if (properties.has(`digest:${name}`))
      object[`digest:${name}`] = createHash(algorithms[name]!).update(bytes).digest('base64')
  }
  return object
}

export const blobGet = accountMethod(
  'Blob/get',
  BLOB,
  { ids: list(text), properties: nullable(list(text)), offset: nullable(unsigned), length: nullable(unsigned) },
  async (args, call) => {
    const unknown = args.properties?.find((name) => !known.has(name))
    if (unknown !== undefined) throw invalidArguments(`"${unknown.slice(0, 100)}" is not a property of a blob`)
    const ids = new Set(args.ids)
    checkGetLimit(ids.size, call)
    const properties = new Set(args.properties ?? ['data', 'size'])
    const wanted = { properties, offset: args.offset ?? 0, length: args.length }
    const budget = { left: call.limits.maxSizeResponse }
    const blobs: object[] = []
    const notFound: Id[] = []
    for (const id of ids) {
      const blobId = dereference(id, call)
      const blob = blobId === undefined ? undefined : await findBlob(call.ctx, call.account, blobId)
      if (blob) blobs.push(await blobObject(call, blobId ?? id, blob, wanted, budget))
      else notFound.push(id)
    }
    return { list: blobs, notFound }
  },
)
