/** What the data room needs of the page that it is in: the network, a place to rest, the clock. */

/** The part of `EventSource` that is used. */
export interface EventSourceLike {
  readonly readyState: number
  addEventListener(type: string, fn: (event: { data?: unknown }) => void): void
  close(): void
}

/** Where records, lists and unsent changes rest. Values are structured-cloneable. One `write` is atomic. */
export interface Storage {
  /** All entries whose key starts with `prefix`. */
  read(prefix: string): Promise<Map<string, unknown>>
  write(put: ReadonlyMap<string, unknown>, remove: Iterable<string>): Promise<void>
  /** Erases every key that starts with `prefix`. */
  clear(prefix: string): Promise<void>
  /**
   * Takes a lock for the life of this page; false when another page holds it. Guards the unsent changes of a page from
   * being sent by two.
   */
  claim(name: string): Promise<boolean>
  release(name: string): void
}

/** Time and timers. Times in milliseconds since 1970. */
export interface Timers {
  now(): number
  setTimeout(fn: () => void, ms: number): unknown
  clearTimeout(handle: unknown): void
}

/** The part of `Response` that is used. */
export type ResponseLike = Pick<Response, 'ok' | 'status' | 'headers' | 'json'>

export interface ClientOptions {
  readonly fetch: (url: string, init: RequestInit) => Promise<ResponseLike>
  /** Undefined: no push, polling only. */
  readonly eventSource?: ((url: string) => EventSourceLike) | undefined
  readonly storage: Storage
  /** Nothing has been kept in this browser: the store, which is made first, is not waited for. */
  readonly isEmpty?: boolean
  /** Login of who is signed in, once it is known: nobody is shown what another person's client has kept. */
  readonly owner?: () => string | undefined
  /** The account to be the client of; default: the person's own. */
  readonly account?: string
  readonly clock: Timers
  /** For upload progress, which fetch does not tell. Undefined: progress jumps from 0 to 1. */
  readonly xhr?: (() => XMLHttpRequest) | undefined
  /** Default `/jmap/session`. */
  readonly sessionUrl?: string
  /** A random string, for message ids and page ids; default `crypto.randomUUID`. */
  readonly random?: () => string
}
