/**
 * The syntax of vCard (RFC 6350 §3, RFC 2426 §4, vCard 2.1): text to properties with every parameter and group, and back.
 * What the properties mean is `../jscontact`. Pure and bounded; a line that is none is passed over.
 */
import { Failure } from '#base/failure.ts'
import { printLine } from '../content-line/fold.ts'
import { type Head, type Param, type Property, readHead } from '../content-line/property.ts'

/** Quoted-printable and character sets of version 2.1 are undone. */
export type VCardProperty = Property

export type VCardVersion = '2.1' | '3.0' | '4.0'

export interface VCard {
  readonly version: VCardVersion
  /** Without BEGIN, VERSION and END. */
  readonly properties: readonly VCardProperty[]
}

/** Lines of one card. */
const maxLines = 2000

const param = (params: readonly Param[], name: string): string =>
  params.find((one) => one.name === name)?.values[0] ?? ''

const isQuoted = ({ params }: Head): boolean => param(params, 'ENCODING').toUpperCase() === 'QUOTED-PRINTABLE'

const unquote = (value: string, charset: string): string => {
  const octets: number[] = []
  for (let at = 0; at < value.length; at++) {
    const pair = value[at] === '=' ? value.slice(at + 1, at + 3) : ''
    if (/^[0-9a-f]{2}$/i.test(pair)) {
      octets.push(Number.parseInt(pair, 16))
      at += 2
    } else {
      // A run of plain text stays text: its own octets.
      const end = value.indexOf('=', at + 1)
      const run = value.slice(at, end < 0 ? value.length : end)
      for (const octet of new TextEncoder().encode(run)) octets.push(octet)
      at += run.length - 1
    }
  }
  const latin = /^(?:iso-8859-1|iso-8859-15|windows-1252|us-ascii)$/i.test(charset)
  // The decoder of the platform calls both by one name, as browsers do.
  return new TextDecoder(latin ? 'windows-1252' : 'utf-8').decode(Uint8Array.from(octets))
}

/** The property of a logical line; takes more lines when quoted-printable goes on in them. */
const readProperty = (line: string, more: () => string | undefined): VCardProperty | undefined => {
  const head = readHead(line)
  if (!head) return
  const { group, name, params, at } = head
  let value = line.slice(at)
  if (!isQuoted(head)) return { group, name, params, value }
  while (value.endsWith('=')) {
    const next = more()
    if (next === undefined) break
    value = value.slice(0, -1) + next
  }
  const rest = params.filter((one) => one.name !== 'ENCODING' && one.name !== 'CHARSET')
  return { group, name, params: rest, value: unquote(value, param(params, 'CHARSET')).replace(/\r?\n/g, '\\n') }
}

const versionOf = (text: string): VCardVersion =>
  text.trim().startsWith('2') ? '2.1' : text.trim().startsWith('4') ? '4.0' : '3.0'

/**
 * The cards of a text, at most `maxCards`. What stands outside of cards, and a card that does not end, are passed over.
 * Throws Failure tooMany (more cards, or a card of too many lines).
 */
export const parseVCards = (text: string, maxCards = 1): VCard[] => {
  const lines = text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]/g, '')
    .split('\n')
  const cards: VCard[] = []
  let inside: VCardProperty[] | undefined
  let version: VCardVersion = '3.0'
  for (let at = 0; at < lines.length; at++) {
    const property = readProperty(lines[at]!, () => lines[++at])
    if (!property) continue
    const isCard = property.value.trim().toUpperCase() === 'VCARD'
    if (property.name === 'BEGIN' && isCard) {
      inside = []
      version = '3.0'
    } else if (property.name === 'END' && isCard) {
      if (inside && cards.length >= maxCards) throw new Failure('tooMany', `at most ${maxCards} cards`)
      if (inside) cards.push({ version, properties: inside })
      inside = undefined
    } else if (property.name === 'VERSION') version = versionOf(property.value)
    else if (inside) {
      if (inside.length >= maxLines) throw new Failure('tooMany', `at most ${maxLines} lines in a card`)
      inside.push(property)
    }
  }
  return cards
}

/** The text of a card, lines folded at 75 octets. */
export const printVCard = ({ version, properties }: VCard): string =>
  [
    'BEGIN:VCARD\r\n',
    `VERSION:${version}\r\n`,
    ...properties.map((property) => printLine(property)),
    'END:VCARD\r\n',
  ].join('')
