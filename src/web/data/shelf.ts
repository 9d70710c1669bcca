/** The lists: those on screen, and the last ones left, ready for coming back to. */
import type { ListQuery, LiveList } from './contract.ts'
import { handleOf, keyOfQuery, type ListHost, QueryList, type SavedList } from './list.ts'
import { localMatches } from './local-search.ts'

export interface ShelfHost extends ListHost {
  /** What is stored of a list since an earlier life of the page. */
  saved(key: string): SavedList | undefined
  /** True once requests can be made. */
  isReady(): boolean
}

const MAX_IDLE = 12
/** Rows around those on screen whose records are kept. */
const MARGIN = 20

export class Shelf {
  /** By key of the query; the last used is the last. */
  readonly lists = new Map<string, QueryList>()
  private readonly host: ShelfHost

  constructor(host: ShelfHost) {
    this.host = host
  }

  list(query: ListQuery): LiveList {
    const list = this.take(query)
    this.host.model.lists.add(list)
    this.open(list)
    this.forgetIdle()
    return handleOf(list, () => {
      list.users -= 1
      if (list.users > 0) return
      this.host.model.lists.delete(list)
      list.left()
    })
  }

  private take(query: ListQuery): QueryList {
    const key = keyOfQuery(query)
    let list = this.lists.get(key)
    if (!list) {
      list = new QueryList(query, this.host)
      this.restore(list)
    }
    this.lists.delete(key)
    this.lists.set(key, list)
    return list
  }

  private open(list: QueryList): void {
    list.users += 1
    if (list.users > 1) return
    const isKnown = list.queryState !== undefined
    if (isKnown) list.reopened()
    if (!this.host.isReady()) return
    if (isKnown) this.host.requestSync()
    queueMicrotask(() => list.fill())
  }

  private restore(list: QueryList): void {
    const saved = this.host.saved(list.key)
    if (saved) list.restore(saved)
    else list.guess(localMatches(list.query, this.host.model.emails.values()))
  }

  /** The store has been read: lists opened before show what it holds. */
  restoreAll(): void {
    for (const list of this.lists.values()) this.restore(list)
  }

  private forgetIdle(): void {
    const idle = [...this.lists.values()].filter((list) => list.users === 0)
    for (const list of idle.slice(0, Math.max(0, idle.length - MAX_IDLE))) this.lists.delete(list.key)
  }

  /** Those on screen. */
  opened(): QueryList[] {
    return [...this.lists.values()].filter((list) => list.users > 0)
  }

  fill(): void {
    for (const list of this.lists.values()) list.fill()
  }

  retry(): void {
    for (const list of this.lists.values()) list.retry()
  }

  reset(): void {
    for (const list of this.lists.values()) list.reset()
  }

  /** Emails on screen, and about to be. */
  emails(): Set<string> {
    const ids = new Set<string>()
    for (const list of this.opened()) {
      const [from, to] = list.wanted
      for (let i = Math.max(0, from - MARGIN); i < to + MARGIN; i += 1) {
        const id = list.idAt(i)
        if (id !== undefined) ids.add(id)
      }
    }
    return ids
  }
}
