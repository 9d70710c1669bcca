/** What the portal's rules are judged on: somebody under one of their profiles. */
import { type Params, type Reader, statement } from '#store/engine.ts'
import { groupKey, parseGroupKey } from '../directory/group-keys.ts'
import { groupsOfProfile } from '../directory/groups.ts'
import { type Profile, profilesOf } from '../directory/profiles.ts'
import { departmentOf } from '../directory/schools.ts'
import type { Names, TileRules, Viewer } from './rules.ts'

/** Somebody signed in, or a program of theirs, which has no profile. */
export interface Visitor {
  readonly accountId: number
  readonly profileId?: number | undefined
}

export interface Seat {
  /** The profile that counts; 0: none. */
  readonly profileId: number
  readonly viewer: Viewer
}

const department = statement((q, p: Params<{ uai: string }>) =>
  q.selectFrom('school').select('department').where('uai', '=', p.uai),
)

/** Somebody under a profile; undefined is somebody without any. */
export const viewerOf = async (
  tx: Reader,
  account: number,
  profile: Profile | undefined,
  now: number,
): Promise<Viewer> => {
  const groups = new Set(await groupsOfProfile(tx, account, profile, now))
  if (!profile) return { kind: undefined, uai: '', schoolName: '', department: '', groups }
  const { kind, uai, schoolName } = profile
  const code = uai === '' ? '' : ((await tx.first(department, { uai }))?.department ?? departmentOf(uai))
  return { kind, uai, schoolName, department: code, groups }
}

/** The session's profile; a program (no session) is seated under the person's first one. */
export const seatOf = async (tx: Reader, { accountId, profileId }: Visitor, now: number): Promise<Seat> => {
  const profiles = await profilesOf(tx, accountId, now)
  const profile = profiles.find(({ id }) => id === profileId) ?? (profileId === undefined ? profiles[0] : undefined)
  return { profileId: profile?.id ?? 0, viewer: await viewerOf(tx, accountId, profile, now) }
}

/** The names of the schools and groups that rules speak of. */
export const namesFor = async (tx: Reader, rules: readonly TileRules[]): Promise<Names> => {
  const all = rules.flatMap(({ include, exclude }) => [...include, ...exclude])
  const groups = [...new Set(all.flatMap((rule) => rule.groups))].flatMap((key) => parseGroupKey(key) ?? [])
  const inGroups = groups.flatMap((group) => (group.type === 'manual' || group.uai === '' ? [] : [group.uai]))
  const uais = [...new Set([...all.flatMap((rule) => rule.schools), ...inGroups])].slice(0, 1000)
  const manual = groups.flatMap((group) => (group.type === 'manual' ? [group.id] : [])).slice(0, 1000)
  const schools =
    uais.length === 0
      ? []
      : await tx.query((q) => q.selectFrom('school').select(['uai', 'name']).where('uai', 'in', uais))
  const byHand =
    manual.length === 0
      ? []
      : await tx.query((q) => q.selectFrom('manual_group').select(['id', 'name']).where('id', 'in', manual))
  return {
    schools: new Map(schools.map(({ uai, name }) => [uai, name])),
    groups: new Map(byHand.map(({ id, name }) => [groupKey({ type: 'manual', id }), name])),
  }
}
