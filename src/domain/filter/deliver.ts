/**
 * Delivery to accounts here. Those without a filter are served at once (deposit.ts). For the others the filter runs first
 * and changes nothing; then all it decided is carried out in one transaction of the account, or none of it.
 */
import { isFailure } from '#base/failure.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { deposit, explained } from '../delivery/deposit.ts'
import { announceQueue, enqueueWithin } from '../delivery/queue.ts'
import { isRefusal } from '../delivery/refusal.ts'
import { noteFiltered, noteRefused } from '../diagnose/mail-trace.ts'
import { appendWithin } from '../mail/append.ts'
import { putEntry } from '../mail/entries.ts'
import { applyFlags, type FlagSet } from '../mail/flags.ts'
import { Tally } from '../mail/tally.ts'
import { settleMuted } from '../organise/mute.ts'
import { filteredAmong } from './active.ts'
import type { Arrival } from './arrival.ts'
import { hasAnswered, noteAnswer, noteSeen } from './memory.ts'
import { flagsOf, mailboxOf, mailboxOfRole } from './places.ts'
import { type Copy, type Incoming, type Plan, planFor, type SentCopy, type Target } from './plan.ts'

export type { Incoming, Target } from './plan.ts'

/** Mailboxes and the flags that the message has in each; in the same mailbox once (RFC 5228 §2.10.3). */
const placesOf = async (ctx: Context, tx: AccountWriter, copies: readonly Copy[]): Promise<Map<number, FlagSet>> => {
  const places = new Map<number, FlagSet>()
  for (const { place, flags } of copies) {
    let id = typeof place === 'string' ? await mailboxOfRole(tx, place) : await mailboxOf(tx, place)
    if (id === undefined) {
      ctx.log.info('filter.mailbox.missing', { account: tx.accountId })
      id = await mailboxOfRole(tx, 'inbox')
    }
    const before = places.get(id)
    places.set(id, before ? applyFlags(before, 'add', flagsOf(flags)) : flagsOf(flags))
  }
  return places
}

/** Puts every copy where it goes: those that show the same header are one email. */
const putCopies = async (ctx: Context, tx: AccountWriter, tally: Tally, { copies }: Plan, receivedAt: number) => {
  const taken = new Set<number>()
  for (const letter of new Set(copies.map((copy) => copy.letter))) {
    const alike = copies.filter((copy) => copy.letter === letter)
    const places = [...(await placesOf(ctx, tx, alike))].filter(([id]) => !taken.has(id))
    for (const [id] of places) taken.add(id)
    await putLetter(ctx, tx, tally, letter, places, receivedAt)
  }
}

const putLetter = async (
  ctx: Context,
  tx: AccountWriter,
  tally: Tally,
  { blob, content }: Arrival,
  [first, ...others]: readonly (readonly [number, FlagSet])[],
  receivedAt: number,
): Promise<void> => {
  if (!first) return
  const [mailboxId, flags] = first
  const appended = await appendWithin(ctx, tx, tally, { blob, content, mailboxIds: [mailboxId], flags, receivedAt })
  for (const [id, more] of others) await putEntry(tx, tally, id, { ...appended, receivedAt }, more)
  const inInbox = others.length === 0 && (await tally.open(mailboxId)).role === 'inbox'
  if (inInbox && (await settleMuted(tx, tally, appended))) return
  tx.changed('EmailDelivery', appended.emailId, 'created')
}

const putSent = async (ctx: Context, tx: AccountWriter, tally: Tally, { place, message }: SentCopy) => {
  const mailboxId = await mailboxOf(tx, place)
  if (mailboxId === undefined) return
  const flags = flagsOf(place.flags ?? [])
  await appendWithin(ctx, tx, tally, {
    ...message,
    mailboxIds: [mailboxId],
    flags,
    receivedAt: tx.now,
    ignoreQuota: true,
  })
}

const carryOut = (delivery: Delivery, account: number, plan: Plan, receivedAt: number): Promise<void> => {
  const { ctx } = delivery
  return ctx.store.write(account, async (tx) => {
    const tally = new Tally(tx)
    await putCopies(ctx, tx, tally, plan, receivedAt)
    const sent = [...plan.sent]
    const send = [...plan.send]
    for (const { id, until, entry, fcc } of plan.occasional) {
      if (await hasAnswered(tx, account, id, tx.now)) continue
      await noteAnswer(tx, account, id, tx.now, until)
      send.push(entry)
      if (fcc) sent.push(fcc)
    }
    for (const copy of sent) await putSent(ctx, tx, tally, copy)
    for (const entry of send) await enqueueWithin(delivery, tx, entry)
    await noteSeen(tx, account, plan.remember, tx.now)
    await tally.flush()
    if (send.length > 0) tx.afterCommit(() => announceQueue(delivery))
  })
}

const keepOf = ({ letter, junk }: Incoming): Plan => ({
  copies: [{ letter, place: junk ? 'junk' : 'inbox', flags: [] }],
  send: [],
  sent: [],
  occasional: [],
  remember: [],
})

/** The plan; whatever goes wrong with it that is no decision of the owner keeps the message. */
const planOrKeep = async (delivery: Delivery, target: Target, incoming: Incoming): Promise<Plan> => {
  try {
    return await planFor(delivery, target, incoming)
  } catch (error) {
    if (isRefusal(error, 'filtered') || isFailure(error, 'unavailable')) throw error
    delivery.ctx.log.error('filter.failed', { account: target.accountId }, error)
    return keepOf(incoming)
  }
}

const deliverFiltered = async (delivery: Delivery, target: Target, incoming: Incoming): Promise<unknown> => {
  try {
    const plan = await planOrKeep(delivery, target, incoming)
    await carryOut(delivery, target.accountId, plan, incoming.receivedAt)
    delivery.metrics.count('filter_runs_total')
    noteFiltered(delivery.ctx, target.accountId, incoming, plan)
    return undefined
  } catch (error) {
    const why = explained(error)
    noteRefused(delivery.ctx, target.accountId, incoming, why)
    return why
  }
}

/** Accounts whose filters run at the same time. */
const wave = 16

/** Puts the message where each account wants it. Resolves to what went wrong, by account; all others are durable. */
export const deliverToAccounts = async (
  delivery: Delivery,
  targets: readonly Target[],
  incoming: Incoming,
): Promise<ReadonlyMap<number, unknown>> => {
  const { ctx } = delivery
  const { letter, junk, receivedAt, mark } = incoming
  const accounts = [...new Set(targets.map(({ accountId }) => accountId))]
  const asked = filteredAmong(ctx.store, accounts)
  const filtered = asked instanceof Promise ? await asked : asked
  const { blob, content } = letter
  // What the platform tells about an account cannot be hidden from its owner by a rule.
  const put = async (some: readonly number[]): Promise<ReadonlyMap<number, unknown>> => {
    const failed = await deposit(ctx, some, { blob, content, junk, receivedAt, mark })
    for (const [account, why] of failed) noteRefused(ctx, account, incoming, why)
    return failed
  }
  if (filtered.size === 0 || mark !== undefined) return put(accounts)
  const rest = accounts.filter((account) => !filtered.has(account))
  const failures = new Map(await put(rest))
  const special = [...filtered].flatMap((account) => targets.find(({ accountId }) => accountId === account) ?? [])
  for (let next = 0; next < special.length; next += wave)
    await Promise.all(
      special.slice(next, next + wave).map(async (target) => {
        const failure = await deliverFiltered(delivery, target, incoming)
        if (failure !== undefined) failures.set(target.accountId, failure)
      }),
    )
  return failures
}
