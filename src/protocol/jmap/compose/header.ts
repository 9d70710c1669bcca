/** Header fields written from the parsed forms of RFC 8621 §4.1.2. */
import { formatAddress } from '#format/address/parse.ts'
import { encodeHeaderText, encodePhrase } from '#format/mime/encode.ts'
import { formatDate } from '#format/mime/headers.ts'
import { type Check, date, Invalid, isObject, list, nullable, parseDate, text } from '../check.ts'
import type { HeaderProperty } from '../email/header.ts'

const maxLine = 76
const maxRawOctets = 200_000

/** Items joined by a separator, a new line before each that would not fit. */
const folded = (name: string, items: readonly string[], separator: string): string => {
  let out = `${name}:`
  let column = out.length
  for (const [i, item] of items.entries()) {
    const piece = item + (i < items.length - 1 ? separator : '')
    const first = piece.indexOf('\r\n')
    const width = first < 0 ? piece.length : first
    if (i > 0 && column + 1 + width > maxLine) {
      out += '\r\n'
      column = 0
    }
    out += ` ${piece}`
    const last = piece.lastIndexOf('\r\n')
    column = last < 0 ? column + 1 + piece.length : piece.length - last - 2
  }
  return out
}

interface Address {
  readonly name: string | null
  readonly email: string
}

const address: Check<Address> = (value, path) => {
  if (!isObject(value)) throw new Invalid(path, 'must be an EmailAddress')
  for (const key of Object.keys(value)) {
    if (key !== 'name' && key !== 'email') throw new Invalid(`${path}/${key}`, 'is not known here')
  }
  return { name: nullable(text)(value.name, `${path}/name`), email: text(value.email, `${path}/email`) }
}

const atom = /^[^\s()<>[\]:;@\\,."\u0000-\u0020\u007f]+(?:\.[^\s()<>[\]:;@\\,."\u0000-\u0020\u007f]+)*$/u

/**
 * A local part that is no dot-atom is quoted, and a domain loses what no domain has, so that one address never reads as
 * two. Drafts may hold what is not an address yet.
 */
export const safeAddrSpec = (email: string): string => {
  const clean = email
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim()
    .toWellFormed()
  const at = clean.lastIndexOf('@')
  const local = at < 0 ? clean : clean.slice(0, at)
  const domain = at < 0 ? '' : `@${clean.slice(at + 1).replace(/[\s<>(),;"\\]/g, '')}`
  if (local === '' || atom.test(local) || /^"(?:[^"\\]|\\.)*"$/.test(local)) return local + domain
  return `"${local.replace(/["\\]/g, '\\$&')}"${domain}`
}

const writeAddress = ({ name, email }: Address): string => formatAddress({ name, email: safeAddrSpec(email) })

const group: Check<string> = (value, path) => {
  if (!isObject(value)) throw new Invalid(path, 'must be an EmailAddressGroup')
  const members = list(address)(value.addresses, `${path}/addresses`).map(writeAddress)
  const name = nullable(text)(value.name, `${path}/name`)
  return name === null ? members.join(', ') : `${encodePhrase(name)}: ${members.join(', ')};`
}

const messageId: Check<string> = (value, path) => {
  const id = text(value, path)
  if (!/^[^\s<>\u0000-\u0020\u007f]{1,900}$/u.test(id)) throw new Invalid(path, 'must be a message id without brackets')
  return `<${id}>`
}

const url: Check<string> = (value, path) => {
  const given = text(value, path)
  if (!/^[^\s<>\u0000-\u0020\u007f]{1,900}$/u.test(given)) throw new Invalid(path, 'must be a URL')
  return `<${given}>`
}

/** A raw value may be folded already; any other line end in it would begin a field of its own. */
const raw: Check<string> = (value, path) => {
  const given = text(value, path)
  if (given.length > maxRawOctets || /\0|\r(?!\n)|(?<!\r)\n|\r\n(?![ \t])/.test(given))
    throw new Invalid(path, 'must be one header field value')
  return /^[ \t]|^$|^\r\n/.test(given) ? given : ` ${given}`
}

const zone = (value: string): number => {
  const match = /([+-])(\d\d):(\d\d)$/.exec(value)
  return match ? (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) : 0
}

const writeOne = ({ name, form }: HeaderProperty, value: unknown, path: string): string | undefined => {
  switch (form) {
    case 'asRaw':
      return `${name}:${raw(value, path)}`
    case 'asText':
      return `${name}: ${encodeHeaderText(
        text(value, path)
          .normalize('NFC')
          .replace(/[\u0001-\u001f\u007f]+/g, ' '),
      )}`
    case 'asDate': {
      const given = date(value, path)
      return `${name}: ${formatDate(parseDate(given)!, zone(given))}`
    }
    case 'asAddresses': {
      const items = list(address)(value, path).map(writeAddress)
      return items.length === 0 ? undefined : folded(name, items, ',')
    }
    case 'asGroupedAddresses': {
      const items = list(group)(value, path)
      return items.length === 0 ? undefined : folded(name, items, ',')
    }
    case 'asMessageIds': {
      const items = list(messageId)(value, path)
      return items.length === 0 ? undefined : folded(name, items, '')
    }
    case 'asURLs': {
      const items = list(url)(value, path)
      return items.length === 0 ? undefined : folded(name, items, ',')
    }
  }
}

/** Complete fields `Name: value` for a header property; none for null or an empty list. Throws Invalid. */
export const writeHeader = (property: HeaderProperty, value: unknown): string[] => {
  if (value === null) return []
  const path = property.property
  const values = property.all ? list((each) => each)(value, path) : [value]
  return values.flatMap((each) => writeOne(property, each, path) ?? [])
}
