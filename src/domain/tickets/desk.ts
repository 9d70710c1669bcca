/** Who answers a request for help: those with the task in its school or for the académie, and the platform's administrators. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { type Actor, type Powers, powersOf, schoolsFor, wholeAcademy } from '../directory/delegation.ts'
import { type Act, type Role, rights, type Status } from './rights.data.ts'

export interface Placed {
  readonly accountId: number | null
  readonly uai: string
  readonly status: Status
}

/** What somebody is to a request. */
export const roleIn = (powers: Powers, actor: Pick<Actor, 'accountId'>, ticket: Placed): Role => {
  if (ticket.accountId === actor.accountId) return 'owner'
  if (powers.platform || powers.academy.has('tickets')) return 'desk'
  return ticket.uai !== '' && powers.schools.get(ticket.uai)?.tasks.has('tickets') ? 'desk' : 'none'
}

/** True when a role may do something to a request as it stands. */
export const mayDo = (role: Role, act: Act, status: Status): boolean => {
  const right = rights[act]
  return role !== 'none' && right[role] && (right.in as readonly Status[]).includes(status)
}

/**
 * Throws Failure notFound (a request that is none of theirs: nobody learns that it exists), forbidden (not theirs to do),
 * conflict (not as it stands).
 */
export const requireAct = async (tx: Reader, actor: Actor, act: Act, ticket: Placed, now: number): Promise<Role> => {
  const role = roleIn(await powersOf(tx, actor, now), actor, ticket)
  if (role === 'none') throw new Failure('notFound', 'there is no such request')
  if (!rights[act][role]) throw new Failure('forbidden', 'that is not yours to do', { property: 'task' })
  if (!mayDo(role, act, ticket.status)) throw new Failure('conflict', `a request that is ${ticket.status}`)
  return role
}

/** The schools whose queue somebody sees; throws Failure forbidden when there is none. */
export const queueScope = async (tx: Reader, actor: Actor, now: number): Promise<'all' | readonly string[]> => {
  const scope = schoolsFor(await powersOf(tx, actor, now), 'tickets')
  if (scope !== 'all' && scope.length === 0) throw new Failure('forbidden', 'no queue is yours', { property: 'none' })
  return scope
}

const delegated = statement((q, p: Params<{ uai: string; now: number }>) =>
  q
    .selectFrom('delegation')
    .select('account_id as id')
    .where('uai', '=', p.uai)
    .where('task', '=', 'tickets')
    .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', p.now)]))
    .limit(20),
)

const heads = statement((q, p: Params<{ uai: string; now: number }>) =>
  q
    .selectFrom('profile')
    .select('account_id as id')
    .where('uai', '=', p.uai)
    .where('kind', '=', 'head')
    .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', p.now)]))
    .limit(5),
)

const admins = statement((q) =>
  q.selectFrom('account').select('id').where('admin', '=', 1).where('status', '=', 'active').orderBy('id').limit(20),
)

/** Who answers for the académie: its own helpers, the platform's administrators when there are none. */
const academyDesk = async (tx: Reader, now: number): Promise<number[]> => {
  const helpers = await tx.all(delegated, { uai: wholeAcademy, now })
  return (helpers.length > 0 ? helpers : await tx.all(admins, {})).map(({ id }) => id)
}

/** Who is told of a new request: the helpers of its school, its head when there are none; else those of the académie. */
export const deskOf = async (tx: Reader, uai: string, level: number, now: number): Promise<number[]> => {
  if (level === 1 && uai !== '') {
    const helpers = await tx.all(delegated, { uai, now })
    const found = helpers.length > 0 ? helpers : await tx.all(heads, { uai, now })
    if (found.length > 0) return [...new Set(found.map(({ id }) => id))]
  }
  return academyDesk(tx, now)
}

const helperRows = (tx: Reader, ids: readonly number[]) =>
  tx.query((q) =>
    q
      .selectFrom('account')
      .select(['id', 'login', 'name', 'admin', 'locale'])
      .where('id', 'in', [...ids])
      .where('status', '=', 'active')
      .orderBy('name')
      .orderBy('id'),
  )

export interface Helper {
  readonly id: number
  readonly name: string
  readonly language: 'fr' | 'en'
}

/** Who a request may be given to: those of its school and of the académie who answer; never its own writer. */
export const helpersFor = async (tx: Reader, ticket: Placed, now: number): Promise<Helper[]> => {
  const ids = [
    ...new Set([
      ...(await deskOf(tx, ticket.uai, 1, now)),
      ...(await academyDesk(tx, now)),
      ...(await tx.all(admins, {})).map(({ id }) => id),
    ]),
  ]
  const found: Helper[] = []
  for (const { id, login, name, admin, locale } of ids.length === 0 ? [] : await helperRows(tx, ids)) {
    const actor = { accountId: id, login, admin: admin === 1 }
    if (roleIn(await powersOf(tx, actor, now), actor, ticket) === 'desk')
      found.push({ id, name, language: locale.startsWith('en') ? 'en' : 'fr' })
  }
  return found
}

/** True when somebody in the school answers. */
export const schoolAnswers = async (tx: Reader, uai: string, now: number): Promise<boolean> =>
  uai !== '' && ((await tx.all(delegated, { uai, now })).length > 0 || (await tx.all(heads, { uai, now })).length > 0)
