/** Asking for documents: the management's side. Who has answered, reminders, everything as one zip; all of it audited. */
import { Failure } from '#base/failure.ts'
import { safeName, uniqueNames, type ZipEntry } from '#format/zip/write.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { reachOf, requireAddress } from '../directory/audience.ts'
import { type Actor, powersOf } from '../directory/delegation.ts'
import { type Profile, profilesOfMany } from '../directory/profiles.ts'
import { findSchool } from '../directory/schools.ts'
import { type AuditAction, appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import {
  checkRequest,
  encodeRequest,
  getRequest,
  type RequestDraft,
  type RequestStatus,
  requestOf,
  type StoredRequest,
} from './request.ts'

/** In which state the management may do what; everything else is a conflict. */
export const requestRights = {
  change: ['draft'],
  delete: ['draft'],
  open: ['draft'],
  extend: ['open', 'closed'],
  close: ['open'],
  remind: ['open'],
  purge: ['open', 'closed'],
} as const satisfies Readonly<Record<string, readonly RequestStatus[]>>

/** Throws Failure notFound: what one may not touch does not exist for one. */
export const ownRequestOf = async (tx: Reader, actor: Actor, id: number, now: number): Promise<StoredRequest> => {
  const request = await getRequest(tx, id)
  const reach = reachOf(await powersOf(tx, actor, now), 'request')
  if (reach !== 'all' && (request.uai === '' || !reach.has(request.uai)))
    throw new Failure('notFound', 'no such request')
  return request
}

const requireState = (request: StoredRequest, verb: keyof typeof requestRights): void => {
  const allowed: readonly RequestStatus[] = requestRights[verb]
  if (!allowed.includes(request.status))
    throw new Failure('conflict', `a request that is ${request.status} is not there to ${verb}`, { property: 'status' })
}

const requireVoice = async (tx: Reader, actor: Actor, draft: RequestDraft, now: number): Promise<string> => {
  const reach = reachOf(await powersOf(tx, actor, now), 'request')
  if (reach !== 'all' && (draft.uai === '' || !reach.has(draft.uai)))
    throw new Failure('forbidden', 'you do not ask in the name of this school', { property: 'scope' })
  await requireAddress(tx, actor, 'request', draft.audience, now)
  if (draft.uai === '') return ''
  const school = await findSchool(tx, draft.uai)
  if (!school) throw new Failure('notFound', 'no such school', { property: 'uai' })
  return school.name
}

type Values = {
  readonly author: string
  readonly authorId: number
  readonly uai: string
  readonly due: number
  readonly keep: number
  readonly data: string
  readonly now: number
}

const insert = statement((q, p: Params<Values>) =>
  q
    .insertInto('document_request')
    .values({
      status: 'draft',
      author_id: p.authorId,
      author: p.author,
      uai: p.uai,
      due_at: p.due,
      keep_until: p.keep,
      opened_at: null,
      reached: 0,
      recipients: 0,
      data: p.data,
      created_at: p.now,
      updated_at: p.now,
    })
    .returning('id'),
)
const update = statement((q, p: Params<Omit<Values, 'author' | 'authorId'> & { id: number }>) =>
  q
    .updateTable('document_request')
    .set({ uai: p.uai, due_at: p.due, keep_until: p.keep, data: p.data, updated_at: p.now })
    .where('id', '=', p.id),
)
const setStatus = statement(
  (q, p: Params<{ id: number; status: string; opened: number | null; data: string; now: number }>) =>
    q
      .updateTable('document_request')
      .set({ status: p.status, opened_at: p.opened, data: p.data, reached: 0, updated_at: p.now })
      .where('id', '=', p.id),
)
const remove = statement((q, p: Params<{ id: number }>) => q.deleteFrom('document_request').where('id', '=', p.id))

const fresh = { reminders: 0, remindedAt: 0 }

/** Writes a request, not asked yet. Returns its id. Throws Failure forbidden, invalid, notFound. */
export const createRequest = async (people: People, actor: Actor, given: RequestDraft): Promise<number> => {
  const now = people.ctx.clock.now()
  const draft = checkRequest(given, now)
  return people.ctx.store.writeGlobal(async (tx) => {
    const sender = await requireVoice(tx, actor, draft, now)
    const { uai, dueAt: due, keepUntil: keep } = draft
    const data = encodeRequest({ ...draft, sender, ...fresh })
    const values = { author: actor.login, authorId: actor.accountId, uai, due, keep, data, now }
    const { id } = (await tx.first(insert, values)) as { id: number }
    await appendAudit(tx, now, { actor: actor.login, action: 'request.save', target: `${id}`, detail: draft.title })
    return id
  })
}

/** Within a transaction: writes as a draft what was exported, in the name it bore. Returns its number. */
export const keepRequest = async (
  tx: Writer,
  actor: Actor,
  now: number,
  { sender, ...draft }: RequestDraft & { readonly sender: string },
): Promise<number> => {
  const { uai, dueAt: due, keepUntil: keep } = draft
  const data = encodeRequest({ ...draft, sender, ...fresh })
  const values = { author: actor.login, authorId: actor.accountId, uai, due, keep, data, now }
  return ((await tx.first(insert, values)) as { id: number }).id
}

/** Rewrites one that was not asked yet. Throws Failure forbidden, invalid, notFound, conflict. */
export const changeRequest = async (people: People, actor: Actor, id: number, given: RequestDraft): Promise<void> => {
  const now = people.ctx.clock.now()
  const draft = checkRequest(given, now)
  await people.ctx.store.writeGlobal(async (tx) => {
    requireState(await ownRequestOf(tx, actor, id, now), 'change')
    const sender = await requireVoice(tx, actor, draft, now)
    const { uai, dueAt: due, keepUntil: keep } = draft
    await tx.run(update, { id, uai, due, keep, data: encodeRequest({ ...draft, sender, ...fresh }), now })
    await appendAudit(tx, now, { actor: actor.login, action: 'request.save', target: `${id}`, detail: draft.title })
  })
}

const verb = async (
  people: People,
  actor: Actor,
  id: number,
  name: keyof typeof requestRights,
  action: AuditAction,
  to: (request: StoredRequest, now: number) => Partial<StoredRequest> & { readonly status: RequestStatus },
): Promise<void> => {
  const now = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    const request = await ownRequestOf(tx, actor, id, now)
    requireState(request, name)
    if (name === 'open') await requireAddress(tx, actor, 'request', request.audience, now)
    const changed = { ...request, ...to(request, now) }
    const { status, openedAt: opened } = changed
    await tx.run(setStatus, { id, status, opened, data: encodeRequest(changed), now })
    await appendAudit(tx, now, { actor: actor.login, action, target: `${id}`, detail: request.title })
  })
  people.ctx.store.bus.publishTopic('outbox')
}

/** Asks. Throws Failure forbidden, notFound, conflict, invalid (the date has passed meanwhile). */
export const openRequest = (people: People, actor: Actor, id: number): Promise<void> =>
  verb(people, actor, id, 'open', 'request.open', ({ dueAt }, now) => {
    if (dueAt <= now) throw new Failure('invalid', 'the date has passed', { property: 'dueAt' })
    return { status: 'opening', openedAt: now }
  })

/** Takes no more. */
export const closeRequest = (people: People, actor: Actor, id: number): Promise<void> =>
  verb(people, actor, id, 'close', 'request.close', () => ({ status: 'closed' }))

/** Deletes what was handed in before its time. */
export const purgeRequest = (people: People, actor: Actor, id: number): Promise<void> =>
  verb(people, actor, id, 'purge', 'request.purge', () => ({ status: 'purging' }))

const day = 86_400_000

/** Reminds those who have handed in nothing. At most once a day. */
export const remindRequest = (people: People, actor: Actor, id: number): Promise<void> =>
  verb(people, actor, id, 'remind', 'request.remind', ({ reminders, remindedAt }, now) => {
    if (remindedAt > now - day)
      throw new Failure('throttled', 'people are reminded once a day at most', {
        property: 'reminder',
        retryAfter: remindedAt + day - now,
      })
    return { status: 'reminding', reminders: reminders + 1, remindedAt: now }
  })

/** Gives more time. Throws Failure notFound, conflict, invalid. */
export const extendRequest = async (people: People, actor: Actor, id: number, dueAt: number): Promise<void> => {
  const now = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    const request = await ownRequestOf(tx, actor, id, now)
    requireState(request, 'extend')
    const later = checkRequest({ ...request, dueAt, keepUntil: Math.max(request.keepUntil, dueAt + 30 * day) }, now)
    const { uai, keepUntil: keep } = later
    await tx.run(update, { id, uai, due: dueAt, keep, data: encodeRequest(request), now })
    const opened = request.openedAt
    await tx.run(setStatus, { id, status: 'open', opened, data: encodeRequest(request), now })
    const detail = new Date(dueAt).toISOString()
    await appendAudit(tx, now, { actor: actor.login, action: 'request.save', target: `${id}`, detail })
  })
}

/** Throws away a draft. Throws Failure notFound, conflict. */
export const deleteRequest = async (people: People, actor: Actor, id: number): Promise<void> => {
  const now = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    const request = await ownRequestOf(tx, actor, id, now)
    requireState(request, 'delete')
    await tx.run(remove, { id })
    await appendAudit(tx, now, { actor: actor.login, action: 'request.delete', target: `${id}`, detail: request.title })
  })
}

/** The requests that somebody manages, the latest first. */
export const listRequests = async (tx: Reader, actor: Actor, now: number, limit = 200): Promise<StoredRequest[]> => {
  const reach = reachOf(await powersOf(tx, actor, now), 'request')
  if (reach !== 'all' && reach.size === 0) throw new Failure('forbidden', 'you ask for nothing', { property: 'task' })
  const rows = await tx.query((q) => {
    const select = q
      .selectFrom('document_request')
      .selectAll()
      .orderBy('updated_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
    return reach === 'all' ? select : select.where('uai', 'in', [...reach])
  })
  return rows.map(requestOf)
}

// -- who has answered ----------------------------------------------------------------------------------------------------

export interface Answer {
  readonly account: number
  readonly name: string
  readonly login: string
  readonly profiles: readonly Profile[]
  readonly handedAt: number | null
  readonly receipt: string
  readonly remark: string
  readonly files: readonly { readonly n: number; readonly name: string; readonly size: number }[]
}

const answered = (request: number, after: number, limit: number, handed: boolean | undefined) => (q: Query) => {
  const select = q
    .selectFrom('document_request_recipient')
    .innerJoin('account', 'account.id', 'document_request_recipient.account_id')
    .select([
      'account.id as account',
      'account.name as name',
      'account.login as login',
      'document_request_recipient.handed_at as handedAt',
      'document_request_recipient.receipt as receipt',
      'document_request_recipient.remark as remark',
    ])
    .where('document_request_recipient.request_id', '=', request)
    .where('document_request_recipient.account_id', '>', after)
    .orderBy('document_request_recipient.account_id')
    .limit(limit)
  if (handed === undefined) return select
  return select.where('document_request_recipient.handed_at', handed ? 'is not' : 'is', null)
}
type Query = Parameters<Parameters<Reader['query']>[0]>[0]

const filesOf = (tx: Reader, request: number, accounts: readonly number[]) =>
  tx.query((q) =>
    q
      .selectFrom('document_request_file')
      .select(['account_id as account', 'n', 'name', 'size', 'blob_id as blobId', 'at'])
      .where('request_id', '=', request)
      .where('account_id', 'in', [...accounts, 0])
      .orderBy('account_id')
      .orderBy('n'),
  )

/** A page of those who were asked; `handed` chooses among them. The caller has checked who asks. */
export const answersTo = async (
  tx: Reader,
  request: number,
  page: {
    readonly after: number
    readonly limit: number
    readonly handed: boolean | undefined
    readonly now: number
    /** Schools in which the asker may look: what somebody is elsewhere is not theirs to know. */
    readonly within: 'all' | ReadonlySet<string>
  },
): Promise<{ readonly answers: readonly Answer[]; readonly next: number | null }> => {
  const rows = await tx.query(answered(request, page.after, page.limit + 1, page.handed))
  const shown = rows.slice(0, page.limit)
  const accounts = shown.map(({ account }) => account)
  const profiles = await profilesOfMany(tx, accounts, page.now)
  const files = Map.groupBy(await filesOf(tx, request, accounts), ({ account }) => account)
  const answers = shown.map((row) => ({
    ...row,
    profiles: (profiles.get(row.account) ?? []).filter(({ uai }) => page.within === 'all' || page.within.has(uai)),
    files: (files.get(row.account) ?? []).map(({ n, name, size }) => ({ n, name, size })),
  }))
  return { answers, next: rows.length > page.limit ? (shown.at(-1)?.account ?? null) : null }
}

const counts = statement((q, p: Params<{ id: number }>) =>
  q
    .selectFrom('document_request_recipient')
    .select((eb) => [eb.fn.countAll<number>().as('asked'), eb.fn.count<number>('handed_at').as('handed')])
    .where('request_id', '=', p.id),
)

/** How many were asked, how many have answered. */
export const countAnswers = async (tx: Reader, id: number): Promise<{ asked: number; handed: number }> => {
  const row = await tx.first(counts, { id })
  return { asked: Number(row?.asked ?? 0), handed: Number(row?.handed ?? 0) }
}

/** One file of one person, for the management; audited. Throws Failure notFound. */
export const answerFile = async (people: People, actor: Actor, id: number, account: number, n: number) => {
  const now = people.ctx.clock.now()
  return people.ctx.store.writeGlobal(async (tx) => {
    await ownRequestOf(tx, actor, id, now)
    const file = (await filesOf(tx, id, [account])).find((one) => one.n === n)
    if (!file) throw new Failure('notFound', 'no such file')
    await appendAudit(tx, now, { actor: actor.login, action: 'request.read', accountId: account, target: `${id} ${n}` })
    return file
  })
}

/** Without Zip64. */
const mostEntries = 20_000
const mostInZip = 3_500_000_000

/** Everything that was handed in, as entries of a zip with clean names; audited. Throws Failure tooLarge, notFound. */
export const answersZip = async (people: People, actor: Actor, id: number): Promise<ZipEntry[]> => {
  const { ctx } = people
  const now = ctx.clock.now()
  await ctx.store.writeGlobal(async (tx) => {
    await ownRequestOf(tx, actor, id, now)
    await appendAudit(tx, now, { actor: actor.login, action: 'request.read', target: `${id} zip` })
  })
  return zipOf(ctx, id)
}

const zipOf = async (ctx: Context, id: number): Promise<ZipEntry[]> => {
  const found: { name: string; blobId: number; at: number }[] = []
  let total = 0
  for (let after: number | null = 0; after !== null; ) {
    const from: number = after
    const { rows, files } = await ctx.store.read(async (tx) => {
      const some = await tx.query(answered(id, from, 500, true))
      return {
        rows: some,
        files: await filesOf(
          tx,
          id,
          some.map(({ account }) => account),
        ),
      }
    })
    const names = new Map(rows.map(({ account, name, login }) => [account, `${name} (${login})`]))
    for (const file of files) {
      found.push({
        name: safeName(`${names.get(file.account)} - ${file.name}`, 'document'),
        blobId: file.blobId,
        at: file.at,
      })
      total += file.size
    }
    after = rows.length < 500 ? null : (rows.at(-1)?.account ?? null)
  }
  if (found.length > mostEntries || total > mostInZip)
    throw new Failure('tooLarge', 'there is too much for one file: take them one by one')
  const names = uniqueNames(found.map(({ name }) => name))
  return found.map(({ blobId, at }, i) => ({
    name: names[i] ?? 'document',
    modified: at,
    content: () => ctx.store.blobs.open(blobId),
  }))
}
