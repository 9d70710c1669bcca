/** Reads what a search asks of a message beyond its row: header fields and text, decoded. */

import { parseAddresses } from '#format/address/parse.ts'
import { textOf } from '#format/mime/body.ts'
import { decodeText, headerValue, parseDate, parseHeaderBlock } from '#format/mime/headers.ts'
import { decodeStructure, isMessage, type MimePart } from '#format/mime/structure.ts'
import { fieldFilter, filterHeader } from '../respond/header.ts'
import { fold, type HeaderFacts, type TextKey } from './evaluate.ts'

const day = 86_400_000

/** Facts of a header block; each field is decoded when it is first asked for. */
export const headerFacts = (block: Uint8Array): HeaderFacts => {
  const text = Buffer.from(block.buffer, block.byteOffset, block.length).toString('latin1')
  const known = new Map<string, readonly string[]>()
  const read = (name: string): readonly string[] => {
    const fields = Buffer.from(filterHeader(text, fieldFilter([name], false)), 'latin1')
    return parseHeaderBlock(fields).map((field) => headerValue(fields, field))
  }
  return {
    values: (name) => {
      let values = known.get(name)
      if (values === undefined) known.set(name, (values = read(name).map((value) => fold(decodeText(value)))))
      return values
    },
    // Only comments and blanks within an address make it differ from how it is written.
    addresses: (name) =>
      read(name)
        .filter((value) => /[(\s]@|@[(\s]|\(.*@/.test(value))
        .flatMap((value) => parseAddresses(value).map(({ email }) => fold(email))),
    sentDay: () => {
      const date = parseDate(read('date')[0] ?? '')
      if (date === undefined) return
      // RFC 3501 §6.4.4: the date as the sender wrote it, disregarding time and zone
      return Math.floor((date.time + date.offset * 60_000) / day) * day
    },
  }
}

/** Octets of text that are searched in one message. */
const maxTextBytes = 4 * 1024 * 1024

/** Text parts and, since they are content of the message, the headers of messages inside it. */
function* parts(part: MimePart): Generator<{ readonly part: MimePart; readonly header: boolean }> {
  if (part.type === 'text') yield { part, header: false }
  for (const child of part.parts) {
    if (isMessage(part)) yield { part: child, header: true }
    yield* parts(child)
  }
}

/** The texts of a message, decoded and folded, up to a bound. */
const textsOf = (message: Uint8Array, root: MimePart): string[] => {
  const texts: string[] = []
  let left = maxTextBytes
  for (const { part, header } of parts(root)) {
    if (left <= 0) break
    const start = header ? part.headerStart : part.bodyStart
    const end = Math.min(header ? part.headerEnd : part.bodyEnd, start + left)
    texts.push(header ? wholeHeader(message.subarray(start, end)) : fold(textOf(message, part, left)))
    left -= end - start
  }
  return texts
}

/** Every field of the header, decoded and folded. */
const wholeHeader = (block: Uint8Array): string =>
  fold(
    parseHeaderBlock(block)
      .map((field) => `${field.name}: ${decodeText(headerValue(block, field))}`)
      .join('\n'),
  )

/** Whether the decoded text of a message holds the text of a key, anywhere (RFC 9051 §6.4.4: substring). */
export const textFacts = (message: Uint8Array, structure: string): ((key: TextKey) => boolean) => {
  const { root } = decodeStructure(structure)
  let header: string | undefined
  let body: string[] | undefined
  return ({ key, text }) => {
    const wanted = fold(text)
    if (key === 'text') {
      header ??= wholeHeader(message.subarray(0, root.headerEnd))
      if (header.includes(wanted)) return true
    }
    body ??= textsOf(message, root)
    // What a program wrapped is found as one line, too.
    return body.some((part) => part.includes(wanted) || part.replace(/\s+/g, ' ').includes(wanted))
  }
}
