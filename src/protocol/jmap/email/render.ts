/** An Email object with the properties that a call asks for (RFC 8621 §4.1, §4.2). */
import type { Context } from '#domain/context.ts'
import type { EmailBodyValue } from '#format/jmap/mail.ts'
import type { MimePart, MimeStructure } from '#format/mime/structure.ts'
import { blobSize, type FoundBlob, readBlob } from '../blob/open.ts'
import { formatBlobId } from '../blob/reference.ts'
import { MethodFault } from '../failure.ts'
import { type Body, type BodyPart, bodyOf } from './body.ts'
import { type Fields, fieldsOf, headerProperty, rawHeaders } from './fields.ts'
import type { BodyWanted, EmailWanted } from './properties.ts'
import { bodyValue, maxValueBytes } from './value.ts'

/** A message whose bytes can be read: an email of the account, or a blob. */
export interface MessageSource {
  readonly blob: FoundBlob
  readonly structure: MimeStructure
  /** The header block of the message when it is at hand. */
  readonly headers: Uint8Array | null
  readonly preview: string
  readonly hasAttachment: boolean
}

/** Counts the octets of body values over a whole call, so that one request cannot fill the memory. */
export interface Budget {
  left: number
}

/** A header block longer than this is read no further: ten thousand fields fit. */
const maxHeaderBlock = 4_194_304

const spend = (budget: Budget, octets: number): void => {
  budget.left -= octets
  if (budget.left < 0)
    throw new MethodFault(
      'requestTooLarge',
      'The answer would be too large: ask for fewer emails, or maxBodyValueBytes',
    )
}

class Renderer {
  readonly #ctx: Context
  readonly #source: MessageSource
  readonly #wanted: EmailWanted
  readonly #budget: Budget

  constructor(ctx: Context, source: MessageSource, wanted: EmailWanted, budget: Budget) {
    this.#ctx = ctx
    this.#source = source
    this.#wanted = wanted
    this.#budget = budget
  }

  async #headerBlock(part: MimePart): Promise<Uint8Array> {
    const { blob } = this.#source
    const end = Math.min(part.headerEnd, part.headerStart + maxHeaderBlock)
    return readBlob(this.#ctx, blob, maxHeaderBlock, { start: part.headerStart, end })
  }

  /** The properties that come from the message itself. */
  async render(): Promise<Record<string, unknown>> {
    const { plain, headers, needsBody } = this.#wanted
    const source = this.#source
    const email: Record<string, unknown> = {}
    if (headers.length > 0 || plain.has('headers')) {
      const fields = fieldsOf(source.headers ?? (await this.#headerBlock(source.structure.root)))
      this.#putHeaders(email, fields, headers, plain.has('headers'))
    }
    if (plain.has('hasAttachment')) email.hasAttachment = this.#source.hasAttachment
    if (plain.has('preview')) email.preview = this.#source.preview.toWellFormed()
    if (needsBody) await this.#putBody(email, bodyOf(source.structure, source.blob.ref))
    return email
  }

  #putHeaders(target: Record<string, unknown>, fields: Fields, wanted: BodyWanted['headers'], all: boolean): void {
    for (const header of wanted) target[header.property] = headerProperty(fields, header)
    if (all) target.headers = rawHeaders(fields)
    spend(this.#budget, (wanted.length + (all ? 1 : 0)) * fields.block.length)
  }

  async #putBody(email: Record<string, unknown>, body: Body): Promise<void> {
    const { plain } = this.#wanted
    if (plain.has('bodyStructure')) email.bodyStructure = await this.#part(body.root, true)
    for (const name of ['textBody', 'htmlBody', 'attachments'] as const) {
      if (!plain.has(name)) continue
      const parts: unknown[] = []
      for (const part of body[name]) parts.push(await this.#part(part, false))
      email[name] = parts
    }
    if (plain.has('bodyValues')) email.bodyValues = await this.#values(body)
  }

  async #part(part: BodyPart, deep: boolean): Promise<Record<string, unknown>> {
    const { plain, headers } = this.#wanted.body
    const out: Record<string, unknown> = {}
    if (plain.has('partId')) out.partId = part.partId
    if (plain.has('blobId')) out.blobId = part.ref && formatBlobId(part.ref)
    if (plain.has('size')) out.size = await this.#size(part)
    for (const name of ['name', 'type', 'charset', 'disposition', 'cid', 'language', 'location'] as const) {
      if (plain.has(name)) out[name] = part[name]
    }
    if (headers.length > 0 || plain.has('headers')) {
      this.#putHeaders(out, fieldsOf(await this.#headerBlock(part.part)), headers, plain.has('headers'))
    }
    // Without its parts a multipart says nothing: they are given even when only the other properties were asked for.
    if (plain.has('subParts') || (deep && part.subParts)) {
      const subParts: unknown[] = []
      for (const child of part.subParts ?? []) subParts.push(await this.#part(child, deep))
      out.subParts = part.subParts ? subParts : null
    }
    return out
  }

  async #size(part: BodyPart): Promise<number> {
    if (!part.ref) return part.part.bodyEnd - part.part.bodyStart
    return blobSize(this.#ctx, { ...this.#source.blob, ref: part.ref, type: undefined })
  }

  async #values(body: Body): Promise<Record<string, EmailBodyValue>> {
    const { values, fetchText, fetchHtml, fetchAll } = this.#wanted
    if (values === 'none') return {}
    const wanted = new Set<BodyPart>()
    if (fetchText) for (const part of body.textBody) wanted.add(part)
    if (fetchHtml) for (const part of body.htmlBody) wanted.add(part)
    if (fetchAll) for (const part of body.parts) wanted.add(part)
    const result: Record<string, EmailBodyValue> = {}
    for (const part of wanted) {
      if (part.part.type === 'text' && part.partId !== null) result[part.partId] = await this.#value(part)
    }
    return result
  }

  async #value(part: BodyPart): Promise<EmailBodyValue> {
    const { maxBodyValueBytes: max } = this.#wanted
    // A charset may need up to four octets for what UTF-8 says in one.
    const limit = Math.min(max === 0 ? maxValueBytes : max * 4 + 16, maxValueBytes)
    const blob = { ...this.#source.blob, ref: part.ref!, type: undefined }
    const bytes = await readBlob(this.#ctx, blob, limit + 65_536, { start: 0, end: limit + 1 })
    const value = bodyValue(part, bytes.subarray(0, limit), bytes.length > limit, max)
    spend(this.#budget, value.value.length)
    return value
  }
}

/**
 * The wanted properties that come from the message itself. Throws MethodFault requestTooLarge when the budget is spent,
 * Failure notFound when the bytes are gone.
 */
export const renderMessage = (
  ctx: Context,
  source: MessageSource,
  wanted: EmailWanted,
  budget: Budget,
): Promise<Record<string, unknown>> => new Renderer(ctx, source, wanted, budget).render()
