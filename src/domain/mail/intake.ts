/**
 * What must be known of a message before it can be stored: its SHA-256 and its content. For one that comes alone this is
 * worked out here and now; what comes in a crowd goes to a thread beside the event loop (intake-worker.ts), which is then
 * free for the connections and for the writes. Each message costs the event loop some ten microseconds that way, instead
 * of a hundred.
 */
import { hash as hashOf } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { Failure } from '#base/failure.ts'
import { decodeStructure, type MimeStructure } from '#format/mime/structure.ts'
import type { BlobStore, PendingBlob } from '#store/blobs/blobs.ts'
import { type ParsedContent, readContent } from './content.ts'

/** A message in memory, ready to be stored. */
export interface Taken {
  readonly blob: PendingBlob
  readonly content: ParsedContent
}

/** What the thread tells of a message: JSON, for many in one text. Octets are told one by one character. */
export interface Told extends Omit<ParsedContent, 'structure' | 'headers' | 'envelope'> {
  /** Hexadecimal. */
  readonly hash: string
  /** Octets of the header block; -1 when it is too long to be kept. */
  readonly headersEnd: number
  readonly envelope: string
}

export interface Question {
  readonly bytes: Uint8Array
  /** The octets come back with the answer: they were handed over rather than copied. */
  readonly handedOver: boolean
}

export interface Answer {
  /** A JSON list of `Told`, in the order of the questions. */
  readonly told: string
  readonly handedBack: readonly Uint8Array[]
}

/** Above this many octets a message is handed over to the thread and back; a copy would take longer than that. */
export const copied = 65_536
/** Messages and octets that the thread may have before it: the others wait here. */
const maxAsked = 64
const maxOctets = 16 * 1024 * 1024
const maxEnded = 5

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

interface Job extends Question {
  readonly resolve: (read: Read) => void
  readonly reject: (error: unknown) => void
}

const readHere = (bytes: Uint8Array): Read => ({
  bytes,
  hash: hashOf('sha256', bytes, 'buffer'),
  content: readContent(bytes),
})

/** The message is alone in its buffer, which can so be given away. */
const ownsBuffer = ({ buffer, byteLength }: Uint8Array): boolean =>
  buffer instanceof ArrayBuffer && buffer.byteLength === byteLength

class Intake {
  #pending: Job[] = []
  #scheduled = false
  readonly #asked: Job[] = []
  #octets = 0
  #worker: Worker | undefined
  /** The thread has started; that takes a while, in which nobody waits for it. */
  #ready = false
  /** How often it has ended; when it does so again and again, it is not started any more. */
  #ended = 0

  read(bytes: Uint8Array): Promise<Read> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ bytes, handedOver: bytes.length > copied && ownsBuffer(bytes), resolve, reject })
      if (this.#scheduled) return
      this.#scheduled = true
      // What other connections have sent meanwhile comes first: then it is known whether this one is alone.
      setImmediate(() => {
        this.#scheduled = false
        this.#distribute()
      })
    })
  }

  #distribute(): void {
    const [only] = this.#pending
    if (!only) return
    if (this.#pending.length === 1 && this.#asked.length === 0 && !only.handedOver) {
      this.#pending = []
      this.#here(only)
      return
    }
    const worker = this.#ended < maxEnded ? this.#thread() : undefined
    if (!worker || !this.#ready) {
      for (const job of this.#pending.splice(0)) this.#here(job)
      return
    }
    const questions: Question[] = []
    let taken = 0
    for (const job of this.#pending) {
      if (this.#asked.length >= maxAsked || (this.#octets > 0 && this.#octets + job.bytes.length > maxOctets)) break
      taken++
      this.#asked.push(job)
      this.#octets += job.bytes.length
      questions.push({ bytes: job.bytes, handedOver: job.handedOver })
    }
    if (taken === 0) return
    this.#pending.splice(0, taken)
    const handedOver = questions.filter((question) => question.handedOver)
    worker.ref()
    worker.postMessage(
      questions,
      handedOver.map(({ bytes }) => bytes.buffer as ArrayBuffer),
    )
  }

  #here({ bytes, resolve, reject }: Job): void {
    try {
      resolve(readHere(bytes))
    } catch (error) {
      reject(error)
    }
  }

  #hear({ told, handedBack }: Answer): void {
    let back = 0
    for (const one of JSON.parse(told) as Told[]) {
      const job = this.#asked.shift()
      if (!job) return
      const bytes = job.handedOver ? handedBack[back++] : job.bytes
      if (!bytes) {
        job.reject(new Failure('unavailable', 'a message was not handed back'))
        continue
      }
      this.#octets -= bytes.length
      job.resolve({ bytes, hash: Buffer.from(one.hash, 'hex'), content: new Distant(bytes, one) })
    }
    if (this.#pending.length > 0) this.#distribute()
    else if (this.#asked.length === 0) this.#worker?.unref()
  }

  /** Started at the first crowd, and again after it has failed. */
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
      for (const job of this.#asked.splice(0)) {
        if (job.handedOver) job.reject(new Failure('unavailable', 'the thread that reads messages has ended'))
        else this.#here(job)
      }
      this.#distribute()
    })
    this.#worker = worker
    return worker
  }
}

const intake = new Intake()

/** Hash and content of a message, whatever its bytes. `bytes` is not to be used by anybody else any more. */
export const readMessage = (bytes: Uint8Array): Promise<Read> => intake.read(bytes)

/**
 * Takes in a message that is in memory: hashed, read, and where it is large already in its place. `bytes` is not to be
 * used by anybody else any more.
 */
export const takeIn = async (blobs: BlobStore, message: Uint8Array): Promise<Taken> => {
  const { bytes, hash, content } = await readMessage(message)
  return { blob: await blobs.prepare(bytes, hash), content }
}
