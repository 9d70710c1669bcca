/**
 * What pending operations do to a list: rows that leave and rows that come, decided by evaluating the filter on the
 * records before (base) and after (view). The fetched rows themselves are not touched; acknowledgement moves them.
 */
import type { EmailSummary, ListQuery } from './contract.ts'
import { compareEmails, evaluate, type ThreadOf } from './filter.ts'
import type { Model } from './model.ts'
import type { Runs } from './runs.ts'

export interface Overlay {
  /** Fetched rows that are hidden: base row -> id, in order. */
  readonly hidden: readonly { readonly at: number; readonly id: string }[]
  /** Rows shown before the base row `at`, in order. */
  readonly inserted: readonly { readonly at: number; readonly id: string }[]
}

export const noOverlay: Overlay = { hidden: [], inserted: [] }

/** The whole thread of an email in one world; undefined when some of it is unknown. */
const threadIn =
  (model: Model, read: (id: string) => EmailSummary | undefined): ThreadOf =>
  (email) => {
    const thread = model.threads.get(email.threadId)
    if (!thread?.emailIds.every((id) => model.emails.has(id))) return
    return thread.emailIds.flatMap((id) => read(id) ?? [])
  }

/** Emails to look at, by thread when the list shows one row for each thread. */
const groupsOf = (model: Model, query: ListQuery, doubted: Iterable<string>): Map<string, Set<string>> => {
  const groups = new Map<string, Set<string>>()
  for (const id of [...model.pendingEmails(), ...doubted]) {
    const email = model.emails.get(id)
    if (!email) continue
    const key = query.collapseThreads ? email.threadId : id
    const group = groups.get(key) ?? new Set(query.collapseThreads ? model.threads.get(key)?.emailIds : [])
    groups.set(key, group.add(id))
  }
  return groups
}

/** Rows looked through when a list is shown again after a while. */
const MAX_DOUBTS = 2000

/** Rows of a list not kept up to date whose cached record says that they have left it. */
export const contradicted = (model: Model, query: ListQuery, rows: Runs): Set<string> => {
  const view: ThreadOf = threadIn(model, (id) => model.email(id))
  const found = new Set<string>()
  for (const id of rows.runs.flatMap((run) => run.ids.slice(0, MAX_DOUBTS))) {
    const email = model.emails.get(id)
    if (email && evaluate(query.filter, email, view) === false) found.add(id)
  }
  return found
}

/** @param doubted rows to look at besides the pending emails: see `contradicted` */
export const overlayOf = (
  model: Model,
  query: ListQuery,
  rows: Runs,
  total: number | undefined,
  doubted: ReadonlySet<string>,
): Overlay => {
  if (!model.hasPending() && !doubted.size) return noOverlay
  const base: ThreadOf = threadIn(model, (id) => model.emails.get(id))
  const view: ThreadOf = threadIn(model, (id) => model.email(id))
  const leaving = new Set<string>()
  const coming: EmailSummary[] = []
  for (const ids of groupsOf(model, query, doubted).values()) {
    const shown = [...ids].find((id) => rows.has(id))
    const isMatch = (id: string): EmailSummary[] => {
      const email = model.email(id)
      if (!email) return []
      const match = evaluate(query.filter, email, view)
      // What cannot be known here stays as the server said: in when it is shown, out otherwise.
      return (match ?? id === shown) ? [email] : []
    }
    const matching = [...ids].flatMap(isMatch).sort((a, b) => compareEmails(query.sort, a, b))
    const first = matching[0]
    if (shown !== undefined) {
      if (first?.id === shown) continue
      leaving.add(shown)
      if (first) coming.push(first)
    } else if (first && ![...ids].some((id) => isInBase(model, query, id, base))) coming.push(first)
  }
  return { hidden: hiddenRows(rows, leaving), inserted: insertedRows(model, query, rows, total, coming) }
}

/** True when the server's result holds this email already, at a row that is not fetched. */
const isInBase = (model: Model, query: ListQuery, id: string, threadOf: ThreadOf): boolean => {
  const email = model.emails.get(id)
  return email !== undefined && evaluate(query.filter, email, threadOf) === true
}

const hiddenRows = (rows: Runs, leaving: ReadonlySet<string>): Overlay['hidden'] =>
  [...rows.positions(leaving)].map(([id, at]) => ({ at, id })).sort((a, b) => a.at - b.at)

const insertedRows = (
  model: Model,
  query: ListQuery,
  rows: Runs,
  total: number | undefined,
  coming: readonly EmailSummary[],
): Overlay['inserted'] =>
  coming
    .toSorted((a, b) => compareEmails(query.sort, a, b))
    .flatMap((email) => {
      const at = rowFor(model, query, rows, total, email)
      return at === undefined ? [] : [{ at, id: email.id }]
    })

/** The base row before which an email belongs; undefined when that place is in a gap. */
const rowFor = (
  model: Model,
  query: ListQuery,
  rows: Runs,
  total: number | undefined,
  email: EmailSummary,
): number | undefined => {
  if (!rows.runs.length) return total === 0 ? 0 : undefined
  for (const run of rows.runs) {
    const offset = placeIn(model, query, run.ids, email)
    if (offset === 0 && run.start > 0) return undefined
    if (offset < run.ids.length) return run.start + offset
    if (run.start + run.ids.length === total) return total
  }
  return
}

/** Binary search for the first id that sorts after the email; ids whose record is gone are stepped over. */
const placeIn = (model: Model, query: ListQuery, ids: readonly string[], email: EmailSummary): number => {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >> 1
    let probe = middle
    let other = model.emails.get(ids[probe]!)
    while (!other && probe + 1 < high) {
      probe += 1
      other = model.emails.get(ids[probe]!)
    }
    if (!other || compareEmails(query.sort, email, other) < 0) high = middle
    else low = probe + 1
  }
  return low
}

interface Segment {
  /** First row on screen. */
  readonly view: number
  /** The base row it shows, when it is not an inserted id. */
  readonly base: number
  readonly id?: string
}

/** Rows on screen <-> base rows, with an overlay between. */
export class RowMap {
  readonly shift: number
  private readonly segments: Segment[] = [{ view: 0, base: 0 }]

  constructor(overlay: Overlay) {
    this.shift = overlay.inserted.length - overlay.hidden.length
    const events = [
      ...overlay.inserted.map((event, order) => ({ ...event, order, insert: true })),
      ...overlay.hidden.map((event, order) => ({ ...event, order, insert: false })),
    ].sort((a, b) => a.at - b.at || Number(b.insert) - Number(a.insert) || a.order - b.order)
    let view = 0
    let base = 0
    for (const event of events) {
      view += event.at - base
      base = event.at
      if (event.insert) {
        this.segments.push({ view, base, id: event.id })
        view += 1
      } else base += 1
      this.segments.push({ view, base })
    }
  }

  /** The segment that shows this row: the last one that begins at or before it. */
  private segmentAt(view: number): Segment {
    let low = 0
    let high = this.segments.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.segments[middle]!.view <= view) low = middle
      else high = middle - 1
    }
    return this.segments[low]!
  }

  idAt(rows: Runs, view: number): string | undefined {
    const segment = this.segmentAt(view)
    return segment.id ?? rows.at(segment.base + view - segment.view)
  }

  /** The base row at or after a row on screen. */
  baseOf(view: number): number {
    const segment = this.segmentAt(view)
    return segment.id === undefined ? segment.base + view - segment.view : segment.base
  }

  /** Where a base row, or an inserted id, is on screen; -1 when hidden. */
  viewOf(rows: Runs, id: string): number {
    const inserted = this.segments.find((segment) => segment.id === id)
    if (inserted) return inserted.view
    const base = rows.indexOf(id)
    if (base < 0) return -1
    const segment = this.segments.findLast((one) => one.id === undefined && one.base <= base)
    const view = segment ? segment.view + base - segment.base : -1
    return this.idAt(rows, view) === id ? view : -1
  }
}
