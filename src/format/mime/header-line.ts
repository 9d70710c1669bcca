/** What a line of a header block is (RFC 5322 §2.2, §4.5). */

const LF = 10
const CR = 13
const COLON = 58

/** A blank line, a continuation of the field before, the beginning of a field, or nothing that belongs in a header. */
export type LineKind = 'blank' | 'fold' | 'field' | 'junk'

/**
 * Where the name of the field ends that the line `start..end` begins, -1 when it begins none. Names are printable ASCII;
 * blanks before the colon are obsolete but legal (§4.5).
 */
export const fieldNameEnd = (bytes: Uint8Array, start: number, end: number): number => {
  let i = start
  for (; i < end; i++) {
    const c = bytes[i] as number
    if (c === COLON || c <= 32 || c > 126) break
  }
  if (i === start) return -1
  const nameEnd = i
  while (i < end && (bytes[i] === 32 || bytes[i] === 9)) i++
  return bytes[i] === COLON && i < end ? nameEnd : -1
}

/** The kind of the line `start..end`, its line end included or not. Some CRs before the LF are part of the line end. */
export const kindOfLine = (bytes: Uint8Array, start: number, end: number): LineKind => {
  const first = bytes[start] as number
  if (first === 32 || first === 9) return 'fold'
  let i = start
  while (i < end && bytes[i] === CR) i++
  if (i >= end || bytes[i] === LF) return 'blank'
  return fieldNameEnd(bytes, start, end) >= 0 ? 'field' : 'junk'
}

/** `From ` as mbox files and some pipes put it before the first field. */
export const isMboxLine = (bytes: Uint8Array, start: number): boolean => {
  const at = bytes[start] === 62 ? start + 1 : start
  const [f, r, o, m, space] = [70, 114, 111, 109, 32]
  return bytes[at] === f && bytes[at + 1] === r && bytes[at + 2] === o && bytes[at + 3] === m && bytes[at + 4] === space
}
