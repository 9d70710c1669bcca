/**
 * The syntax that vCard (RFC 6350 §3.3) and iCalendar (RFC 5545 §3.1) share: a line as a property with every parameter, and
 * the escapes of texts. Pure and bounded.
 */

export interface Param {
  /** Upper case. */
  readonly name: string
  /** Unquoted, RFC 6868 undone. */
  readonly values: readonly string[]
}

export interface Property {
  /** Of a vCard, as written; empty when there is none. */
  readonly group: string
  /** Upper case. */
  readonly name: string
  readonly params: readonly Param[]
  /** As written, escapes included. */
  readonly value: string
}

const maxParams = 50

const circumflex = (text: string): string =>
  text.replace(/\^(['n^])/g, (_whole, sign: string) => (sign === "'" ? '"' : sign === 'n' ? '\n' : '^'))

export interface Head {
  readonly group: string
  readonly name: string
  readonly params: Param[]
  /** Where the value begins. */
  readonly at: number
}

/** Values of one parameter from `at`, which is after its `=`; stops at `;` or `:`. */
const readValues = (line: string, start: number): { values: string[]; at: number } | undefined => {
  const values: string[] = []
  let at = start
  for (;;) {
    let value: string
    if (line[at] === '"') {
      const end = line.indexOf('"', at + 1)
      if (end < 0) return
      value = line.slice(at + 1, end)
      at = end + 1
    } else {
      const from = at
      while (at < line.length && !',;:'.includes(line[at]!)) at++
      value = line.slice(from, at)
    }
    values.push(circumflex(value))
    if (line[at] !== ',') return { values, at }
    at++
  }
}

/** Everything before the value; undefined when the line is no property. */
export const readHead = (line: string): Head | undefined => {
  const match = /^(?:([A-Za-z0-9-]+)\.)?([A-Za-z0-9-]+)(?=[;:])/.exec(line)
  if (!match) return
  const params: Param[] = []
  let at = match[0].length
  while (line[at] === ';') {
    const name = /^[A-Za-z0-9-]*/.exec(line.slice(at + 1, at + 101))?.[0] ?? ''
    at += 1 + name.length
    if (line[at] === '=') {
      const read = readValues(line, at + 1)
      if (!read) return
      at = read.at
      params.push({ name: name.toUpperCase(), values: read.values })
    } else if (/^(?:quoted-printable|base64|7bit|8bit)$/i.test(name)) params.push({ name: 'ENCODING', values: [name] })
    // Version 2.1 writes types alone: TEL;CELL;HOME.
    else if (name !== '') params.push({ name: 'TYPE', values: [name] })
    if (params.length > maxParams) return
  }
  if (line[at] !== ':') return
  return { group: match[1] ?? '', name: match[2]!.toUpperCase(), params, at: at + 1 }
}

/** A TEXT value escaped (RFC 6350 §3.4). */
export const escapeText = (text: string): string =>
  text
    .replace(/\\/g, '\\\\')
    .replace(/\r\n?|\n/g, '\\n')
    .replace(/[,;]/g, '\\$&')

/** A TEXT value without its escapes. */
export const unescapeText = (value: string): string =>
  value.replace(/\\([\\;,:nN])/g, (_whole, sign: string) => (sign.toLowerCase() === 'n' ? '\n' : sign))

/** Splits at separators that are not escaped; the pieces keep their escapes. */
export const splitRaw = (value: string, separator: ';' | ','): string[] => {
  const pieces: string[] = []
  let from = 0
  for (let at = 0; at < value.length; at++) {
    if (value[at] === '\\') at++
    else if (value[at] === separator) {
      pieces.push(value.slice(from, at))
      from = at + 1
    }
  }
  pieces.push(value.slice(from))
  return pieces
}
