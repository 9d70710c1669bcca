/** What a decision comes to for one account: copies, messages to send, things to remember; prepared before its transaction. */

import type { Delivery } from '../delivery/delivery.ts'
import type { Notify, Ret } from '../delivery/envelope.ts'
import { Header } from '../delivery/header.ts'
import type { QueueEntry } from '../delivery/queue.ts'
import { Refusal } from '../delivery/refusal.ts'
import { prepareReport, wants } from '../delivery/report.ts'
import type { NewMessage } from '../mail/append.ts'
import { readContent } from '../mail/content.ts'
import { ownsAddress, resolveAddress } from '../people/addresses.ts'
import { type Arrival, editHeader, withHeader } from './arrival.ts'
import type { Action, Decided, Destination, Duplicate, HeaderEdit } from './filter.ts'
import { answerId, hasAnswered } from './memory.ts'
import { FilterMessage } from './message.ts'
import { noticePeriod, prepareFaultNotice } from './notice.ts'
import { buildNotification, mayRedirect, ownMessageId, prepareOwn, prepareRedirect } from './outgoing.ts'
import { type Decision, decide } from './run-for.ts'
import { addressedTo, buildAnswer, deservesAnswer } from './vacation.ts'

/** A message for accounts here. */
export interface Incoming {
  readonly letter: Arrival
  /** Empty for the null sender. */
  readonly sender: string
  readonly smtputf8?: boolean
  readonly requireTls?: boolean
  readonly ret?: Ret
  readonly envid?: string
  /** DMARC asks for quarantine. */
  readonly junk: boolean
  readonly receivedAt: number
  /** A message of the platform itself, and of what kind. */
  readonly mark?: string
  /** Whoever brought the message can still be told that one recipient does not want it. */
  readonly mayRefuse: boolean
}

export interface Target {
  readonly accountId: number
  readonly address: string
  readonly notify: readonly Notify[]
  readonly orcpt: string
}

export interface Copy {
  /** The message with the header that this copy shows. */
  readonly letter: Arrival
  readonly place: 'inbox' | 'junk' | Destination
  readonly flags: readonly string[]
}

/** A message that leaves once in a while: remembered under an id until a moment. */
export interface Occasional {
  readonly id: string
  readonly until: number
  readonly entry: QueueEntry
  readonly fcc?: SentCopy
}

/** A copy of what a filter sent (RFC 8580). */
export interface SentCopy {
  readonly place: Destination
  readonly message: Pick<NewMessage, 'blob' | 'content'>
}

export interface Plan {
  readonly copies: readonly Copy[]
  readonly send: readonly QueueEntry[]
  readonly sent: readonly SentCopy[]
  readonly occasional: readonly Occasional[]
  readonly remember: readonly Duplicate[]
  /** Which commands of which script decided. */
  readonly decided?: readonly Decided[]
  /** Addresses it is passed on to. */
  readonly passedOn?: readonly string[]
}

const day = 86_400
/** RFC 5230 §4.1, RFC 6131 §2: seconds. */
const answerPeriod = { least: 60, most: 30 * day, usual: 7 * day } as const

/** The message after so many changes of its header; each is made once. */
type LetterAfter = (edits: number | undefined) => Promise<Arrival>

const lettersOf = (delivery: Delivery, original: Arrival, edits: readonly HeaderEdit[]): LetterAfter => {
  const made = new Map<number, Promise<Arrival>>()
  return (count = 0) => {
    if (count === 0) return Promise.resolve(original)
    let letter = made.get(count)
    if (letter === undefined) {
      letter = withHeader(delivery.ctx, original, editHeader(original.header, edits.slice(0, count)))
      made.set(count, letter)
    }
    return letter
  }
}

const copiesOf = async (actions: readonly Action[], junk: boolean, letterAfter: LetterAfter): Promise<Copy[]> => {
  const keepsOnly = actions.every(({ kind }) => kind === 'keep')
  const copies: Copy[] = []
  for (const action of actions) {
    if (action.kind !== 'keep' && action.kind !== 'fileinto') continue
    const place = action.kind === 'fileinto' ? action : junk && keepsOnly ? 'junk' : 'inbox'
    copies.push({ letter: await letterAfter(action.edits), place, flags: action.flags })
  }
  return copies
}

const sentCopy = async (
  delivery: Delivery,
  place: Destination | undefined,
  bytes: Uint8Array,
): Promise<SentCopy | undefined> =>
  place && { place, message: { blob: await delivery.ctx.store.blobs.prepare(bytes), content: readContent(bytes) } }

/** The answer of somebody who is away, when it is due. */
const planAnswer = async (
  delivery: Delivery,
  target: Target,
  incoming: Incoming,
  message: FilterMessage,
  { answer, owner }: Decision,
): Promise<Occasional | undefined> => {
  const { ctx, people } = delivery
  const { accountId: account } = target
  const { sender, junk } = incoming
  if (!answer || junk) return
  const separator = people.options.subaddress
  const own = [...owner.addresses, ...answer.addresses]
  if (!deservesAnswer(message, sender, own, separator)) return
  const id = answerId(answer.handle, sender)
  const now = ctx.clock.now()
  const asked = answer.from
  const known = await ctx.store.read(async (tx) => ({
    answered: await hasAnswered(tx, account, id, now),
    from: asked !== undefined && (await ownsAddress(tx, account, asked, separator)) ? asked : undefined,
  }))
  if (known.answered) return
  const named = addressedTo(message, owner.addresses, separator)
  const email = known.from ?? named ?? owner.addresses[0]
  if (email === undefined) return
  const bytes = buildAnswer(message, {
    from: { name: owner.name, email },
    to: sender,
    subject: answer.subject,
    body: answer.body,
    now,
    messageId: ownMessageId(delivery),
  })
  const seconds = Math.min(answerPeriod.most, Math.max(answerPeriod.least, answer.seconds ?? answerPeriod.usual))
  const fcc = await sentCopy(delivery, answer.fcc, bytes)
  return {
    id,
    until: now + seconds * 1000,
    entry: await prepareOwn(delivery, account, bytes, [sender]),
    ...(fcc ? { fcc } : {}),
  }
}

type Redirection = Extract<Action, { kind: 'redirect' }>

/** Those that may really be carried out. */
const redirections = async (
  delivery: Delivery,
  account: number,
  letter: Arrival,
  actions: readonly Action[],
): Promise<Redirection[]> => {
  const { ctx, people } = delivery
  const asked = actions.filter((action) => action.kind === 'redirect')
  if (asked.length === 0) return []
  if (!mayRedirect(delivery, account, new Header(letter.header))) {
    ctx.log.warn('filter.redirect.loop', { account })
    return []
  }
  return ctx.store.read(async (tx) => {
    const others: Redirection[] = []
    for (const one of asked)
      if ((await resolveAddress(tx, one.address, people.options.subaddress))?.accountId !== account) others.push(one)
    return others
  })
}

const faultId = 'filter-fault'

const planNotice = async (
  delivery: Delivery,
  account: number,
  { fault, owner }: Decision,
): Promise<Occasional | undefined> => {
  if (!fault) return
  const { ctx } = delivery
  const now = ctx.clock.now()
  ctx.log.warn('filter.fault', { account, line: fault.line, column: fault.column })
  if (await ctx.store.read((tx) => hasAnswered(tx, account, faultId, now))) return
  const entry = await prepareFaultNotice(delivery, owner, fault)
  return entry && { id: faultId, until: now + noticePeriod, entry }
}

/** Tells the sender that the recipient refuses the message, in a report (RFC 5429 §2.1). */
const planRefusal = async (
  delivery: Delivery,
  target: Target,
  incoming: Incoming,
  reason: string,
): Promise<QueueEntry | undefined> => {
  if (!wants('failed', target.notify)) return
  const { sender, ret, envid, requireTls, receivedAt, letter } = incoming
  const original = await letter.beginning()
  return prepareReport(delivery, {
    action: 'failed',
    sender,
    arrival: receivedAt,
    recipients: [{ address: target.address, orcpt: target.orcpt, status: '5.7.1', reply: reason.slice(0, 2000) }],
    original,
    whole: original.length === letter.content.structure.size,
    ...(requireTls ? { requireTls } : {}),
    ...(ret ? { ret } : {}),
    ...(envid === undefined ? {} : { envid }),
  })
}

/**
 * Works out what becomes of a message for an account. Throws Refusal filtered when the owner refuses it and whoever
 * brought it can be told so.
 */
export const planFor = async (delivery: Delivery, target: Target, incoming: Incoming): Promise<Plan> => {
  const { accountId: account } = target
  const original = incoming.letter
  const message = new FilterMessage(await original.beginning(), original.content.structure)
  const decision = await decide(delivery, account, { from: incoming.sender, to: target.address }, message)
  const { actions, edits, remember } = decision
  const refused = actions.find((action) => action.kind === 'reject')
  if (refused && incoming.mayRefuse && actions.length === 1) throw new Refusal('filtered', refused.reason)
  const letterAfter = lettersOf(delivery, original, edits)
  const copies = await copiesOf(actions, incoming.junk, letterAfter)
  const to = await redirections(delivery, account, original, actions)
  const redirectLost = to.length === 0 && actions.some(({ kind }) => kind === 'redirect')
  // What cannot be passed on is not lost.
  if (redirectLost && copies.length === 0)
    copies.push({ letter: await letterAfter(edits.length), place: 'inbox', flags: [] })
  const send: (QueueEntry | undefined)[] = []
  const sent: (SentCopy | undefined)[] = []
  for (const count of new Set(to.map((one) => one.edits))) {
    const addresses = to.filter((one) => one.edits === count).map(({ address }) => address)
    send.push(...(await prepareRedirect(delivery, account, await letterAfter(count), incoming, addresses)))
  }
  if (refused) send.push(await planRefusal(delivery, target, incoming, refused.reason))
  for (const action of actions) {
    const built = action.kind === 'notify' ? buildNotification(delivery, decision.owner, message, action) : undefined
    if (!built || action.kind !== 'notify') continue
    send.push(await prepareOwn(delivery, account, built.bytes, built.to))
    sent.push(await sentCopy(delivery, action.fcc, built.bytes))
  }
  const occasional = [
    await planAnswer(delivery, target, incoming, message, decision),
    await planNotice(delivery, account, decision),
  ]
  return {
    copies,
    send: send.filter(given),
    sent: sent.filter(given),
    occasional: occasional.filter(given),
    remember,
    decided: decision.decided ?? [],
    passedOn: to.map(({ address }) => address),
  }
}

const given = <T>(value: T | undefined): value is T => value !== undefined
