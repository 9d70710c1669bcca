/**
 * Accounts that may be the same human: the same names and birth date, or the same rescue address without birth dates
 * that differ (brothers and sisters share the address of a parent). A person looks at each pair before anything moves.
 */
import type { QueryBuilder, Reader } from '#store/engine.ts'
import { linesOf, type PersonLine } from './lines.ts'
import { personColumns, personOf } from './persons.ts'

export interface DuplicatePair {
  readonly reason: 'name' | 'mail'
  readonly people: readonly [PersonLine, PersonLine]
}

const mostPairs = 200

const inSchool = (q: QueryBuilder, uai: string, now: number) =>
  q
    .selectFrom('profile')
    .select('account_id')
    .where('uai', '=', uai)
    .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', now)]))

/** Those that a merge has already put aside. */
const putAside = (q: QueryBuilder) => q.selectFrom('person_merge').select('merged_id').where('undone_at', 'is', null)

/** Pairs of people who both belong to the school, at most two hundred. */
export const duplicatesIn = async (tx: Reader, uai: string, now = Date.now()): Promise<DuplicatePair[]> => {
  const pairs = await tx.query((q) =>
    q
      .selectFrom('person as one')
      .innerJoin('person as other', (join) => join.onRef('one.account_id', '<', 'other.account_id'))
      .select(['one.account_id as first', 'other.account_id as second', 'one.search_name as name'])
      .select((eb) =>
        eb
          .case()
          .when('one.search_name', '=', eb.ref('other.search_name'))
          .then('name')
          .else('mail')
          .end()
          .as('reason'),
      )
      .where('one.account_id', 'in', inSchool(q, uai, now))
      .where('other.account_id', 'in', inSchool(q, uai, now))
      .where('one.account_id', 'not in', putAside(q))
      .where('other.account_id', 'not in', putAside(q))
      .where((eb) =>
        eb.or([
          eb.and([
            eb('one.search_name', '=', eb.ref('other.search_name')),
            eb('one.birth_date', '=', eb.ref('other.birth_date')),
            eb('one.birth_date', '!=', ''),
          ]),
          eb.and([
            eb('one.rescue_mail', '=', eb.ref('other.rescue_mail')),
            eb('one.rescue_mail', '!=', ''),
            eb.or([
              eb('one.birth_date', '=', eb.ref('other.birth_date')),
              eb('one.birth_date', '=', ''),
              eb('other.birth_date', '=', ''),
            ]),
          ]),
        ]),
      )
      .orderBy('one.search_name')
      .orderBy('one.account_id')
      .limit(mostPairs),
  )
  const ids = [...new Set(pairs.flatMap(({ first, second }) => [first, second]))]
  if (ids.length === 0) return []
  const rows = await tx.query((q) => personColumns(q).where('person.account_id', 'in', ids))
  const lines = new Map((await linesOf(tx, rows.map(personOf), now)).map((line) => [line.id, line]))
  return pairs.flatMap(({ first, second, reason }) => {
    const [one, other] = [lines.get(first), lines.get(second)]
    return one && other ? [{ reason: reason === 'name' ? 'name' : 'mail', people: [one, other] as const }] : []
  })
}
