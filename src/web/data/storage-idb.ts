/**
 * Storage in IndexedDB, one object store of key and value (sealed before they come here: storage-locked.ts). When the browser refuses (private windows, full disk) the
 * client goes on in memory: a cache must never keep a person from their mail.
 */
import type { Storage } from './ports.ts'
import { memoryStorage } from './storage-memory.ts'

const STORE = 'entries'

const promised = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

const committed = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
    transaction.onerror = () => reject(transaction.error)
  })

const open = (factory: IDBFactory, name: string): Promise<IDBDatabase> => {
  const request = factory.open(name, 2)
  request.onupgradeneeded = () => {
    // The first version kept things in the clear.
    if (request.result.objectStoreNames.contains(STORE)) request.result.deleteObjectStore(STORE)
    request.result.createObjectStore(STORE)
  }
  const opened = promised(request)
  // Sign-out in another page deletes it all: this one must not stand in the way.
  void opened.then(
    (db) => db.addEventListener('versionchange', () => db.close()),
    () => undefined,
  )
  return opened
}

/** All keys with the prefix; U+FFFF sorts after every character a key uses. */
const rangeOf = (prefix: string) => IDBKeyRange.bound(prefix, prefix + '\uffff')

const overDatabase = (db: IDBDatabase): Omit<Storage, 'claim' | 'release'> => ({
  read: async (prefix) => {
    const store = db.transaction(STORE, 'readonly').objectStore(STORE)
    const [keys, values] = await Promise.all([
      promised(store.getAllKeys(rangeOf(prefix))),
      promised(store.getAll(rangeOf(prefix))),
    ])
    return new Map(keys.map((key, i) => [String(key), values[i]]))
  },
  write: async (put, remove) => {
    const transaction = db.transaction(STORE, 'readwrite', { durability: 'relaxed' })
    const store = transaction.objectStore(STORE)
    for (const key of remove) store.delete(key)
    for (const [key, value] of put) store.put(value, key)
    await committed(transaction)
  },
  clear: async (prefix) => {
    const transaction = db.transaction(STORE, 'readwrite')
    transaction.objectStore(STORE).delete(rangeOf(prefix))
    await committed(transaction)
  },
})

/**
 * @param factory `indexedDB`
 * @param locks `navigator.locks`; without it every page thinks it is alone
 */
export const idbStorage = (factory: IDBFactory, locks?: LockManager, name = 'convergence'): Storage => {
  const memory = memoryStorage()
  const opened = open(factory, name).then(overDatabase, () => memory)
  const held = new Map<string, () => void>()
  return {
    read: async (prefix) => (await opened).read(prefix).catch(() => new Map()),
    write: async (put, remove) => (await opened).write(put, remove),
    clear: async (prefix) => (await opened).clear(prefix),
    claim: (lock) => {
      if (!locks) return memory.claim(lock)
      return new Promise((resolve) => {
        const holdForLife = (granted: Lock | null) => {
          resolve(granted !== null)
          return granted === null ? undefined : new Promise<void>((release) => held.set(lock, release))
        }
        locks.request(`${name}/${lock}`, { ifAvailable: true }, holdForLife).catch(() => resolve(false))
      })
    },
    release: (lock) => {
      memory.release(lock)
      held.get(lock)?.()
      held.delete(lock)
    },
  }
}
