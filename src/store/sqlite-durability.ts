/**
 * Makes commits durable without holding the event loop for long. SQLite's own `synchronous=FULL` calls fsync within
 * COMMIT, which holds every connection of the process for as long as the disk likes: milliseconds, tens of them on a bad
 * day. So SQLite commits with `synchronous=NORMAL`, which appends to the write-ahead log without waiting, and this class
 * syncs the log: at once while the disk answers within a fraction of a millisecond (another thread would cost more than
 * it saves), in another thread when it does not. Until that is done nobody is answered and nobody looks: a read waits
 * for it before it takes its snapshot, so that nothing is ever seen that a power cut could take back.
 */
import { closeSync, fdatasync, fdatasyncSync, fstatSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { performance } from 'node:perf_hooks'
import { Failure } from '#base/failure.ts'

/** Below this typical time the sync is done on the event loop; a slow one counts for the next dozen. */
const quickMs = 0.8
const weight = 0.1
/**
 * What another thread measures holds its waiting for a processor too. So now and then the event loop measures itself:
 * after this many commits at first, twice as many each time the disk is found slow, at most the other.
 */
const firstProbe = 32
const lastProbe = 2_048

/**
 * The log is reserved in steps of this size: Linux keeps what is written at once in one piece of its cache, and looks
 * through all of a piece whenever a page of it is written. With steps of a megabyte each page took twice the time.
 */
const reserveStep = 65_536

export class Durability {
  readonly #wal: number
  #waiting: (() => void)[] = []
  #pending: Promise<void> | undefined
  #failure: Failure | undefined
  #typicalMs = 0
  #elsewhereCount = 0
  #probeAfter = firstProbe

  /**
   * The log exists already: the connection has read through it. `reserve` octets of disk are taken for it at once, so
   * that a sync has no growing file to record: it takes half to two thirds of the time. Zeros after the last frame are
   * no frames (their checksums fail), so a log that is read again after a crash ends where it ended.
   */
  constructor(path: string, reserve = 0) {
    this.#wal = openSync(`${path}-wal`, 'r+')
    const zeros = Buffer.alloc(reserve === 0 ? 0 : reserveStep)
    for (let at = fstatSync(this.#wal).size; at < reserve; at += zeros.length)
      writeSync(this.#wal, zeros, 0, Math.min(zeros.length, reserve - at), at)
    if (reserve > 0) fdatasync(this.#wal, () => {})
    syncFolder(dirname(path))
  }

  /** Resolves when everything committed so far is durable; undefined when it is. */
  get settled(): Promise<void> | undefined {
    return this.#pending
  }

  /** How long a sync takes of late. */
  get typicalMs(): number {
    return this.#typicalMs
  }

  /** Set when the disk refused: what it holds is unknown from then on, so nothing is accepted any more. */
  get failure(): Failure | undefined {
    return this.#failure
  }

  /** Called right after a COMMIT; `busyDisk` says that it will take long this time. Rejects when the disk refuses. */
  sync(busyDisk: boolean): Promise<void> {
    const start = performance.now()
    const slow = this.#typicalMs > quickMs
    const probe = slow && ++this.#elsewhereCount >= this.#probeAfter
    if (busyDisk || (slow && !probe)) return this.#elsewhere(start)
    try {
      fdatasyncSync(this.#wal)
    } catch (error) {
      return Promise.reject(this.#refused(error))
    }
    if (probe) this.#judge(performance.now() - start)
    else this.#observe(start)
    return Promise.resolve()
  }

  /** What a probe has found. */
  #judge(ms: number): void {
    this.#elsewhereCount = 0
    if (ms > quickMs) this.#probeAfter = Math.min(this.#probeAfter * 2, lastProbe)
    else {
      this.#probeAfter = firstProbe
      this.#typicalMs = ms
    }
  }

  #elsewhere(start: number): Promise<void> {
    const pending = new Promise<void>((resolve, reject) => {
      fdatasync(this.#wal, (error) => {
        this.#observe(start)
        this.#pending = undefined
        if (error) this.#refused(error)
        // Snapshots are taken here and now, before the next commit can come.
        const waiting = this.#waiting
        this.#waiting = []
        for (const look of waiting) look()
        if (this.#failure) reject(this.#failure)
        else resolve()
      })
    })
    // `settled` may be looked at by nobody
    pending.catch(() => {})
    this.#pending = pending
    return pending
  }

  #observe(start: number): void {
    this.#typicalMs += weight * (performance.now() - start - this.#typicalMs)
  }

  #refused(cause: unknown): Failure {
    this.#failure = new Failure('unavailable', 'the disk refused to sync', { cause })
    return this.#failure
  }

  /** Calls `look` at once, or as soon as what is committed is durable. */
  whenDurable(look: () => void): void {
    if (this.#pending) this.#waiting.push(look)
    else look()
  }

  close(): void {
    closeSync(this.#wal)
  }
}

/** The names of new files must survive as well. */
const syncFolder = (folder: string): void => {
  // Windows neither needs nor allows this
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
