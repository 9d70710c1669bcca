/**
 * The statements on the tables of a kind of collection. Address books and calendars have the same columns, the references to
 * a collection and to a member apart, which have names of their own; and each has a few that the other does not.
 */
import { type Params, type ParamValues, type SqlValue, statement } from '#store/engine.ts'
import type { Page } from './collection-changes.ts'

export interface CollectionTables {
  readonly collection: 'address_book' | 'calendar'
  readonly member: 'contact' | 'calendar_event'
  /** What left, until the change log forgets it too. */
  readonly gone: 'contact_gone' | 'calendar_gone'
  /** The column of members, and of what left, that names their collection. */
  readonly collectionId: 'book_id' | 'calendar_id'
  /** The column of what left that says what it was. */
  readonly memberId: 'card_id' | 'event_id'
  /** The column that counts the members of a collection. */
  readonly count: 'cards' | 'events'
  /** Columns of this kind alone. */
  readonly own: readonly ('colour' | 'is_visible' | 'is_subscribed')[]
}

/** Queries are typed as those on calendars: the columns that the two kinds share are of the same types. */
interface Typed {
  readonly collection: 'calendar'
  readonly member: 'calendar_event'
  readonly gone: 'calendar_gone'
  readonly collectionId: 'calendar_id'
  readonly memberId: 'event_id'
  readonly count: 'events'
  readonly own: readonly ('colour' | 'is_visible')[]
}

type Key = { account: number; id: number }
type Within = { account: number; collection: number }
type At = Within & { uri: string }
type Said = ParamValues & Key & { name: string; description: string; order: number; modseq: number }

/** Statements on the collections themselves. */
export const collectionStatements = (tables: CollectionTables) => {
  const { collection, count, own } = tables as Typed
  const ownOf = (p: ParamValues) =>
    Object.fromEntries(own.map((column): [string, SqlValue] => [column, p[column] as SqlValue])) as {
      colour: string
      is_visible: number
    }
  return {
    list: statement((q, p: Params<{ account: number }>) =>
      q
        .selectFrom(collection)
        .select(['id', 'uri', 'name', 'description', 'sort_order', 'is_default', 'modseq', 'bytes'])
        .select([`${count} as members`, ...own])
        .where('account_id', '=', p.account)
        .orderBy('sort_order')
        .orderBy('name')
        .orderBy('id'),
    ),
    insert: statement((q, p: Params<Said & { uri: string; first: number; now: number }>) =>
      q.insertInto(collection).values({
        account_id: p.account,
        id: p.id,
        uri: p.uri,
        name: p.name,
        description: p.description,
        sort_order: p.order,
        is_default: p.first,
        modseq: p.modseq,
        [count]: 0,
        bytes: 0,
        created_at: p.now,
        ...ownOf(p),
      }),
    ),
    update: statement((q, p: Params<Said>) =>
      q
        .updateTable(collection)
        .set({
          name: p.name,
          description: p.description,
          sort_order: p.order,
          modseq: p.modseq,
          ...ownOf(p),
        })
        .where('account_id', '=', p.account)
        .where('id', '=', p.id),
    ),
    setDefault: statement((q, p: Params<Key & { is: number; modseq: number }>) =>
      q
        .updateTable(collection)
        .set({ is_default: p.is, modseq: p.modseq })
        .where('account_id', '=', p.account)
        .where('id', '=', p.id),
    ),
    remove: statement((q, p: Params<Key>) =>
      q.deleteFrom(collection).where('account_id', '=', p.account).where('id', '=', p.id),
    ),
    tally: statement((q, p: Params<Within & { members: number; bytes: number; modseq: number }>) =>
      q
        .updateTable(collection)
        .set((eb) => ({ [count]: eb(count, '+', p.members), bytes: eb('bytes', '+', p.bytes), modseq: p.modseq }))
        .where('account_id', '=', p.account)
        .where('id', '=', p.collection),
    ),
  }
}

/** Statements on what is in them, and on what left. */
export const memberStatements = (tables: CollectionTables) => {
  const { member, gone, collectionId, memberId } = tables as Typed
  return {
    remove: statement((q, p: Params<Key>) =>
      q.deleteFrom(member).where('account_id', '=', p.account).where('id', '=', p.id),
    ),
    ids: statement((q, p: Params<Within>) =>
      q
        .selectFrom(member)
        .select('id')
        .where('account_id', '=', p.account)
        .where(collectionId, '=', p.collection)
        .orderBy('id'),
    ),
    places: statement((q, p: Params<Within>) =>
      q
        .selectFrom(member)
        .select(['id', 'uri', 'modseq', 'created_at as createdAt', 'updated_at as updatedAt'])
        .where('account_id', '=', p.account)
        .where(collectionId, '=', p.collection)
        .orderBy('uri'),
    ),
    remember: statement((q, p: Params<At & { id: number; modseq: number }>) =>
      q.insertInto(gone).values({
        account_id: p.account,
        [collectionId]: p.collection,
        uri: p.uri,
        [memberId]: p.id,
        modseq: p.modseq,
      }),
    ),
    forget: statement((q, p: Params<At>) =>
      q
        .deleteFrom(gone)
        .where('account_id', '=', p.account)
        .where(collectionId, '=', p.collection)
        .where('uri', '=', p.uri),
    ),
    forgetAll: statement((q, p: Params<Within>) =>
      q.deleteFrom(gone).where('account_id', '=', p.account).where(collectionId, '=', p.collection),
    ),
  }
}

/** What `collectionChanges` asks. */
export const changeStatements = (tables: CollectionTables) => {
  const { collection, member, gone, collectionId, memberId } = tables as Typed
  return {
    live: statement((q, p: Params<Page>) =>
      q
        .selectFrom(member)
        .select(['id', 'uri', 'modseq'])
        .where('account_id', '=', p.account)
        .where(collectionId, '=', p.collection)
        .where('modseq', '>=', p.modseq)
        .where((eb) => eb.or([eb('modseq', '>', p.modseq), eb('id', '>', p.id)]))
        .orderBy('modseq')
        .orderBy('id')
        .limit(p.limit),
    ),
    gone: statement((q, p: Params<Page>) =>
      q
        .selectFrom(gone)
        .select([`${memberId} as id`, 'uri', 'modseq'])
        .where('account_id', '=', p.account)
        .where(collectionId, '=', p.collection)
        .where('modseq', '>=', p.modseq)
        .where((eb) => eb.or([eb('modseq', '>', p.modseq), eb(memberId, '>', p.id)]))
        .orderBy('modseq')
        .orderBy(memberId)
        .limit(p.limit),
    ),
    modseq: statement((q, p: Params<Within>) =>
      q.selectFrom(collection).select('modseq').where('account_id', '=', p.account).where('id', '=', p.collection),
    ),
  }
}
