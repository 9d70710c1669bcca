/** Requests for help: opened by people, answered by those who hold the task, both on the web and by mail. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { Actor } from '../directory/delegation.ts'
import { powersOf } from '../directory/delegation.ts'
import { profilesOf } from '../directory/profiles.ts'
import { notify } from '../notify/notify.ts'
import { appendAudit } from '../people/audit.ts'
import { announcePost } from '../people/platform-mail.ts'
import type { Principal } from '../people/principal.ts'
import type { Post } from './address.ts'
import { deskOf, helpersFor, queueScope, requireAct, roleIn, schoolAnswers } from './desk.ts'
import { composeTicketMail, sendTicketMail } from './mail.ts'
import { type Act, type Role, rights, type Status, statuses } from './rights.data.ts'
import {
  addEntry,
  changeTicket,
  entriesOf,
  insertTicket,
  longestBody,
  oneLine,
  type Ticket,
  type TicketEntry,
  ticketById,
  ticketOf,
} from './rows.ts'
import { ticketMail } from './words.data.ts'

/** Requests somebody may have under way: a form that is sent again and again is no help. */
const mostOpen = 20

export const topics = ['account', 'mail', 'service', 'other'] as const
export type Topic = (typeof topics)[number]

export interface NewTicket {
  readonly subject: string
  readonly text: string
  readonly topic: Topic
  /** The diagnosis as text, when its writer attached it; empty: none. */
  readonly report: string
}

const openCount = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('ticket')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('account_id', '=', p.account)
    .where('status', 'in', ['new', 'open', 'waiting']),
)

/** The school that answers somebody first: the one of the profile they act under, else their first. */
const schoolOf = async (tx: Reader, actor: Actor, now: number): Promise<string> => {
  const profiles = await profilesOf(tx, actor.accountId, now)
  const chosen = profiles.find(({ id }) => id === actor.profileId) ?? profiles.find(({ uai }) => uai !== '')
  return chosen?.uai ?? ''
}

/** Where a request goes first: the school when somebody there answers. */
export const placeOf = async (tx: Reader, uai: string, now: number): Promise<{ uai: string; level: number }> =>
  (await schoolAnswers(tx, uai, now)) ? { uai, level: 1 } : { uai, level: 2 }

/** Within a transaction: tells those who answer. */
export const tellDesk = async (tx: Writer, ticket: Ticket, isNew: boolean, now: number): Promise<void> => {
  const words = ticketMail.fr
  const all = await deskOf(tx, ticket.uai, ticket.level, now)
  const desk = ticket.assigneeId !== null && !isNew ? [ticket.assigneeId] : all
  for (const account of desk)
    if (account !== ticket.accountId)
      await notify(
        tx,
        {
          account,
          category: 'ticket',
          title: `${isNew ? words.deskNew : words.deskAnswer} : ${ticket.subject}`,
          text: ticket.name,
          url: `/admin?page=tickets&id=${ticket.id}`,
        },
        now,
      )
}

/** Opens a request. Throws Failure invalid (no words), tooMany. */
export const openTicket = async (post: Post, owner: Principal, wanted: NewTicket): Promise<number> => {
  const { ctx } = post.people
  const subject = oneLine(wanted.subject, 200)
  const text = wanted.text.trim().slice(0, longestBody)
  if (subject === '') throw new Failure('invalid', 'a request has a subject', { property: 'subject' })
  if (text === '') throw new Failure('invalid', 'a request says something', { property: 'text' })
  const language = owner.locale.startsWith('en') ? ('en' as const) : ('fr' as const)
  const { accountId, name, email: mail, login } = owner
  const id = await ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    if (Number((await tx.first(openCount, { account: accountId }))?.n ?? 0) >= mostOpen)
      throw new Failure('tooMany', 'there are too many requests under way')
    const place = await placeOf(tx, await schoolOf(tx, owner, now), now)
    const { topic, report } = wanted
    const id = await insertTicket(tx, { accountId, mail, name, language, topic, subject, report, ...place }, now)
    await addEntry(tx, id, { kind: 'message', side: 'person', authorId: accountId, author: name, body: text }, now)
    await tellDesk(tx, await ticketById(tx, id), true, now)
    await appendAudit(tx, now, { actor: login, action: 'ticket.open', accountId, target: `#${id}` })
    return id
  })
  if (mail !== '') await mailWriter(post, id, 'opened', text)
  return id
}

/** A message to the writer that goes with nothing else: the receipt, and the end. */
const mailWriter = async (post: Post, id: number, what: 'opened' | 'solved', text: string): Promise<void> => {
  const { ctx } = post.people
  const { ticket, said } = await ctx.store.read(async (tx) => ({
    ticket: await ticketById(tx, id),
    said: await entriesOf(tx, id),
  }))
  if (ticket.mail === '') return
  const references = said.map(({ messageId }) => messageId)
  const mail = await composeTicketMail(post, ticket, what, text, references)
  await ctx.store.writeGlobal((tx) => sendTicketMail(post, tx, mail))
  announcePost(post.people)
}

/** What was said to somebody who came by mail: the receipt. */
export const mailReceipt = (post: Post, id: number, text: string): Promise<void> => mailWriter(post, id, 'opened', text)

/** The last Message-IDs of a request, for the answer to refer to. */
const referencesOf = async (post: Post, id: number): Promise<string[]> =>
  (await post.people.ctx.store.read((tx) => entriesOf(tx, id))).map(({ messageId }) => messageId)

/**
 * Says something in a request: its writer to the helpdesk, or the helpdesk to its writer (by mail too). Throws Failure
 * notFound, conflict (closed), invalid.
 */
export const answerTicket = async (post: Post, actor: Principal, id: number, given: string): Promise<number> => {
  const { ctx } = post.people
  const body = given.trim().slice(0, longestBody)
  if (body === '') throw new Failure('invalid', 'an answer says something', { property: 'text' })
  const now = ctx.clock.now()
  const before = await ctx.store.read((tx) => ticketById(tx, id))
  const role = await ctx.store.read((tx) => requireAct(tx, actor, 'answer', before, now))
  const toWriter = role === 'desk' && before.mail !== ''
  const mail = toWriter
    ? await composeTicketMail(post, before, 'answered', body, await referencesOf(post, id))
    : undefined
  const entry = await ctx.store.writeGlobal(async (tx) => {
    const ticket = await ticketById(tx, id)
    await requireAct(tx, actor, 'answer', ticket, now)
    const side = role === 'desk' ? ('desk' as const) : ('person' as const)
    const messageId = mail ? { messageId: mail.messageId } : {}
    const said = { kind: 'message' as const, side, authorId: actor.accountId, author: actor.name, body, ...messageId }
    const entry = await addEntry(tx, id, said, now)
    const assigneeId = role === 'desk' ? (ticket.assigneeId ?? actor.accountId) : ticket.assigneeId
    await changeTicket(tx, ticket, { status: role === 'desk' ? 'waiting' : 'open', assigneeId }, now)
    if (mail) await sendTicketMail(post, tx, mail)
    if (role === 'owner') await tellDesk(tx, ticket, false, now)
    else
      await appendAudit(tx, now, {
        actor: actor.login,
        action: 'ticket.answer',
        ...(ticket.accountId === null ? {} : { accountId: ticket.accountId }),
        target: `#${id}`,
      })
    return entry
  })
  if (mail) announcePost(post.people)
  return entry
}

/** A note of the helpdesk for itself: its writer never sees it. Throws Failure notFound, forbidden, invalid. */
export const noteTicket = async (post: Post, actor: Principal, id: number, given: string): Promise<void> => {
  const { ctx } = post.people
  const body = given.trim().slice(0, longestBody)
  if (body === '') throw new Failure('invalid', 'a note says something', { property: 'text' })
  await ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    await requireAct(tx, actor, 'note', await ticketById(tx, id), now)
    await addEntry(tx, id, { kind: 'note', side: 'desk', authorId: actor.accountId, author: actor.name, body }, now)
  })
}

type Change = 'assign' | 'escalate' | 'solve'

/** Takes a request in hand, passes it on to the académie, or ends it. Throws Failure notFound, forbidden, conflict. */
export const moveTicket = async (post: Post, actor: Principal, id: number, what: Change): Promise<void> => {
  const { ctx } = post.people
  const role = await ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    const ticket = await ticketById(tx, id)
    const role = await requireAct(tx, actor, what, ticket, now)
    const event = ticketMail[ticket.language].event
    const to = {
      assign: {
        change: { assigneeId: actor.accountId, status: ticket.status === 'new' ? 'open' : ticket.status },
        said: event.taken,
      },
      escalate: { change: { level: 2, assigneeId: null }, said: event.escalated },
      solve: { change: { status: 'solved' }, said: event.solved },
    } as const
    const { change, said } = to[what]
    if (what === 'escalate' && ticket.level === 2) throw new Failure('conflict', 'it is there already')
    await changeTicket(tx, ticket, change, now)
    const side = role === 'desk' ? ('desk' as const) : ('person' as const)
    await addEntry(tx, id, { kind: 'event', side, authorId: actor.accountId, author: actor.name, body: said }, now)
    if (what === 'escalate') await tellDesk(tx, { ...ticket, level: 2, assigneeId: null }, true, now)
    await appendAudit(tx, now, { actor: actor.login, action: 'ticket.change', target: `#${id}`, detail: what })
    return role
  })
  if (what === 'solve' && role === 'desk') await mailWriter(post, id, 'solved', '')
}

/**
 * Gives a request to a colleague who answers there, who is told of it. Throws Failure notFound, forbidden, conflict,
 * invalid (somebody who does not answer it).
 */
export const assignTicket = async (post: Post, actor: Principal, id: number, to: number): Promise<void> => {
  const { ctx } = post.people
  await ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    const ticket = await ticketById(tx, id)
    const role = await requireAct(tx, actor, 'assign', ticket, now)
    const helper = (await helpersFor(tx, ticket, now)).find((one) => one.id === to)
    if (!helper) throw new Failure('invalid', 'they do not answer this request', { property: 'to' })
    if (ticket.assigneeId === to) return
    await changeTicket(tx, ticket, { assigneeId: to, status: ticket.status === 'new' ? 'open' : ticket.status }, now)
    const side = role === 'desk' ? ('desk' as const) : ('person' as const)
    const body = `${ticketMail[ticket.language].event.given} ${helper.name}`
    await addEntry(tx, id, { kind: 'event', side, authorId: actor.accountId, author: actor.name, body }, now)
    if (to !== actor.accountId) {
      const url = `/admin?page=tickets&id=${id}`
      const title = `${ticketMail[helper.language].deskGiven} : ${ticket.subject}`
      await notify(tx, { account: to, category: 'ticket', title, text: actor.name, url }, now)
    }
    const detail = `assign ${to}`
    await appendAudit(tx, now, { actor: actor.login, action: 'ticket.change', target: `#${id}`, detail })
  })
  ctx.store.bus.publishTopic('outbox')
}

/** How its writer found the help, 1 to 5. Throws Failure notFound, forbidden, conflict, invalid. */
export const rateTicket = async (post: Post, actor: Principal, id: number, rating: number): Promise<void> => {
  if (!Number.isInteger(rating) || rating < 1 || rating > 5)
    throw new Failure('invalid', 'from 1 to 5', { property: 'rating' })
  const { ctx } = post.people
  await ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    const ticket = await ticketById(tx, id)
    await requireAct(tx, actor, 'rate', ticket, now)
    await changeTicket(tx, ticket, { rating }, now)
  })
}

export interface SeenTicket extends Ticket {
  readonly role: Role
  readonly entries: readonly TicketEntry[]
  /** What the viewer may do to it now. */
  readonly may: readonly Act[]
}

/** One request as the viewer may see it: its writer sees no notes. Throws Failure notFound. */
export const readTicket = async (tx: Reader, actor: Actor, id: number, now: number): Promise<SeenTicket> => {
  const ticket = await ticketById(tx, id)
  const role = await requireAct(tx, actor, 'read', ticket, now)
  const said = await entriesOf(tx, id)
  const may = (Object.keys(rights) as Act[]).filter(
    (act) => role !== 'none' && rights[act][role] && (rights[act].in as readonly Status[]).includes(ticket.status),
  )
  return { ...ticket, role, entries: role === 'desk' ? said : said.filter(({ kind }) => kind !== 'note'), may }
}

const mine = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('ticket').selectAll().where('account_id', '=', p.account).orderBy('id', 'desc').limit(100),
)

/** One's own requests, the latest first. */
export const ownTickets = async (tx: Reader, account: number): Promise<Ticket[]> =>
  (await tx.all(mine, { account })).map(ticketOf)

const queueLength = 200

/** The requests that somebody answers, the one waiting longest first; `over`: those that have ended; `mine`: given to them. */
export const queueFor = async (
  tx: Reader,
  actor: Actor,
  over: boolean,
  now: number,
  mine = false,
): Promise<Ticket[]> => {
  const scope = await queueScope(tx, actor, now)
  const wanted = statuses.filter((status) => (status === 'solved' || status === 'closed') === over)
  const rows = await tx.query((q) => {
    const every = q
      .selectFrom('ticket')
      .selectAll()
      .where('status', 'in', [...wanted])
    const all = mine ? every.where('assignee_id', '=', actor.accountId) : every
    const own = scope === 'all' ? all : all.where('uai', 'in', [...scope])
    return own
      .orderBy('updated_at', over ? 'desc' : 'asc')
      .orderBy('id', over ? 'desc' : 'asc')
      .limit(queueLength)
  })
  const powers = await powersOf(tx, actor, now)
  return rows.map(ticketOf).filter((ticket) => roleIn(powers, actor, ticket) === 'desk')
}
