/**
 * One query's rows: what the server told of them (sparse), kept right by Email/queryChanges, with pending operations laid
 * over. When the server cannot say what changed, the rows on screen stay until the new ones have come.
 */
import type { QueryChangesResponse, QueryResponse } from '#format/jmap/core.ts'
import type { EmailComparator } from '#format/jmap/mail.ts'
import type { ListQuery, LiveList } from './contract.ts'
import type { Model, OverlaidList } from './model.ts'
import { contradicted, noOverlay, type Overlay, overlayOf, RowMap } from './overlay.ts'
import { Runs } from './runs.ts'

/** Rows fetched at a time, at least. */
const PAGE = 50
/** Those of the first answer, more than a screen shows: it is what a person waits for, the others come after it. */
const FIRST = 24
/** No more rows are on screen, whatever is asked for. */
const MAX_WANTED = 1000
/** Windows of one list being fetched at the same time. */
const MAX_LOADING = 2
/** After so many windows that came with another state than ours, the newest is believed. */
const MAX_MISMATCHES = 3

export interface Window {
  readonly from: number
  readonly to: number
  /** The answer replaces all rows. */
  readonly replace: boolean
  readonly epoch: number
}

export interface ListHost {
  readonly model: Model
  /** The largest window the server gives with its records. */
  maxWindow(): number
  /** Fetches a window; calls `arrived`, `failed` or neither (closed). */
  load(list: QueryList, window: Window): void
  requestSync(): void
  /** A row whose record is not in the cache. */
  wantRow(id: string): void
}

export const keyOfQuery = (query: ListQuery): string =>
  JSON.stringify([query.filter, query.sort, query.collapseThreads])

const isMutable = (by: EmailComparator) => /keyword/i.test(by.property)

export class QueryList implements OverlaidList {
  readonly query: ListQuery
  readonly key: string
  readonly rows = new Runs()
  total: number | undefined
  queryState: string | undefined
  canChange = false
  /** The rows may be wrong: the next window replaces them. */
  dirty = false
  stale = true
  failed = false
  version = 0
  users = 0
  wanted: readonly [from: number, to: number] = [0, FIRST]
  private host: ListHost
  private epoch = 0
  private mismatches = 0
  private overlay: Overlay = noOverlay
  private map = new RowMap(noOverlay)
  /** Rows of an old result that the records contradict: hidden until the result is verified. */
  private doubted: ReadonlySet<string> = new Set()
  private readonly loading = new Set<Window>()
  private leaving = new AbortController()
  private readonly listeners = new Set<() => void>()

  constructor(query: ListQuery, host: ListHost) {
    this.query = query
    this.key = keyOfQuery(query)
    this.host = host
  }

  get viewTotal(): number | undefined {
    return this.total === undefined ? undefined : Math.max(0, this.total + this.map.shift)
  }

  /** Ends the requests under way once nobody looks at the list. */
  get signal(): AbortSignal {
    return this.leaving.signal
  }

  /** The last screen that showed it has left. */
  left(): void {
    this.leaving.abort()
    this.leaving = new AbortController()
    this.loading.clear()
  }

  /** Rows that are surely among those of a list nothing is known of; the first answer replaces them. */
  guess(ids: readonly string[]): void {
    if (this.queryState !== undefined || ids.length === 0) return
    this.rows.put(0, ids)
    this.total = ids.length
    this.changed()
  }

  /** True when Email/queryChanges can bring it up to date. */
  get followsChanges(): boolean {
    return this.users > 0 && this.canChange && this.queryState !== undefined && !this.dirty
  }

  idAt(view: number): string | undefined {
    const total = this.viewTotal
    return total !== undefined && view >= 0 && view < total ? this.map.idAt(this.rows, view) : undefined
  }

  indexOf(id: string): number {
    return this.map.viewOf(this.rows, id)
  }

  subscribe(fn: () => void): () => void {
    const listener = () => fn()
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  request(from: number, to: number): void {
    const start = Math.max(0, Math.floor(from))
    this.wanted = [start, Math.min(Math.max(start, Math.ceil(to)), start + MAX_WANTED)]
    this.fill()
  }

  /** Fetches what is missing of the wanted rows. */
  fill(): void {
    if (this.users === 0 || this.failed) return
    this.wantRecords()
    if (this.loading.size >= MAX_LOADING) return
    const window = this.nextWindow()
    if (!window) return
    this.loading.add(window)
    this.host.load(this, window)
  }

  /** Rows that came by changes, or whose records were let go. */
  private wantRecords(): void {
    const [from, to] = this.wanted
    for (let i = from; i < to; i += 1) {
      const id = this.idAt(i)
      if (id !== undefined && !this.host.model.emails.has(id)) this.host.wantRow(id)
    }
  }

  private nextWindow(): Window | undefined {
    const max = this.host.maxWindow()
    const from = this.map.baseOf(this.wanted[0])
    const end = this.total ?? Number.POSITIVE_INFINITY
    const to = Math.min(this.map.baseOf(this.wanted[1]), Math.max(end, 1))
    if (this.dirty || this.queryState === undefined) {
      if (this.loading.size) return
      const start = Math.min(from, Math.max(0, end - PAGE))
      const isFirst = start === 0 && this.queryState === undefined && this.rows.runs.length === 0
      const stop = isFirst ? FIRST : Math.min(Math.max(to, start + PAGE), start + max)
      return { from: start, to: Math.min(stop, start + max), replace: true, epoch: this.epoch }
    }
    for (const gap of this.rows.missing(from, Math.min(to, end))) {
      // The rows of the first answer are not asked for again.
      const start = gap[0] < PAGE ? gap[0] : gap[0] - (gap[0] % PAGE)
      const stop = Math.min(Math.ceil(gap[1] / PAGE) * PAGE, start + max)
      if (![...this.loading].some((one) => one.from <= gap[0] && one.to >= Math.min(gap[1], stop)))
        return { from: start, to: stop, replace: false, epoch: this.epoch }
    }
    return
  }

  /** A window has come. */
  arrived(window: Window, response: QueryResponse): void {
    if (!this.loading.delete(window)) return
    const isSame = response.queryState === this.queryState
    const isOvertaken = window.epoch !== this.epoch && !isSame
    if (!window.replace && !isSame && this.mismatches < MAX_MISMATCHES) {
      // Another state than our rows: bring them there first, then ask again.
      this.mismatches += 1
      this.host.requestSync()
      return
    }
    if (window.replace && isOvertaken && this.mismatches < MAX_MISMATCHES) {
      this.mismatches += 1
      this.fill()
      return
    }
    this.mismatches = 0
    const replace = window.replace || !isSame
    if (replace) this.rows.clear()
    this.rows.put(response.position, response.ids)
    this.total = response.total ?? Math.max(this.total ?? 0, response.position + response.ids.length)
    this.rows.cut(this.total, Number.POSITIVE_INFINITY)
    this.canChange = response.canCalculateChanges
    if (replace) {
      this.setState(response.queryState)
      this.dirty = isOvertaken
    }
    // A server that gives fewer rows than asked has told its limit; one that gives none has told the end.
    if (!response.ids.length && response.position < this.total) this.total = response.position
    if (replace) this.trust()
    this.changed()
    this.fill()
  }

  /** The rows are those of the server again; gives whether something was doubted or stale. */
  private trust(): boolean {
    const wasDoubted = this.doubted.size > 0 || this.stale
    this.doubted = new Set()
    this.stale = this.dirty
    return wasDoubted
  }

  /** Rows found here while the server cannot be asked; its own replace them. */
  offered(ids: readonly string[]): void {
    if (this.queryState !== undefined) return
    this.rows.clear()
    this.rows.put(0, ids)
    this.total = ids.length
    this.changed()
  }

  /** The server refused the window. */
  refused(window: Window): void {
    if (!this.loading.delete(window)) return
    this.failed = true
    this.stale = false
    this.changed()
  }

  /** After a refusal: perhaps the server is well again. */
  retry(): void {
    if (!this.failed) return
    this.failed = false
    this.changed()
    this.fill()
  }

  private setState(state: string): void {
    if (state === this.queryState) return
    this.queryState = state
    this.epoch += 1
  }

  /** Email/queryChanges (RFC 8620 §5.6) on sparse rows. */
  applyChanges(response: QueryChangesResponse): void {
    if (response.oldQueryState !== this.queryState) {
      this.invalidate()
      return
    }
    const before = this.total ?? 0
    const after = response.total ?? before
    const again = this.unmovedUnknown(response)
    const added = response.added.filter((item) => !again.has(item.id))
    const removed = new Set(response.removed.filter((id) => this.rows.has(id)))
    const known = this.rows.remove(removed)
    // Rows that left from the gaps: what lies below the first gap may have moved.
    const unknown = before - known + added.length - after
    if (unknown !== 0 || (again.size > 0 && this.query.sort.some(isMutable))) this.distrustBelowGap()
    for (const item of added) this.rows.insert(item.index, item.id)
    this.total = after
    this.rows.cut(after, Number.POSITIVE_INFINITY)
    this.setState(response.newQueryState)
    const wasDoubted = this.trust()
    if (known || added.length || before !== after || wasDoubted) this.changed()
  }

  /** Ids told as removed and added that lie in a gap: they keep their place when the sort cannot change. */
  private unmovedUnknown(response: QueryChangesResponse): Set<string> {
    const removed = new Set(response.removed)
    return new Set(response.added.flatMap(({ id }) => (removed.has(id) && !this.rows.has(id) ? [id] : [])))
  }

  /** Keeps the first run, whose rows are certain, and what is on screen, which is asked for again. */
  private distrustBelowGap(): void {
    const first = this.rows.runs[0]
    const certain = first && first.start === 0 ? first.ids.length : 0
    const [from, to] = [this.map.baseOf(this.wanted[0]), this.map.baseOf(this.wanted[1])]
    if (to > certain && from < (this.total ?? 0)) this.dirty = true
    else this.rows.cut(certain, Number.POSITIVE_INFINITY)
  }

  /** The rows can no longer be followed: what pending operations did to them is kept, and they are asked for again. */
  invalidate(): void {
    if (this.queryState === undefined) return
    this.settle()
    this.dirty = true
    this.stale = true
    this.epoch += 1
    this.changed()
  }

  /** Opened again after a while: shown as it was, and verified. */
  reopened(): void {
    this.stale = true
    this.failed = false
    if (!this.canChange) this.dirty = true
    this.doubted = contradicted(this.host.model, this.query, this.rows)
    this.changed()
  }

  /** Another account: nothing is known. */
  reset(): void {
    this.rows.clear()
    this.total = undefined
    this.queryState = undefined
    this.dirty = false
    this.epoch += 1
    this.changed()
  }

  private settle(): void {
    const { hidden, inserted } = this.overlay
    if (!hidden.length && !inserted.length) return
    const removed = this.rows.remove(new Set(hidden.map((row) => row.id)))
    let shift = 0
    for (const row of inserted) {
      const gone = hidden.filter((one) => one.at < row.at).length
      this.rows.insert(row.at - gone + shift, row.id)
      shift += 1
    }
    if (this.total !== undefined) this.total = Math.max(0, this.total - removed + inserted.length)
  }

  overlayChanged(): void {
    const overlay = this.newOverlay()
    if (sameOverlay(overlay, this.overlay)) return
    this.overlay = overlay
    this.map = new RowMap(overlay)
    this.tell()
  }

  private newOverlay(): Overlay {
    return overlayOf(this.host.model, this.query, this.rows, this.total, this.doubted)
  }

  /** The rows changed: so may where the overlay lies. */
  changed(): void {
    this.overlay = this.newOverlay()
    this.map = new RowMap(this.overlay)
    this.tell()
  }

  private tell(): void {
    this.version += 1
    this.host.model.notifier.tell(this.listeners)
  }

  /** What is put in storage: the first rows, enough to paint a screen at the next start. */
  saved(): SavedList | undefined {
    const first = this.rows.runs[0]
    if (first?.start !== 0 || this.queryState === undefined || this.dirty) return
    const { query, queryState, canChange, total = 0 } = this
    return { query, queryState, canChange, total, ids: first.ids.slice(0, 200) }
  }

  restore(saved: SavedList): void {
    if (this.queryState !== undefined) return
    this.rows.put(0, saved.ids)
    this.total = saved.total
    this.canChange = saved.canChange
    this.setState(saved.queryState)
    // Without changes to follow, the rows can only be asked for again.
    this.dirty = !saved.canChange
    this.doubted = contradicted(this.host.model, this.query, this.rows)
    this.changed()
  }
}

export interface SavedList {
  readonly query: ListQuery
  readonly queryState: string
  readonly canChange: boolean
  readonly total: number
  readonly ids: readonly string[]
}

const sameOverlay = (a: Overlay, b: Overlay): boolean => {
  const same = (x: Overlay['hidden'], y: Overlay['hidden']) =>
    x.length === y.length && x.every((row, i) => row.at === y[i]?.at && row.id === y[i]?.id)
  return same(a.hidden, b.hidden) && same(a.inserted, b.inserted)
}

/** One screen's hold on a list. */
export const handleOf = (list: QueryList, onClose: () => void): LiveList => {
  let closed = false
  return {
    query: list.query,
    get total() {
      return list.viewTotal
    },
    get version() {
      return list.version
    },
    get stale() {
      return list.stale
    },
    get failed() {
      return list.failed
    },
    idAt: (i) => list.idAt(i),
    indexOf: (id) => list.indexOf(id),
    request: (from, to) => list.request(from, to),
    subscribe: (fn) => list.subscribe(fn),
    close: () => {
      if (closed) return
      closed = true
      onClose()
    },
  }
}
