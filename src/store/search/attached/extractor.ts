/**
 * Reads text out of attached documents, one at a time, in a thread with a bounded memory and a bounded time: a document
 * that exceeds them has no text, and costs nobody anything but that time.
 */
import { Worker } from 'node:worker_threads'
import type { Question } from './worker.ts'

export interface Extractor {
  /** The document's text, at most `max` characters; empty when there is none to be had. `bytes` are given away. */
  text(kind: Question['kind'], bytes: Uint8Array, max: number): Promise<string>
  close(): Promise<void>
}

export interface ExtractorOptions {
  readonly timeMs?: number
  readonly memoryMb?: number
}

class DocumentThread implements Extractor {
  readonly #timeMs: number
  readonly #memoryMb: number
  #worker: Worker | undefined
  #turn: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor({ timeMs = 8_000, memoryMb = 256 }: ExtractorOptions) {
    this.#timeMs = timeMs
    this.#memoryMb = memoryMb
  }

  text(kind: Question['kind'], bytes: Uint8Array, max: number): Promise<string> {
    const answer = this.#turn.then(() => (this.#closed ? '' : this.#ask({ kind, bytes: bytes.slice(), max })))
    this.#turn = answer
    return answer
  }

  #thread(): Worker {
    if (this.#worker) return this.#worker
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: this.#memoryMb, maxYoungGenerationSizeMb: 32 },
      stdout: true,
      stderr: true,
    })
    worker.unref()
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined
    })
    // Told by `exit` too; without a listener it would end the program.
    worker.on('error', () => undefined)
    this.#worker = worker
    return worker
  }

  #ask(question: Question): Promise<string> {
    const worker = this.#thread()
    return new Promise((resolve) => {
      const done = (text: string) => {
        clearTimeout(timer)
        worker.off('message', done)
        worker.off('exit', failed)
        resolve(text)
      }
      const failed = () => done('')
      const timer = setTimeout(() => {
        this.#worker = undefined
        void worker.terminate()
        done('')
      }, this.#timeMs)
      worker.once('message', done)
      worker.once('exit', failed)
      worker.postMessage(question, [question.bytes.buffer as ArrayBuffer])
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#worker?.terminate()
  }
}

export const createExtractor = (options: ExtractorOptions = {}): Extractor => new DocumentThread(options)
