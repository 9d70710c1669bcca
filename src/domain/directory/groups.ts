/** Groups and who is in them: the rule of group-keys.ts as questions to the store, and groups made by hand. */
import { Failure } from '#base/failure.ts'
import { type Params, type QueryBuilder, type Reader, statement } from '#store/engine.ts'
import { classesOf } from './classes.ts'
import { type ChildClass, computeGroups, type Group, groupKey, parseGroupKey } from './group-keys.ts'
import { sameColumn } from './prefix.ts'
import { type Profile, profilesOf } from './profiles.ts'

const childClasses = statement((q, p: Params<{ account: number; now: number }>) =>
  q
    .selectFrom('relation')
    .innerJoin('class_member', 'class_member.account_id', 'relation.child_id')
    .innerJoin('profile', (join) =>
      join
        .onRef('profile.account_id', '=', 'relation.child_id')
        .onRef('profile.uai', '=', 'class_member.uai')
        .on('profile.kind', '=', 'pupil'),
    )
    .select(['class_member.uai as uai', 'class_member.class as class', 'class_member.kind as kind'])
    .distinct()
    .where('relation.account_id', '=', p.account)
    .where('class_member.role', '=', 'pupil')
    .where((eb) => eb.or([eb('profile.starts_at', 'is', null), eb('profile.starts_at', '<=', p.now)]))
    .where((eb) => eb.or([eb('profile.ends_at', 'is', null), eb('profile.ends_at', '>', p.now)])),
)

const manualOf = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('manual_group_member').select('group_id').where('account_id', '=', p.account).orderBy('group_id'),
)

/** Keys of the groups an account is in now, computed ones first. */
export const groupsOf = async (tx: Reader, account: number, now = Date.now()): Promise<string[]> => {
  const profiles = await profilesOf(tx, account, now)
  const memberships = profiles.length === 0 ? [] : await classesOf(tx, account)
  const isParent = profiles.some(({ kind }) => kind === 'parent')
  const children: ChildClass[] = isParent ? await tx.all(childClasses, { account, now }) : []
  const manual = await tx.all(manualOf, { account })
  return [
    ...computeGroups(profiles, memberships, children).map(groupKey),
    ...manual.map(({ group_id }) => groupKey({ type: 'manual', id: group_id })),
  ]
}

/** The same under one profile only (undefined: none); groups made by hand are of the person, whatever the profile. */
export const groupsOfProfile = async (
  tx: Reader,
  account: number,
  profile: Profile | undefined,
  now = Date.now(),
): Promise<string[]> => {
  const memberships = profile === undefined ? [] : await classesOf(tx, account)
  const children: ChildClass[] = profile?.kind === 'parent' ? await tx.all(childClasses, { account, now }) : []
  const manual = await tx.all(manualOf, { account })
  return [
    ...computeGroups(profile ? [profile] : [], memberships, children).map(groupKey),
    ...manual.map(({ group_id }) => groupKey({ type: 'manual', id: group_id })),
  ]
}

// -- members ---------------------------------------------------------------------------------------------------------

/** Accounts with a profile in force. */
const holders = (q: QueryBuilder, now: number) =>
  q
    .selectFrom('profile')
    .select('profile.account_id as id')
    .where((eb) => eb.or([eb('profile.starts_at', 'is', null), eb('profile.starts_at', '<=', now)]))
    .where((eb) => eb.or([eb('profile.ends_at', 'is', null), eb('profile.ends_at', '>', now)]))

const classMembers = (q: QueryBuilder, group: Extract<Group, { type: 'class' | 'group' }>, now: number) => {
  const here = q
    .selectFrom('class_member')
    .select('class_member.account_id')
    .where('class_member.uai', '=', group.uai)
    .where('class_member.class', '=', group.name)
    .where('class_member.kind', '=', group.type)
  const inSchool = holders(q, now).where('profile.uai', '=', group.uai)
  const pupils = inSchool
    .where('profile.kind', '=', 'pupil')
    .where('profile.account_id', 'in', here.where('class_member.role', '=', 'pupil'))
  if (group.side === 'pupils') return pupils
  if (group.side === 'teachers')
    return inSchool
      .where('profile.kind', 'not in', ['pupil', 'parent'])
      .where('profile.account_id', 'in', here.where('class_member.role', '!=', 'pupil'))
  const adults = q.selectFrom('relation').select('relation.account_id').where('relation.child_id', 'in', pupils)
  return inSchool.where('profile.kind', '=', 'parent').where('profile.account_id', 'in', adults)
}

/** Accounts of a group, unordered; an account may come twice. */
export const memberIds = (q: QueryBuilder, group: Exclude<Group, { type: 'manual' }>, now: number) => {
  const inForce = holders(q, now)
  switch (group.type) {
    case 'profile': {
      const ofKind = inForce.where('profile.kind', '=', group.kind)
      return group.uai === '' ? ofKind : ofKind.where('profile.uai', '=', group.uai)
    }
    case 'staff':
      return inForce.where('profile.uai', '=', group.uai).where('profile.kind', 'not in', ['pupil', 'parent'])
    case 'discipline':
      return inForce
        .where('profile.uai', '=', group.uai)
        .where('profile.kind', '=', 'teacher')
        .where('profile.discipline', '=', group.name)
    case 'function':
      return inForce
        .where('profile.uai', '=', group.uai)
        .where('profile.kind', 'not in', ['pupil', 'parent', 'teacher'])
        .where('profile.function_code', '=', group.name)
    default:
      return classMembers(q, group, now)
  }
}

export const manualMembers = (q: QueryBuilder, id: number) =>
  q.selectFrom('manual_group_member').select('manual_group_member.account_id as id').where('group_id', '=', id)

export interface Member {
  readonly id: number
  readonly login: string
  readonly name: string
  readonly email: string
}

export interface MemberPage {
  readonly members: readonly Member[]
  /** To be given as `after`; null at the end. */
  readonly next: number | null
}

/** Throws Failure notFound when the key names no group. */
export const requireGroup = (key: string): Group => {
  const group = parseGroupKey(key)
  if (!group) throw new Failure('notFound', 'no such group')
  return group
}

/**
 * A page of a group, in the order of account numbers: people whose account is active or waits for its activation.
 * Throws Failure notFound (a key that is none).
 */
export const membersOf = async (
  tx: Reader,
  key: string,
  page: { readonly after?: number; readonly limit?: number; readonly now?: number } = {},
): Promise<MemberPage> => {
  const group = requireGroup(key)
  const { after = 0, now = Date.now() } = page
  const limit = Math.max(1, Math.min(page.limit ?? 100, 1000))
  const rows = await tx.query((q) => {
    const accounts = q
      .selectFrom('account')
      .leftJoin('address', (join) =>
        join.onRef('address.account_id', '=', 'account.id').on('address.kind', '=', 'primary'),
      )
      .select(['account.id as id', 'account.login as login', 'account.name as name', 'address.address as email'])
      .where('account.status', '=', 'active')
      .where('account.id', '>', after)
      .orderBy('account.id')
      .limit(limit + 1)
    if (group.type === 'manual') return accounts.where('account.id', 'in', manualMembers(q, group.id))
    const ids = memberIds(q, group, now)
    // Of the whole académie: one account after another ends sooner than the list of them all.
    return group.type === 'profile' && group.uai === ''
      ? accounts.where((eb) => eb.exists(ids.where(sameColumn('profile.account_id', 'account.id'))))
      : accounts.where('account.id', 'in', ids)
  })
  const members = rows.slice(0, limit).map((row) => ({ ...row, email: row.email ?? '' }))
  return { members, next: rows.length > limit ? (members.at(-1)?.id ?? null) : null }
}

/** How many active accounts a group has. */
export const countMembers = async (tx: Reader, key: string, now = Date.now()): Promise<number> => {
  const group = requireGroup(key)
  const rows = await tx.query((q) =>
    q
      .selectFrom('account')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('account.status', '=', 'active')
      .where('account.id', 'in', group.type === 'manual' ? manualMembers(q, group.id) : memberIds(q, group, now)),
  )
  return Number(rows[0]?.n ?? 0)
}

// -- the groups of a school ------------------------------------------------------------------------------------------

const profileShapes = statement((q, p: Params<{ uai: string; now: number }>) =>
  q
    .selectFrom('profile')
    .select(['kind', 'function_code as functionCode', 'discipline'])
    .distinct()
    .where('uai', '=', p.uai)
    .where((eb) => eb.or([eb('starts_at', 'is', null), eb('starts_at', '<=', p.now)]))
    .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', p.now)]))
    .orderBy('kind'),
)
const classShapes = statement((q, p: Params<{ uai: string }>) =>
  q.selectFrom('class_member').select(['class', 'kind', 'role']).distinct().where('uai', '=', p.uai).orderBy('class'),
)

/** The computed groups of a school that could have somebody, from its profiles and classes. */
export const schoolGroups = async (
  tx: Reader,
  uai: string,
  now = Date.now(),
): Promise<Exclude<Group, { type: 'manual' }>[]> => {
  const shapes = await tx.all(profileShapes, { uai, now })
  const lines = await tx.all(classShapes, { uai })
  const found = new Map<string, Group>()
  for (const shape of shapes) {
    const profile = { id: 0, ...shape, uai, schoolName: '', title: '', classes: [], source: '', endsAt: null }
    const memberships = lines.map((one) => ({ ...one, uai, subject: '' }))
    const children = lines.filter(({ role }) => role === 'pupil').map((one) => ({ ...one, uai }))
    for (const group of computeGroups([profile], memberships, children))
      if (group.type !== 'manual' && group.uai === uai) found.set(groupKey(group), group)
  }
  return [...found.values()].flatMap((group) => (group.type === 'manual' ? [] : [group]))
}
