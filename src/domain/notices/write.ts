/**
 * What authors do with notices. Each verb checks the right (table `noticeRights`), writes the trace and the audit log in the
 * same transaction, and leaves the long work to the runner (publish.ts).
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { reachOf, requireAddress } from '../directory/audience.ts'
import { type Actor, powersOf } from '../directory/delegation.ts'
import { findSchool } from '../directory/schools.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { insertFile, type KeptFile } from './files.ts'
import { addAct, checkDraft, encodeData, type NoticeDraft, noticeOf, type StoredNotice } from './notice.ts'
import { maySpeakFor, ownNotice, requireState, what } from './rights.ts'

const requireVoice = async (tx: Reader, actor: Actor, draft: NoticeDraft, now: number): Promise<string> => {
  if (!(await maySpeakFor(tx, actor, draft.uai, now)))
    throw new Failure('forbidden', 'you do not write in the name of this school', { property: 'scope' })
  await requireAddress(tx, actor, what, draft.audience, now)
  if (draft.uai === '') return ''
  const school = await findSchool(tx, draft.uai)
  if (!school) throw new Failure('notFound', 'no such school', { property: 'uai' })
  return school.name
}

type Values = {
  readonly status: string
  readonly author: string
  readonly authorId: number
  readonly uai: string
  readonly urgent: number
  readonly acknowledge: number
  readonly expires: number | null
  readonly data: string
  readonly now: number
}

const insert = statement((q, p: Params<Values>) =>
  q
    .insertInto('notice')
    .values({
      status: p.status,
      author_id: p.authorId,
      author: p.author,
      uai: p.uai,
      urgent: p.urgent,
      acknowledge: p.acknowledge,
      publish_at: null,
      published_at: null,
      corrected_at: null,
      expires_at: p.expires,
      reached: 0,
      recipients: 0,
      mail_blob_id: null,
      data: p.data,
      created_at: p.now,
      updated_at: p.now,
    })
    .returning('id'),
)
const update = statement((q, p: Params<Omit<Values, 'status' | 'author' | 'authorId'> & { id: number }>) =>
  q
    .updateTable('notice')
    .set({
      uai: p.uai,
      urgent: p.urgent,
      acknowledge: p.acknowledge,
      expires_at: p.expires,
      data: p.data,
      updated_at: p.now,
    })
    .where('id', '=', p.id),
)

const valuesOf = (draft: NoticeDraft, sender: string, now: number) => ({
  uai: draft.uai,
  urgent: draft.urgent ? 1 : 0,
  acknowledge: draft.acknowledge ? 1 : 0,
  expires: draft.expiresAt,
  data: encodeData({ ...draft, sender, note: { fr: '', en: '' }, reminders: 0 }),
  now,
})

/** Writes a draft. Returns its id. Throws Failure forbidden (scope, task), invalid, notFound. */
export const createNotice = async (people: People, actor: Actor, given: NoticeDraft): Promise<number> => {
  const now = people.ctx.clock.now()
  const draft = checkDraft(given, now)
  return people.ctx.store.writeGlobal(async (tx) => {
    const sender = await requireVoice(tx, actor, draft, now)
    const values = valuesOf(draft, sender, now)
    const row = await tx.first(insert, { ...values, status: 'draft', author: actor.login, authorId: actor.accountId })
    const { id } = row as { id: number }
    await addAct(tx, id, now, actor.login, 'create')
    await appendAudit(tx, now, { actor: actor.login, action: 'notice.save', target: `${id}`, detail: draft.title.fr })
    return id
  })
}

/** Within a transaction: writes as a draft what was exported, in the name it bore; nobody is told. Returns its number. */
export const keepNotice = async (
  tx: Writer,
  actor: Actor,
  now: number,
  { sender, files, ...draft }: NoticeDraft & { readonly sender: string; readonly files: readonly KeptFile[] },
): Promise<number> => {
  const values = valuesOf(draft, sender, now)
  const row = await tx.first(insert, { ...values, status: 'draft', author: actor.login, authorId: actor.accountId })
  const { id } = row as { id: number }
  for (const [at, { blobId: blob, name, type, size }] of files.entries())
    await tx.run(insertFile, { id, n: at + 1, blob, name, type, size })
  await addAct(tx, id, now, actor.login, 'create')
  return id
}

/**
 * Within a transaction: writes a notice and publishes it, once for ever with what else the transaction writes. Whoever calls
 * it tells the topic `outbox` afterwards. Returns its number. Throws Failure forbidden (scope, task), invalid, notFound.
 */
export const publishWithin = async (tx: Writer, actor: Actor, now: number, given: NoticeDraft): Promise<number> => {
  const draft = checkDraft(given, now)
  const sender = await requireVoice(tx, actor, draft, now)
  const values = valuesOf(draft, sender, now)
  const by = { author: actor.login, authorId: actor.accountId }
  const row = await tx.first(insert, { ...values, ...by, status: 'draft' })
  const { id } = row as { id: number }
  await tx.run(setState, { id, status: 'publishing', publish: now, published: now, ...by, now })
  await addAct(tx, id, now, actor.login, 'create')
  await addAct(tx, id, now, actor.login, 'publish', { at: now })
  const detail = JSON.stringify({ at: now, audience: draft.audience, urgent: draft.urgent })
  await appendAudit(tx, now, { actor: actor.login, action: 'notice.publish', target: `${id}`, detail })
  return id
}

/** Rewrites a draft, or one that waits. Throws Failure forbidden, invalid, notFound, conflict. */
export const changeNotice = async (people: People, actor: Actor, id: number, given: NoticeDraft): Promise<void> => {
  const now = people.ctx.clock.now()
  const draft = checkDraft(given, now)
  await people.ctx.store.writeGlobal(async (tx) => {
    requireState(await ownNotice(tx, actor, id, now), 'change')
    const sender = await requireVoice(tx, actor, draft, now)
    await tx.run(update, { ...valuesOf(draft, sender, now), id })
    await addAct(tx, id, now, actor.login, 'change')
    await appendAudit(tx, now, { actor: actor.login, action: 'notice.save', target: `${id}`, detail: draft.title.fr })
  })
}

const removals = [
  statement((q, p: Params<{ id: number }>) => q.deleteFrom('notice_file').where('notice_id', '=', p.id)),
  statement((q, p: Params<{ id: number }>) => q.deleteFrom('notice_act').where('notice_id', '=', p.id)),
  statement((q, p: Params<{ id: number }>) => q.deleteFrom('notice').where('id', '=', p.id)),
]

/** Throws away a draft. Throws Failure notFound, conflict: what was published stays, with its trace. */
export const deleteNotice = async (people: People, actor: Actor, id: number): Promise<void> => {
  const now = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    const notice = await ownNotice(tx, actor, id, now)
    requireState(notice, 'delete')
    for (const remove of removals) await tx.run(remove, { id })
    const about = { target: `${id}`, detail: notice.title.fr }
    await appendAudit(tx, now, { actor: actor.login, action: 'notice.delete', ...about })
  })
}

const setState = statement(
  (
    q,
    p: Params<{
      id: number
      status: string
      publish: number | null
      published: number | null
      authorId: number
      author: string
      now: number
    }>,
  ) =>
    q
      .updateTable('notice')
      .set({
        status: p.status,
        publish_at: p.publish,
        published_at: p.published,
        author_id: p.authorId,
        author: p.author,
        reached: 0,
        updated_at: p.now,
      })
      .where('id', '=', p.id),
)

const year = 366 * 86_400_000

/** Publishes, now or at a time. Whoever does it answers for it. Throws Failure forbidden, invalid, notFound, conflict. */
export const publishNotice = async (
  people: People,
  actor: Actor,
  id: number,
  publishAt: number | null = null,
): Promise<void> => {
  const now = people.ctx.clock.now()
  const later = publishAt !== null && publishAt > now
  if (later && publishAt > now + year) throw new Failure('invalid', 'that is too far away', { property: 'publishAt' })
  await people.ctx.store.writeGlobal(async (tx) => {
    const notice = await ownNotice(tx, actor, id, now)
    requireState(notice, 'publish')
    await requireAddress(tx, actor, what, notice.audience, now)
    const at = later ? publishAt : now
    if (notice.expiresAt !== null && notice.expiresAt <= at)
      throw new Failure('invalid', 'it would have expired by then', { property: 'expiresAt' })
    await tx.run(setState, {
      id,
      status: later ? 'scheduled' : 'publishing',
      publish: at,
      published: later ? null : now,
      authorId: actor.accountId,
      author: actor.login,
      now,
    })
    await addAct(tx, id, now, actor.login, later ? 'schedule' : 'publish', { at })
    const detail = JSON.stringify({ at, audience: notice.audience, urgent: notice.urgent })
    await appendAudit(tx, now, { actor: actor.login, action: 'notice.publish', target: `${id}`, detail })
  })
  people.ctx.store.bus.publishTopic('outbox')
}

/** Back to a draft. Throws Failure notFound, conflict. */
export const unscheduleNotice = async (people: People, actor: Actor, id: number): Promise<void> => {
  const now = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    requireState(await ownNotice(tx, actor, id, now), 'unschedule')
    const author = { authorId: actor.accountId, author: actor.login }
    await tx.run(setState, { id, status: 'draft', publish: null, published: null, ...author, now })
    await addAct(tx, id, now, actor.login, 'unschedule')
  })
}

/** The notices that somebody may write to, the latest first. */
export const listNotices = async (tx: Reader, actor: Actor, now: number, limit = 200): Promise<StoredNotice[]> => {
  const reach = reachOf(await powersOf(tx, actor, now), what)
  if (reach !== 'all' && reach.size === 0) throw new Failure('forbidden', 'you write no notices', { property: 'task' })
  const rows = await tx.query((q) => {
    const select = q.selectFrom('notice').selectAll().orderBy('updated_at', 'desc').orderBy('id', 'desc').limit(limit)
    return reach === 'all' ? select : select.where('uai', 'in', [...reach])
  })
  return rows.map(noticeOf)
}
