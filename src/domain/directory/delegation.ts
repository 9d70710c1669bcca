/**
 * Who may act for a school or for the académie, and on whom. Rules, all checked here and nowhere else:
 * - a task is held in a school: by the platform's administrators everywhere, by its head, by whom the head named;
 * - a task for the whole académie is held by those of its staff whom the platform's administrators named;
 * - never outside those schools: nobody learns from us that somebody exists elsewhere;
 * - never on oneself, nor on somebody with as many rights or more (a delegated person does not reset a head).
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'
import type { Principal } from '../people/principal.ts'
import { type Profile, profilesOf } from './profiles.ts'
import { type Task, taskNames, tasks } from './tasks.data.ts'

export type Actor = Pick<Principal, 'accountId' | 'login' | 'admin'> & Partial<Pick<Principal, 'profileId'>>

export interface SchoolPower {
  readonly role: 'head' | 'delegated'
  readonly tasks: ReadonlySet<Task>
}

export interface Powers {
  /** May do everything, everywhere. */
  readonly platform: boolean
  /** Tasks given for the whole académie. */
  readonly academy: ReadonlySet<Task>
  /** By UAI. */
  readonly schools: ReadonlyMap<string, SchoolPower>
}

/** Stands for a UAI in what is given for the whole académie. */
export const wholeAcademy = ''

/** Why not. `scope` also covers somebody who does not exist. */
export type Refusal = 'none' | 'task' | 'scope' | 'privilege' | 'self'

const granted = statement((q, p: Params<{ account: number; now: number }>) =>
  q
    .selectFrom('delegation')
    .select(['uai', 'task'])
    .where('account_id', '=', p.account)
    .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', p.now)])),
)

const headTasks: ReadonlySet<Task> = new Set(taskNames.filter((name) => tasks[name].head))

/** Profiles under which nobody administers a school. */
export const familyKinds: ReadonlySet<string> = new Set(['pupil', 'parent'])

/** Whoever helps a school works there, or for the académie: a task ends with the post it came with. */
const worksFor = (profiles: readonly Profile[], uai: string): boolean =>
  profiles.some(
    (one) => one.kind === 'academy' || (uai !== wholeAcademy && one.uai === uai && !familyKinds.has(one.kind)),
  )

/**
 * What somebody may do, where. Rights follow the session's profile: a head who has chosen to be a parent is a parent,
 * and a head of two schools who has chosen one is the head of that one.
 */
export const powersOf = async (tx: Reader, actor: Actor, now = Date.now()): Promise<Powers> => {
  const schools = new Map<string, { role: 'head' | 'delegated'; tasks: ReadonlySet<Task> }>()
  const academy = new Set<Task>()
  const profiles = await profilesOf(tx, actor.accountId, now)
  const chosen = profiles.find(({ id }) => id === actor.profileId)
  if (!chosen || !familyKinds.has(chosen.kind)) {
    for (const { uai, task } of await tx.all(granted, { account: actor.accountId, now })) {
      const known = taskNames.find((name) => name === task)
      if (known === undefined || !worksFor(profiles, uai)) continue
      if (uai === wholeAcademy && tasks[known].academy) academy.add(known)
      if (uai === wholeAcademy || !tasks[known].delegable) continue
      const before = schools.get(uai)?.tasks ?? []
      schools.set(uai, { role: 'delegated', tasks: new Set([...before, known]) })
    }
    for (const { id, kind, uai } of profiles)
      if (kind === 'head' && uai !== '' && (!chosen || chosen.id === id))
        schools.set(uai, { role: 'head', tasks: headTasks })
  }
  return { platform: actor.admin, academy, schools }
}

/** The schools in which a task is held; `all` for the platform's administrators, and where it was given for the académie. */
export const schoolsFor = (powers: Powers, task?: Task): 'all' | readonly string[] => {
  if (powers.platform || (task !== undefined && powers.academy.has(task))) return 'all'
  const found = [...powers.schools].filter(([, power]) => task === undefined || power.tasks.has(task))
  return found.map(([uai]) => uai)
}

const target = statement((q, p: Params<{ account: number; now: number }>) =>
  q
    .selectFrom('account')
    .select((eb) => [
      'account.admin as admin',
      'account.kind as kind',
      eb
        .selectFrom('delegation')
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('delegation.account_id', '=', p.account)
        .where((e) => e.or([e('delegation.ends_at', 'is', null), e('delegation.ends_at', '>', p.now)]))
        .as('delegations'),
    ])
    .where('account.id', '=', p.account),
)

/** 0 nobody in particular, 1 delegated, 2 head of a school, 3 administrator of the platform. */
export type Rank = 0 | 1 | 2 | 3

interface Standing {
  readonly rank: Rank
  readonly person: boolean
  readonly profiles: readonly Profile[]
}

const standingOf = async (tx: Reader, account: number, now: number): Promise<Standing | undefined> => {
  const row = await tx.first(target, { account, now })
  if (!row) return
  const profiles = await profilesOf(tx, account, now)
  const head = profiles.some(({ kind }) => kind === 'head')
  const rank = row.admin === 1 ? 3 : head ? 2 : Number(row.delegations ?? 0) > 0 ? 1 : 0
  return { rank, person: row.kind === 'person', profiles }
}

/** How privileged an account is, whatever profile it has chosen. */
export const rankOf = async (tx: Reader, account: number, now = Date.now()): Promise<Rank> =>
  (await standingOf(tx, account, now))?.rank ?? 0

/**
 * The schools that answer for a person: where they work, when they work somewhere. The school of a teacher's children
 * must not be able to open the teacher's mailbox.
 */
const answering = (profiles: readonly Profile[]): readonly string[] => {
  const staff = profiles.filter(({ kind }) => !familyKinds.has(kind))
  return [...new Set((staff.length > 0 ? staff : profiles).map(({ uai }) => uai))].filter((uai) => uai !== '')
}

/** Why `actor` may not do `task` in a school; undefined when they may. */
export const refusalInSchool = (powers: Powers, task: Task, uai: string): Refusal | undefined => {
  if (powers.platform || powers.academy.has(task)) return
  if (powers.schools.size === 0) return 'none'
  const power = powers.schools.get(uai)
  if (!power) return 'scope'
  return power.tasks.has(task) ? undefined : 'task'
}

/** Why `actor` may not do `task` to `account`; undefined when they may. `hold`: as if the task could lead to holding it. */
export const refusalOn = async (
  tx: Reader,
  actor: Actor,
  task: Task,
  account: number,
  now = Date.now(),
  hold: boolean = tasks[task].hold,
): Promise<Refusal | undefined> => {
  const powers = await powersOf(tx, actor, now)
  // What could lead to holding an account is never given for the whole académie.
  const everywhere = powers.platform || (!hold && powers.academy.has(task))
  if (!everywhere && powers.schools.size === 0) return 'none'
  const standing = await standingOf(tx, account, now)
  if (!standing?.person) return 'scope'
  if (everywhere && account === actor.accountId) return 'self'
  if (powers.platform) return
  if (everywhere) return standing.rank >= 2 ? 'privilege' : undefined
  const places = hold ? answering(standing.profiles) : standing.profiles.map(({ uai }) => uai)
  const own = places.filter((uai) => powers.schools.has(uai))
  if (own.length === 0) return 'scope'
  const allowing = own.flatMap((uai) => powers.schools.get(uai) ?? []).filter((power) => power.tasks.has(task))
  if (allowing.length === 0) return 'task'
  if (account === actor.accountId) return 'self'
  const rank = allowing.some(({ role }) => role === 'head') ? 2 : 1
  return standing.rank >= rank ? 'privilege' : undefined
}

/** True when `actor` may do `task` to `account` now. */
export const may = async (tx: Reader, actor: Actor, task: Task, account: number, now = Date.now()): Promise<boolean> =>
  (await refusalOn(tx, actor, task, account, now)) === undefined

const explained: Readonly<Record<Refusal, string>> = {
  none: 'no task of administration was given to you',
  task: 'this task was not given to you',
  scope: 'this is not in your schools',
  privilege: 'this person has as many rights as you, or more',
  self: 'nobody administers their own account',
}

const refuse = (refusal: Refusal): Failure => new Failure('forbidden', explained[refusal], { property: refusal })

/** Throws Failure forbidden whose `property` is the Refusal. */
export const requireMay = async (
  tx: Reader,
  actor: Actor,
  task: Task,
  account: number,
  now = Date.now(),
  hold: boolean = tasks[task].hold,
): Promise<void> => {
  const refusal = await refusalOn(tx, actor, task, account, now, hold)
  if (refusal !== undefined) throw refuse(refusal)
}

/** Throws Failure forbidden (`property` is the Refusal) unless `actor` holds the task in the school. Returns the powers. */
export const requireTask = async (
  tx: Reader,
  actor: Actor,
  task: Task,
  uai: string,
  now = Date.now(),
): Promise<Powers> => {
  const powers = await powersOf(tx, actor, now)
  const refusal = refusalInSchool(powers, task, uai)
  if (refusal !== undefined) throw refuse(refusal)
  return powers
}

/** Throws Failure forbidden unless `actor` administers the platform. */
export const requirePlatform = (actor: Actor): void => {
  if (!actor.admin) throw refuse('task')
}

/** Throws Failure forbidden (`property` task) unless `actor` may do it for the whole académie. */
export const requireForAcademy = async (ctx: Context, actor: Actor, task: Task): Promise<void> => {
  const powers = await ctx.store.read((tx) => powersOf(tx, actor, ctx.clock.now()))
  if (!powers.platform && !powers.academy.has(task)) throw refuse('task')
}

/** The tasks that `actor` may do to `account` now. */
export const tasksOn = async (tx: Reader, actor: Actor, account: number, now = Date.now()): Promise<Task[]> => {
  const allowed: Task[] = []
  for (const task of taskNames) if (await may(tx, actor, task, account, now)) allowed.push(task)
  return allowed
}
