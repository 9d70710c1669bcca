/**
 * Large blobs as files. A stream is written to `tmp/`, made durable, then renamed to a name of its own; what is whole in
 * memory is written under that name at once: no row knows it yet, and what a crash leaves there is an orphan like any
 * other. The folder is made durable too, or a power cut could lose the name while the row remembers it.
 */
import { randomBytes } from 'node:crypto'
import { close, fsync, mkdirSync, open as openFile, openSync, write } from 'node:fs'
import { type FileHandle, mkdir, open, opendir, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Failure } from '#base/failure.ts'
import {
  type BlobDriver,
  hashOfPlace,
  isRandomPlace,
  type Place,
  type PlaceWriter,
  placeName,
  randomPlaceName,
} from './driver.ts'

const chunkSize = 65_536

const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)

// A file handle costs as much as the calls it wraps.
const opened = promisify(openFile)
const written = promisify(write)
const synced = promisify(fsync)

/** Closed without being waited for: all that counts has been synced. */
const release = (fd: number): void => close(fd, () => {})

const syncFolder = async (folder: string): Promise<void> => {
  let fd: number | undefined
  try {
    // A folder in use is opened at once, and its sync begins with that of the file.
    fd = openSync(folder, 'r')
    await synced(fd)
  } catch (error) {
    // Windows neither needs nor allows this
    if (!hasCode(error, 'EISDIR', 'EPERM', 'EACCES', 'EINVAL')) throw error
  } finally {
    if (fd !== undefined) release(fd)
  }
}

class LocalWriter implements PlaceWriter {
  readonly #driver: LocalDriver
  readonly #handle: FileHandle
  readonly #path: string

  constructor(driver: LocalDriver, handle: FileHandle, path: string) {
    this.#driver = driver
    this.#handle = handle
    this.#path = path
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (let offset = 0; offset < chunk.length; ) {
      const { bytesWritten } = await this.#handle.write(chunk, offset)
      offset += bytesWritten
    }
  }

  async finish(hash: string): Promise<string> {
    const location = placeName(hash, randomBytes(6).toString('hex'))
    await this.#handle.sync()
    await this.#handle.close()
    const target = await this.#driver.folderFor(location)
    await rename(this.#path, target).catch(async (error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error
      // somebody has cleared the folder under us
      await rename(this.#path, await this.#driver.folderFor(location, true))
    })
    await syncFolder(dirname(target))
    return location
  }

  async abort(): Promise<void> {
    await this.#handle.close().catch(() => {})
    await unlink(this.#path).catch(() => {})
  }
}

class LocalDriver implements BlobDriver {
  readonly #folder: string
  /** Folders known to exist and to be durable; at most 256 of them. */
  readonly #known = new Set<string>()

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(join(folder, 'tmp'), { recursive: true, mode: 0o700 })
  }

  async create(): Promise<PlaceWriter> {
    const path = join(this.#folder, 'tmp', randomBytes(12).toString('hex'))
    return new LocalWriter(this, await open(path, 'wx', 0o600), path)
  }

  async put(bytes: Uint8Array, whenWritten: () => void = () => {}): Promise<string> {
    const location = randomPlaceName(randomBytes(16).toString('hex'))
    const path = join(this.#folder, location)
    const make = (): Promise<number> => opened(path, 'wx', 0o600)
    const fd = await make().catch(async (error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error
      // the first one here, or somebody has cleared the folder under us
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      this.#known.delete(dirname(path))
      return make()
    })
    try {
      for (let at = 0; at < bytes.length; ) at += (await written(fd, bytes, at, bytes.length - at, at)).bytesWritten
      // Side by side, in whatever order: no row knows the name before all of it is durable.
      const settled = Promise.allSettled([synced(fd), syncFolder(dirname(path)), this.#settle(dirname(path))])
      whenWritten()
      for (const outcome of await settled) if (outcome.status === 'rejected') throw outcome.reason
    } catch (error) {
      release(fd)
      await unlink(path).catch(() => {})
      throw error
    }
    release(fd)
    return location
  }

  /** Makes the name of a folder durable, unless it is known to be. */
  async #settle(inner: string): Promise<void> {
    if (this.#known.has(inner)) return
    await syncFolder(this.#folder)
    this.#known.add(inner)
  }

  /** The path of a location, its folders made and durable. */
  async folderFor(location: string, anew = false): Promise<string> {
    const target = join(this.#folder, location)
    const inner = dirname(target)
    if (anew) this.#known.delete(inner)
    if (!this.#known.has(inner)) {
      await mkdir(inner, { recursive: true, mode: 0o700 })
      await this.#settle(inner)
    }
    return target
  }

  #path(location: string): string {
    if (!/^[0-9a-f/-]+$|^tmp\/[0-9a-f]+$/.test(location)) throw new Failure('notFound', 'not the name of a blob')
    return join(this.#folder, location)
  }

  async *open(location: string, start: number, end: number): AsyncIterable<Uint8Array> {
    let handle: FileHandle
    try {
      handle = await open(this.#path(location), 'r')
    } catch (cause) {
      if (hasCode(cause, 'ENOENT')) throw new Failure('notFound', `no blob at ${location}`, { cause })
      throw cause
    }
    try {
      for (let position = start; position < end; ) {
        const buffer = new Uint8Array(Math.min(chunkSize, end - position))
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
        if (bytesRead === 0) throw new Failure('unavailable', `the blob at ${location} is shorter than it was`)
        position += bytesRead
        yield bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead)
      }
    } finally {
      await handle.close()
    }
  }

  async remove(location: string): Promise<void> {
    await unlink(this.#path(location)).catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error
    })
  }

  async *places(): AsyncIterable<Place> {
    for await (const outer of await opendir(this.#folder)) {
      if (!outer.isDirectory()) continue
      for await (const entry of await opendir(join(this.#folder, outer.name))) {
        const name = `${outer.name}/${entry.name}`
        if (entry.isFile() && (outer.name === 'tmp' || isRandomPlace(name) || hashOfPlace(name)))
          yield* this.#place(name)
        if (!entry.isDirectory()) continue
        // as blobs were once placed
        for await (const file of await opendir(join(this.#folder, name))) {
          const location = `${name}/${file.name}`
          if (hashOfPlace(location)) yield* this.#place(location)
        }
      }
    }
  }

  async *#place(location: string): AsyncIterable<Place> {
    try {
      const { mtimeMs } = await stat(join(this.#folder, location))
      yield { location, modifiedAt: mtimeMs }
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error
    }
  }

  async close(): Promise<void> {}
}

/** Keeps large blobs in files below `folder`, which is made when absent. */
export const createLocalDriver = (folder: string): BlobDriver => new LocalDriver(folder)
