/**
 * What must be known of a message before it can be stored: its SHA-256 and its content. A message of usual length is read
 * here, some tens of microseconds each, a few milliseconds in one turn of the event loop; one that would hold the loop for
 * longer is handed over to a thread beside it (intake-worker.ts).
 */

import { createHash, hash as hashOf } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { Failure } from '#base/failure.ts'
import { decodeStructure, type MimeStructure } from '#format/mime/structure.ts'
import { type BlobStore, inlineLimit, type PendingBlob } from '#store/blobs/blobs.ts'
import { breathe } from '../turn.ts'
import { createContentReader, type ParsedContent, readContent } from './content.ts'

/** A message in memory, ready to be stored. */
export interface Taken {
  readonly blob: PendingBlob
  readonly content: ParsedContent
}

/** What the thread tells of a message. Octets are told one by one character. */
export interface Told extends Omit<ParsedContent, 'structure' | 'headers' | 'envelope'> {
  /** Octets of the header block; -1 when it is too long to be kept. */
  readonly headersEnd: number
  readonly envelope: string
}

export interface Answer {
  /** The octets: they were handed over rather than copied. */
  readonly bytes: Uint8Array
  readonly hash: Uint8Array
  readonly told: Told
}

/** Above this many octets a message goes to the thread: reading it takes longer than the way there and back. */
export const handedOverAbove = 524_288
/** Octets that the thread may have before it, beyond one message: the others wait here. */
const maxOctets = 64 * 1024 * 1024
const maxEnded = 5
/** What is read here gives way to others after so many milliseconds; a large message that must be, after as many octets. */
const turnMs = 4

class Distant implements ParsedContent {
  readonly encoded: string
  readonly headers: Uint8Array | null
  readonly envelope: Uint8Array
  readonly preview: string
  readonly hasAttachment: boolean
  readonly subject: string
  readonly baseSubject: string
  readonly fromSort: string
  readonly toSort: string
  readonly sentAt: number | null
  readonly messageId: string | null
  readonly threadRefs: readonly number[]
  #structure: MimeStructure | undefined

  constructor(bytes: Uint8Array, told: Told) {
    this.encoded = told.encoded
    this.headers = told.headersEnd < 0 ? null : bytes.subarray(0, told.headersEnd)
    this.envelope = Buffer.from(told.envelope, 'latin1')
    this.preview = told.preview
    this.hasAttachment = told.hasAttachment
    this.subject = told.subject
    this.baseSubject = told.baseSubject
    this.fromSort = told.fromSort
    this.toSort = told.toSort
    this.sentAt = told.sentAt
    this.messageId = told.messageId
    this.threadRefs = told.threadRefs
  }

  /** Only filters look at it. */
  get structure(): MimeStructure {
    return (this.#structure ??= decodeStructure(this.encoded))
  }
}

export interface Read {
  /** The message; no longer where it was when it was handed over. */
  readonly bytes: Uint8Array
  readonly hash: Uint8Array
  readonly content: ParsedContent
}

interface Job {
  readonly bytes: Uint8Array
  readonly resolve: (read: Read) => void
  readonly reject: (error: unknown) => void
}

const readHere = (bytes: Uint8Array): Read => ({
  bytes,
  hash: hashOf('sha256', bytes, 'buffer'),
  content: readContent(bytes),
})

/** The same for a long message, giving way to others between its steps. */
const readInSteps = async (bytes: Uint8Array): Promise<Read> => {
  const hash = createHash('sha256')
  const reader = createContentReader()
  for (let at = 0; at < bytes.length; at += handedOverAbove) {
    if (at > 0) await breathe()
    const step = bytes.subarray(at, at + handedOverAbove)
    hash.update(step)
    reader.push(step)
  }
  return { bytes, hash: hash.digest(), content: reader.end() }
}

/** The message is alone in its buffer, which can so be given away. */
const ownsBuffer = ({ buffer, byteLength }: Uint8Array): boolean =>
  buffer instanceof ArrayBuffer && buffer.byteLength === byteLength

class Intake {
  /** To be read here. */
  readonly #mine: Job[] = []
  /** The event loop has read in this turn; what comes now waits for the next. */
  #taken = false
  /** To be read by the thread as soon as it can, and what it has before it. */
  readonly #waiting: Job[] = []
  readonly #asked: Job[] = []
  #octets = 0
  #worker: Worker | undefined
  /** The thread has started; that takes a while, in which nobody waits for it. */
  #ready = false
  /** How often it has ended; when it does so again and again, it is not started any more. */
  #ended = 0

  read(bytes: Uint8Array): Promise<Read> {
    return new Promise((resolve, reject) => {
      const job = { bytes, resolve, reject }
      const large = bytes.length > handedOverAbove && ownsBuffer(bytes)
      const worker = large && this.#ended < maxEnded ? this.#thread() : undefined
      if (worker && this.#ready) {
        this.#waiting.push(job)
        this.#ask(worker)
        return
      }
      this.#mine.push(job)
      if (!this.#taken) this.#readMine()
    })
  }

  /** Reads what is to be read here, until it is time to give way. */
  #readMine(): void {
    const until = performance.now() + turnMs
    do {
      const job = this.#mine.shift()
      if (job) this.#here(job)
    } while (this.#mine.length > 0 && performance.now() < until)
    this.#taken = true
    setImmediate(() => {
      this.#taken = false
      if (this.#mine.length > 0) this.#readMine()
    })
  }

  #here({ bytes, resolve, reject }: Job): void {
    if (bytes.length > handedOverAbove) {
      readInSteps(bytes).then(resolve, reject)
      return
    }
    try {
      resolve(readHere(bytes))
    } catch (error) {
      reject(error)
    }
  }

  #ask(worker: Worker): void {
    for (let job = this.#waiting[0]; job !== undefined; job = this.#waiting[0]) {
      const { bytes } = job
      if (this.#octets > 0 && this.#octets + bytes.length > maxOctets) return
      this.#waiting.shift()
      this.#asked.push(job)
      this.#octets += bytes.length
      worker.ref()
      worker.postMessage(bytes, [bytes.buffer as ArrayBuffer])
    }
  }

  #hear({ bytes, hash, told }: Answer): void {
    const job = this.#asked.shift()
    if (!job) return
    this.#octets -= bytes.length
    job.resolve({ bytes, hash, content: new Distant(bytes, told) })
    if (this.#waiting.length > 0 && this.#worker) this.#ask(this.#worker)
    else if (this.#asked.length === 0) this.#worker?.unref()
  }

  /** Started for the first large message, and again after it has failed. */
  #thread(): Worker {
    if (this.#worker) return this.#worker
    const worker = new Worker(new URL('./intake-worker.ts', import.meta.url))
    worker.unref()
    worker.on('message', (answer: Answer | 'ready') => {
      if (answer === 'ready') this.#ready = true
      else this.#hear(answer)
    })
    // `exit` follows
    worker.on('error', (error) => process.emitWarning(error instanceof Error ? error : String(error)))
    worker.on('exit', () => {
      if (this.#worker !== worker) return
      this.#ended++
      this.#worker = undefined
      this.#ready = false
      this.#octets = 0
      for (const job of this.#asked.splice(0))
        job.reject(new Failure('unavailable', 'the thread that reads messages has ended'))
      this.#mine.push(...this.#waiting.splice(0))
      if (!this.#taken) this.#readMine()
    })
    this.#worker = worker
    return worker
  }
}

const intake = new Intake()

/** Hash and content of a message, whatever its bytes. `bytes` is not to be used by anybody else any more. */
export const readMessage = (bytes: Uint8Array): Promise<Read> => intake.read(bytes)

/**
 * Takes in a message that is in memory: hashed, read, and where it is large already in its place. A large one is read
 * while the disk is at work. `bytes` is not to be used by anybody else any more.
 */
export const takeIn = async (blobs: BlobStore, message: Uint8Array): Promise<Taken> => {
  if (message.length <= inlineLimit) {
    const { bytes, hash, content } = await readMessage(message)
    return { blob: await blobs.prepare(bytes, hash), content }
  }
  let content: ParsedContent | undefined
  const blob = await blobs.prepare(message, async () => {
    const read = await readMessage(message)
    content = read.content
    return read.hash
  })
  if (content === undefined) throw new Failure('unavailable', 'a message was stored and not read')
  return { blob, content }
}
