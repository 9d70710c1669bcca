/** Header fields of a message or part in the forms of RFC 8621 §4.1.2. */
import { fromUtf8 } from '#base/bytes.ts'
import { parseAddresses, parseGroups } from '#format/address/parse.ts'
import type { EmailAddress, EmailAddressGroup, EmailHeader } from '#format/jmap/mail.ts'
import {
  decodeText,
  headerValue,
  parseDate,
  parseHeaderBlock,
  parseMessageIds,
  parseUrls,
  type RawHeader,
} from '#format/mime/headers.ts'
import type { HeaderProperty } from './header.ts'

export interface Fields {
  readonly block: Uint8Array
  readonly all: readonly RawHeader[]
  readonly byName: ReadonlyMap<string, readonly RawHeader[]>
}

/** The fields of a header block, by lower-case name, each in order. */
export const fieldsOf = (block: Uint8Array): Fields => {
  const all = parseHeaderBlock(block)
  const byName = new Map<string, RawHeader[]>()
  for (const field of all) {
    const name = field.name.toLowerCase()
    const same = byName.get(name)
    if (same) same.push(field)
    else byName.set(name, [field])
  }
  return { block, all, byName }
}

/** Everything after the colon but the last line end; octets that are not UTF-8 become U+FFFD (§4.1.2.1). */
const rawValue = (block: Uint8Array, field: RawHeader): string => {
  let end = field.end
  if (end > field.valueStart && block[end - 1] === 10) end--
  if (end > field.valueStart && block[end - 1] === 13) end--
  return fromUtf8(block.subarray(field.valueStart, end))
}

const two = (n: number): string => String(n).padStart(2, '0')

/** A Date (RFC 8620 §1.4) with the sender's offset from UTC. */
export const formatDateWithOffset = (time: number, offset: number): string => {
  const local = new Date(time + offset * 60_000).toISOString().slice(0, 19)
  if (offset === 0) return `${local}Z`
  const minutes = Math.abs(offset)
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

const dateOf = (value: string): string | null => {
  const date = parseDate(value)
  // RFC 3339 has four digits for the year.
  if (!date || date.time < Date.UTC(1, 0) || date.time > Date.UTC(9999, 0)) return null
  return formatDateWithOffset(date.time, date.offset)
}

const addresses = (value: string): EmailAddress[] => parseAddresses(value).map(({ name, email }) => ({ name, email }))

const groups = (value: string): EmailAddressGroup[] =>
  parseGroups(value).map(({ group, mailboxes }) => ({
    name: group,
    addresses: mailboxes.map(({ name, email }) => ({ name, email })),
  }))

const inForm = (fields: Fields, field: RawHeader, form: HeaderProperty['form']): unknown => {
  if (form === 'asRaw') return rawValue(fields.block, field)
  const value = headerValue(fields.block, field)
  switch (form) {
    case 'asText':
      return decodeText(value).replaceAll('\0', '')
    case 'asAddresses':
      return addresses(value)
    case 'asGroupedAddresses':
      return groups(value)
    case 'asMessageIds': {
      const ids = parseMessageIds(value)
      return ids.length === 0 ? null : ids
    }
    case 'asDate':
      return dateOf(value)
    case 'asURLs':
      return parseUrls(value)
  }
}

/** The value of a header property: the last field of the name (§4.1.3), or all of them in order; null or [] for none. */
export const headerProperty = (fields: Fields, wanted: HeaderProperty): unknown => {
  const found = fields.byName.get(wanted.field) ?? []
  if (wanted.all) return found.map((field) => inForm(fields, field, wanted.form))
  const last = found.at(-1)
  return last ? inForm(fields, last, wanted.form) : null
}

/** The `headers` property: every field in order, raw. */
export const rawHeaders = (fields: Fields): EmailHeader[] =>
  fields.all.map((field) => ({ name: field.name, value: rawValue(fields.block, field) }))
