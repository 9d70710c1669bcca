/** `partial-range` of PARTIAL (RFC 9394 §4): a window on a list of results, from its beginning or its end. */
import { BadSyntax, type Scanner } from './scanner.ts'

export interface PartialRange {
  /** As the client wrote it, for the answer. */
  readonly text: string
  /** `-1:-100`: counted from the end. */
  readonly fromEnd: boolean
  /** Counted from 1; `from` is not greater than `to`. */
  readonly from: number
  readonly to: number
}

const end = (scanner: Scanner): { readonly minus: boolean; readonly number: number } => {
  const minus = scanner.take('-')
  return { minus, number: scanner.nzNumber() }
}

/** `1:500` or `-1:-500`; both ends have the same sign. */
export const partialRange = (scanner: Scanner): PartialRange => {
  const first = end(scanner)
  scanner.expect(':')
  const second = end(scanner)
  if (first.minus !== second.minus) throw new BadSyntax('Both ends of a partial range have the same sign')
  const sign = first.minus ? '-' : ''
  return {
    text: `${sign}${first.number}:${sign}${second.number}`,
    fromEnd: first.minus,
    from: Math.min(first.number, second.number),
    to: Math.max(first.number, second.number),
  }
}

/** The part of a list that a range names, in the order of the list. */
export const partOf = <T>(list: readonly T[], { fromEnd, from, to }: PartialRange): readonly T[] =>
  fromEnd ? list.slice(Math.max(0, list.length - to), Math.max(0, list.length - from + 1)) : list.slice(from - 1, to)
