/** Sorting that gives way to others: a long list must not hold the event loop (law 10). */
import { startPace } from '../pace.ts'

const runLength = 1024

type Compare<T> = (a: T, b: T) => number

/** Merges two sorted neighbours of `from` into `to`. */
function* merge<T>(from: readonly T[], to: T[], start: number, width: number, compare: Compare<T>): Generator<void> {
  const middle = Math.min(start + width, from.length)
  const end = Math.min(start + 2 * width, from.length)
  let a = start
  let b = middle
  for (let at = start; at < end; at++) {
    if (at % runLength === 0) yield
    to[at] = b >= end || (a < middle && compare(from[a]!, from[b]!) <= 0) ? from[a++]! : from[b++]!
  }
}

/** A sorted copy; the order of equals is kept. */
export const sortInTurns = async <T>(list: readonly T[], compare: Compare<T>): Promise<T[]> => {
  const pace = startPace()
  let sorted: T[] = []
  for (let i = 0; i < list.length; i += runLength) {
    for (const item of list.slice(i, i + runLength).sort(compare)) sorted.push(item)
    if (pace.due) await pace.rest()
  }
  for (let width = runLength; width < sorted.length; width *= 2) {
    const merged = new Array<T>(sorted.length)
    for (let start = 0; start < sorted.length; start += 2 * width)
      for (const _turn of merge(sorted, merged, start, width, compare)) if (pace.due) await pace.rest()
    sorted = merged
  }
  return sorted
}
