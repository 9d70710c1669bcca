/** The parts of a new message: what RFC 8621 §4.6 asks of them, and the MIME tree that they make. */
import { randomBytes } from 'node:crypto'
import { parseContentType } from '#format/mime/content.ts'
import { encodeParam } from '#format/mime/encode.ts'
import type { FoundBlob } from '../blob/open.ts'
import { type Check, Invalid, isObject, list, nullable, text } from '../check.ts'
import { parseHeaderProperty } from '../email/header.ts'
import { writeHeader } from './header.ts'
import type { PartPlan, TextContent } from './write.ts'

/** A part checked against the rules, its blob not yet looked up. */
export interface PartDraft {
  readonly type: string
  readonly partId: string | undefined
  readonly blobId: string | undefined
  readonly charset: string | null
  readonly name: string | null
  readonly disposition: string | null
  readonly cid: string | null
  readonly language: readonly string[] | null
  readonly location: string | null
  readonly subParts: readonly PartDraft[] | undefined
  /** Fields that the client gave as header properties, by lower-case name. */
  readonly fields: ReadonlyMap<string, readonly string[]>
}

const maxDepth = 20
const maxParts = 500

const plainNames = new Set([
  'partId',
  'blobId',
  'size',
  'name',
  'type',
  'charset',
  'disposition',
  'cid',
  'language',
  'location',
  'subParts',
])

/** Which plain property is another name for which field. */
const fieldOf: Readonly<Record<string, string>> = {
  type: 'content-type',
  charset: 'content-type',
  disposition: 'content-disposition',
  cid: 'content-id',
  language: 'content-language',
  location: 'content-location',
}

const mediaType: Check<string> = (value, path) => {
  const type = text(value, path).toLowerCase()
  if (!/^[a-z0-9!#$&^_.+-]{1,127}\/[a-z0-9!#$&^_.+-]{1,127}$/.test(type))
    throw new Invalid(path, 'must be a media type')
  return type
}

const token: Check<string> = (value, path) => {
  const word = text(value, path)
  if (!/^[A-Za-z0-9!#$%&'*+\-.^_`{|}~]{1,100}$/.test(word)) throw new Invalid(path, 'must be one word')
  return word.toLowerCase()
}

const printable: Check<string> = (value, path) => {
  const given = text(value, path)
  if (!/^[\x21-\x3b\x3d\x3f-\x7e]{1,900}$/.test(given))
    throw new Invalid(path, 'must be printable ASCII without < and >')
  return given
}

/** Header properties of a part; Content-Transfer-Encoding is not for the client (§4.6). */
const readFields = (part: Readonly<Record<string, unknown>>, path: string): Map<string, readonly string[]> => {
  const fields = new Map<string, readonly string[]>()
  for (const [name, value] of Object.entries(part)) {
    if (plainNames.has(name)) continue
    const header = parseHeaderProperty(name)
    if (!header || header.field === 'content-transfer-encoding' || header.field === 'mime-version')
      throw new Invalid(`${path}/${name.slice(0, 100)}`, 'may not be set on a body part')
    if (value === null) continue
    if (fields.has(header.field)) throw new Invalid(`${path}/${name}`, 'is given twice, by two names')
    fields.set(header.field, writeHeader(header, value))
  }
  for (const [name, field] of Object.entries(fieldOf)) {
    if (part[name] !== undefined && part[name] !== null && fields.has(field))
      throw new Invalid(`${path}/${name}`, `is given twice: also as the field ${field}`)
  }
  return fields
}

const typeOf = (
  part: Readonly<Record<string, unknown>>,
  fields: ReadonlyMap<string, readonly string[]>,
  path: string,
): string => {
  if (part.type !== undefined && part.type !== null) return mediaType(part.type, `${path}/type`)
  const field = fields.get('content-type')?.[0]
  if (field !== undefined) {
    const { type, subtype } = parseContentType(field.slice(field.indexOf(':') + 1))
    if (type === '' || subtype === '' || type === 'multipart') throw new Invalid(`${path}/type`, 'must be a media type')
    return `${type}/${subtype}`
  }
  if (part.subParts !== undefined && part.subParts !== null) return 'multipart/mixed'
  return part.partId !== undefined && part.partId !== null ? 'text/plain' : ''
}

/** Reads and checks a tree of parts. */
export class PartReader {
  readonly #values: ReadonlyMap<string, string>
  #count = 0

  /** `values`: the texts of bodyValues by part id. */
  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values
  }

  /** Throws Invalid. */
  read(value: unknown, path: string, depth = 0): PartDraft {
    if (!isObject(value)) throw new Invalid(path, 'must be an EmailBodyPart')
    if (depth > maxDepth || ++this.#count > maxParts) throw new Invalid(path, 'is too deep, or one of too many parts')
    const fields = readFields(value, path)
    const type = typeOf(value, fields, path)
    const given = <T>(name: string, check: Check<T>): T | null => nullable(check)(value[name], `${path}/${name}`)
    const draft = {
      type,
      partId: given('partId', text) ?? undefined,
      blobId: given('blobId', text) ?? undefined,
      charset: given('charset', token),
      name: given('name', text),
      disposition: given('disposition', token),
      cid: given('cid', printable),
      language: given('language', list(printable)),
      location: given('location', printable),
      fields,
    }
    const subParts = given(
      'subParts',
      list((each, where) => this.read(each, where, depth + 1)),
    )
    if (type.startsWith('multipart/')) return this.#multipart({ ...draft, subParts: subParts ?? [] }, path)
    if (subParts !== null && subParts.length > 0) throw new Invalid(`${path}/subParts`, 'is for multiparts only')
    this.#checkLeaf(draft, value, path)
    return { ...draft, subParts: undefined }
  }

  #multipart(draft: PartDraft, path: string): PartDraft {
    if (draft.partId !== undefined || draft.blobId !== undefined)
      throw new Invalid(`${path}/${draft.partId === undefined ? 'blobId' : 'partId'}`, 'is not for a multipart')
    if (draft.subParts?.length === 0) throw new Invalid(`${path}/subParts`, 'must hold at least one part')
    return draft
  }

  /** §4.6: partId or blobId, not both; with a partId neither charset nor size. */
  #checkLeaf(draft: Omit<PartDraft, 'subParts'>, value: Readonly<Record<string, unknown>>, path: string): void {
    const { partId, blobId } = draft
    if (partId !== undefined && blobId !== undefined)
      throw new Invalid(`${path}/blobId`, 'may not be given with a partId', [`${path}/partId`])
    if (partId === undefined && blobId === undefined) throw new Invalid(`${path}/partId`, 'or a blobId is required')
    if (partId === undefined) return
    for (const name of ['charset', 'size']) {
      if (value[name] !== undefined && value[name] !== null)
        throw new Invalid(`${path}/${name}`, 'may not be given with a partId')
    }
    if (!this.#values.has(partId)) throw new Invalid(`${path}/partId`, 'is not in bodyValues')
    if (!draft.type.startsWith('text/')) throw new Invalid(`${path}/type`, 'must be text for a part in bodyValues')
  }
}

/** A blob that a part refers to, with what its bytes have shown. */
export interface PartBlob {
  readonly found: FoundBlob
  readonly size: number
  readonly open: () => AsyncIterable<Uint8Array>
  /** Of text without a stated charset. */
  readonly charset: string | undefined
  readonly eightBit: boolean
}

const params = (draft: PartDraft, charset: string | undefined, boundary: string | undefined): string => {
  const all: string[] = []
  if (charset !== undefined) all.push(encodeParam('charset', charset))
  if (draft.name !== null && draft.name !== '') all.push(encodeParam('name', draft.name))
  if (boundary !== undefined) all.push(encodeParam('boundary', boundary))
  return all.map((each) => `;\r\n ${each}`).join('')
}

const contentFields = (draft: PartDraft, type: string, charset: string | undefined, boundary?: string): string[] => {
  const out: string[] = []
  if (!draft.fields.has('content-type')) out.push(`Content-Type: ${type}${params(draft, charset, boundary)}`)
  if (draft.disposition !== null) {
    const file = draft.name === null || draft.name === '' ? '' : `;\r\n ${encodeParam('filename', draft.name)}`
    out.push(`Content-Disposition: ${draft.disposition}${file}`)
  }
  if (draft.cid !== null) out.push(`Content-ID: <${draft.cid}>`)
  if (draft.language !== null && draft.language.length > 0) out.push(`Content-Language: ${draft.language.join(', ')}`)
  if (draft.location !== null) out.push(`Content-Location: ${draft.location}`)
  for (const fields of draft.fields.values()) out.push(...fields)
  return out
}

/** The plan of a part; `blobs` holds every blob that a draft names. */
export const planPart = (
  draft: PartDraft,
  values: ReadonlyMap<string, string>,
  blobs: ReadonlyMap<string, PartBlob>,
): PartPlan => {
  if (draft.subParts) {
    const boundary = `=_${randomBytes(18).toString('base64url')}`
    const parts = draft.subParts.map((part) => planPart(part, values, blobs))
    return {
      fields: contentFields(draft, draft.type, undefined, boundary),
      content: { kind: 'multipart', parts, boundary },
    }
  }
  if (draft.partId !== undefined) {
    const content: TextContent = { kind: 'text', text: values.get(draft.partId) ?? '' }
    const charset = /^[\x00-\x7f]*$/.test(content.text) ? 'us-ascii' : 'utf-8'
    return { fields: contentFields(draft, draft.type, charset), content }
  }
  const blob = blobs.get(draft.blobId!)!
  const type = draft.type || (blob.found.type?.split(';')[0]?.trim().toLowerCase() ?? 'application/octet-stream')
  const charset = draft.charset ?? (type.startsWith('text/') ? blob.charset : undefined)
  // RFC 2046 §5.2.1: a message inside a message is never base64.
  const encoding = /^message\/(?:rfc822|global)$/.test(type) ? (blob.eightBit ? '8bit' : '7bit') : 'base64'
  return {
    fields: contentFields(draft, type, charset ?? undefined),
    content: { kind: 'bytes', open: blob.open, encoding },
  }
}
