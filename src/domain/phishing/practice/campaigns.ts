/**
 * Practice campaigns: written by an authorised person from a template, announced, sent, ended. Results are totals only,
 * and none below five people: who received one and what was done with one are never in the same row (acts.ts).
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { countAudience } from '../../directory/audience.ts'
import { type Audience, checkAudience } from '../../directory/audience-rules.ts'
import type { Actor } from '../../directory/delegation.ts'
import { appendAudit } from '../../people/audit.ts'
import type { People } from '../../people/people.ts'
import { requireFraudAct } from '../rights.ts'
import { practiceTemplates, type TemplateId, templateIds } from './templates.data.ts'

const day = 86_400_000
/** Below this many people no figure is given. */
export const fewest = 5
const longest = 60
const mostListed = 100

export type CampaignStatus = 'draft' | 'sending' | 'running' | 'ended'

export interface StoredCampaign {
  readonly id: number
  readonly name: string
  readonly status: CampaignStatus
  readonly template: TemplateId
  readonly language: 'fr' | 'en'
  readonly senderName: string
  readonly subject: string
  readonly body: string
  readonly audience: Audience
  readonly author: string
  readonly startsAt: number | null
  readonly endsAt: number
  readonly reached: number
}

export interface Results {
  /** Undefined: too few to say. */
  readonly sent: number | undefined
  readonly clicked: number | undefined
  readonly reported: number | undefined
}

const byId = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('practice_campaign').selectAll().where('id', '=', p.id),
)
const latest = statement((q, p: Params<{ limit: number }>) =>
  q.selectFrom('practice_campaign').selectAll().orderBy('id', 'desc').limit(p.limit),
)

type Row = NonNullable<Awaited<ReturnType<typeof read>>>
const read = (tx: Reader, id: number) => tx.first(byId, { id })

const campaignOf = (row: Row): StoredCampaign => ({
  id: row.id,
  name: row.name,
  status: row.status,
  template: templateIds.find((one) => one === row.template) ?? 'quota',
  language: row.language === 'en' ? 'en' : 'fr',
  senderName: row.sender_name,
  subject: row.subject,
  body: row.body,
  audience: JSON.parse(row.audience) as Audience,
  author: row.author,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  reached: row.reached,
})

/** Throws Failure notFound. */
export const getCampaign = async (tx: Reader, id: number): Promise<StoredCampaign> => {
  const row = await read(tx, id)
  if (!row) throw new Failure('notFound', 'no such campaign')
  return campaignOf(row)
}

const tallyOf = statement((q, p: Params<{ id: number }>) =>
  q
    .selectFrom('practice_token')
    .select((eb) => [
      eb.fn.countAll<number>().as('sent'),
      eb.fn.sum<number>('clicked').as('clicked'),
      eb.fn.sum<number>('reported').as('reported'),
    ])
    .where('campaign_id', '=', p.id),
)

interface Totals {
  readonly sent: number
  readonly clicked: number
  readonly reported: number
}

const totals = async (tx: Reader, id: number): Promise<Totals> => {
  const row = await tx.first(tallyOf, { id })
  return { sent: Number(row?.sent ?? 0), clicked: Number(row?.clicked ?? 0), reported: Number(row?.reported ?? 0) }
}

/** Figures as they may be told: none of fewer than five people. Pure. */
export const tellable = ({ sent, clicked, reported }: Totals): Results => {
  const told = (count: number): number | undefined => (sent >= fewest && count >= fewest ? count : undefined)
  return { sent: told(sent), clicked: told(clicked), reported: told(reported) }
}

export type SeenCampaign = StoredCampaign & { readonly results: Results }

/** Every campaign with its totals, the latest first. Throws Failure forbidden. */
export const listCampaigns = (people: People, actor: Actor): Promise<SeenCampaign[]> =>
  people.ctx.store.read(async (tx) => {
    await requireFraudAct(tx, actor, 'practise', people.ctx.clock.now())
    const seen: SeenCampaign[] = []
    for (const row of await tx.all(latest, { limit: mostListed })) {
      const now = row.status === 'ended' ? row : await totals(tx, row.id)
      const counted = { sent: now.sent, clicked: now.clicked, reported: now.reported }
      seen.push({ ...campaignOf(row), results: tellable(counted) })
    }
    return seen
  })

const insert = statement(
  (
    q,
    p: Params<{
      name: string
      template: string
      language: string
      senderName: string
      subject: string
      body: string
      audience: string
      authorId: number
      author: string
      ends: number
      now: number
    }>,
  ) =>
    q
      .insertInto('practice_campaign')
      .values({
        name: p.name,
        status: 'draft',
        template: p.template,
        language: p.language,
        sender_name: p.senderName,
        subject: p.subject,
        body: p.body,
        audience: p.audience,
        author_id: p.authorId,
        author: p.author,
        starts_at: null,
        ends_at: p.ends,
        reached: 0,
        sent: 0,
        clicked: 0,
        reported: 0,
        both_acts: 0,
        created_at: p.now,
        updated_at: p.now,
      })
      .returning('id'),
)

export interface NewCampaign {
  readonly name: string
  readonly template: TemplateId
  readonly language: 'fr' | 'en'
  /** The template's own words where they are empty. `{lien}` in the body is where the link stands. */
  readonly senderName: string
  readonly subject: string
  readonly body: string
  readonly audience: Audience
  /** 1 to 60. */
  readonly days: number
}

const line = (text: string, most: number): string =>
  text
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, most)

/** A campaign as it is kept: the template's own words where there are none. Throws Failure invalid with the property. */
export const checkCampaign = (wanted: NewCampaign): NewCampaign => {
  const { language } = wanted
  const template = practiceTemplates[wanted.template]
  const name = line(wanted.name, 200)
  const body = wanted.body.trim().slice(0, 5000) || template.body[language]
  if (name === '') throw new Failure('invalid', 'a campaign has a name', { property: 'name' })
  if (!body.includes('{lien}')) throw new Failure('invalid', 'the body has no {lien}', { property: 'body' })
  if (!Number.isInteger(wanted.days) || wanted.days < 1 || wanted.days > longest)
    throw new Failure('invalid', `from 1 to ${longest} days`, { property: 'days' })
  return {
    ...wanted,
    name,
    body,
    senderName: line(wanted.senderName, 100) || template.senderName[language],
    subject: line(wanted.subject, 200) || template.subject[language],
    audience: checkAudience(wanted.audience),
  }
}

const audited = (tx: Writer, now: number, actor: Actor, id: number, detail: string) =>
  appendAudit(tx, now, { actor: actor.login, action: 'phishing.campaign', target: `#${id}`, detail })

const keep = async (tx: Writer, actor: Actor, now: number, wanted: NewCampaign): Promise<number> => {
  const { days, audience, ...campaign } = checkCampaign(wanted)
  const made = await tx.first(insert, {
    ...campaign,
    audience: JSON.stringify(audience),
    authorId: actor.accountId,
    author: actor.login,
    // Counted from the start; until then it is a number of days.
    ends: days * day,
    now,
  })
  const { id } = made as { id: number }
  await audited(tx, now, actor, id, `save ${campaign.name}`)
  return id
}

/** Writes a campaign; nothing is sent. Throws Failure forbidden, invalid. */
export const createCampaign = (people: People, actor: Actor, wanted: NewCampaign): Promise<number> =>
  people.ctx.store.writeGlobal(async (tx) => {
    const now = people.ctx.clock.now()
    await requireFraudAct(tx, actor, 'practise', now)
    return keep(tx, actor, now, wanted)
  })

const setStarted = statement((q, p: Params<{ id: number; starts: number; ends: number }>) =>
  q
    .updateTable('practice_campaign')
    .set({ status: 'sending', starts_at: p.starts, ends_at: p.ends, updated_at: p.starts })
    .where('id', '=', p.id)
    .where('status', '=', 'draft'),
)

/**
 * Begins to send. `announced`: its author says that people were told that there will be practice. Throws Failure
 * forbidden, notFound, conflict (begun already; not announced; fewer than five people).
 */
export const startCampaign = async (people: People, actor: Actor, id: number, announced: boolean): Promise<number> => {
  const { store, clock } = people.ctx
  const now = clock.now()
  const campaign = await store.read(async (tx) => {
    await requireFraudAct(tx, actor, 'practise', now)
    return getCampaign(tx, id)
  })
  if (!announced) throw new Failure('conflict', 'people have not been told', { property: 'announced' })
  const count = await countAudience(store, campaign.audience, now)
  if (count < fewest) throw new Failure('conflict', `fewer than ${fewest} people`, { property: 'audience' })
  await store.writeGlobal(async (tx) => {
    const { changes } = await tx.run(setStarted, { id, starts: now, ends: now + campaign.endsAt })
    if (changes === 0) throw new Failure('conflict', 'it has begun')
    await audited(tx, now, actor, id, `start, ${count}`)
  })
  return count
}

/** Within a transaction: writes a campaign that was announced and begins it; `count` people. Throws Failure forbidden, invalid. */
export const beginWithin = async (
  tx: Writer,
  actor: Actor,
  now: number,
  wanted: NewCampaign,
  count: number,
): Promise<number> => {
  await requireFraudAct(tx, actor, 'practise', now)
  const id = await keep(tx, actor, now, wanted)
  await tx.run(setStarted, { id, starts: now, ends: now + wanted.days * day })
  await audited(tx, now, actor, id, `start, ${count}`)
  return id
}

const setEnded = statement(
  (q, p: Params<{ id: number; sent: number; clicked: number; reported: number; now: number }>) =>
    q
      .updateTable('practice_campaign')
      .set({
        status: 'ended',
        sent: p.sent,
        clicked: p.clicked,
        reported: p.reported,
        updated_at: p.now,
      })
      .where('id', '=', p.id)
      .where('status', 'in', ['sending', 'running']),
)
const dropTokens = statement((q, p: Params<{ id: number }>) =>
  q.deleteFrom('practice_token').where('campaign_id', '=', p.id),
)
const dropRecipients = statement((q, p: Params<{ id: number }>) =>
  q.deleteFrom('practice_recipient').where('campaign_id', '=', p.id),
)
const dropDraft = statement((q, p: Params<{ id: number }>) =>
  q.deleteFrom('practice_campaign').where('id', '=', p.id).where('status', 'in', ['draft', 'ended']),
)

/** Within a transaction: only totals are left. Returns whether it was under way. */
export const endWithin = async (tx: Writer, id: number, now: number): Promise<boolean> => {
  const { changes } = await tx.run(setEnded, { id, ...(await totals(tx, id)), now })
  if (changes === 0) return false
  await tx.run(dropTokens, { id })
  await tx.run(dropRecipients, { id })
  return true
}

/** Ends a campaign before its time. Throws Failure forbidden, conflict (not under way). */
export const endCampaign = (people: People, actor: Actor, id: number): Promise<void> =>
  people.ctx.store.writeGlobal(async (tx) => {
    const now = people.ctx.clock.now()
    await requireFraudAct(tx, actor, 'practise', now)
    if (!(await endWithin(tx, id, now))) throw new Failure('conflict', 'it is not under way')
    await audited(tx, now, actor, id, 'end')
  })

/** Removes a draft, or what is left of one that has ended. Throws Failure forbidden, conflict (under way, or gone). */
export const deleteCampaign = (people: People, actor: Actor, id: number): Promise<void> =>
  people.ctx.store.writeGlobal(async (tx) => {
    const now = people.ctx.clock.now()
    await requireFraudAct(tx, actor, 'practise', now)
    if ((await tx.run(dropDraft, { id })).changes === 0) throw new Failure('conflict', 'it is under way')
    await audited(tx, now, actor, id, 'delete')
  })
