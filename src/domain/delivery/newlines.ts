/** Repairs line ends for transport: every CR, LF and CR LF becomes CR LF (RFC 5321 §2.3.8). */

const CR = 13
const LF = 10

/**
 * A repairer of a stream: called with each chunk it returns the repaired octets; called without one it ends, and returns
 * what it held back. The CR that ends a chunk is held back until what follows it is known.
 */
export const createRepair = (): ((chunk?: Uint8Array) => Uint8Array) => {
  let pendingCr = false
  return (chunk) => {
    if (!chunk) {
      const rest = pendingCr ? Uint8Array.of(CR, LF) : new Uint8Array(0)
      pendingCr = false
      return rest
    }
    let extra = pendingCr ? 2 : 0
    for (const byte of chunk) if (byte === CR || byte === LF) extra++
    const out = new Uint8Array(chunk.length + extra)
    let at = 0
    const newline = () => {
      out[at++] = CR
      out[at++] = LF
    }
    for (const byte of chunk) {
      if (pendingCr) {
        newline()
        pendingCr = false
        if (byte === LF) continue
      }
      if (byte === CR) pendingCr = true
      else if (byte === LF) newline()
      else out[at++] = byte
    }
    return out.subarray(0, at)
  }
}
