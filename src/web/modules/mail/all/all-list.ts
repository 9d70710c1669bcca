/**
 * The lists of several accounts as one, by date. The rows of each are known from its top down, so theirs are merged as
 * far as every list is known; what is asked for beyond is fetched from each. A list of many ends at a bound, which moves on
 * as its end comes near: to merge, every row above must be known.
 */
import type { EmailSummary, ListQuery, Live, LiveList } from '../../../data/index.ts'
import { joinId, MOST, STEP } from './all-ids.ts'

/** Rows asked of each list beyond those that are surely needed. */
const MARGIN = 20
/** So near to the end (rows) the bound moves on. */
const NEAR = 200

export interface PartList {
  readonly account: string
  readonly list: LiveList
  email(id: string): Live<EmailSummary>
}

interface Merged {
  readonly rows: readonly string[]
  readonly index: ReadonlyMap<string, number>
  /** How far each list was read: its first row that is not in `rows`. */
  readonly read: readonly number[]
  /** No list has more. */
  readonly isWhole: boolean
  /** Rows whose record is not there yet: left out until it is. */
  readonly unknown: ReadonlyMap<string, Live<EmailSummary>>
}

type Head = { readonly id: string; readonly date: string } | 'end' | 'wait'

const merge = (parts: readonly PartList[], isOldestFirst: boolean, most: number): Merged => {
  const read = parts.map(() => 0)
  const unknown = new Map<string, Live<EmailSummary>>()
  const headOf = (k: number): Head => {
    const { account, list, email } = parts[k]!
    if (list.failed) return 'end'
    for (;;) {
      const at = read[k]!
      if (list.total === undefined) return 'wait'
      if (at >= list.total) return 'end'
      const id = list.idAt(at)
      if (id === undefined) return 'wait'
      const live = email(id)
      const known = live.get()
      if (known) return { id: joinId(account, id), date: known.receivedAt }
      unknown.set(joinId(account, id), live)
      read[k] = at + 1
    }
  }
  const heads = parts.map((_, k) => headOf(k))
  const rows: string[] = []
  let isWhole = false
  while (rows.length < most && !heads.includes('wait')) {
    let best = -1
    let first: Exclude<Head, string> | undefined
    for (const [k, head] of heads.entries()) {
      if (typeof head === 'string') continue
      if (first && (isOldestFirst ? head.date >= first.date : head.date <= first.date)) continue
      best = k
      first = head
    }
    if (!first) {
      isWhole = true
      break
    }
    rows.push(first.id)
    read[best] = read[best]! + 1
    heads[best] = headOf(best)
  }
  return { rows, index: new Map(rows.map((id, i) => [id, i])), read, isWhole, unknown }
}

export class AllList implements LiveList {
  readonly query: ListQuery
  version = 0
  private readonly parts: readonly PartList[]
  private readonly isOldestFirst: boolean
  private known: Merged | undefined
  private wanted: readonly [number, number] = [0, 0]
  private asking = false
  private most = STEP
  private readonly listeners = new Set<() => void>()
  private readonly leave: readonly (() => void)[]
  private readonly awaited = new Map<string, () => void>()

  constructor(query: ListQuery, parts: readonly PartList[]) {
    this.query = query
    this.parts = parts
    this.isOldestFirst = query.sort[0]?.isAscending === true
    this.leave = parts.map(({ list }) => list.subscribe(() => this.changed()))
  }

  get total(): number | undefined {
    const { rows, isWhole } = this.merged()
    if (isWhole || rows.length >= this.most) return rows.length
    const sum = this.sum()
    return sum === undefined ? undefined : Math.max(rows.length, Math.min(this.most, sum))
  }

  /** There are more than it shows. */
  get isBound(): boolean {
    return (this.sum() ?? 0) > this.most
  }

  /** Rows of all lists, without those whose record has still to come. */
  private sum(): number | undefined {
    let sum = 0
    for (const { list } of this.parts) {
      if (list.failed) continue
      if (list.total === undefined) return undefined
      sum += list.total
    }
    return sum - this.merged().unknown.size
  }

  get stale(): boolean {
    return this.parts.some(({ list }) => list.stale && !list.failed)
  }

  /** Those that did not fail are shown. */
  get failed(): boolean {
    return this.parts.length > 0 && this.parts.every(({ list }) => list.failed)
  }

  idAt(i: number): string | undefined {
    return this.merged().rows[i]
  }

  indexOf(id: string): number {
    return this.merged().index.get(id) ?? -1
  }

  request(from: number, to: number): void {
    this.wanted = [from, to]
    this.grow()
    this.ask()
  }

  subscribe(fn: () => void): () => void {
    const listener = () => fn()
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  close(): void {
    for (const stop of [...this.leave, ...this.awaited.values()]) stop()
    this.awaited.clear()
    for (const { list } of this.parts) list.close()
  }

  /** Only once all rows above the end are there: who drags the scroll bar down asks for one step, not for all. */
  private grow(): void {
    if (this.wanted[1] < this.most - NEAR || this.most >= MOST || this.merged().rows.length < this.most) return
    if (!this.isBound) return
    this.most = Math.min(MOST, this.most + STEP)
    this.changed()
  }

  private merged(): Merged {
    this.known ??= merge(this.parts, this.isOldestFirst, this.most)
    return this.known
  }

  private changed(): void {
    this.known = undefined
    this.version += 1
    this.awaitRecords()
    if (this.merged().rows.length < Math.min(this.wanted[1], this.most)) this.ask()
    else this.grow()
    for (const fn of [...this.listeners]) fn()
  }

  /** To watch a record is to fetch it. */
  private awaitRecords(): void {
    const { unknown } = this.merged()
    for (const [id, stop] of this.awaited) {
      if (unknown.has(id)) continue
      this.awaited.delete(id)
      stop()
    }
    for (const [id, live] of unknown)
      if (!this.awaited.has(id))
        this.awaited.set(
          id,
          live.subscribe(() => this.changed()),
        )
  }

  /** Of each list what may be needed: nobody knows which of them has the next rows. */
  private ask(): void {
    if (this.asking) return
    this.asking = true
    try {
      const { rows, read } = this.merged()
      const [from, to] = this.wanted
      const missing = Math.max(0, Math.min(to, this.most) - rows.length)
      for (const [k, { list }] of this.parts.entries()) {
        const at = read[k] ?? 0
        const first = missing > 0 ? Math.max(0, at - MARGIN) : Math.max(0, Math.min(from, at) - MARGIN)
        list.request(first, Math.max(at, Math.min(to, at + MARGIN)) + missing + MARGIN)
      }
    } finally {
      this.asking = false
    }
  }
}
