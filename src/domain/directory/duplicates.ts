/**
 * Accounts that may be the same human: the same names and birth date, or the same rescue address without birth dates
 * that differ (brothers and sisters share the address of a parent). A person looks at each pair before anything moves.
 */
import type { Reader } from '#store/engine.ts'
import { linesOf, type PersonLine } from './lines.ts'
import { personColumns, personOf } from './persons.ts'

export interface DuplicatePair {
  readonly reason: 'name' | 'mail'
  readonly people: readonly [PersonLine, PersonLine]
}

const mostPairs = 200
/** More people than any school has. */
const mostPeople = 20_000

interface Known {
  readonly id: number
  readonly name: string
  readonly birth: string
  readonly mail: string
}

/** Who has a profile in the school and was not put aside by a merge, by name. */
const peopleOf = (tx: Reader, uai: string, now: number): Promise<Known[]> =>
  tx.query((q) =>
    q
      .selectFrom('person')
      .select(['account_id as id', 'search_name as name', 'birth_date as birth', 'rescue_mail as mail'])
      .where(
        'account_id',
        'in',
        q
          .selectFrom('profile')
          .select('account_id')
          .where('uai', '=', uai)
          .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', now)])),
      )
      .where('account_id', 'not in', q.selectFrom('person_merge').select('merged_id').where('undone_at', 'is', null))
      .orderBy('search_name')
      .orderBy('account_id')
      .limit(mostPeople),
  )

interface Pair {
  readonly reason: 'name' | 'mail'
  readonly first: number
  readonly second: number
}

/** Every two of a list. */
function* twos(list: readonly Known[]): Generator<readonly [Known, Known]> {
  for (const [index, one] of list.entries()) for (const other of list.slice(index + 1)) yield [one, other]
}

/** The pairs among people, compared in groups that share a name or an address: never everybody with everybody. */
const pairsAmong = (people: readonly Known[]): Pair[] => {
  const found = new Map<string, Pair>()
  const note = (reason: Pair['reason'], one: Known, other: Known): void => {
    const [first, second] = one.id < other.id ? [one.id, other.id] : [other.id, one.id]
    const key = `${first} ${second}`
    if (found.size < mostPairs && !found.has(key)) found.set(key, { reason, first, second })
  }
  const born = people.filter(({ birth }) => birth !== '')
  for (const same of Map.groupBy(born, ({ name, birth }) => `${name} ${birth}`).values())
    for (const [one, other] of twos(same.slice(0, 20))) note('name', one, other)
  const reached = people.filter(({ mail }) => mail !== '')
  for (const same of Map.groupBy(reached, ({ mail }) => mail).values())
    for (const [one, other] of twos(same.slice(0, 20)))
      if (one.birth === other.birth || one.birth === '' || other.birth === '') note('mail', one, other)
  return [...found.values()]
}

/** Pairs of people who both belong to the school, at most two hundred. */
export const duplicatesIn = async (tx: Reader, uai: string, now = Date.now()): Promise<DuplicatePair[]> => {
  const pairs = pairsAmong(await peopleOf(tx, uai, now))
  const ids = [...new Set(pairs.flatMap(({ first, second }) => [first, second]))]
  if (ids.length === 0) return []
  const rows = await tx.query((q) => personColumns(q).where('person.account_id', 'in', ids))
  const lines = new Map((await linesOf(tx, rows.map(personOf), now)).map((line) => [line.id, line]))
  return pairs.flatMap(({ first, second, reason }) => {
    const [one, other] = [lines.get(first), lines.get(second)]
    return one && other ? [{ reason, people: [one, other] as const }] : []
  })
}
