/**
 * The members of a ZIP archive (PKWARE APPNOTE 6.3), as far as office documents need them: stored or deflated, without
 * encryption, nothing larger than 4 GB. Everything is bounded, for an attachment is written by a stranger: a member that
 * unpacks to more than was allowed is left out.
 */
import { inflateRawSync } from 'node:zlib'

export interface ZipMember {
  readonly name: string
  /** 0 stored, 8 deflated. */
  readonly method: number
  readonly start: number
  readonly packed: number
}

const maxMembers = 4000
/** A deflate stream cannot shrink more than about 1,032 times; text of office documents shrinks 20 times. */
const maxRatio = 250

const uint16 = (bytes: DataView, at: number): number => bytes.getUint16(at, true)
const uint32 = (bytes: DataView, at: number): number => bytes.getUint32(at, true)

/** Where the central directory begins, and how many members it names; undefined when this is no archive. */
const directoryOf = (view: DataView): { at: number; count: number } | undefined => {
  // the record at the end may be followed by a comment of up to 65,535 octets
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 65_557); at--)
    if (uint32(view, at) === 0x06054b50) return { at: uint32(view, at + 16), count: uint16(view, at + 10) }
  return
}

/** The members that the archive names, in its order. Never throws: what is damaged ends the list. */
export const zipMembers = (bytes: Uint8Array): ZipMember[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const directory = directoryOf(view)
  const members: ZipMember[] = []
  if (!directory) return members
  let { at } = directory
  for (let n = 0; n < Math.min(directory.count, maxMembers); n++) {
    if (at + 46 > view.byteLength || uint32(view, at) !== 0x02014b50) break
    const [nameLength, extra, comment] = [uint16(view, at + 28), uint16(view, at + 30), uint16(view, at + 32)]
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength))
    const start = uint32(view, at + 42)
    const isEncrypted = (uint16(view, at + 8) & 1) !== 0
    if (!isEncrypted) members.push({ name, method: uint16(view, at + 10), start, packed: uint32(view, at + 20) })
    at += 46 + nameLength + extra + comment
  }
  return members
}

/** The bytes of a member, unpacked; undefined when they are damaged, or more than `max`. */
export const unzip = (bytes: Uint8Array, member: ZipMember, max: number): Uint8Array | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { start, packed, method } = member
  if (start + 30 > view.byteLength || uint32(view, start) !== 0x04034b50) return
  const from = start + 30 + uint16(view, start + 26) + uint16(view, start + 28)
  if (from + packed > view.byteLength) return
  const body = bytes.subarray(from, from + packed)
  if (method === 0) return packed > max ? undefined : body
  if (method !== 8) return
  try {
    return inflateRawSync(body, { maxOutputLength: Math.min(max, Math.max(4096, packed * maxRatio)) })
  } catch {
    return
  }
}
