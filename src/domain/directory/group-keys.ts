/**
 * Groups computed from profile × school × class × discipline: a pure rule. A key is stable and says what it means
 * (`0250001R:class:3e%20B:pupils`); nobody is ever put in such a group, they are in it for what they are.
 */
import type { ClassMembership } from './classes.ts'
import { type Profile, type ProfileKind, profileKinds } from './profiles.ts'

export const classSides = ['pupils', 'teachers', 'parents'] as const
export type ClassSide = (typeof classSides)[number]

export type Group =
  /** Everybody of one profile in a school, or (`uai` empty) in the académie. */
  | { readonly type: 'profile'; readonly uai: string; readonly kind: ProfileKind }
  /** Everybody who works in a school. */
  | { readonly type: 'staff'; readonly uai: string }
  /** One side of a class or group of pupils. */
  | { readonly type: 'class' | 'group'; readonly uai: string; readonly name: string; readonly side: ClassSide }
  /** Teachers of a discipline. */
  | { readonly type: 'discipline'; readonly uai: string; readonly name: string }
  /** Staff of a function (ENTPersonFonctions code) other than teaching. */
  | { readonly type: 'function'; readonly uai: string; readonly name: string }
  | { readonly type: 'manual'; readonly id: number }

const academyWide = '*'

/** The one spelling of a group. */
export const groupKey = (group: Group): string => {
  const name = (text: string) => encodeURIComponent(text)
  switch (group.type) {
    case 'manual':
      return `manual:${group.id}`
    case 'profile':
      return `${group.uai || academyWide}:profile:${group.kind}`
    case 'staff':
      return `${group.uai}:staff`
    case 'class':
    case 'group':
      return `${group.uai}:${group.type}:${name(group.name)}:${group.side}`
    default:
      return `${group.uai}:${group.type}:${name(group.name)}`
  }
}

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return
  }
}

const parsed = (place: string, type: string, rawName: string, side: string | undefined): Group | undefined => {
  const uai = place === academyWide ? '' : place
  if (type === 'profile') {
    const kind = profileKinds.find((one) => one === rawName)
    return kind && side === undefined ? { type, uai, kind } : undefined
  }
  const name = decode(rawName)
  if (uai === '' || name === undefined || name === '') return
  if (type === 'discipline' || type === 'function') return side === undefined ? { type, uai, name } : undefined
  const known = classSides.find((one) => one === side)
  return known && (type === 'class' || type === 'group') ? { type, uai, name, side: known } : undefined
}

/** The group a key names, or undefined when it names none. */
export const parseGroupKey = (key: string): Group | undefined => {
  if (key.length > 300) return
  const manual = /^manual:([1-9]\d{0,15})$/.exec(key)
  if (manual) return { type: 'manual', id: Number(manual[1]) }
  const [place = '', type = '', rawName, side, ...more] = key.split(':')
  if (more.length > 0 || !/^(?:\d{7}[A-Z]|\*)$/.test(place)) return
  if (type === 'staff') return place === academyWide || rawName !== undefined ? undefined : { type, uai: place }
  const group = rawName === undefined ? undefined : parsed(place, type, rawName, side)
  return group && groupKey(group) === key ? group : undefined
}

const family: ReadonlySet<ProfileKind> = new Set(['pupil', 'parent'])

/** `-` is how the registers write "nothing". */
const meaningful = (text: string): boolean => text !== '' && text !== '-'

/** Classes of a pupil a parent answers for. */
export interface ChildClass {
  readonly uai: string
  readonly class: string
  readonly kind: 'class' | 'group'
}

const classGroups = (
  profile: Profile,
  memberships: readonly ClassMembership[],
  children: readonly ChildClass[],
): Group[] => {
  const { uai } = profile
  if (profile.kind === 'parent')
    return children
      .filter((one) => one.uai === uai)
      .map((one) => ({ type: one.kind, uai, name: one.class, side: 'parents' as const }))
  const pupil = profile.kind === 'pupil'
  return memberships
    .filter((one) => one.uai === uai && (one.role === 'pupil') === pupil)
    .map((one) => ({ type: one.kind, uai, name: one.class, side: pupil ? ('pupils' as const) : ('teachers' as const) }))
}

/** The groups that somebody is in for one profile. */
const groupsOfProfile = (
  profile: Profile,
  memberships: readonly ClassMembership[],
  children: readonly ChildClass[],
): Group[] => {
  const { uai, kind, functionCode, discipline } = profile
  const everywhere: Group = { type: 'profile', uai: '', kind }
  if (uai === '') return [everywhere]
  const teaching = kind === 'teacher'
  return [
    everywhere,
    { type: 'profile', uai, kind },
    ...(family.has(kind) ? [] : [{ type: 'staff' as const, uai }]),
    ...(teaching && meaningful(discipline) ? [{ type: 'discipline' as const, uai, name: discipline }] : []),
    ...(!teaching && !family.has(kind) && meaningful(functionCode)
      ? [{ type: 'function' as const, uai, name: functionCode }]
      : []),
    ...classGroups(profile, memberships, children),
  ]
}

/** The computed groups of somebody, each once, from their profiles in force. */
export const computeGroups = (
  profiles: readonly Profile[],
  memberships: readonly ClassMembership[],
  children: readonly ChildClass[],
): Group[] => {
  const found = new Map<string, Group>()
  for (const profile of profiles)
    for (const group of groupsOfProfile(profile, memberships, children)) found.set(groupKey(group), group)
  return [...found.values()]
}

const profileWords: Readonly<Record<ProfileKind, { readonly fr: string; readonly en: string }>> = {
  teacher: { fr: 'Enseignants', en: 'Teachers' },
  head: { fr: 'Direction', en: 'Heads' },
  'school-life': { fr: 'Vie scolaire', en: 'School life' },
  administrative: { fr: 'Personnel administratif', en: 'Administrative staff' },
  technical: { fr: 'Personnel technique', en: 'Technical staff' },
  pupil: { fr: 'Élèves', en: 'Pupils' },
  parent: { fr: 'Parents', en: 'Parents' },
  academy: { fr: 'Services académiques', en: 'Services of the académie' },
}

const sideWords: Readonly<Record<ClassSide, { readonly fr: string; readonly en: string }>> = {
  pupils: { fr: 'Élèves', en: 'Pupils' },
  teachers: { fr: 'Enseignants', en: 'Teachers' },
  parents: { fr: 'Parents', en: 'Parents' },
}

/** How a computed group is called, without its school; a manual group has a name of its own. */
export const groupLabel = (group: Exclude<Group, { type: 'manual' }>, language: 'fr' | 'en'): string => {
  switch (group.type) {
    case 'profile':
      return profileWords[group.kind][language]
    case 'staff':
      return language === 'fr' ? 'Tout le personnel' : 'All staff'
    case 'class':
    case 'group':
      return `${group.name} – ${sideWords[group.side][language]}`
    case 'discipline':
      return group.name
    default:
      return language === 'fr' ? `Fonction ${group.name}` : `Function ${group.name}`
  }
}
