/**
 * Backup while the server runs. Large blobs never change once written and are swept an hour after their last use at the
 * earliest, so: copy them, take the snapshot of the rows, copy those that came meanwhile. Whatever the snapshot names
 * was there in one of the two copies.
 */
import { existsSync } from 'node:fs'
import { chmod, copyFile, cp, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { Failure } from '#base/failure.ts'
import type { Config } from '../config.ts'
import type { House } from '../house.ts'
import { blobFolder, databaseFile, searchFolder } from '../store.ts'
import { exportTables } from './tables.ts'

export interface Manifest {
  readonly program: 'convergence'
  readonly format: 1
  readonly kind: 'sqlite' | 'tables'
  /** ISO 8601: the moment of the snapshot. */
  readonly takenAt: string
  /** False: large blobs are in S3, which has its own backup. */
  readonly blobs: boolean
}

export interface BackupOptions {
  readonly folder: string
  /** Tables as text, for another engine, rather than a copy of the database file. */
  readonly portable: boolean
  readonly progress: (what: string, done: number, total: number) => void
}

const manifestFile = 'manifest.json'

const filesBelow = async (folder: string): Promise<string[]> => {
  if (!existsSync(folder)) return []
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)))
}

/** Onto the disk: a backup that is said to be written survives a power cut. */
const settle = async (path: string): Promise<void> => {
  const handle = await open(path, 'r+')
  await handle.sync().finally(() => handle.close())
}

/** Copies what is not there yet; a file that went away meanwhile is no longer needed. */
const copyBlobs = async (from: string, to: string, progress: (done: number, total: number) => void): Promise<void> => {
  const files = await filesBelow(from)
  for (const [index, file] of files.entries()) {
    progress(index + 1, files.length)
    const target = join(to, file)
    const [source, there] = await Promise.all([
      stat(join(from, file)).catch(() => undefined),
      stat(target).catch(() => undefined),
    ])
    if (!source || there?.size === source.size) continue
    await mkdir(dirname(target), { recursive: true })
    try {
      await copyFile(join(from, file), `${target}.part`)
      await settle(`${target}.part`)
      await rename(`${target}.part`, target)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }
}

/** Writes a backup; again into the same folder copies only the blobs that are new. */
export const takeBackup = async (house: House, options: BackupOptions): Promise<Manifest> => {
  const { folder, progress } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // Without its manifest the folder is no backup: nobody restores half of one.
  await rm(join(folder, manifestFile), { force: true })
  const local = house.config['blobs.driver'] === 'local'
  const blobs = () =>
    local
      ? copyBlobs(blobFolder(house.config.data), join(folder, 'blobs'), (done, total) =>
          progress('messages', done, total),
        )
      : Promise.resolve()
  await blobs()
  const takenAt = new Date(house.store.clock.now()).toISOString()
  const { sqlite } = house
  const native = sqlite !== undefined && !options.portable
  if (native) {
    const target = join(folder, 'convergence.db')
    await rm(`${target}.part`, { force: true })
    await sqlite.backup(`${target}.part`, (done, total) => progress('database', done, total))
    await settle(`${target}.part`)
    await rename(`${target}.part`, target)
  } else {
    const tables = join(folder, 'tables')
    await rm(tables, { recursive: true, force: true })
    await mkdir(tables)
    await exportTables(house.store.engine, tables, (table) => progress(table, 0, 0))
  }
  await blobs()
  const manifest: Manifest = {
    program: 'convergence',
    format: 1,
    kind: native ? 'sqlite' : 'tables',
    takenAt,
    blobs: local,
  }
  await writeFile(join(folder, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true })
  return manifest
}

/** The manifest of a backup. Throws Failure notFound or unsupported. */
export const readManifest = async (folder: string): Promise<Manifest> => {
  const path = join(folder, manifestFile)
  if (!existsSync(path)) throw new Failure('notFound', `${folder} holds no complete backup (no ${manifestFile}).`)
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Partial<Manifest>
  if (manifest.program !== 'convergence' || manifest.format !== 1)
    throw new Failure('unsupported', `${folder} was written by another version.`)
  return manifest as Manifest
}

/** Puts the files of a backup into an empty data folder; the tables of a portable one are read in by the caller. */
export const placeFiles = async (config: Config, folder: string, manifest: Manifest): Promise<void> => {
  const { data } = config
  await mkdir(data, { recursive: true, mode: 0o750 })
  // Derived from the rows that are being replaced: built again.
  await rm(searchFolder(data), { recursive: true, force: true })
  if (manifest.blobs && existsSync(join(folder, 'blobs')))
    await cp(join(folder, 'blobs'), blobFolder(data), { recursive: true })
  if (manifest.kind === 'sqlite') {
    const target = databaseFile(data)
    await copyFile(join(folder, 'convergence.db'), `${target}.part`)
    await chmod(`${target}.part`, 0o600)
    await settle(`${target}.part`)
    await rename(`${target}.part`, target)
  }
}
