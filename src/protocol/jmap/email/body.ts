/** The body of an email as JMAP sees it (RFC 8621 §4.1.4): its parts, and which of them are text, HTML or attachments. */
import { type BodyPartRef, bodyLists, fileNameOf } from '#format/mime/body.ts'
import { type MimePart, type MimeStructure, paramOf } from '#format/mime/structure.ts'
import { type BlobRef, partReference } from '../blob/reference.ts'

/** A part with what JMAP says of it but its size, which needs the bytes. */
export interface BodyPart {
  readonly part: MimePart
  /** IMAP's part number; null for a multipart. */
  readonly partId: string | null
  /** Null for a multipart. */
  readonly ref: BlobRef | null
  readonly type: string
  readonly name: string | null
  readonly charset: string | null
  readonly disposition: string | null
  readonly cid: string | null
  readonly language: readonly string[] | null
  readonly location: string | null
  readonly subParts: readonly BodyPart[] | null
}

export interface Body {
  readonly root: BodyPart
  readonly textBody: readonly BodyPart[]
  readonly htmlBody: readonly BodyPart[]
  readonly attachments: readonly BodyPart[]
  /** Every part but multiparts. */
  readonly parts: readonly BodyPart[]
}

/** §4.1.4: implied us-ascii for text without a charset, null for what is not text. */
const charsetOf = (part: MimePart): string | null =>
  part.type === 'text' ? (paramOf(part.params, 'charset') ?? 'us-ascii') : (paramOf(part.params, 'charset') ?? null)

const cidOf = (part: MimePart): string | null => {
  const cid = part.id?.trim().replace(/^<|>$/g, '').trim()
  return cid === undefined || cid === '' ? null : cid
}

const view = (part: MimePart, message: BlobRef, number: string, views: Map<MimePart, BodyPart>): BodyPart => {
  const multipart = part.type === 'multipart'
  const prefix = number === '' ? '' : `${number}.`
  const partId = multipart ? null : number === '' ? '1' : number
  const seen: BodyPart = {
    part,
    partId,
    ref: multipart ? null : partReference(message, part),
    type: `${part.type}/${part.subtype}`,
    name: fileNameOf(part) ?? null,
    charset: charsetOf(part),
    disposition: part.disposition ?? null,
    cid: cidOf(part),
    language: part.language ?? null,
    location: part.location ?? null,
    subParts: multipart ? part.parts.map((child, i) => view(child, message, `${prefix}${i + 1}`, views)) : null,
  }
  views.set(part, seen)
  return seen
}

/** The body of the message whose structure has this root and whose bytes `message` refers to. */
export const bodyOf = (structure: MimeStructure, message: BlobRef): Body => {
  const views = new Map<MimePart, BodyPart>()
  const root = view(structure.root, message, '', views)
  const lists = bodyLists(structure)
  const pick = (refs: readonly BodyPartRef[]): BodyPart[] => refs.map(({ part }) => views.get(part)!)
  return {
    root,
    textBody: pick(lists.textBody),
    htmlBody: pick(lists.htmlBody),
    attachments: pick(lists.attachments),
    parts: [...views.values()].filter((part) => part.partId !== null),
  }
}
