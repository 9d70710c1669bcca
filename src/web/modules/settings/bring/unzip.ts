/**
 * The files of a zip (PKWARE APPNOTE 6.3.10), found by its directory at the end and read one at a time from the disk.
 * Stored and deflated entries; no encryption, no parts. What a zip says of its sizes is not believed further than it goes.
 */

export interface Zipped {
  readonly name: string
  /** Octets when unpacked, as the zip says. */
  readonly size: number
  open(): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>
}

export class NoZip extends Error {}

const END = 0x06054b50
const ENTRY = 0x02014b50
const LOCAL = 0x04034b50
const END_SIZE = 22
const LONGEST_COMMENT = 65_535
const MAX_ENTRIES = 200_000
const STORED = 0
const DEFLATED = 8

const viewOf = async (file: Blob, from: number, to: number): Promise<DataView> =>
  new DataView(await file.slice(from, to).arrayBuffer())

const findEnd = async (file: Blob): Promise<{ count: number; at: number; size: number }> => {
  const from = Math.max(0, file.size - END_SIZE - LONGEST_COMMENT)
  const view = await viewOf(file, from, file.size)
  for (let i = view.byteLength - END_SIZE; i >= 0; i -= 1)
    if (view.getUint32(i, true) === END)
      return {
        count: view.getUint16(i + 10, true),
        size: view.getUint32(i + 12, true),
        at: view.getUint32(i + 16, true),
      }
  throw new NoZip('no directory')
}

const openEntry = async (file: Blob, at: number, packed: number, method: number) => {
  const local = await viewOf(file, at, at + 30)
  if (local.byteLength < 30 || local.getUint32(0, true) !== LOCAL) throw new NoZip('no entry')
  const begins = at + 30 + local.getUint16(26, true) + local.getUint16(28, true)
  const content = file.slice(begins, begins + packed).stream()
  return method === STORED ? content : content.pipeThrough(new DecompressionStream('deflate-raw'))
}

/** Throws NoZip for what is no zip, or none that can be read here. */
export const filesOfZip = async (file: Blob): Promise<readonly Zipped[]> => {
  const end = await findEnd(file)
  if (end.count > MAX_ENTRIES || end.at + end.size > file.size) throw new NoZip('directory out of bounds')
  const view = await viewOf(file, end.at, end.at + end.size)
  const files: Zipped[] = []
  let at = 0
  for (let n = 0; n < end.count && at + 46 <= view.byteLength; n += 1) {
    if (view.getUint32(at, true) !== ENTRY) throw new NoZip('directory broken')
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)]
    const [packed, size] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)]
    const nameSize = view.getUint16(at + 28, true)
    const rest = view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
    const begins = view.getUint32(at + 42, true)
    const bytes = new Uint8Array(view.buffer, at + 46, Math.min(nameSize, view.byteLength - at - 46))
    const name = new TextDecoder((flags & 0x800) === 0 ? 'latin1' : 'utf-8').decode(bytes)
    const isReadable = (flags & 1) === 0 && (method === STORED || method === DEFLATED)
    if (isReadable && !name.endsWith('/'))
      files.push({ name, size, open: () => openEntry(file, begins, packed, method) })
    at += 46 + nameSize + rest
  }
  return files
}
