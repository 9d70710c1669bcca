/**
 * An mbox file (RFC 4155) cut into its messages, read in pieces: a mailbox of many gigabytes is never whole in memory.
 * `>From ` of the body is put back (mboxrd); the flags that mail programs write into the head are read.
 */

export interface Brought {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly keywords: Readonly<Record<string, boolean>>
  /** Of a message that no server has stamped: when it was written. */
  readonly receivedAt: string | undefined
}

/** A message larger than this is given as it is cut: the server refuses it and says so. */
const LONGEST = 200_000_000
const LF = 10

const latin = new TextDecoder('latin1')
const toBytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

const FROM = toBytes('From ')

const startsWithFrom = (bytes: Uint8Array, at: number): boolean => FROM.every((octet, i) => bytes[at + i] === octet)

/** Where the next message begins: a line `From ` after an empty one. -1 when it is not in these octets. */
const nextStart = (bytes: Uint8Array, from: number): number => {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (at + 1 + FROM.length > bytes.length) return -1
    const isAfterEmpty = bytes[at - 1] === LF || (bytes[at - 1] === 13 && bytes[at - 2] === LF)
    if (isAfterEmpty && startsWithFrom(bytes, at + 1)) return at + 1
  }
  return -1
}

const letters: Readonly<Record<string, string>> = { R: '$seen', A: '$answered', F: '$flagged', T: '$draft' }

/** `Status:` and `X-Status:` of mutt, Dovecot and our own export; `X-Mozilla-Status:` of Thunderbird. */
const keywordsOf = (head: string): Record<string, boolean> => {
  const keywords: Record<string, boolean> = {}
  for (const [, signs = ''] of head.matchAll(/^(?:X-)?Status:[ \t]*([A-Z]*)/gim))
    for (const sign of signs) if (letters[sign] !== undefined) keywords[letters[sign]] = true
  const mozilla = Number.parseInt(/^X-Mozilla-Status:[ \t]*([0-9a-f]{4})/im.exec(head)?.[1] ?? '0', 16)
  if (mozilla & 1) keywords.$seen = true
  if (mozilla & 2) keywords.$answered = true
  if (mozilla & 4) keywords.$flagged = true
  return keywords
}

const writtenAt = (head: string): string | undefined => {
  if (/^Received:/im.test(head)) return
  const ms = Date.parse(/^Date:[ \t]*(.+)/im.exec(head)?.[1] ?? '')
  return Number.isNaN(ms) ? undefined : `${new Date(ms).toISOString().slice(0, 19)}Z`
}

/** The lines that an mbox added to the head are not the message's own. */
const ADDED = /^(?:Status|X-Status|X-Keywords|X-Mozilla-Status2?|X-Mozilla-Keys):.*\r?\n/gim

/** A message from its piece of the file; undefined for what is none (the pseudo-message of some programs). */
export const messageFromPiece = (piece: Uint8Array): Brought | undefined => {
  const firstLine = piece.indexOf(LF) + 1
  const text = latin.decode(startsWithFrom(piece, 0) ? piece.subarray(firstLine) : piece)
  const end = /\r?\n\r?\n/.exec(text)?.index ?? text.length
  const head = text.slice(0, end)
  if (!/^[!-9;-~]+:/m.test(head) || /^X-IMAP(?:base)?:/im.test(head)) return
  const body = text.slice(end).replace(/(^|\n)>(>*From )/g, '$1$2')
  const whole = `${`${head}\n`.replace(ADDED, '').replace(/\n$/, '')}${body}`
    .replace(/(\r?\n)\r?\n$/, '$1')
    .replace(/\r?\n/g, '\r\n')
  return { bytes: toBytes(whole), keywords: keywordsOf(head), receivedAt: writtenAt(head) }
}

/** The messages of a file; `told` is called with the octets read so far. */
export async function* messagesOfMbox(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  told: (octets: number) => void = () => {},
): AsyncGenerator<Brought> {
  // One buffer that grows by doubling: a large message must not be copied again with every piece of it.
  let buffer = new Uint8Array(1 << 20)
  let held = 0
  let looked = 0
  let read = 0
  const take = (size: number): Brought | undefined => {
    const message = messageFromPiece(buffer.subarray(0, size))
    buffer.copyWithin(0, size, held)
    held -= size
    looked = 0
    return message
  }
  const reader = stream.getReader()
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      const piece = value ?? new Uint8Array(0)
      if (held + piece.length > buffer.length) {
        const larger = new Uint8Array(Math.max(buffer.length * 2, held + piece.length))
        larger.set(buffer.subarray(0, held))
        buffer = larger
      }
      buffer.set(piece, held)
      held += piece.length
      read += piece.length
      for (let at = nextStart(buffer.subarray(0, held), looked); at >= 0; ) {
        const message = take(at)
        if (message !== undefined) yield message
        at = nextStart(buffer.subarray(0, held), 0)
      }
      // What is left holds no beginning but perhaps one that is cut at its end.
      looked = Math.max(0, held - 8)
      if (held > LONGEST) break
      told(read)
    }
  } finally {
    reader.releaseLock()
  }
  const last = held === 0 ? undefined : take(held)
  if (last !== undefined) yield last
}
