/** A value that screens share and watch: the `Live` of the shell's own state. */
import { useCallback, useSyncExternalStore } from 'react'

export interface Value<T> {
  get(): T
  set(next: T | ((now: T) => T)): void
  subscribe(fn: () => void): () => void
}

export const createValue = <T>(initial: T): Value<T> => {
  let now = initial
  const listeners = new Set<() => void>()
  return {
    get: () => now,
    set: (next) => {
      const value = typeof next === 'function' ? (next as (now: T) => T)(now) : next
      if (Object.is(value, now)) return
      now = value
      for (const fn of [...listeners]) fn()
    },
    subscribe: (fn) => {
      listeners.add(fn)
      return () => listeners.delete(fn)
    },
  }
}

/** Reads anything with `get` and `subscribe`, rendering again when it changes. */
export const useLive = <T>(live: { get(): T; subscribe(fn: () => void): () => void }): T =>
  useSyncExternalStore(
    useCallback((fn: () => void) => live.subscribe(fn), [live]),
    () => live.get(),
  )
