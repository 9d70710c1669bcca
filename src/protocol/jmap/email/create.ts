/** A new email from its JMAP description (RFC 8621 §4.6): checked, then written as a message. */
import { randomUUID } from 'node:crypto'
import { utf8 } from '#base/bytes.ts'
import { createContentReader, type ParsedContent } from '#domain/mail/content.ts'
import { type FlagSet, fromKeywords } from '#domain/mail/flags.ts'
import type { Id } from '#format/jmap/core.ts'
import { formatDate } from '#format/mime/headers.ts'
import { blobSize, findBlob, readBlob, streamBlob } from '../blob/open.ts'
import { anyObject, type Check, Invalid, isObject, isTrue, list, mapOf, utcDate } from '../check.ts'
import { type PartBlob, type PartDraft, PartReader, planPart } from '../compose/body.ts'
import { writeHeader } from '../compose/header.ts'
import { writePart } from '../compose/write.ts'
import { invalidProperties, SetFault } from '../failure.ts'
import { dereference, numberOf } from '../ids.ts'
import type { AccountCall } from '../method.ts'
import { convenience, parseHeaderProperty } from './header.ts'

/** What a receive has made of bytes: ready for `appendWithin`. */
export interface Prepared {
  readonly blob: Awaited<ReturnType<ReturnType<AccountCall['ctx']['store']['blobs']['receive']>['finish']>>
  readonly content: ParsedContent
  readonly mailboxIds: readonly number[]
  readonly flags: FlagSet
  readonly receivedAt: number
}

const serverSet = new Set(['id', 'blobId', 'threadId', 'size', 'hasAttachment', 'preview', 'headers'])
const bodyNames = new Set(['bodyStructure', 'textBody', 'htmlBody', 'attachments', 'bodyValues'])

/** Runs a check; a refusal becomes invalidProperties with the name of the property, of the body the path within it. */
const checked = <T>(property: string, check: (path: string) => T): T => {
  try {
    return check(property)
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
    throw invalidProperties(error.message, ...(bodyNames.has(property) ? error.paths : [property]))
  }
}

/** The mailboxes of an email to be: at least one (§4.1.1). Whether they exist is known in the transaction. */
export const readMailboxIds = (value: unknown, call: AccountCall): number[] => {
  const ids = Object.keys(checked('mailboxIds', (path) => mapOf(isTrue)(value, path)))
  if (ids.length === 0) throw invalidProperties('An email is in at least one mailbox', 'mailboxIds')
  return ids.map((id) => {
    const number = numberOf('mailbox', id, call)
    if (number === undefined) throw invalidProperties('There is no such mailbox', 'mailboxIds')
    return number
  })
}

export const readKeywords = (value: unknown): FlagSet => {
  const names = Object.keys(checked('keywords', (path) => mapOf(isTrue)(value ?? {}, path)))
  return fromKeywords(names)
}

export const readReceivedAt = (value: unknown, fallback: number): number =>
  value === undefined || value === null ? fallback : checked('receivedAt', (path) => utcDate(value, path))

const bodyText: Check<string> = (value, path) => {
  const body = anyObject(value, path)
  // What else a client says of its text means nothing here, and harms nothing.
  const [first, ...others] = ['isEncodingProblem', 'isTruncated'].filter((name) => (body[name] ?? false) !== false)
  if (first !== undefined)
    throw new Invalid(
      `${path}/${first}`,
      'must be false or left out',
      others.map((name) => `${path}/${name}`),
    )
  if (typeof body.value !== 'string') throw new Invalid(`${path}/value`, 'must be a string')
  return body.value
}

const bodyValues = (value: unknown): ReadonlyMap<string, string> => {
  if (value === undefined || value === null) return new Map()
  const map = checked('bodyValues', (path) => mapOf(bodyText)(value, path))
  return new Map(Object.entries(map))
}

const multipart = (subtype: string, subParts: readonly PartDraft[]): PartDraft => ({
  type: `multipart/${subtype}`,
  partId: undefined,
  blobId: undefined,
  charset: null,
  name: null,
  disposition: null,
  cid: null,
  language: null,
  location: null,
  subParts,
  fields: new Map(),
})

const emptyText = (): PartDraft => ({ ...multipart('', []), type: 'text/plain', partId: '', subParts: undefined })

/** The only part of textBody or htmlBody (§4.6). */
const onlyPart = (reader: PartReader, property: string, type: string, value: unknown): PartDraft | undefined => {
  if (value === undefined || value === null) return undefined
  return checked(property, (path) => {
    const parts = list((each, where) => {
      const typed = isObject(each) && (each.type === undefined || each.type === null) ? { ...each, type } : each
      return reader.read(typed, where)
    })(value, path)
    const [part] = parts
    if (!part || parts.length > 1 || part.type !== type)
      throw new Invalid(path, `must be exactly one part of type ${type}`)
    return part
  })
}

/** The tree that textBody, htmlBody and attachments make: pictures of the HTML beside it, files after the text. */
const assemble = (
  text: PartDraft | undefined,
  html: PartDraft | undefined,
  attached: readonly PartDraft[],
): PartDraft => {
  const files = attached.map((part) => {
    return part.disposition === null && !part.fields.has('content-disposition')
      ? { ...part, disposition: html && part.cid !== null ? 'inline' : 'attachment' }
      : part
  })
  const inline = html ? files.filter((part) => part.cid !== null && part.disposition === 'inline') : []
  const rest = files.filter((part) => !inline.includes(part))
  const rich = html && inline.length > 0 ? multipart('related', [html, ...inline]) : html
  const main = text && rich ? multipart('alternative', [text, rich]) : (rich ?? text)
  if (rest.length === 0) return main ?? emptyText()
  return multipart('mixed', main ? [main, ...rest] : rest)
}

const readBody = (object: Readonly<Record<string, unknown>>, values: ReadonlyMap<string, string>): PartDraft => {
  const reader = new PartReader(values)
  const { bodyStructure, textBody, htmlBody, attachments } = object
  if (bodyStructure !== undefined && bodyStructure !== null) {
    const also = ['textBody', 'htmlBody', 'attachments'].filter(
      (name) => object[name] !== undefined && object[name] !== null,
    )
    if (also.length > 0) throw invalidProperties('With bodyStructure the body is complete', 'bodyStructure', ...also)
    return checked('bodyStructure', (path) => reader.read(bodyStructure, path))
  }
  const text = onlyPart(reader, 'textBody', 'text/plain', textBody)
  const html = onlyPart(reader, 'htmlBody', 'text/html', htmlBody)
  const attached = checked('attachments', (path) =>
    list((each, where) => reader.read(each, where))(attachments ?? [], path),
  )
  return assemble(text, html, attached)
}

/** The message's own fields in the order in which they are written. */
const fieldOrder = [
  'date',
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'subject',
  'message-id',
  'in-reply-to',
  'references',
]

const readHeader = (object: Readonly<Record<string, unknown>>, root: PartDraft): Map<string, string[]> => {
  const fields = new Map<string, string[]>()
  const names = new Map<string, string>()
  for (const [name, value] of Object.entries(object)) {
    const property = Object.hasOwn(convenience, name) ? convenience[name] : parseHeaderProperty(name)
    if (!property || value === null || value === undefined) continue
    if (property.field.startsWith('content-'))
      throw invalidProperties('Fields of the content belong to a body part', name)
    const twice = names.get(property.field) ?? (root.fields.has(property.field) ? 'bodyStructure' : undefined)
    if (twice !== undefined) throw invalidProperties('The same field is given by two names', twice, name)
    names.set(property.field, name)
    fields.set(
      property.field,
      checked(name, () => writeHeader(property, value)),
    )
  }
  return fields
}

/** Refuses what is not for the client to set, all of it at once. */
const refuseUnknown = (object: Readonly<Record<string, unknown>>): void => {
  const refused = Object.keys(object).filter((name) => {
    if (serverSet.has(name)) return true
    const known = ['mailboxIds', 'keywords', 'receivedAt'].includes(name) || bodyNames.has(name)
    return !known && !Object.hasOwn(convenience, name) && !parseHeaderProperty(name)
  })
  if (refused.length > 0) throw invalidProperties('These are not for the client to set', ...refused)
}

function* blobIdsOf(part: PartDraft): Generator<Id> {
  if (part.blobId !== undefined) yield part.blobId
  for (const child of part.subParts ?? []) yield* blobIdsOf(child)
}

const utf8Only = new TextDecoder('utf-8', { fatal: true })
const sniffed = 65_536

/** The charset of text whose sender named none: what its first bytes show. */
const sniffCharset = (head: Uint8Array): string | undefined => {
  if (head.every((byte) => byte < 128)) return 'us-ascii'
  try {
    utf8Only.decode(head, { stream: true })
    return 'utf-8'
  } catch {
    return undefined
  } finally {
    try {
      utf8Only.decode()
    } catch {
      // Half a character at the end of the sample proves nothing.
    }
  }
}

const isEightBit = async (chunks: AsyncIterable<Uint8Array>): Promise<boolean> => {
  for await (const chunk of chunks) if (chunk.some((byte) => byte > 127)) return true
  return false
}

/** Throws SetFault blobNotFound, naming all that are missing, or tooLarge. */
const findBlobs = async (call: AccountCall, root: PartDraft): Promise<Map<string, PartBlob>> => {
  const { ctx, account, limits } = call
  const blobs = new Map<string, PartBlob>()
  const missing: Id[] = []
  let total = 0
  for (const id of new Set(blobIdsOf(root))) {
    const known = dereference(id, call)
    const found = known === undefined ? undefined : await findBlob(ctx, account, known)
    if (!found) {
      missing.push(id)
      continue
    }
    const open = () => streamBlob(ctx, found)
    const size = await blobSize(ctx, found)
    total += size
    const head = await readBlob(ctx, found, sniffed * 2, { start: 0, end: sniffed })
    blobs.set(id, { found, size, open, charset: sniffCharset(head), eightBit: await isEightBit(open()) })
  }
  if (missing.length > 0) throw new SetFault('blobNotFound', 'Some blobs do not exist', { notFound: missing })
  if (total > limits.maxSizeAttachmentsPerEmail)
    throw new SetFault('tooLarge', 'The attachments are too large', { maxSize: limits.maxSizeAttachmentsPerEmail })
  return blobs
}

/** Streams bytes into the store while they are looked at. */
export const receive = async (
  call: AccountCall,
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Pick<Prepared, 'blob' | 'content'>> => {
  const sink = call.ctx.store.blobs.receive({ maxBytes })
  const reader = createContentReader()
  try {
    for await (const chunk of chunks) {
      reader.push(chunk)
      await sink.write(chunk)
    }
    const content = reader.end()
    return { blob: await sink.finish(), content }
  } catch (error) {
    await sink.abort()
    throw error
  }
}

async function* message(head: Uint8Array, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head
  for await (const chunk of body) {
    yield chunk
    // Encoding is work of this thread: others get their turn between two slices.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Checks a new Email object, writes its message and makes it ready. Throws SetFault, and Failure of the domain. */
export const prepareEmail = async (call: AccountCall, object: Readonly<Record<string, unknown>>): Promise<Prepared> => {
  refuseUnknown(object)
  const now = call.ctx.clock.now()
  const mailboxIds = readMailboxIds(object.mailboxIds, call)
  const flags = readKeywords(object.keywords)
  const receivedAt = readReceivedAt(object.receivedAt, now)
  const values = bodyValues(object.bodyValues)
  const root = readBody(object, values)
  const fields = readHeader(object, root)
  const plan = planPart(root, values, await findBlobs(call, root))
  if (!fields.get('date')?.length && !root.fields.has('date')) fields.set('date', [`Date: ${formatDate(now)}`])
  if (!fields.get('message-id')?.length && !root.fields.has('message-id')) {
    const domain = call.principal.email.split('@').at(-1) || 'localhost'
    fields.set('message-id', [`Message-ID: <${randomUUID()}@${domain}>`])
  }
  if (!fields.has('mime-version')) fields.set('mime-version', ['MIME-Version: 1.0'])
  const rank = (name: string) => (fieldOrder.includes(name) ? fieldOrder.indexOf(name) : fieldOrder.length)
  const ordered = [...fields].sort(([a], [b]) => rank(a) - rank(b)).flatMap(([, lines]) => lines)
  const head = utf8(ordered.map((line) => `${line}\r\n`).join(''))
  const maxBytes = call.limits.maxSizeAttachmentsPerEmail * 2
  return { ...(await receive(call, message(head, writePart(plan)), maxBytes)), mailboxIds, flags, receivedAt }
}
