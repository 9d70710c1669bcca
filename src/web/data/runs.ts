/**
 * The fetched rows of a query that may be very long: runs of consecutive ids, the gaps between them unknown. There are
 * few runs (one per place the person has scrolled to), so everything is a walk over runs or one array splice.
 */

export interface Run {
  start: number
  ids: string[]
}

/** How far an id is looked for from where it was, before looking everywhere. */
const NEAR = 64

/** Takes out the rows given (in order), keeping the order of the rest. */
const compact = (ids: string[], rows: readonly number[], start: number): void => {
  const [first] = rows
  if (first === undefined) return
  if (rows.length === 1) {
    ids.splice(first - start, 1)
    return
  }
  let to = first - start
  let next = 0
  for (let from = to; from < ids.length; from += 1) {
    if (next < rows.length && from === rows[next]! - start) next += 1
    else {
      ids[to] = ids[from]!
      to += 1
    }
  }
  ids.length = to
}

export class Runs {
  /** In order, never touching. */
  readonly runs: Run[] = []
  /** Id -> the row it had when it was written: near where it is now, since rows move by the few that come and go. */
  private readonly known = new Map<string, number>()

  /** By how much the last row looked for everywhere had moved: the others probably have too. */
  private drift = 0

  get size(): number {
    return this.known.size
  }

  has(id: string): boolean {
    return this.known.has(id)
  }

  at(index: number): string | undefined {
    for (let low = 0, high = this.runs.length - 1; low <= high; ) {
      const middle = (low + high) >> 1
      const run = this.runs[middle]!
      if (index < run.start) high = middle - 1
      else if (index >= run.start + run.ids.length) low = middle + 1
      else return run.ids[index - run.start]
    }
    return
  }

  indexOf(id: string): number {
    const near = this.indexNear(id)
    if (near !== undefined) return near
    for (const run of this.runs) {
      const at = run.ids.indexOf(id)
      if (at < 0) continue
      this.drift = run.start + at - (this.known.get(id) ?? 0)
      return run.start + at
    }
    return -1
  }

  /** The row when it is near where it was; -1 for an id that is not known; undefined when it must be looked for. */
  private indexNear(id: string): number | undefined {
    const hint = this.known.get(id)
    if (hint === undefined) return -1
    const near = this.searchNear(id, hint + this.drift)
    if (near >= 0) return near
    const unmoved = this.drift === 0 ? -1 : this.searchNear(id, hint)
    return unmoved >= 0 ? unmoved : undefined
  }

  /** Looks on both sides of where it was. */
  private searchNear(id: string, hint: number): number {
    const run = this.runs.find((one) => one.start + one.ids.length + NEAR > hint && one.start - NEAR <= hint)
    if (!run) return -1
    const { ids, start } = run
    for (let distance = 0; distance <= NEAR; distance += 1) {
      if (ids[hint - distance - start] === id) return hint - distance
      if (ids[hint + distance - start] === id) return hint + distance
    }
    return -1
  }

  /** Rows of several ids; those that have moved far are looked for in one walk. */
  positions(ids: Iterable<string>): Map<string, number> {
    const found = new Map<string, number>()
    const far = new Set<string>()
    for (const id of ids) {
      const at = this.indexNear(id)
      if (at === undefined) far.add(id)
      else if (at >= 0) found.set(id, at)
    }
    if (far.size <= 2) {
      for (const id of far) found.set(id, this.indexOf(id))
      return found
    }
    for (const { start, ids: rows } of this.runs) {
      for (let i = 0; i < rows.length; i += 1) {
        const id = rows[i]!
        if (!far.has(id)) continue
        found.set(id, start + i)
        this.drift = start + i - (this.known.get(id) ?? 0)
      }
    }
    return found
  }

  clear(): void {
    this.runs.length = 0
    this.known.clear()
    this.drift = 0
  }

  /** Takes ids out; what follows moves up. Gives how many were known. */
  remove(ids: ReadonlySet<string>): number {
    const rows = [...this.positions(ids).values()].sort((a, b) => a - b)
    let next = 0
    for (const run of this.runs) {
      const end = run.start + run.ids.length
      const first = next
      while (next < rows.length && rows[next]! < end) next += 1
      compact(run.ids, rows.slice(first, next), run.start)
      run.start -= first
    }
    for (const id of ids) this.known.delete(id)
    this.join()
    return rows.length
  }

  /** Puts an id in at a row; what was there and after moves down. */
  insert(index: number, id: string): void {
    if (this.known.has(id)) this.remove(new Set([id]))
    this.known.set(id, index)
    let placed = false
    for (const run of this.runs) {
      if (!placed && index >= run.start && index <= run.start + run.ids.length) {
        run.ids.splice(index - run.start, 0, id)
        placed = true
      } else if (run.start >= index) run.start += 1
    }
    if (!placed) {
      const at = this.runs.findIndex((run) => run.start > index)
      this.runs.splice(at < 0 ? this.runs.length : at, 0, { start: index, ids: [id] })
    }
    this.join()
  }

  /** Writes fetched rows over what was there. Ids known at other rows leave those rows unknown. */
  put(start: number, ids: readonly string[]): void {
    const end = start + ids.length
    this.cut(start, end)
    const elsewhere = ids.filter((id) => this.known.has(id))
    for (const id of elsewhere) {
      const at = this.indexOf(id)
      if (at >= 0) this.cut(at, at + 1)
    }
    if (!ids.length) return
    for (const [i, id] of ids.entries()) this.known.set(id, start + i)
    const before = this.runs.findIndex((run) => run.start > start)
    this.runs.splice(before < 0 ? this.runs.length : before, 0, { start, ids: [...ids] })
    this.join()
  }

  /** Forgets the rows [from, to) without moving others. */
  cut(from: number, to: number): void {
    if (to <= from) return
    const kept: Run[] = []
    for (const run of this.runs) {
      const end = run.start + run.ids.length
      if (end <= from || run.start >= to) {
        kept.push(run)
        continue
      }
      for (const id of run.ids.slice(Math.max(0, from - run.start), to - run.start)) this.known.delete(id)
      if (run.start < from) kept.push({ start: run.start, ids: run.ids.slice(0, from - run.start) })
      if (end > to) kept.push({ start: to, ids: run.ids.slice(to - run.start) })
    }
    this.runs.splice(0, this.runs.length, ...kept)
  }

  /** The parts of [from, to) that are not known. */
  missing(from: number, to: number): [from: number, to: number][] {
    const gaps: [number, number][] = []
    let at = from
    for (const run of this.runs) {
      const end = run.start + run.ids.length
      if (end <= at) continue
      if (run.start >= to) break
      if (run.start > at) gaps.push([at, run.start])
      at = Math.max(at, end)
    }
    if (at < to) gaps.push([at, to])
    return gaps
  }

  /** Drops empty runs and joins those that touch. */
  private join(): void {
    let last: Run | undefined
    let kept = 0
    for (const run of this.runs) {
      if (!run.ids.length) continue
      if (last && last.start + last.ids.length === run.start) {
        // Appending keeps a run that grows by scrolling from being copied at each step.
        for (const id of run.ids) last.ids.push(id)
        continue
      }
      this.runs[kept] = run
      kept += 1
      last = run
    }
    this.runs.length = kept
  }
}
