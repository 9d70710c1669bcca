/** Which cards of an account meet a condition, in which order (RFC 9610 §3.3). */
import { componentOf, inOrder, type JsCard, nameOf, sortNameOf } from '#format/jscontact/card.ts'
import type { Context } from '../context.ts'
import { fold } from '../mail/recipient-directory.ts'
import { type Contact, everyContact } from './cards.ts'

/** Every part must hold; texts are searched without regard to case and accents, each word anywhere. */
export interface ContactCondition {
  readonly inAddressBook?: number
  readonly uid?: string
  readonly hasMember?: string
  readonly kind?: string
  readonly createdBefore?: number
  readonly createdAfter?: number
  readonly updatedBefore?: number
  readonly updatedAfter?: number
  readonly text?: string
  readonly name?: string
  readonly 'name/given'?: string
  readonly 'name/surname'?: string
  readonly 'name/surname2'?: string
  readonly nickname?: string
  readonly organization?: string
  readonly email?: string
  readonly phone?: string
  readonly onlineService?: string
  readonly address?: string
  readonly note?: string
}

export type ContactFilter =
  | ContactCondition
  | { readonly operator: 'AND' | 'OR' | 'NOT'; readonly conditions: readonly ContactFilter[] }

export const contactSorts = ['created', 'updated', 'name/given', 'name/surname', 'name/surname2'] as const
export interface ContactSort {
  readonly property: (typeof contactSorts)[number]
  readonly isAscending: boolean
}

type Texts = Readonly<Record<string, (card: JsCard) => string>>

const list = (parts: readonly (string | undefined)[]): string => parts.filter((one) => one !== undefined).join('\n')

const texts: Texts = {
  name: (card) => list([nameOf(card), card.name?.full, ...(card.name?.components ?? []).map(({ value }) => value)]),
  'name/given': (card) => componentOf(card.name, 'given'),
  'name/surname': (card) => componentOf(card.name, 'surname'),
  'name/surname2': (card) => componentOf(card.name, 'surname2'),
  nickname: (card) => list(inOrder(card.nicknames).map(({ name }) => name)),
  organization: (card) =>
    list(inOrder(card.organizations).flatMap(({ name, units = [] }) => [name, ...units.map((unit) => unit.name)])),
  email: (card) => list(inOrder(card.emails).flatMap(({ address, label }) => [address, label])),
  phone: (card) => list(inOrder(card.phones).flatMap(({ number, label }) => [number, label])),
  onlineService: (card) => list(inOrder(card.onlineServices).flatMap(({ service, uri, user }) => [service, uri, user])),
  address: (card) =>
    list(
      inOrder(card.addresses).flatMap(({ full, components = [] }) => [full, ...components.map(({ value }) => value)]),
    ),
  note: (card) => list(Object.values(card.notes ?? {}).map(({ note }) => note)),
}
const titles = (card: JsCard): string => list(inOrder(card.titles).map(({ name }) => name))

const everything = (card: JsCard): string =>
  [...Object.values(texts).map((read) => read(card)), titles(card), Object.keys(card.keywords ?? {}).join('\n')].join(
    '\n',
  )

/** `"two words"` is one piece; otherwise each word. */
const piecesOf = (wanted: string): string[] =>
  [...wanted.slice(0, 500).matchAll(/"([^"]+)"|([^\s"]+)/g)].map(([, phrase, word]) => fold(phrase ?? word ?? ''))

const bare = (text: string): string => text.replace(/[^\d+]/g, '')

const textMatches = (name: string, wanted: string, card: JsCard): boolean => {
  const haystack = fold(name === 'text' ? everything(card) : (texts[name]?.(card) ?? ''))
  if (piecesOf(wanted).every((piece) => haystack.includes(piece))) return true
  // A number is the same whatever stands between its digits.
  const digits = bare(wanted)
  return (name === 'phone' || name === 'text') && digits.length >= 4 && bare(texts.phone!(card)).includes(digits)
}

const withoutScheme = (uid: string): string => uid.replace(/^urn:uuid:/i, '')

/** When a card says it was made or changed itself, that counts (RFC 9610 §3.3.1). */
const timeOf = (own: string | undefined, row: number): number => {
  const said = own === undefined ? Number.NaN : Date.parse(own)
  return Number.isNaN(said) ? row : said
}

const meets = (condition: ContactCondition, { card, bookId, createdAt, updatedAt }: Contact): boolean => {
  const created = timeOf(card.created, createdAt)
  const updated = timeOf(card.updated, updatedAt)
  const { inAddressBook, uid, hasMember, kind, createdBefore, createdAfter, updatedBefore, updatedAfter } = condition
  if (inAddressBook !== undefined && bookId !== inAddressBook) return false
  if (uid !== undefined && card.uid !== uid) return false
  if (kind !== undefined && (card.kind ?? 'individual') !== kind) return false
  if (
    hasMember !== undefined &&
    !Object.keys(card.members ?? {}).some((one) => withoutScheme(one) === withoutScheme(hasMember))
  )
    return false
  if (createdBefore !== undefined && created >= createdBefore) return false
  if (createdAfter !== undefined && created < createdAfter) return false
  if (updatedBefore !== undefined && updated >= updatedBefore) return false
  if (updatedAfter !== undefined && updated < updatedAfter) return false
  return ['text', ...Object.keys(texts)].every((name) => {
    const wanted = condition[name as 'text']
    return wanted === undefined || textMatches(name, wanted, card)
  })
}

const matches = (filter: ContactFilter, contact: Contact): boolean => {
  if (!('operator' in filter)) return meets(filter, contact)
  const { operator, conditions } = filter
  if (operator === 'AND') return conditions.every((one) => matches(one, contact))
  const some = conditions.some((one) => matches(one, contact))
  return operator === 'OR' ? some : !some
}

const keyOf = ({ property }: ContactSort, { card, createdAt, updatedAt }: Contact): string | number => {
  if (property === 'created') return timeOf(card.created, createdAt)
  if (property === 'updated') return timeOf(card.updated, updatedAt)
  return fold(property === 'name/surname' ? sortNameOf(card) : (texts[property]?.(card) ?? ''))
}

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0)

/** Ids in order; by name when no order is asked for. */
export const queryContacts = async (
  { store }: Context,
  account: number,
  filter: ContactFilter | null,
  sort: readonly ContactSort[],
): Promise<number[]> => {
  const order: readonly ContactSort[] = sort.length > 0 ? sort : [{ property: 'name/surname', isAscending: true }]
  const found: { id: number; keys: (string | number)[] }[] = []
  for await (const contact of everyContact(store, account))
    if (filter === null || matches(filter, contact))
      found.push({ id: contact.id, keys: order.map((one) => keyOf(one, contact)) })
  found.sort((a, b) => {
    for (const [at, { isAscending }] of order.entries()) {
      const way = compare(a.keys[at]!, b.keys[at]!)
      if (way !== 0) return isAscending ? way : -way
    }
    return a.id - b.id
  })
  return found.map(({ id }) => id)
}
