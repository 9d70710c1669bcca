/** Writing DER (X.690): the few shapes that certificates and signed messages of ours are made of. */

export const tlv = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content])
  const octets: number[] = []
  for (let rest = length; rest > 0; rest >>= 8) octets.unshift(rest & 0xff)
  return Buffer.concat([Buffer.from([tag, 0x80 | octets.length, ...octets]), content])
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv(0x30, ...parts)
export const set = (...parts: readonly Uint8Array[]): Buffer => tlv(0x31, ...parts)
export const octetString = (content: Uint8Array): Buffer => tlv(0x04, content)
export const bitString = (content: Uint8Array, unused = 0): Buffer => tlv(0x03, Buffer.from([unused]), content)
export const truth = tlv(0x01, Buffer.from([0xff]))

export const oid = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const octets = [first * 40 + second]
  for (const arc of rest) {
    const groups = [arc & 0x7f]
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80)
    octets.push(...groups)
  }
  return tlv(0x06, Buffer.from(octets))
}

/** UTCTime until 2049, GeneralizedTime after (RFC 5280 §4.1.2.5). */
export const time = (milliseconds: number): Buffer => {
  const digits = new Date(milliseconds).toISOString().replace(/[-:T]|\.\d+/g, '')
  return digits < '2050' ? tlv(0x17, Buffer.from(digits.slice(2))) : tlv(0x18, Buffer.from(digits))
}
