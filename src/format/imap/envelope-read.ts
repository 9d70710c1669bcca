/** Reads single values out of a rendered ENVELOPE (RFC 9051 §7.5.2), without building what is not asked for. */

/** Places of the values in the list. */
const places = { from: 2, to: 5, cc: 6, inReplyTo: 8, messageId: 9 } as const

const quote = 0x22
const backslash = 0x5c
const open = 0x28
const close = 0x29
const brace = 0x7b
const space = 0x20

/** Where a string, NIL or list that begins at `at` ends. Never beyond the end, whatever the text. */
const after = (text: string, at: number): number => {
  let depth = 0
  do {
    const code = text.charCodeAt(at)
    if (code === open) {
      depth++
      at++
    } else if (code === close) {
      depth--
      at++
    } else if (code === space) at++
    else at = afterString(text, at, code)
  } while (depth > 0 && at < text.length)
  return at
}

const afterString = (text: string, at: number, code: number): number => {
  if (code === quote) {
    let end = at + 1
    while (end < text.length && text.charCodeAt(end) !== quote) end += text.charCodeAt(end) === backslash ? 2 : 1
    return end + 1
  }
  if (code !== brace) return at + 3
  const size = text.indexOf('}', at)
  return size < 0 ? text.length : size + 3 + Number(text.slice(at + 1, size))
}

/** Octets of the string at `at`; empty for NIL. */
const stringAt = (text: string, at: number): string => {
  const code = text.charCodeAt(at)
  const end = afterString(text, at, code)
  if (code === quote) {
    const raw = text.slice(at + 1, end - 1)
    return raw.includes('\\') ? raw.replace(/\\(.)/gs, '$1') : raw
  }
  return code === brace ? text.slice(text.indexOf('}', at) + 3, end) : ''
}

const place = (text: string, which: number): number => {
  let at = 1
  for (let i = 0; i < which; i++) at = after(text, at) + 1
  return at
}

/** The mailbox (local part) of the first address of a field; empty without one. `envelope` is octets as characters. */
export const firstMailbox = (envelope: string, field: 'from' | 'to' | 'cc'): string => {
  let at = place(envelope, places[field])
  if (envelope.charCodeAt(at) !== open) return ''
  // ((name adl mailbox host)...
  at += 2
  for (let i = 0; i < 2; i++) at = after(envelope, at) + 1
  return stringAt(envelope, at)
}

/** In-Reply-To as it stands in the message; empty without one. */
export const inReplyToOf = (envelope: string): string => stringAt(envelope, place(envelope, places.inReplyTo))
