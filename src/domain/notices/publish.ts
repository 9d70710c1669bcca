/**
 * The runner of notices. A notice under way goes through the accounts in slices, in the order of their numbers; how far it
 * has come is in its row. What one person gets (the row that they have it, the portal, the mail, the ring) is one
 * transaction on their account, which the row of the recipient makes happen once: a kill at any instant loses nothing and
 * brings nothing twice. May run in several processes.
 */

import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'
import { mayAddress } from '../directory/audience.ts'
import type { Actor } from '../directory/delegation.ts'
import { frozenAudience, type SnapshotRow } from '../directory/snapshot.ts'
import { attachContent } from '../mail/append.ts'
import { notify, postLater } from '../notify/notify.ts'
import { putLetter, sharedLetter, stepFor } from '../notify/outbox.ts'
import { type Preferences, preferencesOf } from '../notify/preferences.ts'
import { onEach, type Stopping, slice } from '../notify/waves.ts'
import type { People } from '../people/people.ts'
import { breathe } from '../turn.ts'
import { addAct, filesOf, getNotice, type NoticeStatus, type StoredNotice } from './notice.ts'
import { noticeLetter, noticePath, senderName } from './words.ts'

const setReached = statement((q, p: Params<{ id: number; status: string; reached: number }>) =>
  q
    .updateTable('notice')
    .set({ reached: p.reached })
    .where('id', '=', p.id)
    .where('status', '=', p.status)
    .where('reached', '<', p.reached),
)
const finish = statement((q, p: Params<{ id: number; status: string; was: string; recipients: number; now: number }>) =>
  q
    .updateTable('notice')
    .set({ status: p.status, recipients: p.recipients, reached: 0, updated_at: p.now })
    .where('id', '=', p.id)
    .where('status', '=', p.was),
)
const countRecipients = statement((q, p: Params<{ id: number }>) =>
  q
    .selectFrom('notice_recipient')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('notice_id', '=', p.id),
)

const readCount = async (ctx: Context, id: number): Promise<number> =>
  Number((await ctx.store.read((tx) => tx.first(countRecipients, { id })))?.n ?? 0)

// -- to everybody of the audience ----------------------------------------------------------------------------------------

const kept = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('notice_audience').select('members').where('notice_id', '=', p.id),
)
const keep = statement((q, p: Params<{ id: number; members: Uint8Array }>) =>
  q
    .insertInto('notice_audience')
    .values({ notice_id: p.id, members: p.members })
    .onConflict((on) => on.column('notice_id').doNothing()),
)
/** Once it is published, who has it is in its recipients. */
const dropSnapshot = statement((q, p: Params<{ id: number }>) =>
  q.deleteFrom('notice_audience').where('notice_id', '=', p.id),
)

const snapshotOf = (id: number): SnapshotRow => ({
  kept: async (tx) => (await tx.first(kept, { id }))?.members,
  keep: (tx, members) => tx.run(keep, { id, members }),
})

const receive = statement((q, p: Params<{ account: number; id: number }>) =>
  q
    .insertInto('notice_recipient')
    .values({ account_id: p.account, notice_id: p.id, seen_at: null, acknowledged_at: null })
    .onConflict((on) => on.columns(['account_id', 'notice_id']).doNothing()),
)
const setBlob = statement((q, p: Params<{ id: number; blob: number }>) =>
  q.updateTable('notice').set({ mail_blob_id: p.blob }).where('id', '=', p.id),
)

type Shared = Awaited<ReturnType<typeof sharedLetter>>

/** The message of the notice, stored once, before the first mailbox has it. */
const storedLetter = async (people: People, notice: StoredNotice): Promise<Shared> => {
  const { ctx } = people
  if (notice.mailBlobId !== null) return sharedLetter(ctx, notice.mailBlobId)
  const files = await ctx.store.read((tx) => filesOf(tx, notice.id))
  const letter = await noticeLetter(people, notice, files)
  const id = await ctx.store.writeGlobal(async (tx) => {
    const blob = await attachContent(ctx, tx, letter)
    await tx.run(setBlob, { id: notice.id, blob })
    return blob
  })
  return { blob: { id, size: letter.blob.size }, content: letter.content }
}

const bring = async (
  ctx: Context,
  tx: AccountWriter,
  notice: StoredNotice,
  letter: Shared | undefined,
  wanted: Preferences,
): Promise<void> => {
  const { id } = notice
  const { changes } = await tx.run(receive, { account: tx.accountId, id })
  if (changes === 0) return
  tx.changed('Notice', id, 'created')
  if (!letter) return
  const urgent = notice.urgent ? 1 : 0
  const step = stepFor({ category: 'notice', stage: 'send', urgent }, wanted, tx.now)
  if (step.ring) tx.changed('NotificationDelivery', id, 'created')
  if (step.mail) await putLetter(ctx, tx, letter)
  if (step.stage !== 'send' && step.stage !== 'digest') return
  const later = {
    account: tx.accountId,
    category: 'notice',
    title: notice.title.fr,
    text: senderName(notice),
    ...(notice.title.en === '' ? {} : { en: { title: notice.title.en, text: senderName(notice) } }),
    url: noticePath(id),
    urgent: notice.urgent,
    once: `notice:${id}`,
    stage: step.stage,
    blobId: letter.blob.id,
    notBefore: step.notBefore ?? tx.now,
  } as const
  await postLater(tx, later, tx.now)
}

const publish = async (people: People, notice: StoredNotice, stopping: Stopping, silently: boolean): Promise<void> => {
  const { ctx } = people
  const { id } = notice
  const now = notice.publishedAt ?? ctx.clock.now()
  const whom = (await frozenAudience(ctx, notice.audience, now, snapshotOf(id))).filter(
    (account) => account > notice.reached,
  )
  if (stopping()) return
  const letter = silently ? undefined : await storedLetter(people, notice)
  for (let at = 0; at < whom.length; at += slice) {
    const ids = whom.slice(at, at + slice)
    const wanted = await ctx.store.read((tx) => preferencesOf(tx, ids))
    await onEach(ctx, ids, async (tx) => {
      const own = wanted.get(tx.accountId)
      if (own) await bring(ctx, tx, notice, letter, own)
    })
    const reached = ids.at(-1) ?? 0
    if (ids.length === slice)
      await ctx.store.writeGlobal((tx) => tx.run(setReached, { id, status: 'publishing', reached }))
    await breathe()
    if (stopping()) return
  }
  await end(ctx, notice, 'published')
}

const end = async (ctx: Context, notice: StoredNotice, status: NoticeStatus): Promise<void> => {
  const { id } = notice
  const recipients = await readCount(ctx, id)
  const now = ctx.clock.now()
  await ctx.store.writeGlobal(async (tx) => {
    const { changes } = await tx.run(finish, { id, status, was: notice.status, recipients, now })
    if (changes === 0 || notice.status !== 'publishing') return
    await tx.run(dropSnapshot, { id })
    await addAct(tx, id, now, notice.author, 'published', { recipients })
  })
}

// -- to those who have it ------------------------------------------------------------------------------------------------

const holders = statement((q, p: Params<{ id: number; after: number; limit: number }>) =>
  q
    .selectFrom('notice_recipient')
    .select(['account_id as account', 'seen_at as seen', 'acknowledged_at as acknowledged'])
    .where('notice_id', '=', p.id)
    .where('account_id', '>', p.after)
    .orderBy('account_id')
    .limit(p.limit),
)
const hasRead = statement((q, p: Params<{ account: number; id: number }>) =>
  q
    .selectFrom('notice_recipient')
    .select(['seen_at as seen', 'acknowledged_at as acknowledged'])
    .where('account_id', '=', p.account)
    .where('notice_id', '=', p.id),
)

type Reading = { readonly seen: number | null; readonly acknowledged: number | null }

/** Whether somebody has done what the notice asks: read it, or said so. */
export const isDone = (notice: Pick<StoredNotice, 'acknowledge'>, { seen, acknowledged }: Reading): boolean =>
  notice.acknowledge ? acknowledged !== null : seen !== null

/** The title in English where there is one, else as it was written. */
const english = ({ title }: StoredNotice): string => title.en || title.fr

const again = {
  correcting: (notice: StoredNotice) => ({
    title: `Corrigé : ${notice.title.fr}`,
    text: notice.note.fr,
    en: { title: `Corrected: ${english(notice)}`, text: notice.note.en || notice.note.fr },
    once: `notice:${notice.id}:c${notice.correctedAt ?? 0}`,
  }),
  withdrawing: (notice: StoredNotice) => ({
    title: `Retiré : ${notice.title.fr}`,
    text: notice.note.fr,
    en: { title: `Withdrawn: ${english(notice)}`, text: notice.note.en || notice.note.fr },
    once: `notice:${notice.id}:w`,
  }),
  reminding: (notice: StoredNotice) => ({
    title: `Rappel : ${notice.title.fr}`,
    text: notice.acknowledge
      ? 'Votre confirmation de lecture est attendue.'
      : 'Cette information officielle n’a pas encore été lue.',
    en: {
      title: `Reminder: ${english(notice)}`,
      text: notice.acknowledge
        ? 'You are asked to confirm that you have read it.'
        : 'This official notice has not been read yet.',
    },
    once: `notice:${notice.id}:r${notice.reminders}`,
  }),
} as const

type Passing = keyof typeof again | 'expiring'

const passes: Readonly<Record<Passing, NoticeStatus>> = {
  correcting: 'published',
  withdrawing: 'withdrawn',
  reminding: 'published',
  expiring: 'expired',
}

const isPassing = (status: NoticeStatus): status is Passing => Object.hasOwn(passes, status)

/** What a pass does to one person: the change in their log, and (but at the end) a notification that is told once. */
const pass = async (tx: AccountWriter, notice: StoredNotice, status: Passing): Promise<void> => {
  const { id } = notice
  if (status === 'expiring') {
    tx.changed('Notice', id, 'destroyed')
    return
  }
  if (status === 'reminding') {
    // They may have read it since the slice was read.
    const row = await tx.first(hasRead, { account: tx.accountId, id })
    if (!row || isDone(notice, row)) return
  } else tx.changed('Notice', id, 'updated')
  const category = status === 'reminding' ? 'reminder' : 'notice'
  const url = noticePath(id)
  await notify(
    tx,
    { account: tx.accountId, category, url, urgent: notice.urgent && status !== 'reminding', ...again[status](notice) },
    tx.now,
  )
}

const goThrough = async (people: People, notice: StoredNotice, status: Passing, stopping: Stopping): Promise<void> => {
  const { ctx } = people
  const { id } = notice
  for (let after = notice.reached; ; ) {
    const from: number = after
    const rows = await ctx.store.read((tx) => tx.all(holders, { id, after: from, limit: slice }))
    const whom = status === 'reminding' ? rows.filter((row) => !isDone(notice, row)) : rows
    await onEach(
      ctx,
      whom.map(({ account }) => account),
      (tx) => pass(tx, notice, status),
    )
    const last = rows.at(-1)
    if (rows.length < slice || !last) break
    after = last.account
    await ctx.store.writeGlobal((tx) => tx.run(setReached, { id, status, reached: last.account }))
    await breathe()
    if (stopping()) return
  }
  await end(ctx, notice, passes[status])
}

// -- the clockwork -------------------------------------------------------------------------------------------------------

const underWay = statement((q) =>
  q
    .selectFrom('notice')
    .select('id')
    .where('status', 'in', ['publishing', 'correcting', 'reminding', 'withdrawing', 'expiring'])
    // What is urgent passes what is not.
    .orderBy('urgent', 'desc')
    .orderBy('id')
    .limit(100),
)
const scheduled = statement((q, p: Params<{ now: number }>) =>
  q
    .selectFrom('notice')
    .select('id')
    .where('status', '=', 'scheduled')
    .where('publish_at', '<=', p.now)
    .orderBy('publish_at')
    .limit(100),
)
const over = statement((q, p: Params<{ now: number }>) =>
  q
    .selectFrom('notice')
    .select('id')
    .where('status', 'in', ['published', 'withdrawn'])
    .where('expires_at', 'is not', null)
    .where('expires_at', '<=', p.now)
    .limit(100),
)
const setStatus = statement(
  (q, p: Params<{ id: number; status: string; was: string; published: number | null; now: number }>) =>
    q
      .updateTable('notice')
      .set({ status: p.status, published_at: p.published, reached: 0, updated_at: p.now })
      .where('id', '=', p.id)
      .where('status', '=', p.was),
)
const author = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('account').select(['id', 'login', 'admin']).where('id', '=', p.id).where('status', '=', 'active'),
)

/** The author may still address these people when the time has come; else it becomes a draft again, and says so. */
const start = (ctx: Context, id: number): Promise<unknown> =>
  ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    const notice = await getNotice(tx, id)
    if (notice.status !== 'scheduled') return
    const row = notice.authorId === null ? undefined : await tx.first(author, { id: notice.authorId })
    const actor: Actor | undefined = row && { accountId: row.id, login: row.login, admin: row.admin === 1 }
    const may = actor !== undefined && (await mayAddress(tx, actor, 'notice', notice.audience, now))
    const status = may ? 'publishing' : 'draft'
    await tx.run(setStatus, { id, status, was: 'scheduled', published: may ? now : null, now })
    await addAct(tx, id, now, notice.author, may ? 'publish' : 'refused', { scheduled: notice.publishAt })
  })

const expire = (ctx: Context, id: number): Promise<unknown> =>
  ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    const { status: was, publishedAt } = await getNotice(tx, id)
    const { changes } = await tx.run(setStatus, { id, status: 'expiring', was, published: publishedAt, now })
    if (changes > 0) await addAct(tx, id, now, '', 'expire')
  })

/**
 * Does all that notices have to do now; between two slices it looks whether it is to stop. Returns how many went through.
 * `silently`: what is published stands in the portal only (the demonstration).
 */
export const runNotices = async (
  people: People,
  stopping: Stopping = () => false,
  silently = false,
): Promise<number> => {
  const { ctx } = people
  const now = ctx.clock.now()
  for (const { id } of await ctx.store.read((tx) => tx.all(scheduled, { now }))) await start(ctx, id)
  for (const { id } of await ctx.store.read((tx) => tx.all(over, { now }))) await expire(ctx, id)
  const rows = await ctx.store.read((tx) => tx.all(underWay, {}))
  for (const { id } of rows) {
    if (stopping()) break
    try {
      const notice = await ctx.store.read((tx) => getNotice(tx, id))
      if (notice.status === 'publishing') await publish(people, notice, stopping, silently)
      else if (isPassing(notice.status)) await goThrough(people, notice, notice.status, stopping)
    } catch (error) {
      // It goes on from where it is at the next round; the others do not wait for it.
      ctx.log.error('notices.failed', { notice: id }, error)
    }
  }
  return rows.length
}
