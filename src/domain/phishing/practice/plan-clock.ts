/**
 * What planned campaigns do by themselves: the announcement as an official notice, then the practice, then the next year.
 * Each step is one transaction with the row that says so: a kill at any instant leaves it done or not done, never twice.
 */
import { isFailure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { countAudience, mayAddress } from '../../directory/audience.ts'
import type { Actor } from '../../directory/delegation.ts'
import { maySpeakFor, what } from '../../notices/rights.ts'
import { publishWithin } from '../../notices/write.ts'
import { appendAudit } from '../../people/audit.ts'
import type { People } from '../../people/people.ts'
import { parisMoment, parisTime } from '../../support/paris.ts'
import { fraudActsOf } from '../rights.ts'
import { beginWithin, fewest } from './campaigns.ts'
import { getPlan, notice, type Plan, type PlanObstacle, type PlanStatus } from './plans.ts'

/** The same day and hour on the wall a year later; the 29th of February is the 28th then. */
export const nextYear = (at: number): number => {
  const { day, minutes } = parisTime(at)
  const wanted = `${Number(day.slice(0, 4)) + 1}${day.slice(4)}`
  const isLeapDay = wanted.endsWith('-02-29')
  return parisMoment(isLeapDay ? wanted.replace(/29$/, '28') : wanted, minutes)
}

const due = statement((q, p: Params<{ now: number }>) =>
  q
    .selectFrom('practice_plan')
    .select(['id', 'status'])
    .where((eb) =>
      eb.or([
        eb.and([eb('status', '=', 'planned'), eb('announce_at', '<=', p.now)]),
        eb.and([eb('status', '=', 'announced'), eb('begins_at', '<=', p.now)]),
      ]),
    )
    .orderBy('id')
    .limit(20),
)
const author = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('account').select(['id', 'login', 'admin']).where('id', '=', p.id).where('status', '=', 'active'),
)
/** Of several processes at the same moment one has the row, the others wait for it and find nothing left to do. */
const claim = statement((q, p: Params<{ id: number; was: string; status: string; updated: number; now: number }>) =>
  q
    .updateTable('practice_plan')
    .set({ status: p.status, updated_at: p.now })
    .where('id', '=', p.id)
    .where('status', '=', p.was)
    .where('updated_at', '=', p.updated),
)
const step = statement(
  (
    q,
    p: Params<{
      id: number
      status: string
      why: string
      announce: number
      begins: number
      notice: number | null
      campaign: number | null
      rounds: number
      now: number
    }>,
  ) =>
    q
      .updateTable('practice_plan')
      .set({
        status: p.status,
        why: p.why,
        announce_at: p.announce,
        begins_at: p.begins,
        notice_id: p.notice,
        campaign_id: p.campaign,
        rounds: p.rounds,
        updated_at: p.now,
      })
      .where('id', '=', p.id),
)

/** Whoever planned it, when they may still do both; undefined when not. */
const answeringFor = async (tx: Reader, plan: Plan, now: number): Promise<Actor | undefined> => {
  const row = plan.authorId === null ? undefined : await tx.first(author, { id: plan.authorId })
  if (!row) return
  const actor: Actor = { accountId: row.id, login: row.login, admin: row.admin === 1 }
  const may =
    (await fraudActsOf(tx, actor, now)).includes('practise') &&
    (await maySpeakFor(tx, actor, '', now)) &&
    (await mayAddress(tx, actor, what, plan.audience, now))
  return may ? actor : undefined
}

const isMine = async (tx: Writer, plan: Plan, status: PlanStatus, now: number): Promise<boolean> => {
  const { id, status: was, updatedAt: updated } = plan
  return (await tx.run(claim, { id, was, status, updated, now })).changes > 0
}

type Change = Partial<Pick<Plan, 'announceAt' | 'beginsAt' | 'noticeId' | 'campaignId' | 'rounds'>>

const move = async (
  tx: Writer,
  plan: Plan,
  to: { readonly status: PlanStatus; readonly why?: PlanObstacle } & Change,
  now: number,
  detail: string,
): Promise<void> => {
  const next = { ...plan, why: '' as PlanObstacle, ...to }
  await tx.run(step, {
    id: plan.id,
    status: next.status,
    why: next.why,
    announce: next.announceAt,
    begins: next.beginsAt,
    notice: next.noticeId,
    campaign: next.campaignId,
    rounds: next.rounds,
    now,
  })
  await appendAudit(tx, now, { actor: plan.author, action: 'phishing.plan', target: `#${plan.id}`, detail })
}

const announce = (people: People, id: number): Promise<boolean> =>
  people.ctx.store.writeGlobal(async (tx) => {
    const now = people.ctx.clock.now()
    const plan = await getPlan(tx, id)
    if (plan.status !== 'planned' || plan.announceAt > now) return false
    if (!(await isMine(tx, plan, 'announced', now))) return false
    const actor = await answeringFor(tx, plan, now)
    if (!actor) {
      await move(tx, plan, { status: 'stopped', why: 'rights' }, now, 'stopped: rights')
      return false
    }
    const { title, text: body, audience } = plan
    const wording = { uai: '', title, body, audience, urgent: false, acknowledge: false, expiresAt: null }
    const noticeId = await publishWithin(tx, actor, now, wording)
    // Late, after a standstill: people still have their day.
    const beginsAt = Math.max(plan.beginsAt, now + notice)
    const to = { status: 'announced', noticeId, beginsAt, rounds: plan.rounds + 1 } as const
    await move(tx, plan, to, now, `announce, notice ${noticeId}`)
    return true
  })

/** Next year's, counted from what was planned; a server that stood still for years does not make up for them. */
const following = (plan: Plan, now: number): { readonly status: PlanStatus } & Change => {
  if (!plan.repeats) return { status: 'ended' }
  let { announceAt, beginsAt } = plan
  do [announceAt, beginsAt] = [nextYear(announceAt), nextYear(beginsAt)]
  while (announceAt <= now)
  return { status: 'planned', announceAt, beginsAt }
}

const begin = async (people: People, id: number): Promise<void> => {
  const { store, clock } = people.ctx
  const { audience } = await store.read((tx) => getPlan(tx, id))
  const count = await countAudience(store, audience, clock.now())
  await store.writeGlobal(async (tx) => {
    const now = clock.now()
    const plan = await getPlan(tx, id)
    if (plan.status !== 'announced' || plan.beginsAt > now) return
    const next = following(plan, now)
    if (!(await isMine(tx, plan, next.status, now))) return
    const { template } = plan
    if (template === 'none') return move(tx, plan, next, now, 'over')
    const actor = await answeringFor(tx, plan, now)
    if (!actor) return move(tx, plan, { status: 'stopped', why: 'rights' }, now, 'stopped: rights')
    if (count < fewest) return move(tx, plan, { ...next, why: 'few' }, now, `fewer than ${fewest} people`)
    const campaignId = await beginWithin(tx, actor, now, { ...plan, template }, count)
    return move(tx, plan, { ...next, campaignId }, now, `begin, campaign ${campaignId}`)
  })
}

/** Does what planned campaigns have to do now. Returns how many there were. */
export const runPlans = async (people: People): Promise<number> => {
  const { store, clock, log } = people.ctx
  const rows = await store.read((tx) => tx.all(due, { now: clock.now() }))
  for (const { id, status } of rows)
    try {
      if (status === 'announced') await begin(people, id)
      else if (await announce(people, id)) store.bus.publishTopic('outbox')
    } catch (error) {
      // Removed meanwhile, or something that passes: it is looked at again at the next round.
      if (!isFailure(error) || error.code !== 'notFound') log.error('phishing.plan', { plan: id }, error)
    }
  return rows.length
}
