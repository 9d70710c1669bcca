/**
 * How alike two texts are (Charikar's simhash): 64 bits of which similar texts share most. Numbers, addresses and links
 * count as one word each, so that a letter written anew for each of its readers stays itself. Pure and bounded.
 */

const looked = 20_000
const fewestWords = 12

/** FNV-1a with a seed: two of them are 64 bits. */
const hash32 = (text: string, seed: number): number => {
  let value = (0x811c9dc5 ^ seed) >>> 0
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0
  // FNV's high bits hardly move for short texts: mixed once more.
  value = Math.imul(value ^ (value >>> 16), 0x45d9f3b) >>> 0
  return (value ^ (value >>> 15)) >>> 0
}

/** Words as they are compared: no case, accents, punctuation; links, addresses and numbers by their kind. */
export const plainWords = (text: string): string[] =>
  text
    .slice(0, looked)
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/https?:\/\/\S+|www\.\S+/g, ' lien ')
    .replace(/\S+@\S+/g, ' courriel ')
    .replace(/\d[\d .,:/-]*/g, ' 0 ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')

/** Sixteen hexadecimal digits; undefined for a text too short to be compared. */
export const simhash = (text: string): string | undefined => {
  const words = plainWords(text)
  if (words.length < fewestWords) return
  const sums = new Int32Array(64)
  for (let i = 0; i + 2 < words.length; i++) {
    const shingle = `${words[i]} ${words[i + 1]} ${words[i + 2]}`
    const [low, high] = [hash32(shingle, 0), hash32(shingle, 0x9e3779b9)]
    for (let bit = 0; bit < 32; bit++) {
      sums[bit] = (sums[bit] ?? 0) + ((low >>> bit) & 1 ? 1 : -1)
      sums[bit + 32] = (sums[bit + 32] ?? 0) + ((high >>> bit) & 1 ? 1 : -1)
    }
  }
  let out = ''
  for (let nibble = 0; nibble < 16; nibble++) {
    let value = 0
    for (let bit = 0; bit < 4; bit++) if ((sums[nibble * 4 + bit] ?? 0) > 0) value |= 1 << bit
    out += value.toString(16)
  }
  return out
}

/** Bits in which two differ, 0 to 64. */
export const hashDistance = (a: string, b: string): number => {
  let distance = 0
  for (let i = 0; i < 16; i++) {
    let different = Number.parseInt(a[i] ?? '0', 16) ^ Number.parseInt(b[i] ?? '0', 16)
    for (; different > 0; different &= different - 1) distance++
  }
  return distance
}
