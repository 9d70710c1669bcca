/** A tar archive as a stream (POSIX.1-2001 pax): ustar headers, with an extended one for long or accented names. */
import { utf8 } from '#base/bytes.ts'

export interface TarEntry {
  /** With slashes, relative. */
  readonly name: string
  readonly size: number
  /** Milliseconds. */
  readonly at: number
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

const block = 512

const octal = (value: number, width: number): string =>
  `${Math.floor(value)
    .toString(8)
    .padStart(width - 1, '0')}\0`

const header = (name: string, size: number, at: number, type: '0' | 'x'): Uint8Array => {
  const bytes = Buffer.alloc(block)
  bytes.write(name.slice(0, 100), 0, 100, 'latin1')
  bytes.write(octal(0o600, 8), 100, 'latin1')
  bytes.write(octal(0, 8), 108, 'latin1')
  bytes.write(octal(0, 8), 116, 'latin1')
  bytes.write(octal(size, 12), 124, 'latin1')
  bytes.write(octal(Math.max(0, at / 1000), 12), 136, 'latin1')
  bytes.write('        ', 148, 'latin1')
  bytes.write(type, 156, 'latin1')
  bytes.write('ustar\x0000', 257, 'latin1')
  let sum = 0
  for (const byte of bytes) sum += byte
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return bytes
}

const padding = (size: number): Uint8Array => new Uint8Array((block - (size % block)) % block)

/** One record of an extended header; its length counts itself. */
const record = (key: string, value: string): Uint8Array => {
  const rest = utf8(` ${key}=${value}\n`).length
  let length = rest + String(rest).length
  if (rest + String(length).length !== length) length = rest + String(length).length
  return utf8(`${length} ${key}=${value}\n`)
}

/** Names lead nowhere but below the folder in which they are unpacked. */
const safe = (name: string): string =>
  name
    .split('/')
    .map((part) => part.replace(/[\\:*?"<>|\p{Cc}]/gu, '_').replace(/^\.+$/, '_'))
    .filter((part) => part !== '')
    .join('/')

const plain = (name: string): string => name.replace(/[^\x20-\x7e]/g, '_')

/** The octets of an archive. Throws Error when an entry's content is not of its size. */
export async function* tar(entries: AsyncIterable<TarEntry>): AsyncGenerator<Uint8Array> {
  for await (const { name, size, at, content } of entries) {
    const path = safe(name)
    if (path.length > 100 || plain(path) !== path) {
      const extended = record('path', path)
      yield header('PaxHeader', extended.length, at, 'x')
      yield extended
      yield padding(extended.length)
    }
    yield header(plain(path).slice(-100), size, at, '0')
    let written = 0
    for await (const chunk of content) {
      written += chunk.length
      yield chunk
    }
    if (written !== size) throw new Error(`${name} has ${written} octets instead of ${size}`)
    yield padding(size)
  }
  yield new Uint8Array(2 * block)
}
