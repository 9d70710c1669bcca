/** Storage in memory: for tests, and for browsers that refuse IndexedDB (private windows). */
import type { Storage } from './ports.ts'

/** What several pages of one browser share: pass the same one to give two clients the same storage. */
export interface MemoryStorageState {
  readonly entries: Map<string, unknown>
  readonly locks: Set<string>
}

export const memoryStorage = (state: MemoryStorageState = { entries: new Map(), locks: new Set() }): Storage => ({
  read: async (prefix) => {
    const found = new Map<string, unknown>()
    for (const [key, value] of state.entries) if (key.startsWith(prefix)) found.set(key, structuredClone(value))
    return found
  },
  write: async (put, remove) => {
    for (const key of remove) state.entries.delete(key)
    for (const [key, value] of put) state.entries.set(key, structuredClone(value))
  },
  clear: async (prefix) => {
    for (const key of [...state.entries.keys()]) if (key.startsWith(prefix)) state.entries.delete(key)
  },
  claim: async (name) => {
    if (state.locks.has(name)) return false
    state.locks.add(name)
    return true
  },
  release: (name) => {
    state.locks.delete(name)
  },
})
