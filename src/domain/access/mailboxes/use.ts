/** Who used the mailbox of a function: when they last opened it, and who sent what in its name. */
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../../context.ts'

const upsert = statement((q, p: Params<{ account: number; person: number; at: number }>) =>
  q
    .insertInto('mailbox_use')
    .values({ account_id: p.account, person_id: p.person, last_at: p.at })
    .onConflict((on) => on.columns(['account_id', 'person_id']).doUpdateSet({ last_at: p.at })),
)

/** A use is noted once in so long (ms): what matters is the day. */
const noteEvery = 10 * 60_000
const maxRemembered = 20_000
const noted = new WeakMap<Context, Map<string, number>>()

/** Remembers that the person opened the mailbox; costs a write at most every ten minutes. Never fails. */
export const noteMailboxUse = (ctx: Context, account: number, person: number): void => {
  const known = noted.get(ctx) ?? new Map<string, number>()
  noted.set(ctx, known)
  const now = ctx.clock.now()
  const key = `${account}/${person}`
  if (now - (known.get(key) ?? Number.NEGATIVE_INFINITY) < noteEvery) return
  if (known.size >= maxRemembered) known.clear()
  known.set(key, now)
  ctx.store
    .writeGlobal(async (tx) => {
      await tx.run(upsert, { account, person, at: now })
    })
    .catch(() => ctx.log.warn('mailbox.use', { account }))
}

const insertSent = statement(
  (q, p: Params<{ account: number; email: number; person: number; name: string; at: number; answers: string }>) =>
    q
      .insertInto('mailbox_sent')
      .values({
        account_id: p.account,
        email_id: p.email,
        person_id: p.person,
        name: p.name,
        at: p.at,
        answers: p.answers,
      })
      .onConflict((on) => on.columns(['account_id', 'email_id']).doNothing()),
)

/** Within the transaction that queues the message: who wrote it. `answers` is the Message-ID it answers, if any. */
export const noteSender = async (
  tx: AccountWriter,
  sent: { readonly email: number; readonly person: number; readonly name: string; readonly answers: string },
): Promise<void> => {
  await tx.run(insertSent, { account: tx.accountId, at: tx.now, ...sent, answers: sent.answers.slice(0, 500) })
}

const sentBy = statement((q, p: Params<{ account: number; email: number }>) =>
  q
    .selectFrom('mailbox_sent')
    .select(['name', 'at'])
    .where('account_id', '=', p.account)
    .where('email_id', '=', p.email),
)

const answersTo = statement((q, p: Params<{ account: number; answers: string; limit: number }>) =>
  q
    .selectFrom('mailbox_sent')
    .select(['name', 'at'])
    .where('account_id', '=', p.account)
    .where('answers', '=', p.answers)
    .orderBy('at')
    .limit(p.limit),
)

export interface SentBy {
  readonly name: string
  /** Milliseconds. */
  readonly at: number
}

const mostAnswers = 5

/** Who sent this email in the name of the function, and who answered it. */
export const sendersOf = async (
  tx: Reader,
  account: number,
  email: { readonly id: number; readonly messageId: string | null },
): Promise<{ readonly sent: SentBy | undefined; readonly answered: readonly SentBy[] }> => {
  const sent = await tx.first(sentBy, { account, email: email.id })
  if (email.messageId === null || email.messageId === '') return { sent, answered: [] }
  return { sent, answered: await tx.all(answersTo, { account, answers: email.messageId, limit: mostAnswers }) }
}
