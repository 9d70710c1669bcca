/**
 * One act on thousands of emails: who they are is decided at once, the act is done slice by slice, each in a transaction
 * that also notes that it is done. So a closed tab, a kill or a second process costs nothing, and all of it can be undone.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'
import { queryEmails } from '../mail/query.ts'
import type { EmailFilter } from '../mail/query-filter.ts'
import { type Act, checkAct, doSlice, undoSlice } from './act.ts'

export type { Act } from './act.ts'

export interface Job {
  readonly id: number
  readonly act: Act
  readonly state: 'running' | 'done' | 'undoing' | 'undone'
  readonly total: number
  readonly done: number
  readonly failed: number
  readonly createdAt: number
}

/** Emails of one slice: one transaction, some tens of milliseconds. */
const sliceLength = 200
/** Unfinished jobs of one account: they would only wait for each other. */
const maxUnfinished = 20
const maxListed = 50
/** How long an act can be undone. */
const keptFor = 7 * 86_400_000

const columns = ['id', 'act', 'state', 'total', 'done', 'failed', 'created_at'] as const

const select = statement((q, p: Params<{ account: number; limit: number }>) =>
  q.selectFrom('mail_job').select(columns).where('account_id', '=', p.account).orderBy('id', 'desc').limit(p.limit),
)
const selectOne = statement((q, p: Params<{ account: number; id: number }>) =>
  q.selectFrom('mail_job').select(columns).where('account_id', '=', p.account).where('id', '=', p.id),
)

interface Row extends Omit<Job, 'act' | 'createdAt'> {
  readonly act: string
  readonly created_at: number
}

const toJob = ({ act, created_at: createdAt, ...row }: Row): Job => ({
  ...row,
  act: JSON.parse(act) as Act,
  createdAt,
})

/** The latest jobs, the last one first. */
export const listJobs = async (tx: Reader, account: number): Promise<Job[]> =>
  (await tx.all(select, { account, limit: maxListed })).map(toJob)

const insertJob = statement(
  (q, p: Params<{ account: number; id: number; state: string; act: string; total: number; now: number }>) =>
    q.insertInto('mail_job').values({
      account_id: p.account,
      id: p.id,
      state: p.state as 'running',
      act: p.act,
      total: p.total,
      done: 0,
      failed: 0,
      created_at: p.now,
      updated_at: p.now,
    }),
)
const insertSlice = statement((q, p: Params<{ account: number; job: number; n: number; emails: string }>) =>
  q
    .insertInto('mail_job_slice')
    .values({ account_id: p.account, job_id: p.job, n: p.n, emails: p.emails, before_act: null }),
)

/** Begins an act on every email of the filter as it is now, but some. Throws Failure invalid, notFound, tooMany. */
export const startJob = async (
  ctx: Context,
  account: number,
  act: Act,
  { filter, except }: { readonly filter: EmailFilter | undefined; readonly except: ReadonlySet<number> },
): Promise<Job> => {
  const query = { filter, sort: [], collapseThreads: false }
  const { ids: all } = await queryEmails(ctx, account, query, { position: 0, calculateTotal: false })
  // The oldest first, forwards and back: programs that list by UID see them in the order in which they came.
  const ids = all.filter((id) => !except.has(id)).reverse()
  return ctx.store.write(account, async (tx) => {
    await checkAct(tx, act)
    const unfinished = (await listJobs(tx, account)).filter(({ state }) => state === 'running' || state === 'undoing')
    if (unfinished.length >= maxUnfinished) throw new Failure('tooMany', 'too many acts are under way')
    const id = tx.nextId()
    const state = ids.length === 0 ? ('done' as const) : ('running' as const)
    const total = ids.length
    await tx.run(insertJob, { account, id, state, act: JSON.stringify(act), total, now: tx.now })
    for (let n = 0; n * sliceLength < total; n++) {
      const emails = JSON.stringify(ids.slice(n * sliceLength, (n + 1) * sliceLength))
      await tx.run(insertSlice, { account, job: id, n, emails })
    }
    tx.changed('MailJob', id, 'created')
    return { id, act, state, total, done: 0, failed: 0, createdAt: tx.now }
  })
}

const setState = statement(
  (q, p: Params<{ account: number; id: number; state: string; done: number; failed: number; now: number }>) =>
    q
      .updateTable('mail_job')
      .set({ state: p.state as 'running', done: p.done, failed: p.failed, updated_at: p.now })
      .where('account_id', '=', p.account)
      .where('id', '=', p.id),
)

const oneOf = async (tx: AccountWriter, id: number): Promise<Job> => {
  const row = await tx.first(selectOne, { account: tx.accountId, id })
  if (!row) throw new Failure('notFound', `no job ${id}`)
  return toJob(row)
}

const save = (tx: AccountWriter, { id, state, done, failed }: Job): Promise<unknown> => {
  tx.changed('MailJob', id, 'updated')
  return tx.run(setState, { account: tx.accountId, id, state, done, failed, now: tx.now })
}

/** Takes back what a job has done, and stops it when it has not finished. Throws Failure notFound. */
export const undoJob = async (tx: AccountWriter, id: number): Promise<void> => {
  const job = await oneOf(tx, id)
  if (job.state === 'undone' || job.state === 'undoing') return
  await save(tx, { ...job, state: job.done === 0 ? 'undone' : 'undoing' })
}

const nextToDo = statement((q, p: Params<{ account: number; job: number }>) =>
  q
    .selectFrom('mail_job_slice')
    .select(['n', 'emails', 'before_act'])
    .where('account_id', '=', p.account)
    .where('job_id', '=', p.job)
    .where('before_act', 'is', null)
    .orderBy('n')
    .limit(1),
)
const nextToUndo = statement((q, p: Params<{ account: number; job: number }>) =>
  q
    .selectFrom('mail_job_slice')
    .select(['n', 'emails', 'before_act'])
    .where('account_id', '=', p.account)
    .where('job_id', '=', p.job)
    .where('before_act', 'is not', null)
    .orderBy('n')
    .limit(1),
)
const noteSlice = statement((q, p: Params<{ account: number; job: number; n: number; before: string | null }>) =>
  q
    .updateTable('mail_job_slice')
    .set({ before_act: p.before })
    .where('account_id', '=', p.account)
    .where('job_id', '=', p.job)
    .where('n', '=', p.n),
)

/** One slice forwards. */
const forwards = async (tx: AccountWriter, job: Job): Promise<void> => {
  const account = tx.accountId
  const slice = await tx.first(nextToDo, { account, job: job.id })
  if (!slice) {
    await save(tx, { ...job, state: 'done' })
    return
  }
  const emails = JSON.parse(slice.emails) as number[]
  const { before, failed } = await doSlice(tx, job.act, emails)
  await tx.run(noteSlice, { account, job: job.id, n: slice.n, before: JSON.stringify(before) })
  const done = job.done + emails.length
  await save(tx, { ...job, done, failed: job.failed + failed, state: done >= job.total ? 'done' : 'running' })
}

/** One slice back. */
const backwards = async (tx: AccountWriter, job: Job): Promise<void> => {
  const account = tx.accountId
  const slice = await tx.first(nextToUndo, { account, job: job.id })
  if (!slice) {
    await save(tx, { ...job, state: 'undone', done: 0 })
    return
  }
  await undoSlice(tx, job.act, JSON.parse(slice.before_act ?? '[]'))
  await tx.run(noteSlice, { account, job: job.id, n: slice.n, before: null })
  const done = Math.max(0, job.done - (JSON.parse(slice.emails) as number[]).length)
  await save(tx, { ...job, done, state: done === 0 ? 'undone' : 'undoing' })
}

const unfinished = statement((q, p: Params<{ limit: number }>) =>
  q
    .selectFrom('mail_job')
    .select(['account_id', 'id'])
    .where('state', 'in', ['running', 'undoing'])
    .orderBy('updated_at')
    .limit(p.limit),
)

/** Advances every unfinished job by one slice. Returns how many there were. */
export const advanceJobs = async (ctx: Context): Promise<number> => {
  const jobs = await ctx.store.read((tx) => tx.all(unfinished, { limit: 100 }))
  for (const { account_id: account, id } of jobs)
    await ctx.store.write(account, async (tx) => {
      const row = await tx.first(selectOne, { account, id })
      if (row?.state === 'running') await forwards(tx, toJob(row))
      else if (row?.state === 'undoing') await backwards(tx, toJob(row))
    })
  return jobs.length
}

const old = statement((q, p: Params<{ before: number; limit: number }>) =>
  q
    .selectFrom('mail_job')
    .select(['account_id', 'id'])
    .where('state', 'in', ['done', 'undone'])
    .where('updated_at', '<', p.before)
    .limit(p.limit),
)
const removeSlices = statement((q, p: Params<{ account: number; job: number }>) =>
  q.deleteFrom('mail_job_slice').where('account_id', '=', p.account).where('job_id', '=', p.job),
)
const removeJob = statement((q, p: Params<{ account: number; id: number }>) =>
  q.deleteFrom('mail_job').where('account_id', '=', p.account).where('id', '=', p.id),
)

/** Forgets jobs that ended long ago. */
export const forgetJobs = async (ctx: Context): Promise<number> => {
  const jobs = await ctx.store.read((tx) => tx.all(old, { before: ctx.clock.now() - keptFor, limit: 200 }))
  for (const { account_id: account, id } of jobs)
    await ctx.store.write(account, async (tx) => {
      await tx.run(removeSlices, { account, job: id })
      await tx.run(removeJob, { account, id })
      tx.changed('MailJob', id, 'destroyed')
    })
  return jobs.length
}
