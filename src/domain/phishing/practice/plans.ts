/**
 * Campaigns that are planned, once or every year: what they say and to whom, when they are announced, when the practice
 * begins. The announcement and the beginning go out by themselves (plan-clock.ts). Whoever planned it answers for it: they
 * may practise, and write official notices in the name of the académie.
 */
import { Failure } from '#base/failure.ts'
import type { Words } from '#format/jmap/portal.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { PracticePlanTable } from '#store/schema/phishing.ts'
import { requireAddress } from '../../directory/audience.ts'
import { type Audience, checkAudience } from '../../directory/audience-rules.ts'
import type { Actor } from '../../directory/delegation.ts'
import { checkWords } from '../../notices/notice.ts'
import { maySpeakFor, what } from '../../notices/rights.ts'
import { appendAudit } from '../../people/audit.ts'
import type { People } from '../../people/people.ts'
import { requireFraudAct } from '../rights.ts'
import { checkCampaign } from './campaigns.ts'
import { type TemplateId, templateIds } from './templates.data.ts'

const day = 86_400_000
/** People have this long at least between the announcement and the first message. */
export const notice = day
const farthest = 366 * day
const longestNotice = 90 * day
const mostPlans = 50

/** `stopped`: by hand, or because it could not go on (`why`). */
export type PlanStatus = 'planned' | 'announced' | 'stopped' | 'ended'

/** `rights`: whoever planned it may not any more; `few`: fewer people than figures may be told of. */
export type PlanObstacle = '' | 'rights' | 'few'

export interface PlanDraft {
  readonly name: string
  /** `none`: it informs, and no practice message is sent. */
  readonly template: TemplateId | 'none'
  readonly language: 'fr' | 'en'
  readonly senderName: string
  readonly subject: string
  readonly body: string
  readonly audience: Audience
  /** How long the practice lasts. */
  readonly days: number
  readonly announceAt: number
  readonly beginsAt: number
  readonly repeats: boolean
  /** The official notice that announces it. */
  readonly title: Words
  readonly text: Words
}

export interface Plan extends PlanDraft {
  readonly id: number
  readonly status: PlanStatus
  readonly why: PlanObstacle
  readonly authorId: number | null
  readonly author: string
  /** Of the latest round. */
  readonly noticeId: number | null
  readonly campaignId: number | null
  /** How often it was announced. */
  readonly rounds: number
  readonly updatedAt: number
}

type Row = Omit<PracticePlanTable, 'id'> & { readonly id: number }
type Data = Pick<PlanDraft, 'template' | 'language' | 'senderName' | 'subject' | 'body' | 'audience' | 'title' | 'text'>

const statuses: readonly PlanStatus[] = ['planned', 'announced', 'stopped', 'ended']

const planOf = (row: Row): Plan => {
  const { template, ...data } = JSON.parse(row.data) as Data
  return {
    ...data,
    template: templateIds.find((one) => one === template) ?? 'none',
    id: row.id,
    name: row.name,
    status: statuses.find((one) => one === row.status) ?? 'stopped',
    why: row.why === 'rights' || row.why === 'few' ? row.why : '',
    days: row.days,
    announceAt: row.announce_at,
    beginsAt: row.begins_at,
    repeats: row.repeats === 1,
    authorId: row.author_id,
    author: row.author,
    noticeId: row.notice_id,
    campaignId: row.campaign_id,
    rounds: row.rounds,
    updatedAt: row.updated_at,
  }
}

const byId = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('practice_plan').selectAll().where('id', '=', p.id),
)
const all = statement((q, p: Params<{ limit: number }>) =>
  q.selectFrom('practice_plan').selectAll().orderBy('announce_at').orderBy('id').limit(p.limit),
)

/** Throws Failure notFound. */
export const getPlan = async (tx: Reader, id: number): Promise<Plan> => {
  const row = await tx.first(byId, { id })
  if (!row) throw new Failure('notFound', 'no such plan')
  return planOf(row)
}

/** Every plan, the next first. Throws Failure forbidden. */
export const listPlans = (people: People, actor: Actor): Promise<Plan[]> =>
  people.ctx.store.read(async (tx) => {
    await requireFraudAct(tx, actor, 'practise', people.ctx.clock.now())
    return (await tx.all(all, { limit: mostPlans })).map(planOf)
  })

/** Whether somebody may plan: practise, and speak in the name of the académie. */
export const mayPlan = async (tx: Reader, actor: Actor, now: number): Promise<boolean> =>
  maySpeakFor(tx, actor, '', now)

/** A plan as it is kept. Throws Failure invalid with the property at fault. */
export const checkPlan = (draft: PlanDraft, now: number): PlanDraft => {
  const bad = (property: string, why: string): never => {
    throw new Failure('invalid', `${property} ${why}`, { property })
  }
  const { announceAt, beginsAt, template } = draft
  const { title, body: text } = checkWords(draft.title, draft.text)
  if (title.en === '') bad('title', 'is needed in both languages')
  if (!Number.isSafeInteger(announceAt) || announceAt <= now) bad('announceAt', 'is past')
  if (announceAt > now + farthest) bad('announceAt', 'is more than a year away')
  if (!Number.isSafeInteger(beginsAt) || beginsAt < announceAt + notice)
    bad('beginsAt', 'is a day after the announcement at least')
  if (beginsAt > announceAt + longestNotice) bad('beginsAt', 'is more than ninety days after the announcement')
  if (template !== 'none') return { ...draft, ...checkCampaign({ ...draft, template }), title, text }
  const name = draft.name
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, 200)
  if (name === '') bad('name', 'is needed')
  const none = { senderName: '', subject: '', body: '', days: 1 }
  return { ...draft, ...none, name, audience: checkAudience(draft.audience), title, text }
}

const audited = (tx: Writer, now: number, actor: Actor, id: number, detail: string) =>
  appendAudit(tx, now, { actor: actor.login, action: 'phishing.plan', target: `#${id}`, detail })

/** Throws Failure forbidden. */
const requirePlanner = async (tx: Reader, actor: Actor, audience: Audience, now: number): Promise<void> => {
  await requireFraudAct(tx, actor, 'practise', now)
  if (!(await mayPlan(tx, actor, now)))
    throw new Failure('forbidden', 'you do not write in the name of the académie', { property: 'scope' })
  await requireAddress(tx, actor, what, audience, now)
}

const insert = statement(
  (
    q,
    p: Params<{
      name: string
      repeats: number
      announce: number
      begins: number
      days: number
      data: string
      authorId: number
      author: string
      now: number
    }>,
  ) =>
    q
      .insertInto('practice_plan')
      .values({
        name: p.name,
        status: 'planned',
        repeats: p.repeats,
        announce_at: p.announce,
        begins_at: p.begins,
        days: p.days,
        data: p.data,
        author_id: p.authorId,
        author: p.author,
        notice_id: null,
        campaign_id: null,
        why: '',
        rounds: 0,
        created_at: p.now,
        updated_at: p.now,
      })
      .returning('id'),
)
const update = statement(
  (
    q,
    p: Params<{
      id: number
      name: string
      repeats: number
      announce: number
      begins: number
      days: number
      data: string
      authorId: number
      author: string
      now: number
    }>,
  ) =>
    q
      .updateTable('practice_plan')
      .set({
        name: p.name,
        status: 'planned',
        repeats: p.repeats,
        announce_at: p.announce,
        begins_at: p.begins,
        days: p.days,
        data: p.data,
        author_id: p.authorId,
        author: p.author,
        why: '',
        updated_at: p.now,
      })
      .where('id', '=', p.id)
      .where('status', '!=', 'announced'),
)

const valuesOf = (draft: PlanDraft, actor: Actor, now: number) => {
  const { template, language, senderName, subject, body, audience, title, text } = draft
  return {
    name: draft.name,
    repeats: draft.repeats ? 1 : 0,
    announce: draft.announceAt,
    begins: draft.beginsAt,
    days: draft.days,
    data: JSON.stringify({ template, language, senderName, subject, body, audience, title, text } satisfies Data),
    authorId: actor.accountId,
    author: actor.login,
    now,
  }
}

const tooMany = async (tx: Reader): Promise<boolean> => (await tx.all(all, { limit: mostPlans })).length >= mostPlans

/**
 * Plans a campaign, or (`id`) changes one that is not announced at present, which is then planned again. Whoever saves it
 * answers for it. Returns its number. Throws Failure forbidden, invalid, notFound, conflict (announced), overQuota.
 */
export const savePlan = (people: People, actor: Actor, given: PlanDraft, id?: number): Promise<number> =>
  people.ctx.store.writeGlobal(async (tx) => {
    const now = people.ctx.clock.now()
    await requirePlanner(tx, actor, given.audience, now)
    const draft = checkPlan(given, now)
    const values = valuesOf(draft, actor, now)
    const detail = `${id === undefined ? 'save' : 'change'} ${draft.name}, ${new Date(draft.announceAt).toISOString()}`
    if (id !== undefined) {
      await getPlan(tx, id)
      const { changes } = await tx.run(update, { ...values, id })
      if (changes === 0) throw new Failure('conflict', 'it is announced', { property: 'status' })
      await audited(tx, now, actor, id, detail)
      return id
    }
    if (await tooMany(tx)) throw new Failure('overQuota', `at most ${mostPlans} plans are kept`)
    const made = (await tx.first(insert, values)) as { id: number }
    await audited(tx, now, actor, made.id, detail)
    return made.id
  })

const stop = statement((q, p: Params<{ id: number; now: number }>) =>
  q
    .updateTable('practice_plan')
    .set({ status: 'stopped', why: '', updated_at: p.now })
    .where('id', '=', p.id)
    .where('status', 'in', ['planned', 'announced']),
)
const drop = statement((q, p: Params<{ id: number }>) => q.deleteFrom('practice_plan').where('id', '=', p.id))

/** Nothing more goes out by itself; what was announced stays. Throws Failure forbidden, notFound, conflict. */
export const stopPlan = (people: People, actor: Actor, id: number): Promise<void> =>
  people.ctx.store.writeGlobal(async (tx) => {
    const now = people.ctx.clock.now()
    await requireFraudAct(tx, actor, 'practise', now)
    await getPlan(tx, id)
    if ((await tx.run(stop, { id, now })).changes === 0) throw new Failure('conflict', 'it does not go on anyway')
    await audited(tx, now, actor, id, 'stop')
  })

/** Throws Failure forbidden, notFound. */
export const deletePlan = (people: People, actor: Actor, id: number): Promise<void> =>
  people.ctx.store.writeGlobal(async (tx) => {
    const now = people.ctx.clock.now()
    await requireFraudAct(tx, actor, 'practise', now)
    const plan = await getPlan(tx, id)
    await tx.run(drop, { id })
    await audited(tx, now, actor, id, `delete ${plan.name}`)
  })
