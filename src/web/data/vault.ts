/**
 * The lock on what rests on this machine. Its keys are made here, kept by the browser, and cannot be read out of it even
 * by our own script: to destroy them is to destroy all that was written, wherever a copy of the disk may be.
 */

export interface Sealed {
  readonly iv: Uint8Array<ArrayBuffer>
  readonly data: ArrayBuffer
}

export interface Vault {
  /** Undefined once the keys are destroyed. `name` is bound to the value: another's does not open under it. */
  seal(name: string, value: unknown): Promise<Sealed | undefined>
  /** Undefined for what was not sealed with these keys, or under another name. */
  open(name: string, sealed: unknown): Promise<unknown>
  /** A name that tells nothing to who reads the disk, always the same for the same name. */
  blind(name: string): Promise<string>
  /** For good: what was sealed can be opened by nobody any more. */
  destroy(): Promise<void>
}

interface Keys {
  readonly seal: CryptoKey
  readonly blind: CryptoKey
}

const STORE = 'keys'
const SLOT = 'keys'
/** AES-GCM's own size, in octets. */
const IV = 12

const promised = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

const openDatabase = (factory: IDBFactory, name: string): Promise<IDBDatabase> => {
  const request = factory.open(name, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(STORE)
  return promised(request)
}

const makeKeys = async (): Promise<Keys> => {
  const [seal, blind] = await Promise.all([
    crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']),
    crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']),
  ])
  return { seal, blind }
}

/** Those that are there, or new ones; of two pages that begin together one makes them. */
const keysIn = async (db: IDBDatabase): Promise<Keys> => {
  const known = (await promised(db.transaction(STORE).objectStore(STORE).get(SLOT))) as Keys | undefined
  if (known !== undefined) return known
  const made = await makeKeys()
  const store = db.transaction(STORE, 'readwrite', { durability: 'strict' }).objectStore(STORE)
  const meanwhile = (await promised(store.get(SLOT))) as Keys | undefined
  if (meanwhile !== undefined) return meanwhile
  await promised(store.put(made, SLOT))
  return made
}

/** JSON, with the Maps that the client keeps. */
const write = (value: unknown): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(
    JSON.stringify(value, (_key, inner: unknown) => (inner instanceof Map ? { $map: [...inner] } : inner)),
  )

const read = (bytes: ArrayBuffer): unknown =>
  JSON.parse(new TextDecoder().decode(bytes), (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && '$map' in inner && Array.isArray(inner.$map)
      ? new Map(inner.$map as [unknown, unknown][])
      : inner,
  )

const isSealed = (value: unknown): value is Sealed =>
  typeof value === 'object' &&
  value !== null &&
  'iv' in value &&
  value.iv instanceof Uint8Array &&
  'data' in value &&
  value.data instanceof ArrayBuffer

const hex = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, '0')).join('')

/** Undefined where the browser has no keys to give (an address without TLS) or refuses to keep them (private windows). */
export const openVault = async (factory: IDBFactory, name = 'convergence-keys'): Promise<Vault | undefined> => {
  let keys: Keys | undefined
  let db: IDBDatabase
  try {
    db = await openDatabase(factory, name)
    keys = await keysIn(db)
  } catch {
    return
  }
  const bytes = (text: string) => new TextEncoder().encode(text)
  return {
    seal: async (label, value) => {
      if (keys === undefined) return
      const iv = crypto.getRandomValues(new Uint8Array(IV))
      const how = { name: 'AES-GCM', iv, additionalData: bytes(label) }
      return { iv, data: await crypto.subtle.encrypt(how, keys.seal, write(value)) }
    },
    open: async (label, sealed) => {
      if (keys === undefined || !isSealed(sealed)) return
      const how = { name: 'AES-GCM', iv: sealed.iv, additionalData: bytes(label) }
      try {
        return read(await crypto.subtle.decrypt(how, keys.seal, sealed.data))
      } catch {
        return
      }
    },
    blind: async (label) =>
      keys === undefined ? 'none' : hex(await crypto.subtle.sign('HMAC', keys.blind, bytes(label))).slice(0, 40),
    destroy: async () => {
      keys = undefined
      await promised(db.transaction(STORE, 'readwrite', { durability: 'strict' }).objectStore(STORE).clear())
    },
  }
}
