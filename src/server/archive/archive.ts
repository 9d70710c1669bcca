/** Mail outside the store: what the formats (mbox, Maildir, folders of .eml) have in common. */
import type { FlagSet } from '#domain/mail/flags.ts'

export type ArchiveFormat = 'mbox' | 'maildir' | 'eml'

/** A message read from an archive. */
export interface ArchivedMessage {
  /** Path of the mailbox it belongs to (`INBOX`, `Projets/2026`). */
  readonly mailbox: string
  readonly bytes: Uint8Array
  readonly flags: FlagSet
  /** Milliseconds; undefined when the archive does not say. */
  readonly receivedAt: number | undefined
  /** Octets of the archive read so far, for the progress bar. */
  readonly position: number
}

export interface ArchiveReader {
  /** Octets of the whole archive. */
  readonly size: number
  /** Messages in an order that does not change while the archive does not; the first `skip` are passed over. */
  messages(skip: number): AsyncGenerator<ArchivedMessage>
}

/** A message to be written. */
export interface OutgoingMessage {
  readonly uid: number
  readonly bytes: Uint8Array
  readonly flags: FlagSet
  readonly receivedAt: number
}

export interface ArchiveWriter {
  /** Begins a mailbox, from nothing: what an interrupted export left of it goes. The messages that follow are its own. */
  open(path: string): Promise<void>
  write(message: OutgoingMessage): Promise<void>
  /** Everything is on the disk. */
  close(): Promise<void>
}

/** Largest message read into memory from an archive. */
export const maxArchivedMessage = 256 * 1024 * 1024

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1')
const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

/**
 * Network line ends: archives of Unix programs have LF alone. A message that has a CRLF anywhere is left as it is, so
 * that what we exported comes back octet by octet.
 */
export const toNetworkLines = (bytes: Uint8Array): Uint8Array => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (buffer.includes('\r\n') || !buffer.includes('\n')) return bytes
  return bytesOf(textOf(bytes).replaceAll('\n', '\r\n'))
}

/** LF alone, when that can be undone by `toNetworkLines`; otherwise the bytes as they are. */
export const toUnixLines = (bytes: Uint8Array): Uint8Array => {
  const text = textOf(bytes)
  return /(?<!\r)\n|\r(?!\n)/.test(text) ? bytes : bytesOf(text.replaceAll('\r\n', '\n'))
}
