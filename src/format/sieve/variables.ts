/** Variables (RFC 5229): `${name}`, `${1}`, modifiers; and encoded characters (RFC 5228 §2.4.2.4). */

export const variableLimits = {
  /** Characters a value may hold; more is cut (RFC 5229 §6: at least 4000). */
  value: 65_536,
  /** Variables of a scope (RFC 5229 §6: at least 128). */
  names: 1024,
} as const

const reference = /\$\{((?:[A-Za-z_]\w*\.)?[A-Za-z_]\w*|\d{1,9})\}/g

/** Cuts at a character, never within one. */
const cut = (text: string, most: number): string => {
  if (text.length <= most) return text
  const short = text.slice(0, most)
  return /[\ud800-\udbff]$/.test(short) ? short.slice(0, -1) : short
}

/** Replaces references by what they stand for; what is not a reference stays as it is. */
export const expandVariables = (text: string, lookUp: (name: string) => string): string =>
  text.includes('${')
    ? cut(
        text.replace(reference, (_whole, name: string) => lookUp(name.toLowerCase())),
        variableLimits.value,
      )
    : text

const encoded = /\$\{(hex|unicode):([0-9A-Fa-f \t\r\n]*)\}/gi

const decodeHex = (digits: readonly string[]): string | undefined =>
  digits.every((one) => /^[0-9A-Fa-f]{1,2}$/.test(one))
    ? new TextDecoder().decode(Uint8Array.from(digits, (one) => Number.parseInt(one, 16)))
    : undefined

const decodeUnicode = (digits: readonly string[]): string | undefined => {
  const codes = digits.map((one) => Number.parseInt(one, 16))
  const right = codes.every((code) => code <= 0x10ffff && (code < 0xd800 || code > 0xdfff))
  return right ? String.fromCodePoint(...codes) : undefined
}

/** `${hex: 40}` and `${unicode: 40}` as the characters they are; anything else stays. */
export const decodeEncodedCharacters = (text: string): string =>
  text.replace(encoded, (whole, kind: string, body: string) => {
    const digits = body.split(/[ \t\r\n]+/).filter((one) => one !== '')
    if (digits.length === 0) return whole
    return (kind.toLowerCase() === 'hex' ? decodeHex(digits) : decodeUnicode(digits)) ?? whole
  })

/** A number of `${unicode:...}` that is no character (RFC 5228 §2.4.2.4: an error), as it is written. */
export const strayCharacter = (text: string): string | undefined => {
  for (const [, kind = '', body = ''] of text.matchAll(encoded)) {
    const digits = body.split(/[ \t\r\n]+/).filter((one) => one !== '')
    if (kind.toLowerCase() === 'unicode' && digits.length > 0 && decodeUnicode(digits) === undefined) return body.trim()
  }
  return undefined
}

const capital = (text: string, change: (first: string) => string): string => {
  const [first = ''] = text
  return change(first) + text.slice(first.length)
}

const modify: Readonly<Record<string, (text: string) => string>> = {
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  lowerfirst: (text) => capital(text, (first) => first.toLowerCase()),
  upperfirst: (text) => capital(text, (first) => first.toUpperCase()),
  quotewildcard: (text) => text.replace(/[*?\\]/g, '\\$&'),
  quoteregex: (text) => text.replace(/[.^$*+?()[\]{}|\\]/g, '\\$&'),
  encodeurl: (text) => encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, percent),
  length: (text) => String([...text].length),
}

const percent = (sign: string): string => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`

/** From the highest precedence to the lowest (RFC 5229 §4.1). */
const precedence = ['lower', 'upper', 'lowerfirst', 'upperfirst', 'quotewildcard', 'quoteregex', 'encodeurl', 'length']

/** Applies the modifiers that are given, in their order of precedence. */
export const applyModifiers = (text: string, given: { has(name: string): boolean }): string => {
  const changed = precedence.reduce((value, name) => (given.has(name) ? (modify[name]?.(value) ?? value) : value), text)
  return cut(changed, variableLimits.value)
}
