/**
 * JSContact (RFC 9553) as this platform uses it: the members that we read and write by name. A card may have others, which
 * are kept as they are.
 */

export type Contexts = Readonly<Record<string, boolean>>

/** What most parts of a card share. */
export interface Part {
  readonly '@type'?: string
  readonly contexts?: Contexts
  /** 1 (first) to 100. */
  readonly pref?: number
  readonly label?: string
  /** What a vCard said beside it (RFC 9555 §2.2.2). */
  readonly vCardParams?: Readonly<Record<string, string | readonly string[]>>
}

export interface NameComponent {
  readonly kind: string
  readonly value: string
}

export interface Name {
  readonly full?: string
  readonly components?: readonly NameComponent[]
  readonly isOrdered?: boolean
  readonly sortAs?: Readonly<Record<string, string>>
}

export interface EmailAddress extends Part {
  readonly address: string
}
export interface Phone extends Part {
  readonly number: string
  readonly features?: Readonly<Record<string, boolean>>
}
export interface OnlineService extends Part {
  readonly service?: string
  readonly uri?: string
  readonly user?: string
  readonly vCardName?: string
}
export interface Organization extends Part {
  readonly name?: string
  readonly units?: readonly { readonly name: string }[]
  readonly sortAs?: string
}
export interface Title extends Part {
  readonly name: string
  readonly kind?: string
}
export interface Nickname extends Part {
  readonly name: string
}
export interface Address extends Part {
  readonly components?: readonly NameComponent[]
  readonly full?: string
  readonly countryCode?: string
  readonly coordinates?: string
  readonly timeZone?: string
}
export interface PartialDate {
  readonly '@type'?: 'PartialDate'
  readonly year?: number
  readonly month?: number
  readonly day?: number
}
export interface Timestamp {
  readonly '@type': 'Timestamp'
  readonly utc: string
}
export interface Anniversary extends Part {
  readonly kind: string
  readonly date: PartialDate | Timestamp
}
export interface Resource extends Part {
  readonly kind?: string
  readonly uri?: string
  readonly mediaType?: string
}
/** A photo, a logo or a sound; the platform keeps bytes as blobs (RFC 9610 §3). */
export interface Media extends Resource {
  readonly blobId?: string
}
export interface Note extends Part {
  readonly note: string
}
export interface PersonalInfo extends Part {
  readonly kind: string
  readonly value: string
  readonly level?: string
}
export interface Relation {
  readonly relation?: Readonly<Record<string, boolean>>
}

type ById<T> = Readonly<Record<string, T>>

/** A property of a vCard that JSContact has no word for, as jCard writes it (RFC 9555 §2.2.1). */
export type VCardProp = readonly [
  name: string,
  params: Readonly<Record<string, string | readonly string[]>>,
  type: string,
  value: string,
]

export interface JsCard {
  readonly '@type'?: 'Card'
  readonly version?: string
  readonly uid: string
  readonly kind?: string
  readonly created?: string
  readonly updated?: string
  readonly language?: string
  readonly prodId?: string
  readonly members?: Readonly<Record<string, boolean>>
  readonly name?: Name
  readonly nicknames?: ById<Nickname>
  readonly organizations?: ById<Organization>
  readonly titles?: ById<Title>
  readonly emails?: ById<EmailAddress>
  readonly phones?: ById<Phone>
  readonly onlineServices?: ById<OnlineService>
  readonly preferredLanguages?: ById<Part & { readonly language: string }>
  readonly calendars?: ById<Resource>
  readonly schedulingAddresses?: ById<Resource>
  readonly cryptoKeys?: ById<Resource>
  readonly directories?: ById<Resource>
  readonly links?: ById<Resource>
  readonly media?: ById<Media>
  readonly addresses?: ById<Address>
  readonly anniversaries?: ById<Anniversary>
  readonly keywords?: Readonly<Record<string, boolean>>
  readonly notes?: ById<Note>
  readonly personalInfo?: ById<PersonalInfo>
  readonly relatedTo?: Readonly<Record<string, Relation>>
  readonly vCardProps?: readonly VCardProp[]
  readonly [other: string]: unknown
}

/** A card being put together. Members read from outside are not checked by this: `faultOf` (check.ts) is what checks them. */
export type CardDraft = { -readonly [K in keyof JsCard]: JsCard[K] }

/** The parts of a map with those preferred first, in their own order otherwise. */
export const inOrder = <T extends Part>(parts: ById<T> | undefined): T[] =>
  Object.values(parts ?? {}).sort((a, b) => (a.pref ?? 101) - (b.pref ?? 101))

const kindsShown = ['title', 'given', 'given2', 'surname', 'surname2', 'credential', 'generation']

/** The name as one reads it aloud: the full name, or its components in the order of French and English. */
const writtenName = (name: Name | undefined): string => {
  if (name?.full !== undefined && name.full.trim() !== '') return name.full.trim()
  const components = name?.components ?? []
  const ordered = name?.isOrdered
    ? components.filter(({ kind }) => kind !== 'separator')
    : kindsShown.flatMap((kind) => components.filter((one) => one.kind === kind))
  return ordered
    .map(({ value }) => value.trim())
    .filter(Boolean)
    .join(' ')
}

/** What a card is shown under: its name, or the first thing that tells it from others; never undefined, maybe empty. */
export const nameOf = (card: JsCard): string =>
  [
    writtenName(card.name),
    inOrder(card.organizations)[0]?.name,
    inOrder(card.nicknames)[0]?.name,
    inOrder(card.emails)[0]?.address,
    inOrder(card.phones)[0]?.number,
  ]
    .find((one) => one !== undefined && one.trim() !== '')
    ?.trim() ?? ''

/** A component of the name, or empty. */
export const componentOf = (name: Name | undefined, kind: string): string =>
  (name?.components ?? [])
    .filter((one) => one.kind === kind)
    .map(({ value }) => value)
    .join(' ')

/** What a card is sorted by: surname and given name, or what it is shown under. */
export const sortNameOf = (card: JsCard): string => {
  const { name } = card
  const surname = name?.sortAs?.surname ?? componentOf(name, 'surname')
  if (surname === '') return nameOf(card)
  return `${surname} ${name?.sortAs?.given ?? componentOf(name, 'given')}`.trim()
}
