/**
 * JSContact as a vCard, version 3 (RFC 2426, what most address books still ask for) or 4 (RFC 6350): RFC 9555 §3. Pure. A
 * photo must be a URI by now: blobs are for whoever holds them to put in.
 */
import { escapeText, type Param } from '../content-line/property.ts'
import { printVCard, type VCardProperty } from '../vcard/syntax.ts'
import {
  type Address,
  type JsCard,
  type Media,
  type NameComponent,
  nameOf,
  type OnlineService,
  type Part,
  type Phone,
  type Resource,
} from './card.ts'
import { writeDate } from './dates.ts'
import { addressKinds, featureOf, isExtra, nameKinds, resourceProperties } from './mapping.data.ts'

export type WrittenVersion = '3.0' | '4.0'

type Params = Record<string, string | readonly string[] | undefined>

const typeOfFeature = new Map(Object.entries(featureOf).map(([type, feature]) => [feature, type]))

class Writer {
  readonly version: WrittenVersion
  readonly lines: VCardProperty[] = []
  readonly #groups: ReadonlySet<string>
  #serial = 0

  constructor(version: WrittenVersion, taken: ReadonlySet<string>) {
    this.version = version
    this.#groups = taken
  }

  /** A group that nothing else is in, for a label. */
  #freshGroup(): string {
    do this.#serial++
    while (this.#groups.has(`item${this.#serial}`))
    return `item${this.#serial}`
  }

  line(name: string, value: string, params: Params = {}, group = ''): void {
    const list: Param[] = []
    for (const [key, given] of Object.entries(params)) {
      const values = given === undefined ? [] : [given].flat()
      if (values.length > 0) list.push({ name: key.toUpperCase(), values })
    }
    this.lines.push({ group, name, params: list, value })
  }

  /** A property that stands for a part with an id: contexts, preference, label, and what came beside it. */
  part(name: string, value: string, id: string, part: Part, types: readonly string[] = [], params: Params = {}): void {
    const { type, group: ownGroup, ...others } = part.vCardParams ?? {}
    const written = [...types, ...(type === undefined ? [] : [type].flat())]
    if (part.contexts?.work) written.push('work')
    if (part.contexts?.private) written.push('home')
    const isV4 = this.version === '4.0'
    if (part.pref === 1 && !isV4) written.push('pref')
    const group = part.label === undefined ? (typeof ownGroup === 'string' ? ownGroup : '') : this.#freshGroup()
    this.line(
      name,
      value,
      {
        ...params,
        ...(isV4 && /^[A-Za-z0-9_-]+$/.test(id) ? { 'prop-id': id } : {}),
        ...(part.pref === undefined || (!isV4 && part.pref === 1) ? {} : { pref: String(part.pref) }),
        ...(written.length === 0 ? {} : { type: isV4 ? written : written.map((one) => one.toUpperCase()) }),
        ...others,
      },
      group,
    )
    if (part.label !== undefined) this.line('X-ABLabel', escapeText(part.label), {}, group)
  }
}

const entries = <T>(map: Readonly<Record<string, T>> | undefined): [string, T][] => Object.entries(map ?? {})

const structured = (parts: readonly NameComponent[], kinds: readonly string[], least: number): string => {
  const columns = kinds.map(() => [] as string[])
  for (const { kind, value } of parts) {
    const at = kinds.indexOf(kind)
    if (at >= 0) columns[at]!.push(escapeText(value))
  }
  while (columns.length > least && columns.at(-1)!.length === 0) columns.pop()
  return columns.map((column) => column.join(',')).join(';')
}

const writeName = (out: Writer, card: JsCard): void => {
  const { name } = card
  out.line('FN', escapeText(nameOf(card)))
  const known = name?.components ?? []
  if (known.length === 0 && out.version === '4.0') return
  // Version 3 must have it, though it be empty.
  const { surname, given } = name?.sortAs ?? {}
  const sortAs = surname === undefined ? undefined : [surname, given].filter((one) => one !== undefined).join(',')
  if (known.length === 0) out.line('N', ';;;;')
  else out.line('N', structured(known, nameKinds, 5), { 'sort-as': sortAs })
}

const writeAddress = (out: Writer, id: string, address: Address): void => {
  const { components = [], full, countryCode, coordinates, timeZone } = address
  const label = full === undefined ? {} : { label: full }
  const more = { ...label, cc: countryCode, geo: coordinates, tz: timeZone }
  out.part('ADR', structured(components, addressKinds, 7), id, address, [], more)
}

const writePhone = (out: Writer, id: string, phone: Phone): void => {
  const types = entries(phone.features).flatMap(([feature, on]) => (on ? [typeOfFeature.get(feature) ?? feature] : []))
  const isUri = /^(?:tel|sip|sips):/i.test(phone.number)
  const params = isUri && out.version === '4.0' ? { value: 'uri' } : {}
  out.part('TEL', isUri ? phone.number : escapeText(phone.number), id, phone, types, params)
}

const writeService = (out: Writer, id: string, service: OnlineService): void => {
  if (service.vCardName === 'impp' && service.uri !== undefined) {
    const name = out.version === '4.0' ? 'service-type' : 'x-service-type'
    out.part('IMPP', service.uri, id, service, [], { [name]: service.service })
  } else if (service.uri !== undefined)
    out.part('SOCIALPROFILE', service.uri, id, service, [], { 'service-type': service.service })
  else if (service.user !== undefined)
    out.part('SOCIALPROFILE', escapeText(service.user), id, service, [], {
      'service-type': service.service,
      value: 'text',
    })
}

const mediaNames: Readonly<Record<string, string>> = { photo: 'PHOTO', logo: 'LOGO', sound: 'SOUND' }

const writeMedia = (out: Writer, id: string, media: Media): void => {
  const name = mediaNames[media.kind ?? '']
  if (name === undefined || media.uri === undefined) return
  const inline = /^data:([^;,]*);base64,(.*)$/s.exec(media.uri)
  if (out.version === '4.0' || !inline) {
    const params = out.version === '3.0' ? { value: 'uri' } : { mediatype: inline ? undefined : media.mediaType }
    out.part(name, media.uri, id, media, [], params)
    return
  }
  const [, mediaType = '', data = ''] = inline
  const type = mediaType.split('/')[1]
  out.part(name, data, id, media, type ? [type] : [], { encoding: 'b' })
}

const writeResource = (out: Writer, member: string, id: string, resource: Resource): void => {
  const known =
    resourceProperties.find((one) => one.member === member && one.kind === resource.kind) ??
    resourceProperties.find((one) => one.member === member)
  if (known && resource.uri !== undefined)
    out.part(known.name, resource.uri, id, resource, [], { mediatype: resource.mediaType })
}

const anniversaryNames: Readonly<Record<string, readonly [v3: string, v4: string]>> = {
  birth: ['BDAY', 'BDAY'],
  death: ['DEATHDATE', 'DEATHDATE'],
  wedding: ['X-ANNIVERSARY', 'ANNIVERSARY'],
}

const levels: Readonly<Record<string, string>> = { low: 'beginner', medium: 'average', high: 'expert' }

const writeReach = (out: Writer, card: JsCard): void => {
  for (const [id, email] of entries(card.emails))
    out.part('EMAIL', escapeText(email.address), id, email, out.version === '3.0' ? ['internet'] : [])
  for (const [id, phone] of entries(card.phones)) writePhone(out, id, phone)
  for (const [id, address] of entries(card.addresses)) writeAddress(out, id, address)
  for (const [id, service] of entries(card.onlineServices)) writeService(out, id, service)
  for (const [id, one] of entries(card.preferredLanguages)) out.part('LANG', one.language, id, one)
}

const writeRoles = (out: Writer, card: JsCard): void => {
  for (const [id, one] of entries(card.nicknames)) out.part('NICKNAME', escapeText(one.name), id, one)
  for (const [id, one] of entries(card.organizations)) {
    const names = [one.name ?? '', ...(one.units ?? []).map((unit) => unit.name)]
    out.part('ORG', names.map(escapeText).join(';'), id, one, [], { 'sort-as': one.sortAs })
  }
  for (const [id, one] of entries(card.titles))
    out.part(one.kind === 'role' ? 'ROLE' : 'TITLE', escapeText(one.name), id, one)
}

const writeOthers = (out: Writer, card: JsCard): void => {
  const { version } = out
  for (const [id, one] of entries(card.media)) writeMedia(out, id, one)
  for (const member of ['links', 'calendars', 'schedulingAddresses', 'cryptoKeys', 'directories'] as const)
    for (const [id, one] of entries(card[member])) writeResource(out, member, id, one)
  for (const [id, one] of entries(card.anniversaries)) {
    const name = anniversaryNames[one.kind]?.[version === '4.0' ? 1 : 0]
    const date = writeDate(one.date, version)
    if (name !== undefined && date !== undefined)
      out.part(name, date.value, id, one, [], { 'x-apple-omit-year': date.noYear })
  }
  for (const [id, one] of entries(card.personalInfo))
    if (['expertise', 'hobby', 'interest'].includes(one.kind))
      out.part(one.kind.toUpperCase(), escapeText(one.value), id, one, [], {
        level: one.kind === 'expertise' ? levels[one.level ?? ''] : one.level,
      })
  for (const [id, one] of entries(card.notes)) out.part('NOTE', escapeText(one.note), id, one)
  const words = entries(card.keywords).flatMap(([word, on]) => (on ? [escapeText(word)] : []))
  if (words.length > 0) out.line('CATEGORIES', words.join(','))
  for (const [uid, { relation }] of entries(card.relatedTo)) {
    const types = entries(relation).flatMap(([type, on]) => (on ? [type] : []))
    out.line('RELATED', escapeText(uid), types.length > 0 ? { type: types } : {})
  }
}

const isUri = (text: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(text)

const writeHead = (out: Writer, card: JsCard): void => {
  const isV4 = out.version === '4.0'
  out.line('UID', escapeText(card.uid), isV4 && !isUri(card.uid) ? { value: 'text' } : {})
  if (card.kind !== undefined) {
    if (isV4) out.line('KIND', card.kind)
    else if (card.kind !== 'individual') out.line('X-ADDRESSBOOKSERVER-KIND', card.kind)
  }
  for (const [uid, on] of entries(card.members))
    if (on) out.line(isV4 ? 'MEMBER' : 'X-ADDRESSBOOKSERVER-MEMBER', isUri(uid) ? uid : `urn:uuid:${uid}`)
  if (card.prodId !== undefined) out.line('PRODID', escapeText(card.prodId))
  if (card.language !== undefined) out.line('LANGUAGE', card.language)
  if (card.created !== undefined) out.line('CREATED', card.created.replace(/[-:]/g, ''))
  if (card.updated !== undefined) out.line('REV', isV4 ? card.updated.replace(/[-:]/g, '') : card.updated)
}

const propertyName = /^[A-Za-z0-9-]{1,100}$/

/** The properties of the card. */
export const toVCardProperties = (card: JsCard, version: WrittenVersion): VCardProperty[] => {
  const groups = new Set<string>()
  for (const [, params] of card.vCardProps ?? []) if (typeof params.group === 'string') groups.add(params.group)
  const out = new Writer(version, groups)
  writeHead(out, card)
  writeName(out, card)
  writeRoles(out, card)
  writeReach(out, card)
  writeOthers(out, card)
  for (const [name, value] of Object.entries(card))
    if (isExtra(name) && value !== undefined && value !== null)
      out.line('JSPROP', escapeText(JSON.stringify(value)), { jsptr: name })
  for (const [name, { group, ...params }, , value] of card.vCardProps ?? [])
    if (propertyName.test(name))
      out.line(name.toUpperCase(), value, params, typeof group === 'string' && propertyName.test(group) ? group : '')
  return out.lines
}

/** The text of the card. */
export const toVCard = (card: JsCard, version: WrittenVersion): string =>
  printVCard({ version, properties: toVCardProperties(card, version) })
