/** A message on its way into mailboxes, as filters need it: what is stored, and its octets before they are stored. */
import { concatBytes, utf8 } from '#base/bytes.ts'
import { encodeHeaderText } from '#format/mime/build.ts'
import { parseHeaderBlock } from '#format/mime/headers.ts'
import type { Context } from '../context.ts'
import { Header } from '../delivery/header.ts'
import type { NewMessage } from '../mail/append.ts'
import { createContentReader, type ParsedContent } from '../mail/content.ts'
import type { HeaderEdit } from './filter.ts'

export interface Arrival {
  readonly blob: NewMessage['blob']
  readonly content: ParsedContent
  /** The header block as it rests, its blank line included. */
  readonly header: Uint8Array
  /** The message from its first octet, all of it or as much as is at hand. */
  beginning(): Promise<Uint8Array>
  /** What follows the header block. */
  body(): AsyncIterable<Uint8Array>
}

/** A header block with a script's changes (RFC 5293), in their order. Return-Path stays first. */
export const editHeader = (block: Uint8Array, edits: readonly HeaderEdit[]): Uint8Array => {
  const raw = parseHeaderBlock(block)
  const rest = block.subarray(raw.at(-1)?.end ?? 0)
  const fields = raw.map(({ name, start, end }) => ({ name: name.toLowerCase(), bytes: block.subarray(start, end) }))
  for (const edit of edits) {
    if (edit.op === 'delete') {
      fields.splice(edit.n, 1)
      continue
    }
    const field = { name: edit.name.toLowerCase(), bytes: utf8(`${edit.name}: ${encodeHeaderText(edit.value)}\r\n`) }
    if (edit.last) fields.push(field)
    else fields.unshift(field)
  }
  const path = fields.findIndex(({ name }) => name === 'return-path')
  if (path > 0) fields.unshift(...fields.splice(path, 1))
  return concatBytes([...fields.map(({ bytes }) => bytes), rest.length > 0 ? rest : utf8('\r\n')])
}

/** The same letter under another header block: a new blob, its content read again. */
export const withHeader = async (ctx: Context, letter: Arrival, header: Uint8Array): Promise<Arrival> => {
  const sink = ctx.store.blobs.receive()
  const reader = createContentReader()
  const take = async (chunk: Uint8Array): Promise<void> => {
    reader.push(chunk)
    await sink.write(chunk)
  }
  try {
    await take(header)
    for await (const chunk of letter.body()) await take(chunk)
    return {
      blob: await sink.finish(),
      content: reader.end(),
      header,
      beginning: async () => concatBytes([header, (await letter.beginning()).subarray(letter.header.length)]),
      body: () => letter.body(),
    }
  } catch (error) {
    await sink.abort()
    throw error
  }
}

/** A header block without what only our own mailboxes show. */
export const withoutReturnPath = (block: Uint8Array): Header =>
  new Header(block).without((_field, name) => name === 'return-path')
