/** A card as a form has it, and back: only what the form shows is touched, everything else of the card stays. Pure. */
import { componentOf, inOrder, type JsCard, type Part } from '#format/jscontact/card.ts'

export interface DraftLine {
  /** Id in the card; new lines have one of their own. */
  readonly id: string
  readonly value: string
  readonly place: 'work' | 'private' | ''
}

export interface CardDraft {
  readonly given: string
  readonly surname: string
  readonly organisation: string
  readonly title: string
  readonly emails: readonly DraftLine[]
  readonly phones: readonly DraftLine[]
  readonly address: string
  readonly birthday: string
  readonly note: string
}

const placeOf = ({ contexts }: Part): DraftLine['place'] =>
  contexts?.work ? 'work' : contexts?.private ? 'private' : ''

const lines = <T extends Part>(map: Readonly<Record<string, T>> | undefined, value: (part: T) => string): DraftLine[] =>
  Object.entries(map ?? {}).map(([id, part]) => ({ id, value: value(part), place: placeOf(part) }))

const first = <T>(map: Readonly<Record<string, T>> | undefined): [string, T] | undefined => Object.entries(map ?? {})[0]

/** The written address, or its parts in their order, on lines. */
export const addressText = (card: JsCard): string => {
  const address = first(card.addresses)?.[1]
  if (!address) return ''
  if (address.full) return address.full
  const part = (...kinds: string[]) =>
    (address.components ?? [])
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ value }) => value)
      .join(' ')
  return [
    part('number', 'name', 'apartment', 'postOfficeBox'),
    part('postcode', 'locality'),
    part('region'),
    part('country'),
  ]
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n')
}

const two = (n: number): string => String(n).padStart(2, '0')

/** `2001-03-08` when the whole date is known. */
const birthdayOf = (card: JsCard): string => {
  const birth = Object.values(card.anniversaries ?? {}).find(({ kind }) => kind === 'birth')?.date
  if (!birth || 'utc' in birth) return ''
  const { year, month, day } = birth
  return year && month && day ? `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}` : ''
}

export const emptyDraft: CardDraft = {
  given: '',
  surname: '',
  organisation: '',
  title: '',
  emails: [],
  phones: [],
  address: '',
  birthday: '',
  note: '',
}

export const draftOf = (card: JsCard): CardDraft => {
  const surname = componentOf(card.name, 'surname')
  const given = componentOf(card.name, 'given')
  return {
    given,
    surname: surname === '' && given === '' ? (card.name?.full ?? '') : surname,
    organisation: inOrder(card.organizations)[0]?.name ?? '',
    title: inOrder(card.titles)[0]?.name ?? '',
    emails: lines(card.emails, ({ address }) => address),
    phones: lines(card.phones, ({ number }) => number),
    address: addressText(card),
    birthday: birthdayOf(card),
    note: first(card.notes)?.[1].note ?? '',
  }
}

const contextsOf = (place: DraftLine['place'], before: Part | undefined): Part['contexts'] | undefined => {
  const { work: _work, private: _private, ...others } = before?.contexts ?? {}
  const next = place === '' ? others : { ...others, [place]: true }
  return Object.keys(next).length > 0 ? next : undefined
}

const mapOf = <T extends Part>(
  drafts: readonly DraftLine[],
  before: Readonly<Record<string, T>> | undefined,
  write: (value: string) => object,
): Record<string, object> | null => {
  const kept = drafts.filter(({ value }) => value.trim() !== '')
  const made = kept.map(({ id, value, place }): [string, object] => {
    const { contexts: _contexts, ...rest } = before?.[id] ?? ({} as Part)
    const contexts = contextsOf(place, before?.[id])
    return [id, { ...rest, ...write(value.trim()), ...(contexts ? { contexts } : {}) }]
  })
  return made.length > 0 ? Object.fromEntries(made) : null
}

/** One part of a map changed, or ended when it is empty; the others stay. */
const firstOf = <T extends object>(
  map: Readonly<Record<string, T>> | undefined,
  id: string,
  value: object | undefined,
): Record<string, object> | null => {
  const [known = id] = first(map) ?? []
  const { [known]: _old, ...others } = map ?? {}
  const next = value ? { [known]: value, ...others } : others
  return Object.keys(next).length > 0 ? next : null
}

const nameFrom = (draft: CardDraft, before: JsCard | undefined): object | null => {
  const [given, surname] = [draft.given.trim(), draft.surname.trim()]
  const others = (before?.name?.components ?? []).filter(({ kind }) => kind !== 'given' && kind !== 'surname')
  const components = [
    ...(given ? [{ kind: 'given', value: given }] : []),
    ...(surname ? [{ kind: 'surname', value: surname }] : []),
  ]
  if (components.length + others.length === 0) return null
  return { full: [given, surname].filter(Boolean).join(' '), components: [...components, ...others] }
}

const dateFrom = (text: string): object | undefined => {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  return match
    ? { '@type': 'PartialDate', year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) }
    : undefined
}

/** The members that the form says otherwise than the card: a patch of whole members, null for what ends. */
export const patchOf = (draft: CardDraft, before: JsCard | undefined): Record<string, unknown> => {
  const was = before ? draftOf(before) : emptyDraft
  const patch: Record<string, unknown> = {}
  const differs = (...names: (keyof CardDraft)[]) =>
    names.some((name) => JSON.stringify(draft[name]) !== JSON.stringify(was[name]))
  if (differs('given', 'surname')) patch.name = nameFrom(draft, before)
  if (differs('emails')) patch.emails = mapOf(draft.emails, before?.emails, (address) => ({ address }))
  if (differs('phones')) patch.phones = mapOf(draft.phones, before?.phones, (number) => ({ number }))
  if (differs('organisation')) {
    const name = draft.organisation.trim()
    const old = first(before?.organizations)?.[1]
    patch.organizations = firstOf(before?.organizations, 'o1', name || old?.units ? { ...old, name } : undefined)
  }
  if (differs('title')) {
    const name = draft.title.trim()
    const old = first(before?.titles)?.[1]
    patch.titles = firstOf(before?.titles, 't1', name ? { ...old, name } : undefined)
  }
  if (differs('address')) {
    const full = draft.address.trim()
    const { components: _parts, ...old } = first(before?.addresses)?.[1] ?? {}
    // The lines as they are written now are the address: its parts would say something else.
    patch.addresses = firstOf(before?.addresses, 'a1', full ? { ...old, full } : undefined)
  }
  if (differs('note')) {
    const note = draft.note.trim()
    patch.notes = firstOf(before?.notes, 'n1', note ? { ...first(before?.notes)?.[1], note } : undefined)
  }
  if (differs('birthday')) {
    const [id = 'b1'] = Object.entries(before?.anniversaries ?? {}).find(([, one]) => one.kind === 'birth') ?? []
    const { [id]: _old, ...others } = before?.anniversaries ?? {}
    const date = dateFrom(draft.birthday)
    const next = date ? { ...others, [id]: { kind: 'birth', date } } : others
    patch.anniversaries = Object.keys(next).length > 0 ? next : null
  }
  return patch
}
