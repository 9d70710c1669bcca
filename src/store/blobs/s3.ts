/**
 * Large blobs as objects of an S3 service. The name of an object holds its hash, which is known only at the end, so a
 * blob is spooled to a local file first; that also gives the upload the length it must announce and lets it be retried.
 */
import { randomBytes } from 'node:crypto'
import { createReadStream, mkdirSync } from 'node:fs'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { Failure } from '#base/failure.ts'
import { type BlobDriver, type Place, type PlaceWriter, placeName } from './driver.ts'

export interface S3Options {
  readonly bucket: string
  readonly region?: string
  /** For services other than Amazon's. */
  readonly endpoint?: string
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  /** Put before every object's name, ending with `/` or empty. */
  readonly prefix?: string
  /** Where blobs wait for their upload; the system's temporary folder when absent. */
  readonly spool?: string
}

const failureOf = (error: unknown): Failure => {
  if (error instanceof S3ServiceException && (error.name === 'NoSuchKey' || error.$metadata.httpStatusCode === 404))
    return new Failure('notFound', 'no such object', { cause: error })
  return new Failure('unavailable', 'the object store did not answer as it should', { cause: error })
}

class S3Writer implements PlaceWriter {
  readonly #driver: S3Driver
  readonly #handle: FileHandle
  readonly #path: string
  #size = 0

  constructor(driver: S3Driver, handle: FileHandle, path: string) {
    this.#driver = driver
    this.#handle = handle
    this.#path = path
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (let offset = 0; offset < chunk.length; ) {
      const { bytesWritten } = await this.#handle.write(chunk, offset)
      offset += bytesWritten
    }
    this.#size += chunk.length
  }

  async finish(hash: string): Promise<string> {
    await this.#handle.close()
    const location = placeName(hash, randomBytes(6).toString('hex'))
    await this.#driver.upload(location, this.#path, this.#size)
    await unlink(this.#path).catch(() => {})
    return location
  }

  async abort(): Promise<void> {
    await this.#handle.close().catch(() => {})
    await unlink(this.#path).catch(() => {})
  }
}

class S3Driver implements BlobDriver {
  readonly #client: S3Client
  readonly #bucket: string
  readonly #prefix: string
  readonly #spool: string

  constructor(options: S3Options) {
    const { endpoint, accessKeyId, secretAccessKey } = options
    const config: S3ClientConfig = {
      region: options.region ?? 'us-east-1',
      // newer checksums are unknown to many services that speak S3
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      // faults are ours to tell, through the failure
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    }
    if (endpoint) Object.assign(config, { endpoint, forcePathStyle: true })
    if (accessKeyId && secretAccessKey) Object.assign(config, { credentials: { accessKeyId, secretAccessKey } })
    this.#client = new S3Client(config)
    this.#bucket = options.bucket
    this.#prefix = options.prefix ?? ''
    this.#spool = options.spool ?? join(tmpdir(), 'convergence-spool')
    mkdirSync(this.#spool, { recursive: true, mode: 0o700 })
  }

  #object(location: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + location }
  }

  async create(): Promise<PlaceWriter> {
    const path = join(this.#spool, randomBytes(12).toString('hex'))
    return new S3Writer(this, await open(path, 'wx', 0o600), path)
  }

  /** Puts a spooled file under its name; S3 answers when the object is durable. */
  async upload(location: string, path: string, size: number): Promise<void> {
    const put = () => ({ ...this.#object(location), Body: createReadStream(path), ContentLength: size })
    for (let attempt = 1; ; attempt++) {
      try {
        // the SDK cannot send a stream twice: our own retry opens the file anew
        await this.#client.send(new PutObjectCommand(put()))
        return
      } catch (error) {
        if (attempt === 3) throw failureOf(error)
        await sleep(100 * attempt)
      }
    }
  }

  async *open(location: string, start: number, end: number): AsyncIterable<Uint8Array> {
    try {
      const range = `bytes=${start}-${end - 1}`
      const { Body } = await this.#client.send(new GetObjectCommand({ ...this.#object(location), Range: range }))
      if (!Body) throw new Failure('unavailable', 'an object came without its bytes')
      let size = 0
      for await (const chunk of Body as AsyncIterable<Uint8Array>) {
        size += chunk.length
        yield chunk
      }
      if (size !== end - start) throw new Failure('unavailable', 'an object came with fewer bytes than it has')
    } catch (error) {
      throw error instanceof Failure ? error : failureOf(error)
    }
  }

  async remove(location: string): Promise<void> {
    try {
      await this.#client.send(new DeleteObjectCommand(this.#object(location)))
    } catch (error) {
      const failure = failureOf(error)
      if (failure.code !== 'notFound') throw failure
    }
  }

  async *places(): AsyncIterable<Place> {
    let token: string | undefined
    do {
      const page = await this.#client
        .send(new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: this.#prefix, ContinuationToken: token }))
        .catch((error: unknown) => {
          throw failureOf(error)
        })
      for (const { Key, LastModified } of page.Contents ?? []) {
        if (Key && LastModified) yield { location: Key.slice(this.#prefix.length), modifiedAt: LastModified.getTime() }
      }
      token = page.NextContinuationToken
    } while (token)
  }

  async close(): Promise<void> {
    this.#client.destroy()
  }
}

/** Keeps large blobs in an S3 bucket, which must exist. */
export const createS3Driver = (options: S3Options): BlobDriver => new S3Driver(options)
