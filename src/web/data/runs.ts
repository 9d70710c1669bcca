/**
 * The fetched rows of a query that may be very long: runs of consecutive ids, the gaps between them unknown. There are
 * few runs (one per place the person has scrolled to), so everything is a walk over runs or one array splice.
 */

export interface Run {
  start: number
  ids: string[]
}

export class Runs {
  /** In order, never touching. */
  readonly runs: Run[] = []
  private readonly known = new Set<string>()

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
    if (!this.known.has(id)) return -1
    for (const run of this.runs) {
      const at = run.ids.indexOf(id)
      if (at >= 0) return run.start + at
    }
    return -1
  }

  /** Rows of several ids in one walk. */
  positions(ids: ReadonlySet<string>): Map<string, number> {
    const found = new Map<string, number>()
    if (ids.size < 8) {
      for (const id of ids) {
        const at = this.indexOf(id)
        if (at >= 0) found.set(id, at)
      }
      return found
    }
    for (const run of this.runs) {
      for (let i = 0; i < run.ids.length; i += 1) if (ids.has(run.ids[i]!)) found.set(run.ids[i]!, run.start + i)
    }
    return found
  }

  clear(): void {
    this.runs.length = 0
    this.known.clear()
  }

  /** Takes ids out; what follows moves up. Gives how many were known. */
  remove(ids: ReadonlySet<string>): number {
    let shift = 0
    for (const run of this.runs) {
      run.start -= shift
      const before = run.ids.length
      if (ids.size < 8) {
        for (const id of ids) {
          const at = run.ids.indexOf(id)
          if (at >= 0) run.ids.splice(at, 1)
        }
      } else run.ids = run.ids.filter((id) => !ids.has(id))
      shift += before - run.ids.length
    }
    for (const id of ids) this.known.delete(id)
    this.join()
    return shift
  }

  /** Puts an id in at a row; what was there and after moves down. */
  insert(index: number, id: string): void {
    if (this.known.has(id)) this.remove(new Set([id]))
    this.known.add(id)
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
    for (const id of ids) this.known.add(id)
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
