/**
 * People who are told of incidents by mail: their address is confirmed first, each message lets them leave. What there is
 * to tell is the updates of incidents; each is told to each subscriber once (the message and the mark are one commit).
 */

import { createHmac, timingSafeEqual } from 'node:crypto'
import { Failure } from '#base/failure.ts'
import { escapeHtml } from '#format/html/escape.ts'
import { type Params, statement } from '#store/engine.ts'
import { foldAddress } from '../people/addresses.ts'
import type { People } from '../people/people.ts'
import {
  announcePost,
  composeMail,
  type Language,
  type PlatformMail,
  postMail,
  postWithin,
} from '../people/platform-mail.ts'
import { audiences } from '../support/contacts.ts'
import { type Incident, type IncidentUpdate, incidentById, isFor, updatesOf } from '../support/incidents.ts'
import { statusMail } from './mail.data.ts'
import { phaseWords } from './words.data.ts'

const hour = 3_600_000
/** An address that nobody confirmed is forgotten after this. */
const unconfirmedLife = 7 * 24 * hour
const mostSubscribers = 100_000

/** What confirms and ends a subscription: known to whoever reads the mailbox, kept nowhere. */
const tokenOf = (people: People, id: number, address: string): string =>
  createHmac('sha256', people.key).update(`status-subscriber ${id} ${address}`).digest('base64url')

const sameToken = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

const linkOf = (people: People, language: Language, what: 'confirm' | 'leave', id: number, address: string): string => {
  const root = language === 'fr' ? '/etat' : '/status'
  return `${people.options.publicUrl}${root}/subscription?what=${what}&id=${id}&token=${tokenOf(people, id, address)}`
}

const find = statement((q, p: Params<{ address: string }>) =>
  q.selectFrom('status_subscriber').selectAll().where('address', '=', p.address),
)

const insert = statement((q, p: Params<{ address: string; language: string; audience: string; now: number }>) =>
  q
    .insertInto('status_subscriber')
    .values({
      address: p.address,
      language: p.language,
      audience: p.audience,
      confirmed_at: null,
      created_at: p.now,
    })
    .returning('id'),
)

const renew = statement((q, p: Params<{ id: number; language: string; audience: string; now: number }>) =>
  q
    .updateTable('status_subscriber')
    .set({ language: p.language, audience: p.audience, created_at: p.now })
    .where('id', '=', p.id),
)

const dropUnconfirmed = statement((q, p: Params<{ before: number }>) =>
  q.deleteFrom('status_subscriber').where('confirmed_at', 'is', null).where('created_at', '<', p.before),
)

const count = statement((q) => q.selectFrom('status_subscriber').select((eb) => eb.fn.countAll<number>().as('n')))

const htmlOf = (language: Language, subject: string, paragraphs: readonly string[]): string =>
  [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body>`,
    ...paragraphs.map((text) =>
      /^https?:\/\/\S+$/.test(text)
        ? `<p><a href="${escapeHtml(text)}">${escapeHtml(text)}</a></p>`
        : `<p>${escapeHtml(text)}</p>`,
    ),
    '</body></html>',
  ].join('\n')

/**
 * Asks an address to confirm that it wants to be told. The answer is the same for every address: it tells nothing of who
 * is subscribed; a confirmed one, or one asked within the hour, gets nothing more. Throws Failure invalid, tooMany.
 */
export const subscribe = async (people: People, given: string, language: Language, audience: string): Promise<void> => {
  const address = foldAddress(given)
  if (address === undefined) throw new Failure('invalid', 'this is not an address', { property: 'mail' })
  const { ctx } = people
  const door = audiences.find((one) => one === audience) ?? '*'
  const id = await ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    await tx.run(dropUnconfirmed, { before: now - unconfirmedLife })
    const known = await tx.first(find, { address })
    if (known) {
      if (known.confirmed_at !== null || known.created_at > now - hour) return
      await tx.run(renew, { id: known.id, language, audience: door, now })
      return known.id
    }
    if (Number((await tx.first(count, {}))?.n ?? 0) >= mostSubscribers)
      throw new Failure('tooMany', 'there are too many subscribers')
    return (await tx.first(insert, { address, language, audience: door, now }))?.id
  })
  if (id === undefined) return
  const { subject, paragraphs } = statusMail[language].confirm(linkOf(people, language, 'confirm', id, address))
  await postMail(people, {
    language,
    from: statusMail[language].from,
    to: [address],
    subject,
    text: paragraphs.join('\n\n'),
    html: htmlOf(language, subject, paragraphs),
    mark: 'status',
  })
}

const byId = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('status_subscriber').selectAll().where('id', '=', p.id),
)

const confirmRow = statement((q, p: Params<{ id: number; now: number }>) =>
  q
    .updateTable('status_subscriber')
    .set({ confirmed_at: p.now })
    .where('id', '=', p.id)
    .where('confirmed_at', 'is', null),
)

const drop = statement((q, p: Params<{ id: number }>) => q.deleteFrom('status_subscriber').where('id', '=', p.id))

/** Confirms or ends a subscription. Returns whether the link is a good one. */
export const decideSubscription = (
  people: People,
  what: 'confirm' | 'leave',
  id: number,
  token: string,
): Promise<boolean> =>
  people.ctx.store.writeGlobal(async (tx) => {
    const row = await tx.first(byId, { id })
    if (!row) return what === 'leave'
    if (!sameToken(token, tokenOf(people, id, row.address))) return false
    if (what === 'leave') await tx.run(drop, { id })
    else await tx.run(confirmRow, { id, now: people.ctx.clock.now() })
    return true
  })

const untold = statement((q) =>
  q
    .selectFrom('incident_update')
    .select(['id', 'incident_id', 'told_to', 'at'])
    .where('told_at', 'is', null)
    .orderBy('id')
    .limit(1),
)

const next = statement((q, p: Params<{ after: number; limit: number; at: number }>) =>
  q
    .selectFrom('status_subscriber')
    .selectAll()
    .where('id', '>', p.after)
    .where('confirmed_at', 'is not', null)
    // Who came later reads it on the page.
    .where('confirmed_at', '<=', p.at)
    .orderBy('id')
    .limit(p.limit),
)

const mark = statement((q, p: Params<{ id: number; before: number; to: number; told: number | null }>) =>
  q
    .updateTable('incident_update')
    .set({ told_to: p.to, told_at: p.told })
    .where('id', '=', p.id)
    .where('told_to', '=', p.before)
    .where('told_at', 'is', null)
    .returning('id'),
)

const batch = 20

const mailOf = (
  people: People,
  incident: Incident,
  update: IncidentUpdate,
  subscriber: { readonly id: number; readonly address: string; readonly language: string },
): PlatformMail => {
  const language: Language = subscriber.language === 'en' ? 'en' : 'fr'
  const words = statusMail[language]
  const subject = `${phaseWords[update.phase][language]} – ${incident.title[language]}`
  const leave = linkOf(people, language, 'leave', subscriber.id, subscriber.address)
  const paragraphs = [
    incident.title[language],
    words.when(incident),
    update.body[language] || incident.body[language],
    `${people.options.publicUrl}${language === 'fr' ? '/etat' : '/status'}`,
    words.leave,
    leave,
  ].filter((text) => text !== '')
  return {
    language,
    from: words.from,
    to: [subscriber.address],
    subject,
    text: paragraphs.join('\n\n'),
    html: htmlOf(language, subject, paragraphs),
    mark: 'status',
    unsubscribe: leave,
  }
}

/** Tells the next subscribers of the oldest update they do not know. Returns false when everything is told. */
export const tellSubscribers = async (people: People): Promise<boolean> => {
  const { ctx } = people
  const due = await ctx.store.read(async (tx) => {
    const row = await tx.first(untold, {})
    if (!row) return
    const incident = await incidentById(tx, row.incident_id)
    const update = (await updatesOf(tx, [incident])).get(incident.id)?.find(({ id }) => id === row.id)
    const subscribers = await tx.all(next, { after: row.told_to, limit: batch, at: row.at })
    return { row, incident, update, subscribers }
  })
  if (!due) return false
  const { row, incident, update, subscribers } = due
  const wanted = update
    ? subscribers.filter((one) => isFor(incident, one.audience === '*' ? undefined : one.audience))
    : []
  const entries = update
    ? await Promise.all(wanted.map((one) => composeMail(people, mailOf(people, incident, update, one))))
    : []
  const to = subscribers.at(-1)?.id ?? row.told_to
  const told = subscribers.length < batch ? ctx.clock.now() : null
  await ctx.store.writeGlobal(async (tx) => {
    // Another process was quicker: it has told them.
    if (!(await tx.first(mark, { id: row.id, before: row.told_to, to, told }))) return
    for (const entry of entries) await postWithin(people, tx, entry)
  })
  if (entries.length > 0) announcePost(people)
  return true
}
