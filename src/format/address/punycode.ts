/** Punycode to Unicode (RFC 3492), for comparing internationalised domains with their A-label form. */

const maxLabel = 63

const digitOf = (code: number): number => {
  if (code >= 97 && code <= 122) return code - 97
  if (code >= 48 && code <= 57) return code - 22
  return -1
}

const adapt = (delta: number, points: number, first: boolean): number => {
  let d = first ? Math.floor(delta / 700) : delta >> 1
  d += Math.floor(d / points)
  let k = 0
  for (; d > 455; k += 36) d = Math.floor(d / 35)
  return k + Math.floor((36 * d) / (d + 38))
}

/** The label behind `xn--…` in lower case; the label itself when it is no valid punycode. */
export const decodeLabel = (label: string): string => {
  if (!label.startsWith('xn--') || label.length > maxLabel) return label
  const text = label.slice(4)
  const dash = text.lastIndexOf('-')
  const points = [...text.slice(0, Math.max(0, dash))].map((c) => c.codePointAt(0) as number)
  let n = 128
  let i = 0
  let bias = 72
  for (let at = dash > 0 ? dash + 1 : 0; at < text.length; ) {
    const before = i
    for (let w = 1, k = 36; ; k += 36) {
      const digit = at < text.length ? digitOf(text.charCodeAt(at++)) : -1
      if (digit < 0) return label
      i += digit * w
      const t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias
      if (digit < t) break
      w *= 36 - t
      if (i > 0x7fffffff || w > 0x7fffffff) return label
    }
    bias = adapt(i - before, points.length + 1, before === 0)
    n += Math.floor(i / (points.length + 1))
    i %= points.length + 1
    if (n > 0x10ffff || (n >= 0xd800 && n < 0xe000)) return label
    points.splice(i++, 0, n)
  }
  return String.fromCodePoint(...points)
}
