/** Notices as their readers have them: listed, seen, acknowledged. Nothing is seen by whom it was not sent to. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { NoticeTable } from '#store/schema/notices.ts'
import type { AccountWriter } from '#store/store.ts'
import { filesOf, type NoticeFile, noticeOf, type StoredNotice } from './notice.ts'

export interface ReceivedNotice {
  readonly notice: StoredNotice
  readonly seenAt: number | null
  readonly acknowledgedAt: number | null
  readonly files: readonly NoticeFile[]
}

/** What the portal keeps in sight. */
const most = 200
const hidden = ['draft', 'scheduled', 'expiring', 'expired']

const received = statement((q, p: Params<{ account: number; now: number; limit: number }>) =>
  q
    .selectFrom('notice_recipient')
    .innerJoin('notice', 'notice.id', 'notice_recipient.notice_id')
    .selectAll('notice')
    .select(['notice_recipient.seen_at as seen', 'notice_recipient.acknowledged_at as acknowledged'])
    .where('notice_recipient.account_id', '=', p.account)
    .where('notice.status', 'not in', hidden)
    .where((eb) => eb.or([eb('notice.expires_at', 'is', null), eb('notice.expires_at', '>', p.now)]))
    .orderBy('notice_recipient.notice_id', 'desc')
    .limit(p.limit),
)
const allFiles = (tx: Reader, ids: readonly number[]) =>
  tx.query((q) =>
    q
      .selectFrom('notice_file')
      .select(['notice_id as notice', 'n', 'blob_id as blobId', 'name', 'type', 'size'])
      .where('notice_id', 'in', [...ids, 0])
      .orderBy('n'),
  )

/** A notice that was taken back has no words any more but why. */
const taken = (notice: StoredNotice): StoredNotice =>
  notice.status === 'withdrawing' || notice.status === 'withdrawn'
    ? { ...notice, body: { fr: '', en: '' }, acknowledge: false }
    : notice

type Row = Omit<NoticeTable, 'id'> & { id: number; seen: number | null; acknowledged: number | null }

/** The notices of an account, the latest first. */
export const receivedNotices = async (tx: Reader, account: number, now: number): Promise<ReceivedNotice[]> => {
  const rows: Row[] = await tx.all(received, { account, now, limit: most })
  const files = Map.groupBy(
    await allFiles(
      tx,
      rows.map(({ id }) => id),
    ),
    ({ notice }) => notice,
  )
  return rows.map((row) => {
    const notice = taken(noticeOf(row))
    const own = notice.status === 'withdrawn' ? [] : (files.get(row.id) ?? [])
    return { notice, seenAt: row.seen, acknowledgedAt: row.acknowledged, files: own }
  })
}

const see = statement((q, p: Params<{ account: number; id: number; at: number }>) =>
  q
    .updateTable('notice_recipient')
    .set({ seen_at: p.at })
    .where('account_id', '=', p.account)
    .where('notice_id', '=', p.id)
    .where('seen_at', 'is', null),
)
const acknowledge = statement((q, p: Params<{ account: number; id: number; at: number }>) =>
  q
    .updateTable('notice_recipient')
    .set((eb) => ({ acknowledged_at: p.at, seen_at: eb.fn.coalesce('seen_at', eb.val(p.at)) }))
    .where('account_id', '=', p.account)
    .where('notice_id', '=', p.id)
    .where('acknowledged_at', 'is', null),
)

const own = async (tx: AccountWriter, id: number): Promise<ReceivedNotice> => {
  const found = (await receivedNotices(tx, tx.accountId, tx.now)).find(({ notice }) => notice.id === id)
  if (!found) throw new Failure('notFound', 'no such notice')
  return found
}

/** Remembers that the notice was opened; the first time counts. Throws Failure notFound. */
export const seeNotice = async (tx: AccountWriter, id: number): Promise<void> => {
  await own(tx, id)
  const { changes } = await tx.run(see, { account: tx.accountId, id, at: tx.now })
  if (changes > 0) tx.changed('Notice', id, 'updated')
}

/** The reader says that they have read it; not to be taken back. Throws Failure notFound, invalid: it is not asked. */
export const acknowledgeNotice = async (tx: AccountWriter, id: number): Promise<void> => {
  const { notice } = await own(tx, id)
  if (!notice.acknowledge) throw new Failure('invalid', 'no acknowledgement is asked', { property: 'isAcknowledged' })
  const { changes } = await tx.run(acknowledge, { account: tx.accountId, id, at: tx.now })
  if (changes > 0) tx.changed('Notice', id, 'updated')
}

/** A file of a notice that the account has received. Throws Failure notFound. */
export const receivedFile = async (
  tx: Reader,
  account: number,
  id: number,
  n: number,
  now: number,
): Promise<NoticeFile> => {
  const has = (await receivedNotices(tx, account, now)).find(({ notice }) => notice.id === id)
  const file =
    has && has.notice.status !== 'withdrawing' ? (await filesOf(tx, id)).find((one) => one.n === n) : undefined
  if (!file || has?.notice.status === 'withdrawn') throw new Failure('notFound', 'no such file')
  return file
}
