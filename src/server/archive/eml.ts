/** A folder of .eml files, its subfolders being mailboxes. Bytes are kept as they are; flags are not kept. */
import { readdirSync, statSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { noFlags } from '#domain/mail/flags.ts'
import { type ArchiveReader, type ArchiveWriter, maxArchivedMessage, toNetworkLines } from './archive.ts'

/** Files that are messages: .eml, or without any extension (corpora). */
const isMessage = (name: string): boolean => /\.(?:eml|mail|msg|txt)$/i.test(name) || !name.includes('.')

/** Reads every message below `root`; those at the top belong to the mailbox named ''. */
export const readEml = (root: string): ArchiveReader => {
  const paths = statSync(root).isFile()
    ? [root]
    : readdirSync(root, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile() && isMessage(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
  const top = statSync(root).isFile() ? dirname(root) : root
  const files = paths.map((path) => ({ path, stat: statSync(path) }))
  return {
    size: files.reduce((sum, { stat }) => sum + stat.size, 0),
    messages: async function* (skip) {
      let position = 0
      for (const [index, { path, stat }] of files.entries()) {
        position += stat.size
        if (index < skip) continue
        if (stat.size > maxArchivedMessage) throw new Error(`${path} is larger than 256 MB`)
        const bytes = toNetworkLines(await readFile(path))
        const mailbox = relative(top, dirname(path)).split(/[\\/]/).join('/')
        yield { mailbox, bytes, flags: noFlags, receivedAt: undefined, position }
      }
    },
  }
}

const fileName = (name: string): string => name.replace(/[<>:"\\|?*\p{Cc}]|^\.+/gu, '_')

/** Writes one file for each message: `INBOX/0000000012.eml`. */
export const writeEml = (root: string): ArchiveWriter => {
  let folder = root
  return {
    open: async (path) => {
      folder = join(root, ...path.split('/').map(fileName))
      await mkdir(folder, { recursive: true })
      for (const name of await readdir(folder)) if (name.endsWith('.eml')) await rm(join(folder, name))
    },
    write: async ({ uid, bytes, receivedAt }) => {
      const path = join(folder, `${String(uid).padStart(10, '0')}.eml`)
      await writeFile(path, bytes, { flag: 'w' })
      await utimes(path, receivedAt / 1000, receivedAt / 1000)
    },
    close: async () => {},
  }
}
