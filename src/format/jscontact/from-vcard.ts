/**
 * A vCard as JSContact (RFC 9555 §2). What JSContact has no word for is kept in `vCardProps` and `vCardParams`, so that the
 * way back loses nothing. Pure.
 */
import { splitRaw, unescapeText } from '../content-line/property.ts'
import type { VCard, VCardProperty } from '../vcard/syntax.ts'
import type { CardDraft, JsCard, VCardProp } from './card.ts'
import { readDate, readMoment } from './dates.ts'
import { addressKinds, featureOf, isExtra, nameKinds, relatedKinds, resourceProperties } from './mapping.data.ts'

type Values = Record<string, unknown>

/** Parameters that become something of JSContact's own, for every property. */
const understood = new Set(['TYPE', 'PREF', 'VALUE', 'LABEL', 'PROP-ID', 'CHARSET', 'X-APPLE-OMIT-YEAR'])

const paramOf = ({ params }: VCardProperty, name: string): string | undefined =>
  params.find((one) => one.name === name)?.values[0]

const typesOf = ({ params }: VCardProperty): string[] =>
  params
    .filter(({ name }) => name === 'TYPE')
    .flatMap(({ values }) => values.flatMap((value) => value.split(',')))
    .map((type) => type.trim().toLowerCase())
    .filter((type) => type !== '')

const text = (value: string): string => unescapeText(value).trim()

const paramsAsJson = (
  property: VCardProperty,
  skip: ReadonlySet<string> = new Set(),
): Record<string, string | string[]> => {
  const found: Record<string, string | string[]> = Object.create(null)
  for (const { name, values } of property.params) {
    if (skip.has(name) || name === '') continue
    const before = found[name.toLowerCase()]
    const all = [...(before === undefined ? [] : [before].flat()), ...values]
    found[name.toLowerCase()] = all.length === 1 ? (all[0] ?? '') : all
  }
  return found
}

/** What Apple writes around its own labels. */
const plainLabel = (value: string): string => text(value).replace(/^_\$!<(.*)>!\$_$/s, '$1')

class Builder {
  readonly card: CardDraft = { '@type': 'Card', version: '1.0', uid: '' }
  readonly props: VCardProp[] = []
  readonly #labels: ReadonlyMap<string, string>
  readonly #usedGroups = new Set<string>()

  constructor(labels: ReadonlyMap<string, string>) {
    this.#labels = labels
  }

  map(member: string): Values {
    const known = this.card[member] as Values | undefined
    if (known) return known
    const made: Values = Object.create(null)
    this.card[member] = made
    return made
  }

  /** Adds a part under an id of its own: that of PROP-ID (RFC 9554 §4.7), or the first that is free. */
  add(member: string, property: VCardProperty, value: Values): void {
    const map = this.map(member)
    const wanted = paramOf(property, 'PROP-ID')
    let id = wanted !== undefined && /^[A-Za-z0-9_-]{1,255}$/.test(wanted) && !(wanted in map) ? wanted : ''
    for (let n = Object.keys(map).length + 1; id === ''; n++) if (!(`${member[0]}${n}` in map)) id = `${member[0]}${n}`
    map[id] = value
  }

  /** Contexts, preference, label and the parameters that nobody knows. */
  part(property: VCardProperty, types = typesOf(property), more: readonly string[] = []): Values {
    const contexts: Values = {}
    const others: string[] = []
    let pref: number | undefined
    for (const type of types) {
      if (type === 'work') contexts.work = true
      else if (type === 'home') contexts.private = true
      else if (type === 'pref') pref = 1
      else others.push(type)
    }
    const given = Number(paramOf(property, 'PREF'))
    if (Number.isInteger(given) && given >= 1 && given <= 100) pref = given
    const rest = paramsAsJson(property, new Set([...understood, ...more]))
    if (others.length > 0) rest.type = others.length === 1 ? others[0]! : others
    const { group } = property
    let label = paramOf(property, 'LABEL')
    const grouped = group === '' ? undefined : this.#labels.get(group.toLowerCase())
    if (grouped !== undefined) {
      label = grouped
      this.#usedGroups.add(group.toLowerCase())
    } else if (group !== '') rest.group = group
    return {
      ...(Object.keys(contexts).length > 0 ? { contexts } : {}),
      ...(pref === undefined ? {} : { pref }),
      ...(label === undefined || label === '' ? {} : { label }),
      ...(Object.keys(rest).length > 0 ? { vCardParams: rest } : {}),
    }
  }

  keep(property: VCardProperty): void {
    const { group, name, value } = property
    const params = paramsAsJson(property)
    if (group !== '') params.group = group
    this.props.push([name.toLowerCase(), params, 'unknown', value])
  }

  /** True when a label of a group went to a part of the card. */
  usedGroup(group: string): boolean {
    return this.#usedGroups.has(group.toLowerCase())
  }
}

/** Puts a property into the card, or keeps it as it is. */
type Handler = (build: Builder, property: VCardProperty) => void

const components = (value: string, kinds: readonly string[]): { kind: string; value: string }[] =>
  splitRaw(value, ';')
    .slice(0, kinds.length)
    .flatMap((part, at) =>
      splitRaw(part, ',')
        .map((one) => text(one))
        .filter((one) => one !== '')
        .map((one) => ({ kind: kinds[at]!, value: one })),
    )

const nameHandlers: Readonly<Record<string, Handler>> = {
  FN: (build, property) => {
    const name = build.map('name')
    if (name.full !== undefined) return build.keep(property)
    const full = text(property.value)
    if (full !== '') name.full = full
  },
  N: (build, property) => {
    const name = build.map('name')
    if (name.components !== undefined) return build.keep(property)
    const found = components(property.value, nameKinds)
    if (found.length > 0) name.components = found
    const [surname, given] = (property.params.find((one) => one.name === 'SORT-AS')?.values ?? []).flatMap((one) =>
      one.split(','),
    )
    if (surname) name.sortAs = { surname, ...(given ? { given } : {}) }
  },
  NICKNAME: (build, property) => {
    const part = build.part(property)
    for (const name of splitRaw(property.value, ',').map(text).filter(Boolean))
      build.add('nicknames', property, { ...part, name })
  },
  ORG: (build, property) => {
    const [name = '', ...units] = splitRaw(property.value, ';').map(text)
    const sortAs = paramOf(property, 'SORT-AS')
    const named = units.filter(Boolean).map((unit) => ({ name: unit }))
    build.add('organizations', property, {
      ...build.part(property, typesOf(property), ['SORT-AS']),
      ...(name === '' ? {} : { name }),
      ...(named.length > 0 ? { units: named } : {}),
      ...(sortAs === undefined ? {} : { sortAs }),
    })
  },
  TITLE: (build, property) =>
    build.add('titles', property, { ...build.part(property), name: text(property.value), kind: 'title' }),
  ROLE: (build, property) =>
    build.add('titles', property, { ...build.part(property), name: text(property.value), kind: 'role' }),
}

const reachHandlers: Readonly<Record<string, Handler>> = {
  EMAIL: (build, property) => {
    const types = typesOf(property).filter((type) => type !== 'internet')
    const address = text(property.value).replace(/^mailto:/i, '')
    if (address === '') return build.keep(property)
    build.add('emails', property, { ...build.part(property, types), address })
  },
  TEL: (build, property) => {
    const types = typesOf(property)
    const features = Object.fromEntries(types.flatMap((type) => (featureOf[type] ? [[featureOf[type], true]] : [])))
    const isUri = paramOf(property, 'VALUE')?.toLowerCase() === 'uri'
    const number = isUri ? property.value.trim() : text(property.value)
    if (number === '') return build.keep(property)
    build.add('phones', property, {
      ...build.part(
        property,
        types.filter((type) => !featureOf[type]),
      ),
      number,
      ...(Object.keys(features).length > 0 ? { features } : {}),
    })
  },
  ADR: (build, property) => {
    const full = paramOf(property, 'LABEL')
    const part = build.part(
      { ...property, params: property.params.filter((one) => one.name !== 'LABEL') },
      typesOf(property).filter((type) => !['dom', 'intl', 'postal', 'parcel'].includes(type)),
      ['CC', 'GEO', 'TZ'],
    )
    const found = components(property.value, addressKinds)
    const countryCode = paramOf(property, 'CC')
    const coordinates = paramOf(property, 'GEO')
    const timeZone = paramOf(property, 'TZ')
    build.add('addresses', property, {
      ...part,
      ...(found.length > 0 ? { components: found } : {}),
      ...(full ? { full } : {}),
      ...(countryCode ? { countryCode } : {}),
      ...(coordinates ? { coordinates } : {}),
      ...(timeZone ? { timeZone } : {}),
    })
  },
  IMPP: (build, property) => {
    const service = paramOf(property, 'SERVICE-TYPE') ?? paramOf(property, 'X-SERVICE-TYPE')
    build.add('onlineServices', property, {
      ...build.part(property, typesOf(property), ['SERVICE-TYPE', 'X-SERVICE-TYPE']),
      ...(service === undefined ? {} : { service }),
      uri: property.value.trim(),
      vCardName: 'impp',
    })
  },
  SOCIALPROFILE: (build, property) => {
    const service = paramOf(property, 'SERVICE-TYPE')
    const isText = paramOf(property, 'VALUE')?.toLowerCase() === 'text'
    build.add('onlineServices', property, {
      ...build.part(property, typesOf(property), ['SERVICE-TYPE']),
      ...(service === undefined ? {} : { service }),
      ...(isText ? { user: text(property.value) } : { uri: property.value.trim() }),
    })
  },
  LANG: (build, property) =>
    build.add('preferredLanguages', property, { ...build.part(property), language: property.value.trim() }),
}

/** Bytes inside of a vCard 3 or 2.1 become a data: URI, as version 4 has them. */
const mediaHandler =
  (kind: 'photo' | 'logo' | 'sound', fallback: string): Handler =>
  (build, property) => {
    const encoding = (paramOf(property, 'ENCODING') ?? '').toLowerCase()
    const inline = encoding === 'b' || encoding === 'base64'
    const types = typesOf(property)
    const named = types.find(
      (type) => /^[a-z0-9.+-]+(?:\/[a-z0-9.+-]+)?$/.test(type) && !['home', 'work', 'pref'].includes(type),
    )
    const mediaType =
      paramOf(property, 'MEDIATYPE') ??
      (inline && named !== undefined ? (named.includes('/') ? named : `${fallback.split('/')[0]}/${named}`) : undefined)
    const uri = inline
      ? `data:${mediaType ?? fallback};base64,${property.value.replace(/\s+/g, '')}`
      : property.value.trim()
    if (uri === '' || (inline && !/^data:[^,]*,[A-Za-z0-9+/=]+$/.test(uri))) return build.keep(property)
    const rest = inline ? types.filter((type) => type !== named) : types
    build.add('media', property, {
      ...build.part(property, rest, ['ENCODING', 'MEDIATYPE']),
      kind,
      uri,
      ...(mediaType === undefined || uri.startsWith('data:') ? {} : { mediaType }),
    })
  }

const resourceHandler =
  (member: string, kind: string | undefined): Handler =>
  (build, property) => {
    const uri = property.value.trim()
    if (uri === '') return build.keep(property)
    const mediaType = paramOf(property, 'MEDIATYPE')
    build.add(member, property, {
      ...build.part(property, typesOf(property), ['MEDIATYPE']),
      uri,
      ...(kind === undefined ? {} : { kind }),
      ...(mediaType === undefined ? {} : { mediaType }),
    })
  }

const anniversaryHandler =
  (kind: string): Handler =>
  (build, property) => {
    const date = readDate(property.value, paramOf(property, 'X-APPLE-OMIT-YEAR'))
    if (date === undefined || paramOf(property, 'VALUE')?.toLowerCase() === 'text') return build.keep(property)
    build.add('anniversaries', property, { ...build.part(property), kind, date })
  }

const infoHandler =
  (kind: string): Handler =>
  (build, property) => {
    const level = paramOf(property, 'LEVEL')?.toLowerCase()
    const known = { beginner: 'low', average: 'medium', expert: 'high', low: 'low', medium: 'medium', high: 'high' }[
      level ?? ''
    ]
    if (level !== undefined && known === undefined) return build.keep(property)
    build.add('personalInfo', property, {
      ...build.part(property, typesOf(property), ['LEVEL']),
      kind,
      value: text(property.value),
      ...(known === undefined ? {} : { level: known }),
    })
  }

const member: Handler = (build, { value }) => {
  const uri = value.trim()
  if (uri !== '') build.map('members')[uri.replace(/^urn:uuid:/i, '')] = true
}

const kind: Handler = (build, { value }) => {
  build.card.kind = value.trim().toLowerCase()
}

const moment =
  (name: string): Handler =>
  (build, property) => {
    const utc = readMoment(property.value)
    if (utc === undefined) return build.keep(property)
    build.card[name] = utc
  }

const single =
  (name: string): Handler =>
  (build, property) => {
    if (build.card[name] !== undefined) return build.keep(property)
    build.card[name] = text(property.value)
  }

const otherHandlers: Readonly<Record<string, Handler>> = {
  UID: (build, property) => {
    if (build.card.uid !== '') return build.keep(property)
    build.card.uid = text(property.value)
  },
  KIND: kind,
  'X-ADDRESSBOOKSERVER-KIND': kind,
  MEMBER: member,
  'X-ADDRESSBOOKSERVER-MEMBER': member,
  PRODID: single('prodId'),
  LANGUAGE: single('language'),
  REV: moment('updated'),
  CREATED: moment('created'),
  CATEGORIES: (build, { value }) => {
    for (const word of splitRaw(value, ',').map(text).filter(Boolean)) build.map('keywords')[word] = true
  },
  NOTE: (build, property) =>
    build.add('notes', property, { ...build.part(property), note: unescapeText(property.value) }),
  RELATED: (build, property) => {
    const types = typesOf(property)
    const relation = Object.fromEntries(types.filter((type) => relatedKinds.has(type)).map((type) => [type, true]))
    if (Object.keys(relation).length < types.length || property.params.length > (types.length > 0 ? 1 : 0))
      return build.keep(property)
    build.map('relatedTo')[text(property.value)] = { relation }
  },
  JSPROP: (build, property) => {
    const name = paramOf(property, 'JSPTR') ?? ''
    if (!isExtra(name) || build.card[name] !== undefined) return build.keep(property)
    try {
      build.card[name] = JSON.parse(unescapeText(property.value)) as unknown
    } catch {
      return build.keep(property)
    }
  },
  PHOTO: mediaHandler('photo', 'image/jpeg'),
  LOGO: mediaHandler('logo', 'image/jpeg'),
  SOUND: mediaHandler('sound', 'audio/basic'),
  BDAY: anniversaryHandler('birth'),
  DEATHDATE: anniversaryHandler('death'),
  ANNIVERSARY: anniversaryHandler('wedding'),
  'X-ANNIVERSARY': anniversaryHandler('wedding'),
  EXPERTISE: infoHandler('expertise'),
  HOBBY: infoHandler('hobby'),
  INTEREST: infoHandler('interest'),
}

const handlers = new Map<string, Handler>([
  ...Object.entries(nameHandlers),
  ...Object.entries(reachHandlers),
  ...Object.entries(otherHandlers),
  ...resourceProperties.map(({ name, member: to, kind: of }): [string, Handler] => [name, resourceHandler(to, of)]),
])

const keep: Handler = (build, property) => build.keep(property)

/** The card. `uid` is used when the vCard has none (or an empty one). */
export const fromVCard = (vcard: VCard, uid: string): JsCard => {
  const labels = new Map<string, string>()
  for (const { group, name, value } of vcard.properties)
    if (name === 'X-ABLABEL' && group !== '' && !labels.has(group.toLowerCase()))
      labels.set(group.toLowerCase(), plainLabel(value))
  const build = new Builder(labels)
  const late: VCardProperty[] = []
  for (const property of vcard.properties) {
    if (property.name === 'X-ABLABEL') late.push(property)
    else (handlers.get(property.name) ?? keep)(build, property)
  }
  // A label stays beside what we do not know; the others went to their parts.
  for (const property of late) if (!build.usedGroup(property.group)) build.keep(property)
  const card = build.card
  if (card.uid === '') card.uid = uid
  if (card.name !== undefined && Object.keys(card.name).length === 0) delete card.name
  if (build.props.length > 0) card.vCardProps = build.props
  return card
}
