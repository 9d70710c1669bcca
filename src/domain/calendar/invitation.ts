/**
 * Invitations that came by mail (iMIP, RFC 6047): what they are to their reader, and what becomes of them on a click. Nothing
 * is done by itself. A change or an end counts only from who organises, an answer only from who gives it.
 */
import { Failure } from '#base/failure.ts'
import { printComponent, textIn } from '#format/icalendar/component.ts'
import { instancesOf, parseObject, spanOf } from '#format/icalendar/object.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { bodyStart, Header } from '../delivery/header.ts'
import { announceQueue } from '../delivery/queue.ts'
import { type Identity, listIdentities } from '../mail/identities.ts'
import { authorOf, proofOf } from '../reading/proof.ts'
import { calendars } from './calendars.ts'
import { eventsOfUid, type StoredEvent } from './events.ts'
import {
  type Answer,
  calendarWithStatus,
  type ItipMessage,
  instancesNamed,
  mergedWith,
  organiserOf,
  readMessage,
  replyTo,
  sequenceOf,
  statusOf,
} from './itip.ts'
import { enqueueReply, languageOf, prepareReply } from './reply.ts'
import { eventsIn, homeZone, zoneNamed } from './window.ts'
import { changeEvent, createEvent, deleteEvent, readEvent } from './write.ts'

export interface Conflict {
  readonly title: string
  readonly start: number
  readonly end: number
}

export interface Invitation {
  readonly method: ItipMessage['method']
  readonly title: string
  /** As whom the reader is invited; null when the invitation does not name them. */
  readonly attendee: string | null
  /** What the reader has answered (upper case); of a REPLY, what its sender answers. */
  readonly status: string | null
  readonly isKnown: boolean
  /** A later version of it is in the calendar. */
  readonly isOutdated: boolean
  /** Who sent the message is who may say this. */
  readonly isGenuine: boolean
  readonly conflicts: readonly Conflict[]
}

/** The message, and who it is from (`speakerOf`). */
export interface InvitationMail {
  readonly text: string
  readonly from: string | undefined
}

/**
 * The one author of a message (lower case); nobody when the domain in From disowns it (DMARC). From a domain that protects
 * itself in no way it is taken as written: the reader is warned of such a sender beside it.
 * @param head the octets of its header
 * @param hostname our name, as in Authentication-Results
 */
export const speakerOf = (head: Uint8Array, hostname: string): string | undefined => {
  const header = new Header(head.subarray(0, bodyStart(head)))
  const author = authorOf(header)
  return proofOf(header, author, hostname).proof === 'failed' ? undefined : author?.address
}

const HOUR = 3_600_000
const maxConflicts = 5

const identityIn = (message: ItipMessage, identities: readonly Identity[]): Identity | undefined =>
  identities.find(({ email }) => statusOf(message.object, email.toLowerCase()) !== undefined)

/** Whether the sender may say what the message says of the event that is known. */
const isGenuine = (
  { method, object, organiser }: ItipMessage,
  from: string | undefined,
  known?: StoredEvent,
): boolean => {
  if (method === 'REPLY') return from !== undefined && statusOf(object, from) !== undefined
  const owner = known ? organiserOf(parseObject(known.data)) : organiser
  // A first invitation may be passed on by somebody else; what is in the calendar already is its organiser's.
  return method === 'REQUEST' && !known ? true : owner !== '' && organiser === owner && from === owner
}

const isOutdated = (message: ItipMessage, known: StoredEvent | undefined): boolean =>
  known !== undefined && message.method !== 'REPLY' && message.sequence < sequenceOf(parseObject(known.data))

const conflictsWith = async (ctx: Context, account: number, { object }: ItipMessage): Promise<Conflict[]> => {
  const floating = zoneNamed(homeZone)
  const part = object.master ?? object.overrides[0]
  const first = part && spanOf(part, object.calendar, floating)
  if (!first || first.start.kind === 'day' || first.endUtc - first.startUtc > 24 * HOUR) return []
  const window = { from: first.startUtc, to: Math.max(first.endUtc, first.startUtc + 1), floating }
  // Of what repeats the first time is looked at.
  if (instancesOf(object, window, { instances: 1, steps: { left: 5000 } }).length === 0) return []
  const { found } = await eventsIn(ctx, account, { from: window.from, to: window.to, zone: homeZone })
  return found
    .filter(
      ({ event, instance }) =>
        event.uid !== object.uid &&
        instance.start.kind !== 'day' &&
        textIn(instance.component, 'TRANSP').toUpperCase() !== 'TRANSPARENT' &&
        textIn(instance.component, 'STATUS').toUpperCase() !== 'CANCELLED',
    )
    .slice(0, maxConflicts)
    .map(({ instance }) => ({
      title: textIn(instance.component, 'SUMMARY').slice(0, 300),
      start: instance.startUtc,
      end: instance.endUtc,
    }))
}

/** What a message is to its reader. Throws Failure invalid, tooMany. */
export const readInvitation = async (ctx: Context, account: number, mail: InvitationMail): Promise<Invitation> => {
  const message = readMessage(mail.text)
  const { known, identities } = await ctx.store.read(async (tx) => ({
    known: (await eventsOfUid(tx, account, message.object.uid))[0],
    identities: await listIdentities(tx, account),
  }))
  const identity = identityIn(message, identities)
  const own = identity?.email.toLowerCase()
  const part = message.object.master ?? message.object.overrides[0]
  const status =
    message.method === 'REPLY'
      ? statusOf(message.object, mail.from ?? '')
      : known && own !== undefined
        ? statusOf(parseObject(known.data), own)
        : undefined
  return {
    method: message.method,
    title: part ? textIn(part, 'SUMMARY').slice(0, 300) : '',
    attendee: identity?.email ?? null,
    status: status ?? null,
    isKnown: known !== undefined,
    isOutdated: isOutdated(message, known),
    isGenuine: isGenuine(message, mail.from, known),
    conflicts: message.method === 'REQUEST' ? await conflictsWith(ctx, account, message) : [],
  }
}

const statuses: Readonly<Record<Answer, string>> = {
  accepted: 'ACCEPTED',
  tentative: 'TENTATIVE',
  declined: 'DECLINED',
}

/** Throws Failure conflict (a later version is known), forbidden (somebody else says it). */
const checkMessage = (message: ItipMessage, mail: InvitationMail, known: StoredEvent | undefined): void => {
  if (isOutdated(message, known)) throw new Failure('conflict', 'a later version is in the calendar')
  if (!isGenuine(message, mail.from, known)) throw new Failure('forbidden', 'the sender may not say this')
}

const put = async (
  tx: AccountWriter,
  message: ItipMessage,
  known: StoredEvent | undefined,
  { own, status, calendarId }: { own: string | undefined; status: string; calendarId: number },
): Promise<void> => {
  const { object } = message
  const merged = known ? mergedWith(parseObject(known.data), object) : object.calendar
  const only = object.master ? undefined : instancesNamed(object)
  const whole = parseObject(printComponent(merged))
  const calendar = own === undefined ? merged : calendarWithStatus(whole, own, status, only)
  const content = readEvent(printComponent(calendar))
  if (known) await changeEvent(tx, known.id, { content })
  else await createEvent(tx, content, { calendarId })
}

/**
 * Answers an invitation: the event comes into the calendar (a refused one leaves it, an instance that is refused stays with
 * the answer), and the organiser is told, in one commit. Whoever is not named by the invitation only has it in the calendar.
 * Throws Failure invalid (no REQUEST), conflict, forbidden, throttled, and as `createEvent`.
 */
export const answerInvitation = async (
  delivery: Delivery,
  account: number,
  mail: InvitationMail,
  answer: Answer,
): Promise<{ readonly isSent: boolean }> => {
  const { ctx } = delivery
  const message = readMessage(mail.text)
  if (message.method !== 'REQUEST') throw new Failure('invalid', 'this is no invitation', { property: 'method' })
  const all = await calendars.of(ctx, account)
  const calendarId = all.find((one) => one.isDefault)?.id ?? 0
  const { identities, language } = await ctx.store.read(async (tx) => ({
    identities: await listIdentities(tx, account),
    language: await languageOf(tx, account),
  }))
  const identity = identityIn(message, identities)
  const own = identity?.email.toLowerCase()
  const status = statuses[answer]
  const isSent = identity !== undefined && message.organiser !== '' && message.organiser !== own
  // An answer is a message to whoever the invitation names: it is worth as much to a spammer as any other.
  if (isSent) delivery.rates.spend(account, 1)
  const reply = isSent
    ? await prepareReply(delivery, {
        identity,
        to: message.organiser,
        calendar: replyTo(message.object, identity.email.toLowerCase(), status, ctx.clock.now()),
        title: textIn(message.object.master ?? message.object.overrides[0] ?? message.object.calendar, 'SUMMARY'),
        answer,
        language,
      })
    : undefined
  await ctx.store.write(account, async (tx) => {
    const known = (await eventsOfUid(tx, account, message.object.uid))[0]
    checkMessage(message, mail, known)
    if (answer === 'declined' && message.object.master) {
      if (known) await deleteEvent(tx, known.id)
    } else if (answer !== 'declined' || known) await put(tx, message, known, { own, status, calendarId })
    if (reply) await enqueueReply(delivery, tx, reply)
  })
  if (reply) announceQueue(delivery)
  return { isSent }
}

/**
 * Does what a CANCEL or a REPLY says: the event leaves the calendar (an instance stays, marked as cancelled), or the answer
 * is noted in it. Throws Failure notFound (the event is not in the calendar), conflict, forbidden.
 */
export const applyMessage = async (ctx: Context, account: number, mail: InvitationMail): Promise<void> => {
  const message = readMessage(mail.text)
  const { method, object } = message
  if (method === 'REQUEST') throw new Failure('invalid', 'an invitation is answered', { property: 'method' })
  await ctx.store.write(account, async (tx) => {
    const known = (await eventsOfUid(tx, account, object.uid))[0]
    if (!known) throw new Failure('notFound', 'the event is not in the calendar')
    checkMessage(message, mail, known)
    const before = parseObject(known.data)
    if (method === 'CANCEL') {
      if (object.master) return deleteEvent(tx, known.id)
      await changeEvent(tx, known.id, { content: readEvent(printComponent(mergedWith(before, object))) })
      return
    }
    const from = mail.from ?? ''
    const only = object.master ? undefined : instancesNamed(object)
    const calendar = calendarWithStatus(before, from, statusOf(object, from) ?? 'NEEDS-ACTION', only)
    await changeEvent(tx, known.id, { content: readEvent(printComponent(calendar)) })
  })
}
