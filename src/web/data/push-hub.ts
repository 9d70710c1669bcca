/**
 * One stream of events for several clients of one page: a browser allows few connections to one server, and the stream
 * tells of every account of the person anyway.
 */
import type { EventSourceLike } from './ports.ts'

type Listener = (event: { data?: unknown }) => void

const CLOSED = 2
const TYPES = ['ping', 'open', 'state', 'message', 'error'] as const

class Shared {
  readonly source: EventSourceLike
  private readonly listeners = new Map<string, Set<Listener>>()
  private users = 0
  private isOpen = false

  constructor(source: EventSourceLike) {
    this.source = source
    for (const type of TYPES)
      source.addEventListener(type, (event) => {
        if (type === 'open') this.isOpen = true
        if (type === 'error') this.isOpen = false
        for (const fn of [...(this.listeners.get(type) ?? [])]) fn(event)
      })
  }

  /** The stream as one of the clients sees it; the last one that closes it closes it. */
  join(): EventSourceLike {
    this.users += 1
    const own: [string, Listener][] = []
    const { source, listeners } = this
    let closed = false
    return {
      get readyState() {
        return closed ? CLOSED : source.readyState
      },
      addEventListener: (type, fn) => {
        own.push([type, fn])
        const known = listeners.get(type)
        if (known) known.add(fn)
        else listeners.set(type, new Set([fn]))
        // It joined a stream that was open already.
        if (type === 'open' && this.isOpen) queueMicrotask(() => closed || fn({}))
      },
      close: () => {
        if (closed) return
        closed = true
        for (const [type, fn] of own) listeners.get(type)?.delete(fn)
        this.users -= 1
        if (this.users === 0) source.close()
      },
    }
  }

  get isUsable(): boolean {
    return this.users > 0 && this.source.readyState !== CLOSED
  }
}

/** Opens streams as `open` does, but one for all who ask for the same address while it lasts. */
export const sharedEvents = (open: (url: string) => EventSourceLike): ((url: string) => EventSourceLike) => {
  let shared: Shared | undefined
  let address = ''
  return (url) => {
    if (!shared?.isUsable || address !== url) shared = new Shared(open(url))
    address = url
    return shared.join()
  }
}
