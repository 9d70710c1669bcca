/** Notifications as the person sees them in the portal. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'
import { inLanguage, type Translation } from './notify.ts'

export interface StoredNotification {
  readonly id: number
  readonly category: string
  readonly title: string
  readonly text: string
  /** The same in English; null: there is no translation. */
  readonly en: Translation | null
  readonly url: string
  readonly urgent: boolean
  /** Milliseconds. */
  readonly at: number
  readonly seenAt: number | null
}

/** What the portal keeps in sight. */
const most = 200

const shown = statement((q, p: Params<{ account: number; limit: number }>) =>
  q
    .selectFrom('notification')
    .select(['id', 'category', 'title', 'text', 'en', 'url', 'urgent', 'created_at as at', 'seen_at as seenAt'])
    .where('account_id', '=', p.account)
    .where('shown', '=', 1)
    .orderBy('id', 'desc')
    .limit(p.limit),
)

/** The latest first. */
export const listNotifications = async (tx: Reader, account: number): Promise<StoredNotification[]> =>
  (await tx.all(shown, { account, limit: most })).map((row) => ({
    ...row,
    en: row.en === '' ? null : inLanguage(row, 'en'),
    urgent: row.urgent === 1,
  }))

const see = statement((q, p: Params<{ account: number; id: number; at: number | null }>) =>
  q
    .updateTable('notification')
    .set({ seen_at: p.at })
    .where('account_id', '=', p.account)
    .where('id', '=', p.id)
    .where('shown', '=', 1),
)
const hide = statement((q, p: Params<{ account: number; id: number }>) =>
  q
    .updateTable('notification')
    .set({ shown: 0 })
    .where('account_id', '=', p.account)
    .where('id', '=', p.id)
    .where('shown', '=', 1),
)

/** Throws Failure notFound. */
export const seeNotification = async (tx: AccountWriter, id: number, seen: boolean): Promise<void> => {
  const { changes } = await tx.run(see, { account: tx.accountId, id, at: seen ? tx.now : null })
  if (changes === 0) throw new Failure('notFound', 'no such notification')
  tx.changed('Notification', id, 'updated')
}

/** Takes one out of the portal; what it still has to do elsewhere goes on. Throws Failure notFound. */
export const removeNotification = async (tx: AccountWriter, id: number): Promise<void> => {
  const { changes } = await tx.run(hide, { account: tx.accountId, id })
  if (changes === 0) throw new Failure('notFound', 'no such notification')
  tx.changed('Notification', id, 'destroyed')
}

const day = 86_400_000
/** Read ones go after a month, the others after a school term. */
const keptSeen = 30 * day
const keptUnseen = 120 * day

const old = statement((q, p: Params<{ seen: number; unseen: number; limit: number }>) =>
  q
    .selectFrom('notification')
    .select(['id', 'account_id as account', 'shown'])
    .where('not_before', 'is', null)
    .where((eb) =>
      eb.or([
        eb('created_at', '<', p.unseen),
        eb.and([eb('seen_at', 'is not', null), eb('created_at', '<', p.seen)]),
        eb.and([eb('shown', '=', 0), eb('created_at', '<', p.seen)]),
      ]),
    )
    .orderBy('id')
    .limit(p.limit),
)
const drop = statement((q, p: Params<{ id: number }>) => q.deleteFrom('notification').where('id', '=', p.id))

const slice = 500

/** Forgets what is old. Returns how many. */
export const trimNotifications = async (ctx: Context): Promise<number> => {
  const now = ctx.clock.now()
  let count = 0
  for (;;) {
    const rows = await ctx.store.read((tx) =>
      tx.all(old, { seen: now - keptSeen, unseen: now - keptUnseen, limit: slice }),
    )
    for (const [account, mine] of Map.groupBy(rows, (row) => row.account))
      await ctx.store.write(account, async (tx) => {
        for (const { id, shown: visible } of mine) {
          await tx.run(drop, { id })
          if (visible === 1) tx.changed('Notification', id, 'destroyed')
        }
      })
    count += rows.length
    if (rows.length < slice) return count
  }
}
