/** A message written from a tree of parts (RFC 5322, RFC 2046), as a stream of bytes that is never whole in memory. */
import { utf8 } from '#base/bytes.ts'
import { encodeQuotedPrintable } from '#format/mime/build.ts'

export interface TextContent {
  readonly kind: 'text'
  readonly text: string
}
/** Bytes that rest elsewhere; `open` streams them, each time from the start. */
export interface BytesContent {
  readonly kind: 'bytes'
  readonly open: () => AsyncIterable<Uint8Array>
  /** As they are: only for what must not be encoded (message/*). */
  readonly encoding: 'base64' | '7bit' | '8bit'
}
export interface MultipartContent {
  readonly kind: 'multipart'
  readonly parts: readonly PartPlan[]
  readonly boundary: string
}

export interface PartPlan {
  /** Complete fields `Name: value` without their line ends; Content-Transfer-Encoding is ours to add. */
  readonly fields: readonly string[]
  readonly content: TextContent | BytesContent | MultipartContent
}

const longestLine = 990

/** Text with CRLF line ends. */
const crlf = (text: string): string => text.toWellFormed().replace(/\r\n|\r|\n/g, '\r\n')

/** Base64 in lines of 76 characters, streamed. */
async function* base64Lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0)
  const lines = (bytes: Uint8Array): Uint8Array => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
    return Buffer.from(text.replace(/.{1,76}/g, '$&\r\n'), 'latin1')
  }
  for await (const chunk of chunks) {
    // 57 bytes make one line; the slices bound what one turn of the event loop does.
    for (let at = 0; at < chunk.length; at += 65_536) {
      const whole = Buffer.concat([rest, chunk.subarray(at, at + 65_536)])
      const full = whole.length - (whole.length % 57)
      if (full > 0) yield lines(whole.subarray(0, full))
      rest = whole.subarray(full)
    }
  }
  if (rest.length > 0) yield lines(rest)
}

const isPlain = (body: string): boolean =>
  /^[\x01-\x7f]*$/.test(body) &&
  !body.split('\r\n').some((line) => line.length > longestLine || /[ \t]$/.test(line) || /^(?:From |\.)/.test(line))

/** Quoted-printable in slices that end with a line, so that no turn of the event loop is long. */
function* quotedPrintable(body: string): Generator<Uint8Array> {
  for (let at = 0; at < body.length; ) {
    const lineEnd = body.indexOf('\r\n', at + 32_768)
    const end = lineEnd < 0 ? body.length : lineEnd + 2
    yield encodeQuotedPrintable(utf8(body.slice(at, end)))
    at = end
  }
}

/** The bytes of a part, header first. The last line of a body has no line end of its own unless its text has one. */
export async function* writePart(plan: PartPlan): AsyncGenerator<Uint8Array> {
  const { content, fields } = plan
  const head = (encoding?: string): Uint8Array => {
    const all = encoding === undefined ? fields : [...fields, `Content-Transfer-Encoding: ${encoding}`]
    return utf8(`${all.map((field) => `${field}\r\n`).join('')}\r\n`)
  }
  if (content.kind === 'text') {
    const body = crlf(content.text)
    if (isPlain(body)) {
      yield head('7bit')
      yield utf8(body)
    } else {
      yield head('quoted-printable')
      yield* quotedPrintable(body)
    }
  } else if (content.kind === 'bytes') {
    yield head(content.encoding)
    if (content.encoding === 'base64') yield* base64Lines(content.open())
    else yield* content.open()
  } else {
    yield head()
    for (const part of content.parts) {
      yield utf8(`--${content.boundary}\r\n`)
      yield* writePart(part)
      yield utf8('\r\n')
    }
    yield utf8(`--${content.boundary}--\r\n`)
  }
}
