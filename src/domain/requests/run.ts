/**
 * The runner of requests: asking everybody of an audience, reminding those who have not answered, deleting what has been
 * kept long enough. As for notices (domain/notices/publish.ts): in slices, each person in one transaction, never twice.
 */

import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'
import { frozenAudience, type SnapshotRow } from '../directory/snapshot.ts'
import { notify } from '../notify/notify.ts'
import { onEach, type Stopping, slice } from '../notify/waves.ts'
import { appendAudit } from '../people/audit.ts'
import { breathe } from '../turn.ts'
import { getRequest, type RequestStatus, type StoredRequest } from './request.ts'

const setReached = statement((q, p: Params<{ id: number; status: string; reached: number }>) =>
  q
    .updateTable('document_request')
    .set({ reached: p.reached })
    .where('id', '=', p.id)
    .where('status', '=', p.status)
    .where('reached', '<', p.reached),
)
const countRecipients = statement((q, p: Params<{ id: number }>) =>
  q
    .selectFrom('document_request_recipient')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('request_id', '=', p.id),
)
const finish = statement((q, p: Params<{ id: number; status: string; was: string; recipients: number; now: number }>) =>
  q
    .updateTable('document_request')
    .set({ status: p.status, recipients: p.recipients, reached: 0, updated_at: p.now })
    .where('id', '=', p.id)
    .where('status', '=', p.was),
)

const kept = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('document_request_audience').select('members').where('request_id', '=', p.id),
)
const keep = statement((q, p: Params<{ id: number; members: Uint8Array }>) =>
  q
    .insertInto('document_request_audience')
    .values({ request_id: p.id, members: p.members })
    .onConflict((on) => on.column('request_id').doNothing()),
)
/** Once everybody is asked, whom it asks is in its recipients. */
const dropSnapshot = statement((q, p: Params<{ id: number }>) =>
  q.deleteFrom('document_request_audience').where('request_id', '=', p.id),
)

const snapshotOf = (id: number): SnapshotRow => ({
  kept: async (tx) => (await tx.first(kept, { id }))?.members,
  keep: (tx, members) => tx.run(keep, { id, members }),
})

const end = (ctx: Context, request: StoredRequest, status: RequestStatus): Promise<unknown> =>
  ctx.store.writeGlobal(async (tx) => {
    const { id, status: was } = request
    const recipients = Number((await tx.first(countRecipients, { id }))?.n ?? 0)
    const { changes } = await tx.run(finish, { id, status, was, recipients, now: ctx.clock.now() })
    if (changes > 0 && was === 'opening') await tx.run(dropSnapshot, { id })
    if (changes > 0 && status === 'purged')
      await appendAudit(tx, ctx.clock.now(), { actor: '', action: 'request.purge', target: `${id}` })
  })

const receive = statement((q, p: Params<{ account: number; id: number }>) =>
  q
    .insertInto('document_request_recipient')
    .values({ account_id: p.account, request_id: p.id, seen_at: null, handed_at: null, receipt: '', remark: '' })
    .onConflict((on) => on.columns(['account_id', 'request_id']).doNothing()),
)

const dayForm = {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'Europe/Paris',
} as const
const day = new Intl.DateTimeFormat('fr-FR', dayForm)
const dayEn = new Intl.DateTimeFormat('en-GB', dayForm)

const ask = async (tx: AccountWriter, request: StoredRequest): Promise<void> => {
  const { accountId: account } = tx
  const { id } = request
  const { changes } = await tx.run(receive, { account, id })
  if (changes === 0) return
  tx.changed('DocumentRequest', id, 'created')
  const told = { account, category: 'request', url: '/requests', once: `request:${id}` } as const
  const text = `${request.sender} vous demande un document, à remettre avant le ${day.format(request.dueAt)}.`
  const english = `${request.sender} asks you for a document, to be handed in before ${dayEn.format(request.dueAt)}.`
  const en = { title: request.title, text: english.trim() }
  await notify(tx, { ...told, title: request.title, text: text.trim(), en }, tx.now)
}

const open = async (ctx: Context, request: StoredRequest, stopping: Stopping): Promise<void> => {
  const { id, audience } = request
  const now = request.openedAt ?? ctx.clock.now()
  const whom = (await frozenAudience(ctx, audience, now, snapshotOf(id))).filter((one) => one > request.reached)
  if (stopping()) return
  for (let at = 0; at < whom.length; at += slice) {
    const ids = whom.slice(at, at + slice)
    await onEach(ctx, ids, (tx) => ask(tx, request))
    const reached = ids.at(-1) ?? 0
    if (ids.length === slice)
      await ctx.store.writeGlobal((tx) => tx.run(setReached, { id, status: 'opening', reached }))
    await breathe()
    if (stopping()) return
  }
  await end(ctx, request, 'open')
}

const holders = statement((q, p: Params<{ id: number; after: number; limit: number }>) =>
  q
    .selectFrom('document_request_recipient')
    .select(['account_id as account', 'handed_at as handed'])
    .where('request_id', '=', p.id)
    .where('account_id', '>', p.after)
    .orderBy('account_id')
    .limit(p.limit),
)
const hasHanded = statement((q, p: Params<{ account: number; id: number }>) =>
  q
    .selectFrom('document_request_recipient')
    .select('handed_at as handed')
    .where('account_id', '=', p.account)
    .where('request_id', '=', p.id),
)
const dropFiles = statement((q, p: Params<{ account: number; id: number }>) =>
  q.deleteFrom('document_request_file').where('account_id', '=', p.account).where('request_id', '=', p.id),
)
const forget = statement((q, p: Params<{ account: number; id: number }>) =>
  q
    .updateTable('document_request_recipient')
    .set({ remark: '' })
    .where('account_id', '=', p.account)
    .where('request_id', '=', p.id),
)

const remind = async (tx: AccountWriter, request: StoredRequest): Promise<void> => {
  const { accountId: account } = tx
  const { id } = request
  const row = await tx.first(hasHanded, { account, id })
  if (!row || row.handed !== null) return
  const text = `Ce document est attendu avant le ${day.format(request.dueAt)}.`
  const told = { account, category: 'reminder', url: '/requests', once: `request:${id}:r${request.reminders}` } as const
  const en = {
    title: `Reminder: ${request.title}`,
    text: `This document is expected before ${dayEn.format(request.dueAt)}.`,
  }
  await notify(tx, { ...told, title: `Rappel : ${request.title}`, text, en }, tx.now)
}

/** What was handed in goes; who has answered, and the receipt, stay. */
const purge = async (tx: AccountWriter, { id }: StoredRequest): Promise<void> => {
  const { accountId: account } = tx
  await tx.run(dropFiles, { account, id })
  await tx.run(forget, { account, id })
  tx.changed('DocumentRequest', id, 'destroyed')
}

const goThrough = async (ctx: Context, request: StoredRequest, stopping: Stopping): Promise<void> => {
  const { id, status } = request
  for (let after = request.reached; ; ) {
    const from: number = after
    const rows = await ctx.store.read((tx) => tx.all(holders, { id, after: from, limit: slice }))
    const whom = status === 'reminding' ? rows.filter(({ handed }) => handed === null) : rows
    await onEach(
      ctx,
      whom.map(({ account }) => account),
      (tx) => (status === 'reminding' ? remind(tx, request) : purge(tx, request)),
    )
    const last = rows.at(-1)
    if (rows.length < slice || !last) break
    after = last.account
    await ctx.store.writeGlobal((tx) => tx.run(setReached, { id, status, reached: last.account }))
    await breathe()
    if (stopping()) return
  }
  await end(ctx, request, status === 'reminding' ? 'open' : 'purged')
}

const underWay = statement((q) =>
  q
    .selectFrom('document_request')
    .select('id')
    .where('status', 'in', ['opening', 'reminding', 'purging'])
    .orderBy('id')
    .limit(100),
)
const closing = statement((q, p: Params<{ now: number }>) =>
  q
    .updateTable('document_request')
    .set({ status: 'closed', updated_at: p.now })
    .where('status', '=', 'open')
    .where('due_at', '<=', p.now),
)
const purging = statement((q, p: Params<{ now: number }>) =>
  q
    .updateTable('document_request')
    .set({ status: 'purging', reached: 0, updated_at: p.now })
    .where('status', '=', 'closed')
    .where('keep_until', '<=', p.now),
)
const waiting = statement((q, p: Params<{ now: number }>) =>
  q
    .selectFrom('document_request')
    .select('id')
    .where((eb) =>
      eb.or([
        eb.and([eb('status', '=', 'open'), eb('due_at', '<=', p.now)]),
        eb.and([eb('status', '=', 'closed'), eb('keep_until', '<=', p.now)]),
      ]),
    )
    .limit(1),
)

/** Does all that requests have to do now. Returns how many went through. */
export const runRequests = async (ctx: Context, stopping: Stopping = () => false): Promise<number> => {
  const now = ctx.clock.now()
  if ((await ctx.store.read((tx) => tx.all(waiting, { now }))).length > 0)
    await ctx.store.writeGlobal(async (tx) => {
      await tx.run(closing, { now })
      await tx.run(purging, { now })
    })
  const rows = await ctx.store.read((tx) => tx.all(underWay, {}))
  for (const { id } of rows) {
    if (stopping()) break
    try {
      const request = await ctx.store.read((tx) => getRequest(tx, id))
      if (request.status === 'opening') await open(ctx, request, stopping)
      else await goThrough(ctx, request, stopping)
    } catch (error) {
      ctx.log.error('requests.failed', { request: id }, error)
    }
  }
  return rows.length
}
