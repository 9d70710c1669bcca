/** Sequence sets (RFC 3501 §9 `sequence-set`, RFC 5182 `$`) and their meaning on a sorted list of UIDs. */
import { BadSyntax, type Scanner } from './scanner.ts'

/** `*`, the largest number in use. */
export const star = Number.POSITIVE_INFINITY

/** `from` may be greater than `to`, as the client wrote it. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** `saved` is `$`, the result of the last SEARCH RETURN (SAVE). */
export type SequenceSet = { readonly saved: true } | { readonly saved: false; readonly ranges: readonly Range[] }

const maxRanges = 20_000

const seqNumber = (scanner: Scanner): number => (scanner.take('*') ? star : scanner.nzNumber())

/** Ranges without `$`. */
export const ranges = (scanner: Scanner): Range[] => {
  const found: Range[] = []
  do {
    if (found.length >= maxRanges) throw new BadSyntax('Too many ranges')
    const from = seqNumber(scanner)
    found.push({ from, to: scanner.take(':') ? seqNumber(scanner) : from })
  } while (scanner.take(','))
  return found
}

export const sequenceSet = (scanner: Scanner): SequenceSet =>
  scanner.take('$') ? { saved: true } : { saved: false, ranges: ranges(scanner) }

/** known-uids and the like (RFC 7162): ranges in which `*` is not allowed. */
export const plainRanges = (scanner: Scanner): Range[] => {
  const found = ranges(scanner)
  if (found.some((range) => range.from === star || range.to === star)) throw new BadSyntax('"*" is not allowed here')
  return found
}

/** Index of the first uid >= `uid` in a sorted list. */
export const lowerBound = (uids: ArrayLike<number>, uid: number, from = 0): number => {
  let low = from
  let high = uids.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (uids[middle]! < uid) low = middle + 1
    else high = middle
  }
  return low
}

/** Half-open index ranges, ascending and disjoint. */
export type Spans = readonly (readonly [number, number])[]

const merge = (spans: [number, number][]): Spans => {
  spans.sort((a, b) => a[0] - b[0])
  const merged: [number, number][] = []
  for (const span of spans) {
    const last = merged.at(-1)
    if (last !== undefined && span[0] <= last[1]) last[1] = Math.max(last[1], span[1])
    else if (span[0] < span[1]) merged.push(span)
  }
  return merged
}

/**
 * Where the message numbers of `set` lie in a view of `count` messages, clipped to it.
 * `outside` says that the client named a number that does not exist (RFC 3501 §9: a BAD for FETCH, STORE, COPY).
 */
export const sequenceSpans = (set: readonly Range[], count: number): { spans: Spans; outside: boolean } => {
  let outside = false
  const spans = set.map(({ from, to }): [number, number] => {
    const a = from === star ? count : from
    const b = to === star ? count : to
    if ((from !== star && from > count) || (to !== star && to > count)) outside = true
    return [Math.max(Math.min(a, b), 1) - 1, Math.min(Math.max(a, b), count)]
  })
  return { spans: merge(spans), outside: outside && !(count === 0 && set.some((r) => r.to === star)) }
}

/** Where the UIDs of `set` lie in a sorted list; `*` is the last UID, and `900:*` always holds it (RFC 3501 §6.4.8). */
export const uidSpans = (set: readonly Range[], uids: ArrayLike<number>): Spans => {
  const last = uids.length === 0 ? 0 : uids[uids.length - 1]!
  const spans = set.map(({ from, to }): [number, number] => {
    const a = from === star ? last : from
    const b = to === star ? last : to
    return [lowerBound(uids, Math.min(a, b)), lowerBound(uids, Math.max(a, b) + 1)]
  })
  return merge(spans)
}

/** The numbers of `numbers` at these places. */
export const pick = (numbers: ArrayLike<number>, spans: Spans): number[] => {
  const picked: number[] = []
  for (const [from, to] of spans) for (let i = from; i < to; i++) picked.push(numbers[i]!)
  return picked
}

/** `1:3,7` for [1,2,3,7]: the shortest sequence-set of an ascending list. */
export const formatSet = (numbers: ArrayLike<number>): string => {
  let text = ''
  for (let i = 0; i < numbers.length; ) {
    const from = numbers[i]!
    let to = from
    while (++i < numbers.length && numbers[i] === to + 1) to++
    if (text !== '') text += ','
    text += from === to ? `${from}` : `${from}:${to}`
  }
  return text
}

/** The same numbers in ascending, disjoint ranges with `from` ≤ `to`; for ranges without `*`. */
export const mergeRanges = (set: readonly Range[]): Range[] =>
  merge(set.map(({ from, to }): [number, number] => [Math.min(from, to), Math.max(from, to) + 1])).map(
    ([from, end]) => ({ from, to: end - 1 }),
  )

/** Whether ranges without `*` hold a number; each question costs a binary search. */
export const membership = (set: readonly Range[]): ((number: number) => boolean) => {
  const merged = mergeRanges(set)
  const ends = merged.map(({ to }) => to)
  return (number) => (merged[lowerBound(ends, number)]?.from ?? star) <= number
}

/** How many numbers ranges without `*` hold. */
export const rangesSize = (set: readonly Range[]): number =>
  set.reduce((sum, { from, to }) => sum + Math.abs(to - from) + 1, 0)
