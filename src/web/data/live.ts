/** Observable values. Listeners run once, after everything that changes together has changed. */
import type { Live } from './contract.ts'

type Listener = () => void

/** Collects who must hear of a change; tells them when the outermost batch ends. */
export class Notifier {
  /** Runs at the end of every batch, before the listeners: the place to bring derived values up to date. */
  beforeFlush: () => void = () => {}
  private depth = 0
  private readonly waiting = new Set<Listener>()

  batch<T>(fn: () => T): T {
    this.depth += 1
    try {
      return fn()
    } finally {
      if (this.depth === 1) this.beforeFlush()
      this.depth -= 1
      if (this.depth === 0) this.flush()
    }
  }

  tell(listeners: Iterable<Listener>): void {
    for (const listener of listeners) this.waiting.add(listener)
    if (this.depth === 0) this.flush()
  }

  private flush(): void {
    while (this.waiting.size) {
      const now = [...this.waiting]
      this.waiting.clear()
      for (const listener of now) {
        try {
          listener()
        } catch (error) {
          // A screen that fails must not keep the others, nor the cache, from going on.
          queueMicrotask(() => {
            throw error
          })
        }
      }
    }
  }
}

/** A value that is set. */
export class Cell<T> implements Live<T> {
  private value: T | undefined
  private readonly listeners = new Set<Listener>()
  private readonly notifier: Notifier

  constructor(notifier: Notifier, value?: T) {
    this.notifier = notifier
    this.value = value
  }

  readonly get = (): T | undefined => this.value

  readonly subscribe = (fn: Listener): (() => void) => {
    // Each subscription is its own entry, even when two share one function.
    const listener = () => fn()
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  set(value: T): void {
    if (Object.is(value, this.value)) return
    this.value = value
    this.notifier.tell(this.listeners)
  }
}

/** Listeners by key (`email:e1`), for values that are computed on demand. */
export class Topics {
  private readonly byKey = new Map<string, Set<Listener>>()
  private readonly notifier: Notifier

  constructor(notifier: Notifier) {
    this.notifier = notifier
  }

  subscribe(key: string, fn: Listener): () => void {
    const listener = () => fn()
    let listeners = this.byKey.get(key)
    if (!listeners) {
      listeners = new Set()
      this.byKey.set(key, listeners)
    }
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      if (!listeners.size && this.byKey.get(key) === listeners) this.byKey.delete(key)
    }
  }

  emit(key: string): void {
    const listeners = this.byKey.get(key)
    if (listeners) this.notifier.tell(listeners)
  }

  /** True when someone looks at it. */
  has(key: string): boolean {
    return this.byKey.has(key)
  }
}
