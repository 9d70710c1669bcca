/** One line written: parameters quoted where they must be (RFC 6868), folded at 75 octets (RFC 6350 §3.2). */
import type { Property } from './property.ts'

const maxOctets = 75

const paramValue = (value: string): string => {
  const safe = value
    .replace(/\^/g, '^^')
    .replace(/\r\n?|\n/g, '^n')
    .replace(/"/g, "^'")
    .replace(/\p{Cc}/gu, '')
  return /[,:;]/.test(safe) ? `"${safe}"` : safe
}

const octetsOf = (character: string): number => {
  const code = character.codePointAt(0) ?? 0
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
}

/** Folds between characters, never within one. */
const fold = (line: string): string => {
  if (line.length * 3 <= maxOctets) return line
  let folded = ''
  let from = 0
  let octets = 0
  for (let at = 0; at < line.length; ) {
    const character = String.fromCodePoint(line.codePointAt(at) ?? 0)
    const size = octetsOf(character)
    if (octets + size > maxOctets) {
      folded += `${line.slice(from, at)}\r\n `
      from = at
      octets = 1
    }
    octets += size
    at += character.length
  }
  return folded + line.slice(from)
}

/** The line with its end. Line breaks that a value may hold are its own escapes by now; a raw one is dropped. */
export const printLine = ({ group, name, params, value }: Property): string => {
  const written = params.map((param) => `;${param.name}=${param.values.map(paramValue).join(',')}`).join('')
  return `${fold(`${group === '' ? '' : `${group}.`}${name}${written}:${value.replace(/[\r\n]/g, '')}`)}\r\n`
}
