/**
 * The outbox emptied: what is due is shown in the portal, rings, and is put into the mailbox, in one transaction with the
 * row that says so. A kill at any instant leaves it wholly done or wholly to be done: nothing is sent twice.
 */
import { isFailure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'
import { depositWithin } from '../delivery/deposit.ts'
import { Refusal } from '../delivery/refusal.ts'
import { type ParsedContent, readContent } from '../mail/content.ts'
import type { People } from '../people/people.ts'
import { type Category, categoryNames } from './categories.data.ts'
import { digestLetter, type Letter, oneLetter, type Reader as Person, type Told } from './letter.ts'
import { inLanguage } from './notify.ts'
import { type Preferences, readPreferences } from './preferences.ts'
import { nextDigest, quietUntil } from './quiet.ts'

/** `new`: nothing has been done; `send`: shown, waits to ring and be mailed; `digest`: waits for the digest. */
type Stage = 'new' | 'send' | 'digest' | 'done'

const dueAccounts = statement((q, p: Params<{ now: number; limit: number }>) =>
  q
    .selectFrom('notification')
    .select('account_id as account')
    .where('not_before', 'is not', null)
    .where('not_before', '<=', p.now)
    .orderBy('not_before')
    .limit(p.limit),
)
const dueRows = statement((q, p: Params<{ account: number; now: number }>) =>
  q
    .selectFrom('notification')
    .selectAll()
    .where('account_id', '=', p.account)
    .where('not_before', 'is not', null)
    .where('not_before', '<=', p.now)
    .orderBy('id')
    .limit(100),
)
const person = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('account')
    .leftJoin('address', (join) =>
      join.onRef('address.account_id', '=', 'account.id').on('address.kind', '=', 'primary'),
    )
    .select([
      'account.name as name',
      'account.locale as locale',
      'account.status as status',
      'address.address as email',
    ])
    .where('account.id', '=', p.account),
)
const advance = statement(
  (
    q,
    p: Params<{ id: number; stage: string; before: number | null; shown: number; wasStage: string; wasBefore: number }>,
  ) =>
    q
      .updateTable('notification')
      .set({ stage: p.stage, not_before: p.before, shown: p.shown })
      .where('id', '=', p.id)
      .where('stage', '=', p.wasStage)
      .where('not_before', '=', p.wasBefore),
)
const postpone = statement((q, p: Params<{ account: number; now: number; until: number }>) =>
  q
    .updateTable('notification')
    .set({ not_before: p.until })
    .where('account_id', '=', p.account)
    .where('not_before', '<=', p.now),
)

interface Row {
  readonly id: number
  readonly category: string
  readonly title: string
  readonly text: string
  readonly en: string
  readonly url: string
  readonly urgent: number
  readonly stage: string
  readonly not_before: number | null
  readonly shown: number
  readonly blob_id: number | null
  readonly created_at: number
}

export interface Step {
  readonly show: boolean
  readonly ring: boolean
  readonly mail: boolean
  /** Goes into the digest that is written now. */
  readonly digest: boolean
  readonly stage: Stage
  readonly notBefore: number | null
}

const done = { stage: 'done', notBefore: null } as const
const still = { show: false, ring: false, mail: false, digest: false }

const categoryOf = (text: string): Category => categoryNames.find((name) => name === text) ?? 'service'

/** What is to be done with a row now, for somebody who wants it so. Pure. */
export const stepFor = (row: Pick<Row, 'category' | 'stage' | 'urgent'>, wanted: Preferences, now: number): Step => {
  const { portal, push, mail } = wanted.channels[categoryOf(row.category)]
  if (row.stage === 'digest') return { ...still, digest: true, ...done }
  const show = row.stage === 'new' && portal
  if (!push && mail === 'no') return { ...still, show, ...done }
  const urgent = row.urgent === 1
  const until = urgent ? undefined : quietUntil(wanted.quiet, now)
  if (until !== undefined) return { ...still, show, stage: 'send', notBefore: until }
  // What is urgent does not wait for a digest.
  if (mail === 'digest' && !urgent)
    return { ...still, show, ring: push, stage: 'digest', notBefore: nextDigest(wanted.digest, now) }
  return { ...still, show, ring: push, mail: mail !== 'no', ...done }
}

interface Work {
  readonly row: Row
  readonly step: Step
  readonly letter: Letter | undefined
}

const told = (row: Row, language: Person['language']): Told => ({
  category: categoryOf(row.category),
  ...inLanguage(row, language),
  url: row.url,
  at: row.created_at,
})

/** Nobody to be told, or nowhere to put it: the rest is done all the same. */
const withoutMailbox = (error: unknown): boolean =>
  (error instanceof Refusal && error.reason === 'disabledRecipient') || isFailure(error, 'overQuota')

/** Puts a letter into the account of the transaction; false when it has no mailbox, or no room. */
export const putLetter = async (
  ctx: Context,
  tx: AccountWriter,
  letter: {
    readonly blob: Letter['blob'] | { readonly id: number; readonly size: number }
    readonly content: ParsedContent
  },
): Promise<boolean> => {
  try {
    await depositWithin(ctx, tx, { ...letter, junk: false, receivedAt: tx.now, mark: 'notice' })
    return true
  } catch (error) {
    if (withoutMailbox(error)) return false
    throw error
  }
}

/** A shared message that rests in the store already. */
export const sharedLetter = async (ctx: Context, blobId: number) => {
  const bytes = await ctx.store.blobs.bytes(blobId)
  return { blob: { id: blobId, size: bytes.length }, content: readContent(bytes) }
}

type Shared = Map<number, Awaited<ReturnType<typeof sharedLetter>>>

const letterFor = async (people: People, who: Person, { row, step }: Omit<Work, 'letter'>, shared: Shared) => {
  if (!step.mail) return
  if (row.blob_id === null) return oneLetter(people, who, told(row, who.language))
  let letter = shared.get(row.blob_id)
  if (!letter) shared.set(row.blob_id, (letter = await sharedLetter(people.ctx, row.blob_id)))
  return letter
}

const readDue = async (tx: Reader, account: number, now: number) => ({
  rows: await tx.all(dueRows, { account, now }),
  who: await tx.first(person, { account }),
  wanted: await readPreferences(tx, account),
})

const ofAccount = statement((q, p: Params<{ account: number }>) =>
  q.deleteFrom('notification').where('account_id', '=', p.account),
)

/** Somebody who was erased after they were told of something is told of nothing any more. Returns 0: none went on. */
const drop = async (ctx: Context, account: number): Promise<number> => {
  await ctx.store.writeGlobal((tx) => tx.run(ofAccount, { account }))
  return 0
}

/** Everything that is due of one account. */
const serve = async (people: People, account: number, shared: Shared): Promise<number> => {
  const { ctx } = people
  const now = ctx.clock.now()
  const { rows, who, wanted } = await ctx.store.read((tx) => readDue(tx, account, now))
  if (!who) return drop(ctx, account)
  if (rows.length === 0) return 0
  const reader: Person = {
    name: who.name,
    language: who.locale.startsWith('en') ? 'en' : 'fr',
    email: who.email ?? '',
  }
  const hasMail = who.email !== null && who.status === 'active'
  const steps = rows.map((row) => ({ row, step: stepFor(row, wanted, now) }))
  const work = await Promise.all(
    steps.map(async (one) => ({ ...one, letter: hasMail ? await letterFor(people, reader, one, shared) : undefined })),
  )
  const gathered = steps.filter(({ step }) => step.digest).map(({ row }) => told(row, reader.language))
  const digest = hasMail && gathered.length > 0 ? await digestLetter(people, reader, gathered) : undefined
  await ctx.store.write(account, async (tx) => {
    let left = gathered.length
    for (const { row, step, letter } of work) {
      const { changes } = await tx.run(advance, {
        id: row.id,
        stage: step.stage,
        before: step.notBefore,
        shown: step.show ? 1 : row.shown,
        wasStage: row.stage,
        wasBefore: row.not_before ?? 0,
      })
      // Another process has done it meanwhile.
      if (changes === 0) continue
      if (step.digest) left--
      if (step.show) tx.changed('Notification', row.id, 'created')
      if (step.ring) tx.changed('NotificationDelivery', row.id, 'created')
      if (letter) await putLetter(ctx, tx, letter)
    }
    if (digest && left === 0) await putLetter(ctx, tx, digest)
    else if (digest && left < gathered.length) throw new Error('the digest was begun by another process')
  })
  return rows.length
}

/** Erased since its notifications were read. */
const isGone = async (ctx: Context, account: number): Promise<boolean> =>
  (await ctx.store.read((tx) => tx.first(person, { account }))) === undefined

const page = 200
const retryAfter = 10 * 60_000

/** Serves whatever is due. Returns how many notifications went a step further. May run in several processes. */
export const runOutbox = async (people: People): Promise<number> => {
  const { ctx } = people
  const shared: Shared = new Map()
  let count = 0
  for (;;) {
    const now = ctx.clock.now()
    const due = await ctx.store.read((tx) => tx.all(dueAccounts, { now, limit: page }))
    for (const account of new Set(due.map((row) => row.account))) {
      try {
        count += await serve(people, account, shared)
      } catch (error) {
        if (isFailure(error, 'notFound') && (await isGone(ctx, account))) {
          await drop(ctx, account)
          continue
        }
        ctx.log.error('notify.failed', { account }, error)
        await ctx.store.writeGlobal((tx) => tx.run(postpone, { account, now, until: now + retryAfter }))
      }
    }
    if (due.length < page) return count
  }
}
