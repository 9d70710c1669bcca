/** From a stored message to the terms of its index entry. Only what is searched is read: headers and text parts. */
import { parseAddresses } from '#format/address/parse.ts'
import { bodyLists, fileNameOf, partRefs, textOf } from '#format/mime/body.ts'
import { decodeTransfer } from '#format/mime/decode.ts'
import { decodeText, headerValue, parseHeaderBlock } from '#format/mime/headers.ts'
import { htmlToText } from '#format/mime/html.ts'
import { isMessage, type MimePart, type MimeStructure } from '#format/mime/structure.ts'
import { analyse } from './analyse.ts'
import type { Extractor } from './attached/extractor.ts'
import { attachedKind } from './attached/kinds.ts'
import type { IndexDocument, IndexField } from './driver.ts'

/** Bytes of the message from `start` to `end`. */
export type ReadRange = (start: number, end: number) => Promise<Uint8Array>

/** Text beyond these bounds is not searched: a message of a megabyte of words is a log file. */
const maxText = 1_000_000
const maxBodyTerms = 50_000
const maxHeaderTerms = 5_000
const maxHeaderBytes = 262_144
const maxDepth = 4
/** Attachments read of one message, octets of one as sent, and characters taken of all. */
const maxAttached = 20
const maxAttachedBytes = 28 * 1024 * 1024
const maxAttachedText = 600_000
const maxAttachedTerms = 50_000

const fieldOfHeader: Readonly<Record<string, IndexField>> = {
  subject: 'subject',
  from: 'sender',
  to: 'recipient',
  cc: 'cc',
  bcc: 'bcc',
}

type Texts = Record<IndexField, string[]>

const headerText = (name: string, value: string): string =>
  name === 'subject'
    ? decodeText(value)
    : parseAddresses(value)
        .map((mailbox) => `${mailbox.name ?? ''} ${mailbox.email}`)
        .join(' , ')

const readHeaders = (block: Uint8Array, embedded: boolean, texts: Texts): void => {
  for (const header of parseHeaderBlock(block)) {
    const name = header.name.toLowerCase()
    const field = fieldOfHeader[name]
    if (field) texts[embedded ? 'body' : field].push(headerText(name, headerValue(block, header).slice(0, 65_536)))
  }
}

/** The text parts a reader would be shown; of two alternatives, the plain one. */
const shownText = (root: MimePart): MimePart[] => {
  const { textBody, htmlBody } = bodyLists({ size: 0, root, truncated: false })
  const shown = textBody.some(({ part }) => part.type === 'text') ? textBody : htmlBody
  return shown.map(({ part }) => part).filter((part) => part.type === 'text')
}

interface Budget {
  left: number
}

const readBody = async (part: MimePart, read: ReadRange, budget: Budget): Promise<string> => {
  // encoded text takes some four octets of source per character, markup more
  const end = Math.min(part.bodyEnd, part.bodyStart + budget.left * 8)
  const source = await read(part.bodyStart, end)
  const text = textOf(source, { ...part, bodyStart: 0, bodyEnd: source.length })
  const plain = part.subtype === 'html' ? htmlToText(text, budget.left) : text.slice(0, budget.left)
  budget.left -= plain.length
  return plain
}

const visit = async (root: MimePart, read: ReadRange, texts: Texts, budget: Budget, depth: number): Promise<void> => {
  const headerEnd = Math.min(root.headerEnd, root.headerStart + maxHeaderBytes)
  readHeaders(await read(root.headerStart, headerEnd), depth > 0, texts)
  for (const part of shownText(root)) {
    if (budget.left > 0) texts.body.push(await readBody(part, read, budget))
  }
  for (const { part } of partRefs(root)) {
    const name = fileNameOf(part)
    if (name) texts.names.push(name)
    const inner = isMessage(part) ? part.parts[0] : undefined
    if (inner && depth < maxDepth && budget.left > 0) await visit(inner, read, texts, budget, depth + 1)
  }
}

/** The index entry of email `id`, whose bytes `read` gives. */
export const documentOf = async (id: number, structure: MimeStructure, read: ReadRange): Promise<IndexDocument> => {
  const texts: Texts = { subject: [], sender: [], recipient: [], cc: [], bcc: [], body: [], names: [], attached: [] }
  await visit(structure.root, read, texts, { left: maxText }, 0)
  const terms = (field: IndexField) =>
    analyse(texts[field].join('\n'), field === 'body' ? maxBodyTerms : maxHeaderTerms)
  return {
    id,
    fields: {
      subject: terms('subject'),
      sender: terms('sender'),
      recipient: terms('recipient'),
      cc: terms('cc'),
      bcc: terms('bcc'),
      body: terms('body'),
      names: terms('names'),
      attached: [],
    },
  }
}

/** Parts that are attached and can be read; those that a reader is shown are not among them. */
const attachedParts = ({ root }: MimeStructure): MimePart[] => {
  const shown = new Set(shownText(root))
  const find = (from: MimePart, depth: number): MimePart[] =>
    partRefs(from).flatMap(({ part }) => {
      const inner = isMessage(part) ? part.parts[0] : undefined
      if (inner) return depth < maxDepth ? find(inner, depth + 1) : []
      return !shown.has(part) && attachedKind(part) !== undefined && isFile(part) ? [part] : []
    })
  return find(root, 0).slice(0, maxAttached)
}

/** An alternative that is not shown is no attachment; one with a name, or told to be one, is. */
const isFile = (part: MimePart): boolean => part.type !== 'text' || fileNameOf(part) !== undefined

/** True when `attachedTerms` would find something to read. */
export const hasAttached = (structure: MimeStructure): boolean => attachedParts(structure).length > 0

const attachedText = async (part: MimePart, read: ReadRange, extractor: Extractor, max: number): Promise<string> => {
  if (part.bodyEnd - part.bodyStart > maxAttachedBytes) return ''
  const source = await read(part.bodyStart, part.bodyEnd)
  const kind = attachedKind(part)
  if (kind === 'pdf' || kind === 'office') return extractor.text(kind, decodeTransfer(source, part.encoding), max)
  const text = textOf(source.subarray(0, max * 8), { ...part, bodyStart: 0, bodyEnd: Math.min(source.length, max * 8) })
  return kind === 'html' ? htmlToText(text, max) : text.slice(0, max)
}

/** One attachment as text. */
export interface AttachedText {
  /** Its file name; empty when it has none. */
  readonly name: string
  readonly text: string
}

/** What is attached to a message: text, PDF and office documents. */
export const attachedTexts = async (
  structure: MimeStructure,
  read: ReadRange,
  extractor: Extractor,
): Promise<AttachedText[]> => {
  let left = maxAttachedText
  const texts: AttachedText[] = []
  for (const part of attachedParts(structure)) {
    if (left <= 0) break
    const text = await attachedText(part, read, extractor, left)
    left -= text.length
    texts.push({ name: fileNameOf(part) ?? '', text })
  }
  return texts
}

export const attachedTerms = (texts: readonly AttachedText[]): string[] =>
  analyse(texts.map(({ text }) => text).join('\n'), maxAttachedTerms)
