/** Subsets of a header block: HEADER.FIELDS and HEADER.FIELDS.NOT (RFC 9051 §6.4.5.1). */

export interface FieldFilter {
  /** Lower-case names by the code of their first character in either case: most fields are told apart by it alone. */
  readonly byInitial: readonly (readonly string[] | undefined)[]
  readonly not: boolean
}

export const fieldFilter = (names: readonly string[], not: boolean): FieldFilter => {
  const byInitial: string[][] = []
  for (const name of new Set(names.map((each) => each.toLowerCase())))
    for (const initial of new Set([name.charCodeAt(0), name.toUpperCase().charCodeAt(0)]))
      byInitial[initial] = [...(byInitial[initial] ?? []), name]
  return { byInitial, not }
}

const isFold = (code: number): boolean => code === 0x20 || code === 0x09
const colon = 0x3a

const isUpper = (code: number): boolean => code >= 0x41 && code <= 0x5a

/** True when `name` (lower case) and its colon stand at `start`. */
const standsAt = (block: string, start: number, name: string): boolean => {
  let at = start + name.length
  while (isFold(block.charCodeAt(at))) at++
  if (block.charCodeAt(at) !== colon) return false
  for (let i = name.length - 1; i > 0; i--) {
    const code = block.charCodeAt(start + i)
    if ((isUpper(code) ? code | 0x20 : code) !== name.charCodeAt(i)) return false
  }
  return true
}

/** True when the line at `start` is a field that the filter names. */
const named = (block: string, start: number, { byInitial }: FieldFilter): boolean => {
  const names = byInitial[block.charCodeAt(start)]
  if (names === undefined) return false
  for (const name of names) if (standsAt(block, start, name)) return true
  return false
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
      const wanted = named(block, at, filter) !== filter.not
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
