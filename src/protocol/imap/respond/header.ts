/** Subsets of a header block: HEADER.FIELDS and HEADER.FIELDS.NOT (RFC 9051 §6.4.5.1). */

export interface FieldFilter {
  /** Lower case. */
  readonly names: ReadonlySet<string>
  /** First characters of the names, both cases: most fields are told apart by it alone. */
  readonly initials: ReadonlySet<number>
  readonly not: boolean
}

export const fieldFilter = (names: readonly string[], not: boolean): FieldFilter => {
  const initials = new Set<number>()
  for (const name of names) {
    initials.add(name.toLowerCase().charCodeAt(0))
    initials.add(name.toUpperCase().charCodeAt(0))
  }
  return { names: new Set(names), initials, not }
}

const isFold = (code: number): boolean => code === 0x20 || code === 0x09

/** True when the line from `start` to `end` of `block` is a field that the filter names. */
const named = (block: string, start: number, end: number, filter: FieldFilter): boolean => {
  if (!filter.initials.has(block.charCodeAt(start))) return false
  const colon = block.indexOf(':', start)
  return colon > start && colon < end && filter.names.has(block.slice(start, colon).trimEnd().toLowerCase())
}

/** The chosen fields as they stand, and the blank line. `block` is octets as characters. */
export const filterHeader = (block: string, filter: FieldFilter): string => {
  let chosen = ''
  let keeps = false
  let keptFrom = 0
  let at = 0
  while (at < block.length) {
    const newline = block.indexOf('\n', at)
    const next = newline < 0 ? block.length : newline + 1
    const first = block.charCodeAt(at)
    if (!isFold(first)) {
      if (first === 0x0a || (first === 0x0d && next - at === 2)) break
      const wanted = named(block, at, next, filter) !== filter.not
      if (wanted !== keeps) {
        if (keeps) chosen += block.slice(keptFrom, at)
        else keptFrom = at
        keeps = wanted
      }
    }
    at = next
  }
  if (keeps) chosen += block.slice(keptFrom, at)
  if (chosen !== '' && !chosen.endsWith('\n')) chosen += '\r\n'
  return `${chosen}\r\n`
}
