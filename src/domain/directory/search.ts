/**
 * Looking for a person by the start of any of their names, their identifier, an address or the key of the registers,
 * in the schools one may look into.
 */
import type { QueryBuilder, Reader } from '#store/engine.ts'
import { parseJoinKey } from './join-key.ts'
import { linesOf, type PersonLine, type PersonState } from './lines.ts'
import { foldName } from './names.ts'
import { personColumns, personOf } from './persons.ts'
import { sameColumn, startsWith } from './prefix.ts'
import type { ProfileKind } from './profiles.ts'

export interface PeopleQuery {
  readonly text?: string
  /** Only people of these schools; absent: everybody. */
  readonly uais?: readonly string[]
  readonly kind?: ProfileKind
  /** Name of a class or group of the one school in `uais`. */
  readonly class?: string
  readonly state?: PersonState
  /** What the page before gave as `next`. */
  readonly after?: string
  readonly limit?: number
  readonly now?: number
}

export interface PeoplePage {
  readonly people: readonly PersonLine[]
  /** To be given as `after` for the page that follows; null at the end. */
  readonly next: string | null
}

const mostRows = 200
/** More words than this narrow nothing. */
const mostTokens = 5
/** A shorter start of a name would name half of the people: in a school, in the whole académie. */
const shortest = { school: 2, academy: 3 }

/** Names of people that begin with each of the words; when all are too short for that, they must be whole names. */
const idsByWords = (tx: Reader, q: QueryBuilder, words: readonly string[], least: number) => {
  const whole = words.every((word) => word.length < least)
  const one = (word: string) => {
    const names = q.selectFrom('person_word').select('account_id')
    return whole ? names.where('word', '=', word) : names.where(startsWith(tx.dialect, 'person_word.word', word))
  }
  const [first = '', ...others] = words
  return others.reduce((all, word) => all.intersect(one(word)), one(first))
}

type Select = ReturnType<typeof personColumns>

const byText = (tx: Reader, q: QueryBuilder, select: Select, text: string, least: number): Select => {
  const typed = text.trim().normalize('NFC').toLowerCase()
  const words = foldName(typed)
    .split(' ')
    .filter((word) => word !== '')
    .slice(0, mostTokens)
  const key = parseJoinKey(typed.toUpperCase()) ?? parseJoinKey(typed)
  return select.where((eb) => {
    const ways = [
      eb(
        'person.account_id',
        'in',
        q
          .selectFrom('account')
          .select('id')
          .where(startsWith(tx.dialect, 'account.login', typed)),
      ),
      eb(
        'person.account_id',
        'in',
        q
          .selectFrom('address')
          .select('account_id')
          .where(startsWith(tx.dialect, 'address.address', typed)),
      ),
    ]
    if (words.length > 0) ways.push(eb('person.account_id', 'in', idsByWords(tx, q, words, least)))
    if (key !== undefined) ways.push(eb('person.join_key', '=', key))
    return eb.or(ways)
  })
}

const byState = (select: Select, state: PersonState, now: number): Select => {
  const notEnded = (one: Select) =>
    one.where((eb) => eb.or([eb('person.ends_at', 'is', null), eb('person.ends_at', '>', now)]))
  switch (state) {
    case 'blocked':
      return select.where('person.blocked_at', 'is not', null)
    case 'ended':
      return select.where('person.blocked_at', 'is', null).where('person.ends_at', '<=', now)
    case 'suspended':
      return notEnded(select).where('person.blocked_at', 'is', null).where('person.suspended_at', 'is not', null)
    default: {
      const sound = notEnded(select).where('person.blocked_at', 'is', null).where('person.suspended_at', 'is', null)
      if (state === 'disabled') return sound.where('account.status', '=', 'disabled')
      return sound
        .where('account.status', '=', 'active')
        .where('person.activated_at', state === 'pending' ? 'is' : 'is not', null)
    }
  }
}

const common: ReadonlySet<ProfileKind> = new Set(['pupil', 'parent', 'teacher'])

const inForce = (q: QueryBuilder, now: number) =>
  q
    .selectFrom('profile')
    .select('profile.account_id')
    .where((eb) => eb.or([eb('profile.starts_at', 'is', null), eb('profile.starts_at', '<=', now)]))
    .where((eb) => eb.or([eb('profile.ends_at', 'is', null), eb('profile.ends_at', '>', now)]))

/** People of schools, kinds and classes, by their rows in force. */
const byPlace = (q: QueryBuilder, select: Select, query: PeopleQuery, now: number): Select => {
  const { uais, kind, class: name } = query
  let narrowed = select
  if (uais === undefined && kind !== undefined && common.has(kind)) {
    // So many of them that walking the names in order ends sooner than listing them all.
    narrowed = narrowed.where((eb) =>
      eb.exists(
        inForce(q, now).where(sameColumn('profile.account_id', 'person.account_id')).where('profile.kind', '=', kind),
      ),
    )
  } else if (uais !== undefined || kind !== undefined) {
    let profiles = inForce(q, now)
    if (uais) profiles = profiles.where('uai', 'in', [...uais])
    if (kind) profiles = profiles.where('kind', '=', kind)
    narrowed = narrowed.where('person.account_id', 'in', profiles)
  }
  if (name !== undefined && uais !== undefined) {
    const members = q
      .selectFrom('class_member')
      .select('account_id')
      .where('class', '=', name)
      .where('uai', 'in', [...uais])
    narrowed = narrowed.where('person.account_id', 'in', members)
  }
  return narrowed
}

const writePlace = (name: string, id: number): string => Buffer.from(JSON.stringify([name, id])).toString('base64url')

const readPlace = (text: string): readonly [string, number] | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (!Array.isArray(value)) return
    const [name, id]: unknown[] = value
    return typeof name === 'string' && typeof id === 'number' ? [name, id] : undefined
  } catch {
    return
  }
}

/** A page of the people that answer a question, by family name. A name of a letter or two is looked for as a whole. */
export const searchPeople = async (tx: Reader, query: PeopleQuery): Promise<PeoplePage> => {
  const { uais, text = '', state, now = Date.now() } = query
  if (uais?.length === 0) return { people: [], next: null }
  const limit = Math.max(1, Math.min(query.limit ?? 50, mostRows))
  const place = query.after === undefined ? undefined : readPlace(query.after)
  const rows = await tx.query((q) => {
    let select = byPlace(q, personColumns(q), query, now)
    if (text.trim() !== '') select = byText(tx, q, select, text, uais ? shortest.school : shortest.academy)
    if (state) select = byState(select, state, now)
    if (place) {
      const [name, id] = place
      select = select.where((eb) =>
        eb.or([
          eb('person.search_name', '>', name),
          eb.and([eb('person.search_name', '=', name), eb('person.account_id', '>', id)]),
        ]),
      )
    }
    return select
      .select('person.search_name as searchName')
      .orderBy('person.search_name')
      .orderBy('person.account_id')
      .limit(limit + 1)
  })
  const page = rows.slice(0, limit)
  const end = page.at(-1)
  return {
    people: await linesOf(
      tx,
      page.map(({ searchName: _, ...row }) => personOf(row)),
      now,
    ),
    next: rows.length > limit && end ? writePlace(end.searchName, end.accountId) : null,
  }
}
