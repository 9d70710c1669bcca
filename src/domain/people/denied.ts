/**
 * Leaked passwords and common words (78,000, folded): refused as passwords with or without digits around them. The
 * list rests compressed beside this file (bin/make-password-lists.ts makes it), is read at the first question and kept
 * as one sorted buffer of 700 kB: no object for each word.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'

const decompress = promisify(brotliDecompress)
const newline = 10

const load = async (): Promise<Buffer> =>
  decompress(await readFile(new URL('./denied.txt.br', import.meta.url)), { maxOutputLength: 8_000_000 })

let loading: Promise<Buffer> | undefined

const linesOfList = (): Promise<Buffer> => {
  loading ??= load().catch((error) => {
    loading = undefined
    throw error
  })
  return loading
}

/** Binary search among lines. */
const includes = (lines: Buffer, word: Buffer): boolean => {
  let low = 0
  let high = lines.length
  while (low < high) {
    const middle = (low + high) >> 1
    const start = middle === 0 ? 0 : lines.lastIndexOf(newline, middle - 1) + 1
    const end = lines.indexOf(newline, start)
    const order = lines.compare(word, 0, word.length, start, end)
    if (order === 0) return true
    // `compare` tells how the line stands to the word.
    if (order > 0) high = start
    else low = end + 1
  }
  return false
}

/** The question "is this folded word on the list?", once the list is read. */
export const deniedWords = async (): Promise<(word: string) => boolean> => {
  const lines = await linesOfList()
  return (word) => includes(lines, Buffer.from(word))
}

let version: string | undefined

/** Changes with the list. */
export const deniedVersion = async (): Promise<string> => {
  version ??= createHash('sha256')
    .update(await linesOfList())
    .digest('base64url')
    .slice(0, 12)
  return version
}
