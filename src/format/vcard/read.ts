/** The people of a vCard file as a reader wants them told (RFC 6350, and versions 2.1 and 3). Read only; pure and bounded. */
import { type ContentLine, contentLines, plainText, splitValue } from '../content-line/lines.ts'

export interface CardValue {
  readonly value: string
  /** `work`, `home`, `cell`..., lower case. */
  readonly kind: string
}

export interface ContactCard {
  readonly name: string
  readonly organisation: string
  readonly title: string
  readonly emails: readonly CardValue[]
  readonly phones: readonly CardValue[]
  readonly addresses: readonly CardValue[]
  readonly urls: readonly CardValue[]
  readonly birthday: string
  readonly note: string
}

const maxCards = 100
const maxValues = 20

const utf8 = (octets: number[]): string => new TextDecoder().decode(Uint8Array.from(octets))

/** Version 2.1 writes accents so. */
const unquoted = ({ params, value }: ContentLine): string => {
  const encoding = (params.get('ENCODING') ?? (params.has('QUOTED-PRINTABLE') ? 'QUOTED-PRINTABLE' : '')).toUpperCase()
  if (encoding !== 'QUOTED-PRINTABLE') return value
  return value.replace(/(?:=[0-9a-f]{2})+/gi, (run) =>
    utf8((run.match(/[0-9a-f]{2}/gi) ?? []).map((pair) => Number.parseInt(pair, 16))),
  )
}

const kinds = /^(?:work|home|cell|fax|pager|main|mobile)$/i

const kindOf = ({ params }: ContentLine): string => {
  const named = (params.get('TYPE') ?? '').split(',').find((one) => kinds.test(one))
  return (named ?? [...params.keys()].find((one) => kinds.test(one)) ?? '').toLowerCase()
}

const cardOf = (lines: readonly ContentLine[]): ContactCard => {
  const text = (name: string, longest = 300): string => {
    const line = lines.find((one) => one.name === name)
    return line ? plainText(unquoted(line)).slice(0, longest) : ''
  }
  const parts = (name: string): string[] => {
    const line = lines.find((one) => one.name === name)
    return line ? splitValue(unquoted(line), ';') : []
  }
  const all = (name: string, read: (value: string) => string): CardValue[] =>
    lines
      .filter((line) => line.name === name)
      .slice(0, maxValues)
      .map((line) => ({ value: read(unquoted(line)).trim().slice(0, 500), kind: kindOf(line) }))
      .filter(({ value }) => value !== '')
  const [family = '', given = ''] = parts('N')
  return {
    name: text('FN') || [given, family].filter(Boolean).join(' ').slice(0, 300),
    organisation: parts('ORG').filter(Boolean).join(', ').slice(0, 300),
    title: text('TITLE'),
    emails: all('EMAIL', (value) => plainText(value).replace(/^mailto:/i, '')),
    phones: all('TEL', (value) => plainText(value).replace(/^tel:/i, '')),
    addresses: all('ADR', (value) =>
      splitValue(value, ';')
        .filter((one) => one.trim() !== '')
        .join(', '),
    ),
    urls: all('URL', plainText),
    birthday: text('BDAY', 40),
    note: text('NOTE', 5000),
  }
}

/** Reads a file; one that is no card has nobody. Never throws. */
export const readCards = (text: string): ContactCard[] => {
  const cards: ContactCard[] = []
  let inside: ContentLine[] | undefined
  for (const line of contentLines(text)) {
    const isCard = line.value.trim().toUpperCase() === 'VCARD'
    if (line.name === 'BEGIN' && isCard) inside = []
    else if (line.name === 'END' && isCard) {
      if (inside && cards.length < maxCards) cards.push(cardOf(inside))
      inside = undefined
    } else inside?.push(line)
  }
  return cards
}
