/**
 * What is worked out of a message's bytes once, while it is being received, and kept beside the blob for every account
 * that holds it: structure with byte offsets, header block, envelope, preview, sort keys, thread references.
 */
import { hash } from 'node:crypto'
import { concatBytes } from '#base/bytes.ts'
import { parseAddresses } from '#format/address/parse.ts'
import { renderEnvelope } from '#format/imap/envelope.ts'
import { bodyLists, previewOf } from '#format/mime/body.ts'
import { envelopeFields, envelopeFrom } from '#format/mime/envelope.ts'
import { decodeText, headerValue, parseDate, parseHeaderBlock, parseMessageIds } from '#format/mime/headers.ts'
import { createMimeParser } from '#format/mime/parse.ts'
import { encodeStructure, type MimeStructure } from '#format/mime/structure.ts'
import { baseSubject } from './subject.ts'

/** A header block longer than this is read from the blob when it is asked for. */
export const maxStoredHeader = 32 * 1024
/** Bytes of the beginning kept for header and preview while a message streams past. */
const keptPrefix = 128 * 1024
const maxThreadRefs = 32
const maxSortKey = 256

export interface ParsedContent {
  readonly structure: MimeStructure
  /** `encodeStructure` of it. */
  readonly encoded: string
  /** Header block with its blank line; null when longer than `maxStoredHeader`. */
  readonly headers: Uint8Array | null
  readonly envelope: Uint8Array
  readonly preview: string
  readonly hasAttachment: boolean
  readonly subject: string
  readonly baseSubject: string
  readonly fromSort: string
  readonly toSort: string
  readonly sentAt: number | null
  readonly messageId: string | null
  /** Thread references: own id first (when there is one), then In-Reply-To and References, as 48-bit numbers. */
  readonly threadRefs: readonly number[]
}

/** 48 bits that stand for a Message-ID within conversations of one base subject (RFC 8621 §3 suggests both). */
const threadRef = (messageId: string, subject: string): number =>
  hash('sha256', `${messageId}\0${subject}`, 'buffer').readUIntBE(0, 6)

/** First address or its name, folded, as RFC 8621 §4.4.2 sorts. */
const sortKey = (value: string): string => {
  if (value === '') return ''
  const first = parseAddresses(value.slice(0, 4096))[0]
  return (first?.name || first?.email || '').toLowerCase().slice(0, maxSortKey)
}

const wantedFields = envelopeFields.union(new Set(['references']))

/** The first field of each name that is wanted, unfolded. */
const firstFields = (block: Uint8Array): ReadonlyMap<string, string> => {
  const fields = new Map<string, string>()
  for (const header of parseHeaderBlock(block)) {
    const name = header.name.length <= 11 ? header.name.toLowerCase() : ''
    if (wantedFields.has(name) && !fields.has(name)) fields.set(name, headerValue(block, header))
  }
  return fields
}

const work = (prefix: Uint8Array, structure: MimeStructure): ParsedContent => {
  const end = Math.min(structure.root.headerEnd, prefix.length)
  const block = prefix.subarray(0, end)
  const fields = firstFields(block)
  const field = (name: string): string => fields.get(name) ?? ''
  const subject = decodeText(field('subject')).slice(0, 2000)
  const { base } = baseSubject(subject)
  const messageId = parseMessageIds(field('message-id'))[0] ?? null
  const references = [...parseMessageIds(field('in-reply-to')), ...parseMessageIds(field('references'))].slice(
    -(maxThreadRefs - 1),
  )
  const ids = new Set(messageId === null ? references : [messageId, ...references])
  const date = parseDate(field('date'))
  const lists = bodyLists(structure)
  return {
    structure,
    encoded: encodeStructure(structure),
    // A copy: the prefix may be a view of a buffer that is about to be used again.
    headers: structure.root.headerEnd <= Math.min(maxStoredHeader, prefix.length) ? block.slice() : null,
    envelope: renderEnvelope(envelopeFrom(fields)),
    preview: previewOf(prefix, structure, lists),
    hasAttachment: lists.hasAttachment,
    subject,
    baseSubject: base.slice(0, maxSortKey),
    fromSort: sortKey(field('from')),
    toSort: sortKey(field('to')),
    sentAt: date?.time ?? null,
    messageId,
    threadRefs: [...ids].map((id) => threadRef(id, base)),
  }
}

/** Works on a message that is in memory. Never throws, whatever the bytes. */
export const readContent = (message: Uint8Array): ParsedContent => {
  const reader = createContentReader()
  reader.push(message)
  return reader.end()
}

export interface ContentReader {
  push(chunk: Uint8Array): void
  end(): ParsedContent
}

/** Works on a message as it streams past; holds at most its first 128 kB. */
export const createContentReader = (): ContentReader => {
  const parser = createMimeParser()
  const kept: Uint8Array[] = []
  let room = keptPrefix
  const keep = (chunk: Uint8Array): void => {
    if (room <= 0) return
    kept.push(chunk.subarray(0, room))
    room -= chunk.length
  }
  return {
    push: (chunk) => {
      keep(chunk)
      parser.push(chunk)
    },
    end: () => work(kept.length === 1 ? kept[0]! : concatBytes(kept), parser.end()),
  }
}
