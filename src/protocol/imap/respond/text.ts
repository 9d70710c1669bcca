/**
 * How values are written (RFC 9051 §4). Everything returned is octets in a string, one character each, ready for
 * `Output.write`.
 */

/** Octets of a Unicode text, as characters. */
export const octetsOf = (text: string): string =>
  /^[\x00-\x7f]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1')

/** Quoted string of octets that hold no CR, LF or NUL. */
const quote = (octets: string): string => `"${/["\\]/.test(octets) ? octets.replace(/["\\]/g, '\\$&') : octets}"`

const maxQuoted = 1000

/** A string as a quoted string where the grammar allows it, else as a literal. `utf8`: 8-bit may be quoted. */
export const stringOf = (octets: string, utf8 = false): string =>
  octets.length <= maxQuoted && (/^[\x01-\x09\x0b\x0c\x0e-\x7f]*$/.test(octets) || (utf8 && isQuotable(octets)))
    ? quote(octets)
    : `{${octets.length}}\r\n${octets}`

const strict = new TextDecoder('utf-8', { fatal: true })

const isQuotable = (octets: string): boolean => {
  if (/[\x00\r\n]/.test(octets)) return false
  try {
    strict.decode(Buffer.from(octets, 'latin1'))
    return true
  } catch {
    return false
  }
}

/** NIL or a string. */
export const nstringOf = (octets: string | undefined, utf8 = false): string =>
  octets === undefined ? 'NIL' : stringOf(octets, utf8)

/** An atom where possible, else a string. `name` is octets. */
export const astringOf = (octets: string, utf8 = false): string =>
  /^[^\x00-\x20\x7f-\xff(){%*"\\]+$/.test(octets) && octets.toUpperCase() !== 'NIL' ? octets : stringOf(octets, utf8)
