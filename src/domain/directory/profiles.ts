/**
 * Profiles: what a person is for the Éducation nationale, at a place. One person may hold several (a teacher in three
 * schools, a teacher who is also a parent); which one counts is a choice of the session, never a field of the person.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { ProfileKind } from '#store/schema/directory.ts'

export type { ProfileKind } from '#store/schema/directory.ts'

export const profileKinds: readonly ProfileKind[] = [
  'teacher',
  'head',
  'school-life',
  'administrative',
  'technical',
  'pupil',
  'parent',
  'academy',
]

export interface Profile {
  readonly id: number
  readonly kind: ProfileKind
  /** Empty for the académie. */
  readonly uai: string
  /** Empty without a school. */
  readonly schoolName: string
  /** ENTPersonFonctions code: ENS, DOC, DIR, EDU...; empty when none. */
  readonly functionCode: string
  readonly discipline: string
  readonly title: string
  /** Names of the classes and groups the person belongs to or teaches in that school, sorted. */
  readonly classes: readonly string[]
  /** Who says so: manual, ldap, scim... */
  readonly source: string
  readonly endsAt: number | null
}

const columns = (q: Parameters<Parameters<typeof statement>[0]>[0]) =>
  q
    .selectFrom('profile')
    .leftJoin('school', 'school.uai', 'profile.uai')
    .select([
      'profile.account_id as account',
      'profile.id as id',
      'profile.kind as kind',
      'profile.uai as uai',
      'school.name as schoolName',
      'profile.function_code as functionCode',
      'profile.discipline as discipline',
      'profile.title as title',
      'profile.source as source',
      'profile.ends_at as endsAt',
    ])

const rows = statement((q, p: Params<{ account: number; now: number }>) =>
  columns(q)
    .where('profile.account_id', '=', p.account)
    .where((eb) => eb.or([eb('profile.starts_at', 'is', null), eb('profile.starts_at', '<=', p.now)]))
    .where((eb) => eb.or([eb('profile.ends_at', 'is', null), eb('profile.ends_at', '>', p.now)]))
    .orderBy('profile.id'),
)

const classes = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('class_member').select(['uai', 'class', 'role']).where('account_id', '=', p.account).orderBy('class'),
)

/** Whether a line of class_member says something about a profile of this kind. */
const concerns = (kind: ProfileKind, role: string): boolean =>
  kind === 'pupil' ? role === 'pupil' : kind !== 'parent' && role !== 'pupil'

interface Row extends Omit<Profile, 'schoolName' | 'classes'> {
  readonly account: number
  readonly schoolName: string | null
}

interface Membership {
  readonly uai: string
  readonly class: string
  readonly role: string
}

const profileOf = ({ account: _, ...row }: Row, memberships: readonly Membership[]): Profile => {
  const here = memberships.filter((one) => one.uai === row.uai && concerns(row.kind, one.role))
  return { ...row, schoolName: row.schoolName ?? '', classes: [...new Set(here.map((one) => one.class))] }
}

/** The profiles of an account that are in force at `now`, the oldest first. */
export const profilesOf = async (tx: Reader, account: number, now = Date.now()): Promise<Profile[]> => {
  const found = await tx.all(rows, { account, now })
  if (found.length === 0) return []
  const memberships = await tx.all(classes, { account })
  return found.map((row) => profileOf(row, memberships))
}

/** The same for a page of accounts, in two questions. */
export const profilesOfMany = async (
  tx: Reader,
  accounts: readonly number[],
  now = Date.now(),
): Promise<ReadonlyMap<number, readonly Profile[]>> => {
  if (accounts.length === 0) return new Map()
  const found = await tx.query((q) =>
    columns(q)
      .where('profile.account_id', 'in', [...accounts])
      .where((eb) => eb.or([eb('profile.starts_at', 'is', null), eb('profile.starts_at', '<=', now)]))
      .where((eb) => eb.or([eb('profile.ends_at', 'is', null), eb('profile.ends_at', '>', now)]))
      .orderBy('profile.id'),
  )
  const memberships = await tx.query((q) =>
    q
      .selectFrom('class_member')
      .select(['account_id as account', 'uai', 'class', 'role'])
      .where('account_id', 'in', [...accounts])
      .orderBy('class'),
  )
  const classesOf = Map.groupBy(memberships, (one) => one.account)
  const byAccount = new Map<number, Profile[]>()
  for (const row of found)
    byAccount.set(row.account, [
      ...(byAccount.get(row.account) ?? []),
      profileOf(row, classesOf.get(row.account) ?? []),
    ])
  return byAccount
}

/** Whom the password and factor policies speak of. */
export type Population = 'pupil' | 'parent' | 'staff' | 'administrator'

const powers = statement((q, p: Params<{ account: number; now: number }>) =>
  q
    .selectFrom('account')
    .select((eb) => [
      'account.admin as admin',
      eb
        .selectFrom('delegation')
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('delegation.account_id', '=', p.account)
        .where((e) => e.or([e('delegation.ends_at', 'is', null), e('delegation.ends_at', '>', p.now)]))
        .as('delegations'),
    ])
    .where('account.id', '=', p.account),
)

/**
 * The population an account belongs to, the most privileged one: the platform's administrators, heads of schools and
 * delegated persons are `administrator`; who has no profile is staff (nobody is treated more leniently by default).
 */
export const populationOf = async (tx: Reader, account: number, now = Date.now()): Promise<Population> => {
  const power = await tx.first(powers, { account, now })
  const found = await tx.all(rows, { account, now })
  if (power?.admin === 1 || Number(power?.delegations ?? 0) > 0 || found.some(({ kind }) => kind === 'head'))
    return 'administrator'
  if (found.length === 0 || found.some(({ kind }) => kind !== 'pupil' && kind !== 'parent')) return 'staff'
  return found.some(({ kind }) => kind === 'parent') ? 'parent' : 'pupil'
}

export interface NewProfile {
  readonly kind: ProfileKind
  readonly uai?: string
  readonly functionCode?: string
  readonly discipline?: string
  readonly title?: string
  readonly source?: string
  readonly startsAt?: number | null
  readonly endsAt?: number | null
}

const insert = statement(
  (
    q,
    p: Params<{
      account: number
      kind: ProfileKind
      uai: string
      functionCode: string
      discipline: string
      title: string
      source: string
      starts: number | null
      ends: number | null
      at: number
    }>,
  ) =>
    q
      .insertInto('profile')
      .values({
        account_id: p.account,
        kind: p.kind,
        uai: p.uai,
        function_code: p.functionCode,
        discipline: p.discipline,
        title: p.title,
        source: p.source,
        starts_at: p.starts,
        ends_at: p.ends,
        created_at: p.at,
      })
      .returning('id'),
)

const schoolExists = statement((q, p: Params<{ uai: string }>) =>
  q.selectFrom('school').select('uai').where('uai', '=', p.uai),
)

/** Kinds that are always of a school. */
const schoolBound: ReadonlySet<ProfileKind> = new Set([
  'teacher',
  'head',
  'school-life',
  'administrative',
  'technical',
  'pupil',
])

/** Within a transaction: gives a profile. Returns its id. Throws Failure invalid (`property` kind or uai). */
export const addProfile = async (tx: Writer, now: number, account: number, wanted: NewProfile): Promise<number> => {
  const { kind, uai = '' } = wanted
  if (!profileKinds.includes(kind)) throw new Failure('invalid', `no profile ${String(kind)}`, { property: 'kind' })
  if (uai === '' && schoolBound.has(kind))
    throw new Failure('invalid', 'this profile is of a school', { property: 'uai' })
  if (uai !== '' && !(await tx.first(schoolExists, { uai })))
    throw new Failure('invalid', `there is no school ${uai}`, { property: 'uai' })
  const row = await tx.first(insert, {
    account,
    kind,
    uai,
    functionCode: (wanted.functionCode ?? '').slice(0, 20),
    discipline: (wanted.discipline ?? '').normalize('NFC').slice(0, 100),
    title: (wanted.title ?? '').normalize('NFC').slice(0, 200),
    source: wanted.source ?? 'manual',
    starts: wanted.startsAt ?? null,
    ends: wanted.endsAt ?? null,
    at: now,
  })
  return (row as { id: number }).id
}

const unchoose = statement((q, p: Params<{ id: number }>) =>
  q.updateTable('session').set({ profile_id: null }).where('profile_id', '=', p.id),
)
const drop = statement((q, p: Params<{ account: number; id: number }>) =>
  q.deleteFrom('profile').where('id', '=', p.id).where('account_id', '=', p.account),
)

/** Within a transaction: takes a profile away; sessions that had chosen it must choose again. Throws Failure notFound. */
export const removeProfile = async (tx: Writer, account: number, id: number): Promise<void> => {
  const { changes } = await tx.run(drop, { account, id })
  if (changes === 0) throw new Failure('notFound', 'no such profile')
  await tx.run(unchoose, { id })
}
