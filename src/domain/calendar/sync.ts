/** The tables of calendars, for synchronisation over DAV (RFC 6578). */
import { type Params, type Reader, statement } from '#store/engine.ts'
import { collectionChanges, type Page, type Place, type SyncPoint } from '../sync/collection-changes.ts'

const tables = {
  live: statement((q, p: Params<Page>) =>
    q
      .selectFrom('calendar_event')
      .select(['id', 'uri', 'modseq'])
      .where('account_id', '=', p.account)
      .where('calendar_id', '=', p.collection)
      .where('modseq', '>=', p.modseq)
      .where((eb) => eb.or([eb('modseq', '>', p.modseq), eb('id', '>', p.id)]))
      .orderBy('modseq')
      .orderBy('id')
      .limit(p.limit),
  ),
  gone: statement((q, p: Params<Page>) =>
    q
      .selectFrom('calendar_gone')
      .select(['event_id as id', 'uri', 'modseq'])
      .where('account_id', '=', p.account)
      .where('calendar_id', '=', p.collection)
      .where('modseq', '>=', p.modseq)
      .where((eb) => eb.or([eb('modseq', '>', p.modseq), eb('event_id', '>', p.id)]))
      .orderBy('modseq')
      .orderBy('event_id')
      .limit(p.limit),
  ),
  modseq: statement((q, p: Params<{ account: number; collection: number }>) =>
    q.selectFrom('calendar').select('modseq').where('account_id', '=', p.account).where('id', '=', p.collection),
  ),
}

const selectPlaces = statement((q, p: Params<{ account: number; collection: number }>) =>
  q
    .selectFrom('calendar_event')
    .select(['id', 'uri', 'modseq', 'created_at as createdAt', 'updated_at as updatedAt'])
    .where('account_id', '=', p.account)
    .where('calendar_id', '=', p.collection)
    .orderBy('uri'),
)

/** Every place of a calendar that has an object. */
export const placesOf = (tx: Reader, account: number, collection: number): Promise<Place[]> =>
  tx.all(selectPlaces, { account, collection })

/** Changes of a calendar since a point; see `collectionChanges`. */
export const calendarChanges = (
  tx: Reader,
  account: number,
  calendar: number,
  since: SyncPoint | undefined,
  limit: number,
) => collectionChanges(tables, tx, account, calendar, since, limit)
