/** SavedSearch (`urn:convergence:organising`): searches under a name. */
import { formatId } from '#base/ids.ts'
import { changeSearch, createSearch, deleteSearch, listSearches, type SearchChange } from '#domain/organise/searches.ts'
import { ORGANISING, type SavedSearch } from '#format/jmap/organising.ts'
import { changesMethod } from '../changes.ts'
import { text, unsigned } from '../check.ts'
import { type RecordType, recordGet, recordSet } from './records.ts'

const search: RecordType<SavedSearch> = {
  type: 'SavedSearch',
  kind: 'savedSearch',
  properties: ['id', 'name', 'text', 'sortOrder'],
  settable: { name: text, text, sortOrder: unsigned },
  list: async (tx, account) =>
    (await listSearches(tx, account)).map((one) => ({ ...one, id: formatId('savedSearch', one.id) })),
  create: (tx, values) => createSearch(tx, values as SearchChange),
  change: (tx, id, values) => changeSearch(tx, id, values as SearchChange),
  destroy: deleteSearch,
}

export const savedSearchGet = recordGet(search)
export const savedSearchChanges = changesMethod('SavedSearch/changes', ORGANISING, 'SavedSearch', 'savedSearch')
export const savedSearchSet = recordSet(search)
