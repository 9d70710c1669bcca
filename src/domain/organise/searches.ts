/** Saved searches: what a person typed, under a name. The text is kept as typed; each client reads it as its own. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import { checkTitle } from './rules.ts'

export interface SavedSearch {
  readonly id: number
  readonly name: string
  readonly text: string
  readonly sortOrder: number
}

export type SearchChange = Partial<Omit<SavedSearch, 'id'>>

export const maxSearches = 100
const maxName = 60
const maxText = 500

const select = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('saved_search')
    .select(['id', 'name', 'query', 'sort_order'])
    .where('account_id', '=', p.account)
    .orderBy('sort_order')
    .orderBy('name')
    .orderBy('id'),
)

export const listSearches = async (tx: Reader, account: number): Promise<SavedSearch[]> =>
  (await tx.all(select, { account })).map((row) => ({
    id: row.id,
    name: row.name,
    text: row.query,
    sortOrder: row.sort_order,
  }))

const put = statement((q, p: Params<{ account: number; id: number; name: string; query: string; order: number }>) =>
  q
    .insertInto('saved_search')
    .values({ account_id: p.account, id: p.id, name: p.name, query: p.query, sort_order: p.order })
    .onConflict((on) =>
      on.columns(['account_id', 'id']).doUpdateSet({ name: p.name, query: p.query, sort_order: p.order }),
    ),
)

const keep = async (tx: AccountWriter, search: SavedSearch): Promise<SavedSearch> => {
  const kept = {
    ...search,
    name: checkTitle('name', search.name, maxName),
    text: checkTitle('text', search.text, maxText),
  }
  const { id, name, text: query, sortOrder: order } = kept
  await tx.run(put, { account: tx.accountId, id, name, query, order })
  return kept
}

/** Throws Failure invalid, tooMany. */
export const createSearch = async (tx: AccountWriter, given: SearchChange): Promise<SavedSearch> => {
  const all = await listSearches(tx, tx.accountId)
  if (all.length >= maxSearches) throw new Failure('tooMany', `at most ${maxSearches} saved searches`)
  const { name = '', text = '', sortOrder = 0 } = given
  const search = await keep(tx, { id: tx.nextId(), name, text, sortOrder })
  tx.changed('SavedSearch', search.id, 'created')
  return search
}

/** Throws Failure notFound, invalid. */
export const changeSearch = async (tx: AccountWriter, id: number, change: SearchChange): Promise<void> => {
  const before = (await listSearches(tx, tx.accountId)).find((search) => search.id === id)
  if (!before) throw new Failure('notFound', `no saved search ${id}`)
  await keep(tx, { ...before, ...change, id })
  tx.changed('SavedSearch', id, 'updated')
}

const remove = statement((q, p: Params<{ account: number; id: number }>) =>
  q.deleteFrom('saved_search').where('account_id', '=', p.account).where('id', '=', p.id),
)

/** Throws Failure notFound. */
export const deleteSearch = async (tx: AccountWriter, id: number): Promise<void> => {
  const { changes } = await tx.run(remove, { account: tx.accountId, id })
  if (changes === 0) throw new Failure('notFound', `no saved search ${id}`)
  tx.changed('SavedSearch', id, 'destroyed')
}
