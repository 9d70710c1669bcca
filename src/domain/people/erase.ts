/**
 * The end of an account in two steps (arrêté du 30 novembre 2006, art. 6: within three months): it is suspended at once,
 * and everything it holds is deleted when its time has come. Blobs that nobody refers to any more are left to the
 * sweeper. The log of security keeps its lines for its own time.
 */
import { Failure } from '#base/failure.ts'
import { type Params, statement, type Writer } from '#store/engine.ts'
import { disableAccount, enableAccount, getAccount } from './accounts.ts'
import { notifyOwner } from './alerts.ts'
import { appendAudit } from './audit.ts'
import { deletedRows, emptiedColumns, slicedTables } from './erase.data.ts'
import type { People } from './people.ts'
import { endSessions } from './session-end.ts'

/** Between the request and the deletion, in milliseconds: within three months, whatever months they are. */
export const erasureDelay = 89 * 24 * 3_600_000
/** Rows deleted by one transaction. */
const slice = 500

export interface Erasure {
  readonly accountId: number
  readonly askedBy: string
  readonly reason: string
  readonly askedAt: number
  readonly dueAt: number
}

const byAccount = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('erasure').selectAll().where('account_id', '=', p.account),
)

const due = statement((q, p: Params<{ now: number; limit: number }>) =>
  q.selectFrom('erasure').selectAll().where('due_at', '<=', p.now).orderBy('due_at').limit(p.limit),
)

const insert = statement((q, p: Params<{ account: number; by: string; reason: string; at: number; due: number }>) =>
  q
    .insertInto('erasure')
    .values({ account_id: p.account, asked_by: p.by, reason: p.reason, asked_at: p.at, due_at: p.due })
    .onConflict((on) => on.column('account_id').doNothing()),
)

const mark = statement((q, p: Params<{ account: number; by: string; at: number }>) =>
  q
    .insertInto('erasure')
    .values({ account_id: p.account, asked_by: p.by, reason: '', asked_at: p.at, due_at: p.at })
    .onConflict((on) => on.column('account_id').doUpdateSet({ due_at: p.at })),
)

const forget = statement((q, p: Params<{ account: number }>) =>
  q.deleteFrom('erasure').where('account_id', '=', p.account),
)

const otherAdministrators = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('account')
    .select('id')
    .where('admin', '=', 1)
    .where('status', '=', 'active')
    .where('id', '!=', p.account)
    .limit(1),
)

/** The erasure that an account awaits; undefined when none. */
export const erasureOf = async (people: People, account: number): Promise<Erasure | undefined> => {
  const row = await people.ctx.store.read((tx) => tx.first(byAccount, { account }))
  return (
    row && {
      accountId: row.account_id,
      askedBy: row.asked_by,
      reason: row.reason,
      askedAt: row.asked_at,
      dueAt: row.due_at,
    }
  )
}

/**
 * First step: the account is suspended, and will be deleted at the time returned. Throws Failure notFound, forbidden
 * (the last administrator would go).
 */
export const askErasure = async (people: People, actor: string, account: number, reason = ''): Promise<number> => {
  const { ctx } = people
  const now = ctx.clock.now()
  const dueAt = await ctx.store.writeGlobal(async (tx) => {
    const { login, admin } = await getAccount(tx, account)
    if (admin && !(await tx.first(otherAdministrators, { account })))
      throw new Failure('forbidden', 'the last administrator cannot go')
    const { changes } = await tx.run(insert, {
      account,
      by: actor.slice(0, 200),
      reason: reason.slice(0, 500),
      at: now,
      due: now + erasureDelay,
    })
    const row = await tx.first(byAccount, { account })
    const detail = new Date(row?.due_at ?? now).toISOString().slice(0, 10)
    if (changes > 0)
      await appendAudit(tx, now, { actor, action: 'account.erase-ask', accountId: account, target: login, detail })
    return row?.due_at ?? now + erasureDelay
  })
  await disableAccount(people, actor, account, 'to be erased')
  const day = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeZone: 'Europe/Paris' }).format(dueAt)
  await notifyOwner(people, account, { kind: 'erasure-asked', detail: day })
  return dueAt
}

/** Calls it off: the account works again. Throws Failure notFound. */
export const cancelErasure = async (people: People, actor: string, account: number): Promise<void> => {
  const { ctx } = people
  await ctx.store.writeGlobal(async (tx) => {
    const { login } = await getAccount(tx, account)
    const { changes } = await tx.run(forget, { account })
    if (changes === 0) throw new Failure('notFound', `${login} is not to be erased`)
    const about = { accountId: account, target: login }
    await appendAudit(tx, ctx.clock.now(), { actor, action: 'account.erase-cancel', ...about })
  })
  await enableAccount(people, actor, account)
  await notifyOwner(people, account, { kind: 'erasure-canceled' })
}

const mailboxesOf = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('mailbox').select('id').where('account_id', '=', p.account),
)

const uidAt = statement((q, p: Params<{ account: number; mailbox: number; offset: number }>) =>
  q
    .selectFrom('message')
    .select('uid')
    .where('account_id', '=', p.account)
    .where('mailbox_id', '=', p.mailbox)
    .orderBy('uid')
    .limit(1)
    .offset(p.offset),
)

const dropMessages = statement((q, p: Params<{ account: number; mailbox: number; upTo: number }>) =>
  q
    .deleteFrom('message')
    .where('account_id', '=', p.account)
    .where('mailbox_id', '=', p.mailbox)
    .where('uid', '<=', p.upTo),
)

const repeat = async (people: People, step: (tx: Writer) => Promise<boolean>): Promise<void> => {
  while (await people.ctx.store.writeGlobal(step)) {
    // Others get their turn between the slices.
  }
}

const dropMailbox = (people: People, account: number, mailbox: number): Promise<void> =>
  repeat(people, async (tx) => {
    const bound = await tx.first(uidAt, { account, mailbox, offset: slice - 1 })
    await tx.run(dropMessages, { account, mailbox, upTo: bound?.uid ?? Number.MAX_SAFE_INTEGER })
    return bound !== undefined
  })

/** Tables differ in nothing that matters here: each has `account_id` and the column that slices it. */
const dropSliced = (people: People, account: number, [table, column]: (typeof slicedTables)[number]): Promise<void> =>
  repeat(people, async (tx) => {
    if (table === 'search_document' && tx.dialect !== 'postgres') return false
    const [row] = await tx.query<Readonly<Record<string, string | number>>>((q) =>
      q
        .selectFrom(table as 'email')
        .select(q.dynamic.ref<'id'>(column) as never)
        .where('account_id', '=', account)
        .orderBy(q.dynamic.ref(column))
        .limit(1)
        .offset(slice - 1),
    )
    const bound = row?.[column]
    await tx.execute((q) => {
      const all = q.deleteFrom(table as 'email').where('account_id', '=', account)
      return bound === undefined ? all : all.where(q.dynamic.ref(column), '<=', bound)
    })
    return bound !== undefined
  })

/** They know an address only, and no account: found before the addresses go. */
const dropSubscriptions = statement((q, p: Params<{ account: number }>) =>
  q
    .deleteFrom('status_subscriber')
    .where('address', 'in', q.selectFrom('address').select('address').where('account_id', '=', p.account)),
)

const dropRest = async (tx: Writer, account: number): Promise<void> => {
  await tx.run(dropSubscriptions, { account })
  for (const [table, column] of emptiedColumns)
    await tx.execute((q) =>
      q
        .updateTable(table as 'recovery_case')
        .set({ [column]: null })
        .where(q.dynamic.ref(column), '=', account),
    )
  for (const [table, column] of deletedRows)
    await tx.execute((q) => q.deleteFrom(table as 'device').where(q.dynamic.ref(column), '=', account))
}

/**
 * Second step, and the last: deletes the account and everything it holds, a slice at a time; interrupted, it is simply
 * done again. Throws Failure notFound, conflict (its time has not come, and `now` was not asked for).
 */
export const eraseAccount = async (
  people: People,
  actor: string,
  account: number,
  options: { readonly now?: boolean } = {},
): Promise<void> => {
  const { ctx } = people
  const now = ctx.clock.now()
  const { login, admin } = await ctx.store.read((tx) => getAccount(tx, account))
  const asked = await erasureOf(people, account)
  if (!options.now && (asked === undefined || asked.dueAt > now))
    throw new Failure('conflict', `the time of ${login} has not come`)
  if (admin && !(await ctx.store.read((tx) => tx.first(otherAdministrators, { account }))))
    throw new Failure('forbidden', 'the last administrator cannot go')
  // Nothing may be added while it goes; the mark makes an interrupted erasure go on at the next look.
  await disableAccount(people, actor, account, 'being erased')
  await ctx.store.writeGlobal((tx) => tx.run(mark, { account, by: actor, at: now }))
  for (const { id } of await ctx.store.read((tx) => tx.all(mailboxesOf, { account })))
    await dropMailbox(people, account, id)
  for (const one of slicedTables) await dropSliced(people, account, one)
  await ctx.store.search.rebuild(account)
  await ctx.store.writeGlobal(async (tx) => {
    await endSessions(tx, account)
    await dropRest(tx, account)
    await appendAudit(tx, ctx.clock.now(), { actor, action: 'account.erase', accountId: account, target: login })
  })
  ctx.store.bus.publishTopic('people', account)
}

/** Erases every account whose time has come; one that fails does not keep the others. Returns how many are gone. */
export const eraseDue = async (people: People, actor = 'retention'): Promise<number> => {
  const { ctx } = people
  let gone = 0
  const rows = await ctx.store.read((tx) => tx.all(due, { now: ctx.clock.now(), limit: 500 }))
  for (const row of rows)
    try {
      await eraseAccount(people, actor, row.account_id)
      gone++
    } catch (error) {
      ctx.log.error('people.erase', { account: row.account_id }, error)
    }
  return gone
}
