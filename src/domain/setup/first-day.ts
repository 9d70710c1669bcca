/**
 * The first day: sign in, send a message, set up the phone. The steps are seen in what the account holds; when each was
 * first seen is kept, so that the académie knows how long a first day takes.
 */
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { People } from '../people/people.ts'

export interface FirstDay {
  /** False: the person was here long before, or has put it away. */
  readonly shown: boolean
  readonly beganAt: number
  readonly sentAt: number | null
  readonly deviceAt: number | null
  /** When the last of the three was seen. */
  readonly finishedAt: number | null
}

/** Who has had an account for longer needs no first day. */
const newFor = 90 * 24 * 3_600_000

const rowOf = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('first_day').selectAll().where('account_id', '=', p.account),
)

const madeAt = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('account').select(['created_at', 'kind']).where('id', '=', p.account),
)

const begin = statement((q, p: Params<{ account: number; now: number }>) =>
  q
    .insertInto('first_day')
    .values({
      account_id: p.account,
      began_at: p.now,
      sent_at: null,
      device_at: null,
      finished_at: null,
      hidden_at: null,
    })
    .onConflict((on) => on.column('account_id').doNothing()),
)

/** What waits for its time, or to be called back, has been sent by the person all the same. */
const sentOne = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('mailbox')
    .select('id')
    .where('account_id', '=', p.account)
    .where('role', 'in', ['sent', 'scheduled'])
    .where('total', '>', 0),
)

const usedDevice = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('credential')
    .select('id')
    .where('account_id', '=', p.account)
    .where('kind', '=', 'app')
    .where('last_used_at', 'is not', null)
    .limit(1),
)

const note = statement(
  (q, p: Params<{ account: number; sent: number | null; device: number | null; finished: number | null }>) =>
    q
      .updateTable('first_day')
      .set({ sent_at: p.sent, device_at: p.device, finished_at: p.finished })
      .where('account_id', '=', p.account),
)

const hide = statement((q, p: Params<{ account: number; now: number }>) =>
  q.updateTable('first_day').set({ hidden_at: p.now }).where('account_id', '=', p.account),
)

interface Row {
  readonly began_at: number
  readonly sent_at: number | null
  readonly device_at: number | null
  readonly finished_at: number | null
  readonly hidden_at: number | null
}

const shownOf = (row: Row): FirstDay => ({
  shown: row.hidden_at === null,
  beganAt: row.began_at,
  sentAt: row.sent_at,
  deviceAt: row.device_at,
  finishedAt: row.finished_at,
})

const hidden: FirstDay = { shown: false, beganAt: 0, sentAt: null, deviceAt: null, finishedAt: null }

/** The row with what is seen now; undefined when nothing is new. */
const look = async (tx: Reader, account: number, row: Row, now: number): Promise<Row | undefined> => {
  if (row.finished_at !== null || row.hidden_at !== null) return
  const sent = row.sent_at ?? ((await tx.first(sentOne, { account })) ? now : null)
  const device = row.device_at ?? ((await tx.first(usedDevice, { account })) ? now : null)
  if (sent === row.sent_at && device === row.device_at) return
  return { ...row, sent_at: sent, device_at: device, finished_at: sent !== null && device !== null ? now : null }
}

const update = async (tx: Writer, account: number, now: number): Promise<FirstDay> => {
  await tx.run(begin, { account, now })
  const row = (await tx.first(rowOf, { account })) as Row
  const seen = await look(tx, account, row, now)
  if (!seen) return shownOf(row)
  await tx.run(note, { account, sent: seen.sent_at, device: seen.device_at, finished: seen.finished_at })
  return shownOf(seen)
}

/** Where somebody is in their first day; it begins when it is first asked for, in an account that is new. */
export const readFirstDay = async (people: People, account: number): Promise<FirstDay> => {
  const { store, clock } = people.ctx
  const now = clock.now()
  const { row, made, news } = await store.read(async (tx) => {
    const row = await tx.first(rowOf, { account })
    const news = row && (await look(tx, account, row, now))
    return { row, made: await tx.first(madeAt, { account }), news }
  })
  if (row && !news) return shownOf(row)
  if (!row && (made?.kind !== 'person' || now - made.created_at > newFor)) return hidden
  return store.write(account, (tx) => update(tx, account, now))
}

/** The person puts it away, done or not. */
export const hideFirstDay = async (people: People, account: number): Promise<void> => {
  const now = people.ctx.clock.now()
  await people.ctx.store.write(account, async (tx) => {
    await tx.run(begin, { account, now })
    await tx.run(hide, { account, now })
  })
}
