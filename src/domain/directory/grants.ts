/** Naming the persons who help the head of a school, and taking it back. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { notifyOwner } from '../people/alerts.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { type Actor, familyKinds, rankOf, requirePlatform, requireTask, wholeAcademy } from './delegation.ts'
import { type Profile, profilesOf } from './profiles.ts'
import { type Task, taskNames, tasks } from './tasks.data.ts'

export interface Grant {
  readonly account: number
  readonly name: string
  readonly login: string
  readonly uai: string
  readonly schoolName: string
  readonly task: Task
  readonly grantedBy: string
  readonly at: number
  readonly endsAt: number | null
}

const put = statement(
  (q, p: Params<{ account: number; uai: string; task: string; by: string; at: number; ends: number | null }>) =>
    q
      .insertInto('delegation')
      .values({ account_id: p.account, uai: p.uai, task: p.task, granted_by: p.by, at: p.at, ends_at: p.ends })
      .onConflict((on) =>
        on.columns(['account_id', 'uai', 'task']).doUpdateSet((eb) => ({
          granted_by: eb.ref('excluded.granted_by'),
          at: eb.ref('excluded.at'),
          ends_at: eb.ref('excluded.ends_at'),
        })),
      ),
)
const drop = statement((q, p: Params<{ account: number; uai: string; task: string }>) =>
  q.deleteFrom('delegation').where('account_id', '=', p.account).where('uai', '=', p.uai).where('task', '=', p.task),
)

/** True for what may be given in a school, or for the whole académie. */
const isGiven = (task: Task, uai: string): boolean =>
  uai === wholeAcademy ? tasks[task].academy : tasks[task].delegable

/** Within a transaction, without asking who may: gives a task. Throws Failure invalid (a task that is not given there). */
export const putGrant = async (
  tx: Writer,
  now: number,
  grant: { account: number; uai: string; task: string; by: string; endsAt?: number | null },
): Promise<void> => {
  const task = taskNames.find((name) => name === grant.task)
  if (task === undefined || !isGiven(task, grant.uai))
    throw new Failure('invalid', `${grant.task} is not a task that can be given`, { property: 'tasks' })
  await tx.run(put, { account: grant.account, uai: grant.uai, task, by: grant.by, at: now, ends: grant.endsAt ?? null })
}

interface Change {
  readonly account: number
  readonly uai: string
  readonly tasks: readonly string[]
  readonly endsAt?: number | null
  readonly ip?: string
}

/** Only the head's own people, or the académie's: staff, and nobody who is already above. */
const checkHelper = async (tx: Reader, now: number, actor: Actor, { account, uai }: Change): Promise<void> => {
  if (uai === wholeAcademy) requirePlatform(actor)
  else await requireTask(tx, actor, 'delegate', uai, now)
  if (account === actor.accountId) throw new Failure('forbidden', 'nobody names themselves', { property: 'self' })
  const profiles = await profilesOf(tx, account, now)
  const isStaffOf = (one: Profile) => one.uai === uai && !familyKinds.has(one.kind)
  const here = uai !== wholeAcademy && profiles.some(isStaffOf)
  const academy = profiles.some(({ kind }) => kind === 'academy')
  if (!here && !(actor.admin && academy))
    throw new Failure('forbidden', 'only staff of the school, or of the académie, can be given this', {
      property: 'scope',
    })
  if ((await rankOf(tx, account, now)) >= 2 && !actor.admin)
    throw new Failure('forbidden', 'this person has as many rights already', { property: 'privilege' })
}

/** Names a helper for exactly these tasks, in addition to those already given. Throws Failure forbidden, invalid. */
export const grantTasks = async (people: People, actor: Actor, change: Change): Promise<void> => {
  const now = people.ctx.clock.now()
  const { account, uai, ip = '', endsAt = null } = change
  if (change.tasks.length === 0) throw new Failure('invalid', 'at least one task is needed', { property: 'tasks' })
  if (endsAt !== null && endsAt <= now) throw new Failure('invalid', 'the end has passed', { property: 'endsAt' })
  await people.ctx.store.writeGlobal(async (tx) => {
    await checkHelper(tx, now, actor, change)
    for (const task of change.tasks) await putGrant(tx, now, { account, uai, task, by: actor.login, endsAt })
    const detail = change.tasks.join(' ')
    await appendAudit(tx, now, {
      actor: actor.login,
      action: 'delegation.grant',
      accountId: account,
      target: uai,
      detail,
      ip,
    })
  })
  people.ctx.store.bus.publishTopic('people', account)
  await tellRights(people, account, '+', change.tasks, uai)
}

const academyNames = { fr: 'toute l’académie', en: 'the whole académie' }

/** The person reads what was given or taken, and for which school. */
const tellRights = async (
  people: People,
  account: number,
  sign: '+' | '−',
  names: readonly string[],
  uai: string,
): Promise<void> => {
  const given = taskNames.filter((task) => names.includes(task))
  const detail = (language: 'fr' | 'en') =>
    `${sign} ${given.map((task) => tasks[task][language]).join(', ')} (${uai === wholeAcademy ? academyNames[language] : uai})`
  await notifyOwner(people, account, { kind: 'rights-changed', detail })
}

/** Takes tasks back; all of them in that school when none is named. Throws Failure forbidden. */
export const revokeTasks = async (
  people: People,
  actor: Actor,
  change: Omit<Change, 'tasks'> & { readonly tasks?: readonly string[] },
): Promise<void> => {
  const now = people.ctx.clock.now()
  const { account, uai, ip = '' } = change
  const taken = await people.ctx.store.writeGlobal(async (tx) => {
    if (uai === wholeAcademy) requirePlatform(actor)
    else await requireTask(tx, actor, 'delegate', uai, now)
    const gone: string[] = []
    for (const task of change.tasks ?? taskNames)
      if ((await tx.run(drop, { account, uai, task })).changes > 0) gone.push(task)
    if (gone.length === 0) return gone
    const detail = gone.join(' ')
    await appendAudit(tx, now, {
      actor: actor.login,
      action: 'delegation.revoke',
      accountId: account,
      target: uai,
      detail,
      ip,
    })
    return gone
  })
  people.ctx.store.bus.publishTopic('people', account)
  if (taken.length > 0) await tellRights(people, account, '−', taken, uai)
}

const grants = (q: Parameters<Parameters<typeof statement>[0]>[0]) =>
  q
    .selectFrom('delegation')
    .innerJoin('account', 'account.id', 'delegation.account_id')
    .leftJoin('school', 'school.uai', 'delegation.uai')
    .select([
      'delegation.account_id as account',
      'account.name as name',
      'account.login as login',
      'delegation.uai as uai',
      'school.name as schoolName',
      'delegation.task as task',
      'delegation.granted_by as grantedBy',
      'delegation.at as at',
      'delegation.ends_at as endsAt',
    ])

const grantsOfAccount = statement((q, p: Params<{ account: number }>) =>
  grants(q).where('delegation.account_id', '=', p.account).orderBy('delegation.uai').orderBy('delegation.task'),
)

interface GrantRow extends Omit<Grant, 'schoolName' | 'task'> {
  readonly schoolName: string | null
  readonly task: string
}

const grantOf = (row: GrantRow): Grant[] => {
  const task = taskNames.find((name) => name === row.task)
  return task === undefined ? [] : [{ ...row, task, schoolName: row.schoolName ?? '' }]
}

/** The tasks given to somebody, ended ones too. */
export const grantsOf = async (tx: Reader, account: number): Promise<Grant[]> =>
  (await tx.all(grantsOfAccount, { account })).flatMap(grantOf)

/** The tasks given in these schools (all when absent), by school, person and task; at most a thousand. */
export const listGrants = async (tx: Reader, uais?: readonly string[]): Promise<Grant[]> => {
  if (uais?.length === 0) return []
  const rows = await tx.query((q) => {
    let select = grants(q)
    if (uais) select = select.where('delegation.uai', 'in', [...uais])
    return select
      .orderBy('delegation.uai')
      .orderBy('account.name')
      .orderBy('delegation.account_id')
      .orderBy('delegation.task')
      .limit(1000)
  })
  return rows.flatMap(grantOf)
}
