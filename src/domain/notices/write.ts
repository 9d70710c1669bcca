/**
 * What authors do with notices. Each verb checks the right (table `noticeRights`), writes the trace and the audit log in the
 * same transaction, and leaves the long work to the runner (publish.ts).
 */
import { Failure } from '#base/failure.ts'
import type { Words } from '#format/jmap/portal.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { type Addressing, reachOf, requireAddress } from '../directory/audience.ts'
import { type Actor, powersOf } from '../directory/delegation.ts'
import { findSchool } from '../directory/schools.ts'
import { reachableBlob } from '../mail/emails.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import {
  addAct,
  checkDraft,
  checkNote,
  checkWords,
  encodeData,
  filesOf,
  getNotice,
  type NoticeAction,
  type NoticeDraft,
  type NoticeStatus,
  noticeOf,
  type StoredNotice,
} from './notice.ts'

/** In which state an author may do what; everything else is a conflict. The runner's own steps are in publish.ts. */
export const noticeRights = {
  change: ['draft', 'scheduled'],
  delete: ['draft', 'scheduled'],
  publish: ['draft', 'scheduled'],
  unschedule: ['scheduled'],
  correct: ['published'],
  remind: ['published'],
  withdraw: ['published'],
} as const satisfies Readonly<Record<string, readonly NoticeStatus[]>>

const what: Addressing = 'notice'

/** Whether somebody may speak in the name of a school, or (empty) of the académie. */
export const maySpeakFor = async (tx: Reader, actor: Actor, uai: string, now: number): Promise<boolean> => {
  const reach = reachOf(await powersOf(tx, actor, now), what)
  return reach === 'all' || (uai !== '' && reach.has(uai))
}

/** Throws Failure notFound: what one may not touch does not exist for one. */
export const ownNotice = async (tx: Reader, actor: Actor, id: number, now: number): Promise<StoredNotice> => {
  const notice = await getNotice(tx, id)
  if (!(await maySpeakFor(tx, actor, notice.uai, now))) throw new Failure('notFound', 'no such notice')
  return notice
}

const requireState = (notice: StoredNotice, verb: keyof typeof noticeRights): void => {
  const allowed: readonly NoticeStatus[] = noticeRights[verb]
  if (!allowed.includes(notice.status))
    throw new Failure('conflict', `a notice that is ${notice.status} is not there to ${verb}`, { property: 'status' })
}

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

/** A file of a notice whose octets are in the store already. */
export interface KeptFile {
  readonly blobId: number
  readonly name: string
  readonly type: string
  readonly size: number
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

const begin = statement(
  (q, p: Params<{ id: number; status: string; data: string; corrected: number | null; now: number }>) =>
    q
      .updateTable('notice')
      .set({ status: p.status, data: p.data, corrected_at: p.corrected, reached: 0, updated_at: p.now })
      .where('id', '=', p.id),
)

type Verb = 'correct' | 'remind' | 'withdraw'
const under: Readonly<Record<Verb, NoticeStatus>> = {
  correct: 'correcting',
  remind: 'reminding',
  withdraw: 'withdrawing',
}

/** One of the verbs on a published notice: `work` says what becomes of its data, and what the trace keeps. */
const act = async (
  people: People,
  actor: Actor,
  id: number,
  verb: Verb,
  work: (
    tx: Writer,
    notice: StoredNotice,
    now: number,
  ) => Promise<{ readonly data: Partial<StoredNotice>; readonly trace: Readonly<Record<string, unknown>> }>,
): Promise<void> => {
  const now = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    const notice = await ownNotice(tx, actor, id, now)
    requireState(notice, verb)
    const { data, trace } = await work(tx, notice, now)
    const corrected = verb === 'correct' ? now : notice.correctedAt
    await tx.run(begin, { id, status: under[verb], data: encodeData({ ...notice, ...data }), corrected, now })
    const action: NoticeAction = verb
    await addAct(tx, id, now, actor.login, action, trace)
    const about = { target: `${id}`, detail: JSON.stringify(trace).slice(0, 400) }
    await appendAudit(tx, now, { actor: actor.login, action: `notice.${verb}`, ...about })
  })
  people.ctx.store.bus.publishTopic('outbox')
}

const forgetReading = statement((q, p: Params<{ id: number }>) =>
  q
    .updateTable('notice_recipient')
    .set({ seen_at: null, acknowledged_at: null })
    .where('notice_id', '=', p.id)
    .where((eb) => eb.or([eb('seen_at', 'is not', null), eb('acknowledged_at', 'is not', null)])),
)

/**
 * Corrects what was published: readers see the new words and the note, the trace keeps the old ones; everybody is asked to
 * read again when `again`. Throws Failure notFound, conflict, invalid.
 */
export const correctNotice = (
  people: People,
  actor: Actor,
  id: number,
  given: { readonly title: Words; readonly body: Words; readonly note: Words; readonly again: boolean },
): Promise<void> => {
  const words = checkWords(given.title, given.body)
  const note = checkNote(given.note)
  return act(people, actor, id, 'correct', async (tx, { title, body }) => {
    if (given.again) await tx.run(forgetReading, { id })
    return { data: { ...words, note }, trace: { before: { title, body }, note, again: given.again } }
  })
}

/** Takes back what was published: readers see that it was, and why. Throws Failure notFound, conflict, invalid. */
export const withdrawNotice = (people: People, actor: Actor, id: number, given: Words): Promise<void> => {
  const note = checkNote(given)
  return act(people, actor, id, 'withdraw', async () => ({ data: { note }, trace: { note } }))
}

const dayBetween = 86_400_000
const lastReminder = statement((q, p: Params<{ id: number }>) =>
  q
    .selectFrom('notice_act')
    .select((eb) => eb.fn.max('at').as('at'))
    .where('notice_id', '=', p.id)
    .where('action', '=', 'remind'),
)

/** Reminds those who have not read it (not acknowledged it, when that is asked). At most once a day. */
export const remindNotice = (people: People, actor: Actor, id: number): Promise<void> =>
  act(people, actor, id, 'remind', async (tx, { reminders }, now) => {
    const last = Number((await tx.first(lastReminder, { id }))?.at ?? 0)
    if (last > now - dayBetween)
      throw new Failure('throttled', 'people are reminded once a day at most', {
        property: 'reminder',
        retryAfter: last + dayBetween - now,
      })
    return { data: { reminders: reminders + 1 }, trace: { reminder: reminders + 1 } }
  })

// -- files -------------------------------------------------------------------------------------------------------------

export const maxNoticeFiles = 10
export const maxFileBytes = 20 * 1024 * 1024

const insertFile = statement(
  (q, p: Params<{ id: number; n: number; blob: number; name: string; type: string; size: number }>) =>
    q.insertInto('notice_file').values({
      notice_id: p.id,
      n: p.n,
      blob_id: p.blob,
      name: p.name,
      type: p.type,
      size: p.size,
    }),
)
const deleteFile = statement((q, p: Params<{ id: number; n: number }>) =>
  q.deleteFrom('notice_file').where('notice_id', '=', p.id).where('n', '=', p.n),
)

/** A file's name on one line, without a path. */
export const fileName = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/^.*[\\/]/su, '')
    .replace(/[\p{Cc}\p{Cf}<>:"|?*]+/gu, ' ')
    .trim()
    .slice(0, 120)

/** Adds to a draft a file that the author has uploaded. Returns its number. Throws Failure notFound, conflict, tooMany, tooLarge, invalid. */
export const addNoticeFile = async (
  people: People,
  actor: Actor,
  id: number,
  file: { readonly name: string; readonly type: string; readonly hash: Uint8Array },
): Promise<number> => {
  const now = people.ctx.clock.now()
  const name = fileName(file.name)
  if (name === '') throw new Failure('invalid', 'a file has a name', { property: 'name' })
  return people.ctx.store.writeGlobal(async (tx) => {
    requireState(await ownNotice(tx, actor, id, now), 'change')
    const before = await filesOf(tx, id)
    if (before.length >= maxNoticeFiles) throw new Failure('tooMany', `at most ${maxNoticeFiles} files`)
    const n = (before.at(-1)?.n ?? 0) + 1
    const blob = await reachableBlob(tx, actor.accountId, file.hash)
    if (!blob || !(await people.ctx.store.blobs.touch(tx, blob.id))) throw new Failure('notFound', 'no such upload')
    if (blob.size > maxFileBytes) throw new Failure('tooLarge', `at most ${maxFileBytes} octets`)
    const type = /^[\w.+-]+\/[\w.+-]+$/.test(file.type) ? file.type.toLowerCase() : 'application/octet-stream'
    await tx.run(insertFile, { id, n, blob: blob.id, name, type, size: blob.size })
    return n
  })
}

/** Throws Failure notFound, conflict. */
export const removeNoticeFile = async (people: People, actor: Actor, id: number, n: number): Promise<void> => {
  const now = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    requireState(await ownNotice(tx, actor, id, now), 'change')
    const { changes } = await tx.run(deleteFile, { id, n })
    if (changes === 0) throw new Failure('notFound', 'no such file')
  })
}

// -- the author's list -------------------------------------------------------------------------------------------------

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
