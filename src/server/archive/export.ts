/** Writes the mail of an account into an archive. */
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '#base/failure.ts'
import { allEntries } from '#domain/mail/entries.ts'
import { listMailboxes } from '#domain/mail/mailboxes.ts'
import type { House } from '../house.ts'
import type { ArchiveFormat, ArchiveWriter } from './archive.ts'
import { writeEml } from './eml.ts'
import { writeMaildir } from './maildir.ts'
import { writeMbox } from './mbox.ts'

export interface ExportOptions {
  readonly account: number
  readonly folder: string
  readonly format: ArchiveFormat
  /** Only this mailbox and those below it. */
  readonly mailbox: string | undefined
  readonly progress: (done: number, total: number) => void
}

const writers: Readonly<Record<ArchiveFormat, (folder: string) => ArchiveWriter>> = {
  mbox: writeMbox,
  maildir: writeMaildir,
  eml: writeEml,
}

const stateFile = '.convergence-export.json'

/** Mailboxes that are complete, or undefined when no export was begun there. */
const readState = (folder: string): Set<string> | undefined => {
  const path = join(folder, stateFile)
  return existsSync(path) ? new Set(JSON.parse(readFileSync(path, 'utf8')) as string[]) : undefined
}

const saveState = async (folder: string, complete: ReadonlySet<string>): Promise<void> => {
  const path = join(folder, stateFile)
  await writeFile(`${path}.new`, JSON.stringify([...complete]))
  await rename(`${path}.new`, path)
}

/** The mailboxes an earlier run completed. Throws Failure alreadyExists for a folder that holds something else. */
const begin = async (folder: string): Promise<Set<string>> => {
  await mkdir(folder, { recursive: true })
  const state = readState(folder)
  if (state) return state
  if ((await readdir(folder)).length > 0)
    throw new Failure('alreadyExists', `${folder} is not empty: choose a new folder for the export.`)
  await saveState(folder, new Set())
  return new Set()
}

/**
 * Exports an account; returns the number of messages written. An interrupted export skips the mailboxes that were
 * complete and writes the others again. A complete export removes its own notes.
 */
export const exportArchive = async (house: House, options: ExportOptions): Promise<number> => {
  const { account, folder, format, mailbox: only } = options
  const complete = await begin(folder)
  const all = await house.store.read((tx) => listMailboxes(tx, account))
  const wanted = all.filter(({ path }) => only === undefined || path === only || path.startsWith(`${only}/`))
  const total = wanted.reduce((sum, { total }) => sum + total, 0)
  let done = 0
  let written = 0
  for (const { id, path, total: count } of wanted) {
    if (complete.has(path)) {
      done += count
      continue
    }
    const writer = writers[format](folder)
    await writer.open(path)
    const entries = await house.store.read((tx) => allEntries(tx, account, id))
    for (const { uid, blobId, flags, receivedAt } of entries) {
      await writer.write({ uid, bytes: await house.store.blobs.bytes(blobId), flags, receivedAt })
      written++
      options.progress(++done, total)
    }
    await writer.close()
    await saveState(folder, complete.add(path))
  }
  await rm(join(folder, stateFile))
  return written
}
