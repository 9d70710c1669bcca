/**
 * A zip file as it is written (PKWARE APPNOTE 6.3.10): entries stored as they are, sizes told after each (general purpose
 * bit 3), names in UTF-8 (bit 11). Attachments are compressed already, nearly all of them; what counts is that nothing is
 * held in memory. Without Zip64: what is given stays below 4 GiB and 65,535 entries, which the caller sees to.
 */

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c >>> 0
})

/** CRC-32 of octets after those that gave `before`. */
export const crc32 = (bytes: Uint8Array, before = 0): number => {
  let c = ~before
  for (let i = 0; i < bytes.length; i++) c = table[(c ^ bytes[i]!) & 255]! ^ (c >>> 8)
  return ~c >>> 0
}

export interface ZipEntry {
  readonly name: string
  /** Milliseconds, told as UTC: the format has no time zone. */
  readonly modified: number
  content(): AsyncIterable<Uint8Array>
}

const fields = (...given: readonly (readonly [octets: 2 | 4, value: number])[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(given.reduce((sum, [octets]) => sum + octets, 0))
  let at = 0
  for (const [octets, value] of given) for (let i = 0; i < octets; i++) bytes[at++] = (value >>> (8 * i)) & 255
  return bytes
}

/** Date and time of MS-DOS, which begin with 1980. */
const dosTime = (ms: number): readonly [time: number, date: number] => {
  const at = new Date(Math.min(Math.max(ms, 315_532_800_000), 4_354_819_198_000))
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1)
  return [time, ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate()]
}

/** Bit 3: sizes follow the data; bit 11: the name is UTF-8. */
const flags = 0x0808
const version = 20

const join = (...parts: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** The file, in pieces. */
export async function* writeZip(entries: Iterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  const directory: Uint8Array[] = []
  let at = 0
  for (const entry of entries) {
    const name = new TextEncoder().encode(entry.name)
    const [time, date] = dosTime(entry.modified)
    const begins = at
    const head = join(
      fields([4, 0x04034b50], [2, version], [2, flags], [2, 0], [2, time], [2, date], [4, 0], [4, 0], [4, 0]),
      fields([2, name.length], [2, 0]),
      name,
    )
    yield head
    at += head.length
    let crc = 0
    let size = 0
    for await (const chunk of entry.content()) {
      crc = crc32(chunk, crc)
      size += chunk.length
      yield chunk
    }
    const tail = fields([4, 0x08074b50], [4, crc], [4, size], [4, size])
    yield tail
    at += size + tail.length
    directory.push(
      fields([4, 0x02014b50], [2, version], [2, version], [2, flags], [2, 0], [2, time], [2, date], [4, crc]),
      fields([4, size], [4, size], [2, name.length], [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, begins]),
      name,
    )
  }
  const central = join(...directory)
  const count = directory.length / 3
  yield central
  yield fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, central.length], [4, at], [2, 0])
}

const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/** A file name that no system refuses and that leads nowhere else: no folders, no control signs, not endless. */
export const safeName = (name: string, otherwise: string): string => {
  const plain = name
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029<>:"/\\|?*]+/gu, '_')
    .replace(/^[\s.]+|[\s.]+$/g, '')
  const [, stem = '', ending = ''] = /^(.*?)(\.[^.]{1,20})?$/s.exec(plain) ?? []
  const short = `${[...stem].slice(0, 100).join('')}${ending}`
  if (short === '') return otherwise
  return reserved.test(short) ? `_${short}` : short
}

/** Names each once, whatever the case: `a.pdf`, `a (2).pdf`. */
export const uniqueNames = (names: readonly string[]): string[] => {
  const taken = new Set<string>()
  return names.map((name) => {
    const [, stem = '', ending = ''] = /^(.*?)(\.[^.]*)?$/s.exec(name) ?? []
    let chosen = name
    for (let n = 2; taken.has(chosen.toLowerCase()); n++) chosen = `${stem} (${n})${ending}`
    taken.add(chosen.toLowerCase())
    return chosen
  })
}
