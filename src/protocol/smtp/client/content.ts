/** Message content on its way out: line ends repaired, dots stuffed (RFC 5321 §4.5.2). */

const CR = 13
const LF = 10
const DOT = 46

/**
 * A stuffer of a stream: called with each chunk it returns the octets to send; called without one it ends the content
 * with CR LF "." CR LF. A bare CR or LF becomes CR LF, so that no relay after us can take it for more than a line end.
 */
export const createStuffer = (): ((chunk?: Uint8Array) => Uint8Array) => {
  let atLineStart = true
  let pendingCr = false
  return (chunk) => {
    if (!chunk) {
      const ends = pendingCr || !atLineStart ? '\r\n.\r\n' : '.\r\n'
      return Buffer.from(ends, 'latin1')
    }
    const out = Buffer.allocUnsafe(chunk.length * 2 + 2)
    let at = 0
    const newline = () => {
      out[at++] = CR
      out[at++] = LF
      atLineStart = true
    }
    for (const byte of chunk) {
      if (pendingCr) {
        pendingCr = false
        newline()
        if (byte === LF) continue
      }
      if (byte === CR) pendingCr = true
      else if (byte === LF) newline()
      else {
        if (byte === DOT && atLineStart) out[at++] = DOT
        out[at++] = byte
        atLineStart = false
      }
    }
    return out.subarray(0, at)
  }
}
