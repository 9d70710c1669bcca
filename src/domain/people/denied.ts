/**
 * Leaked passwords and common words (78,000, folded): refused as passwords with or without digits around them. The
 * list rests compressed beside this file (bin/make-password-lists.ts makes it), is read at the first question and kept
 * as one sorted buffer of 700 kB: no object for each word.
 */
import { webcrypto } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'

const decompress = promisify(brotliDecompress)
const newline = 10

interface List {
  readonly lines: Buffer
  readonly version: string
}

const load = async (): Promise<List> => {
  const lines = await decompress(await readFile(new URL('./denied.txt.br', import.meta.url)), {
    maxOutputLength: 8_000_000,
  })
  // In another thread: 700 kB are more than the event loop should stand still for while everybody signs in.
  const hash = Buffer.from(await webcrypto.subtle.digest('SHA-256', lines))
  return { lines, version: hash.toString('base64url').slice(0, 12) }
}

let loading: Promise<List> | undefined

const readList = (): Promise<List> => {
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
  const { lines } = await readList()
  return (word) => includes(lines, Buffer.from(word))
}

/** Changes with the list. */
export const deniedVersion = async (): Promise<string> => (await readList()).version
