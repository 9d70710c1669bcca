/**
 * Storage whose values are sealed by a vault before they reach the disk, and whose names tell nothing of what was
 * searched for. Without a vault nothing is stored at all: everything is in memory and goes with the page.
 */
import type { Storage } from './ports.ts'
import { memoryStorage } from './storage-memory.ts'
import type { Sealed, Vault } from './vault.ts'

/** `account/list/` and then the query, which holds the words of a search. */
const LIST = /^([^/]*\/list\/)(.+)$/s

interface Entry {
  readonly key: string
  readonly value: unknown
}

const over = (inner: Storage, vault: Vault): Omit<Storage, 'claim' | 'release'> => {
  const nameOf = async (key: string): Promise<string> => {
    const [, prefix, query] = LIST.exec(key) ?? []
    return prefix === undefined || query === undefined ? key : prefix + (await vault.blind(query))
  }
  return {
    read: async (prefix) => {
      const sealed = [...(await inner.read(prefix))]
      const opened = await Promise.all(sealed.map(([name, value]) => vault.open(name, value)))
      const entries = opened.filter((entry): entry is Entry => entry !== undefined)
      return new Map(entries.map(({ key, value }) => [key, value]))
    },
    write: async (put, remove) => {
      const sealed = await Promise.all(
        Array.from(put, async ([key, value]): Promise<[string, Sealed | undefined]> => {
          const name = await nameOf(key)
          return [name, await vault.seal(name, { key, value } satisfies Entry)]
        }),
      )
      const names = await Promise.all(Array.from(remove, nameOf))
      await inner.write(new Map(sealed.filter(([, value]) => value !== undefined)), names)
    },
    clear: async (prefix) => {
      // All of it: the key first, so that even an erasure that is cut short leaves nothing that can be read.
      if (prefix === '') await vault.destroy()
      await inner.clear(prefix)
    },
  }
}

/**
 * @param inner where the sealed values rest
 * @param vault settles to undefined where nothing may be stored
 */
export const lockedStorage = (inner: Storage, vault: Promise<Vault | undefined>): Storage => {
  const chosen = vault.then((found) => (found === undefined ? memoryStorage() : over(inner, found)))
  return {
    read: async (prefix) => (await chosen).read(prefix),
    write: async (put, remove) => (await chosen).write(put, remove),
    clear: async (prefix) => (await chosen).clear(prefix),
    claim: (name) => inner.claim(name),
    release: (name) => inner.release(name),
  }
}
