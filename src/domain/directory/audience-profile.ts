/**
 * What an audience is to a profile of a school when nobody in particular has it: all who have it are in the audience,
 * some of them (a class, a discipline, a group, persons), or none. Pure.
 */
import { type Audience, type AudienceRule, parseClassKey } from './audience-rules.ts'
import { parseGroupKey } from './group-keys.ts'
import type { ProfileKind } from './profiles.ts'

export interface AnyProfile {
  readonly kind: ProfileKind
  /** Empty: no school. */
  readonly uai: string
  readonly department: string
}

export type Share = 'all' | 'some' | 'none'

const family: ReadonlySet<string> = new Set(['pupil', 'parent'])
const rank: readonly Share[] = ['none', 'some', 'all']
const most = (shares: readonly Share[]): Share => rank.findLast((one) => shares.includes(one)) ?? 'none'
const least = (shares: readonly Share[]): Share => rank.find((one) => shares.includes(one)) ?? 'all'

const groupShare = (key: string, { kind, uai }: AnyProfile): Share => {
  const group = parseGroupKey(key)
  if (!group) return 'none'
  if (group.type === 'manual') return 'some'
  if (group.type === 'profile') return group.kind === kind && (group.uai === '' || group.uai === uai) ? 'all' : 'none'
  if (group.uai !== uai) return 'none'
  if (group.type === 'staff') return family.has(kind) ? 'none' : 'all'
  if (group.type === 'discipline') return kind === 'teacher' ? 'some' : 'none'
  if (group.type === 'function') return family.has(kind) || kind === 'teacher' ? 'none' : 'some'
  const sides = { pupils: kind === 'pupil', parents: kind === 'parent', teachers: !family.has(kind) }
  return sides[group.side] ? 'some' : 'none'
}

const ruleShare = (rule: AudienceRule, profile: AnyProfile): Share => {
  const { kind, uai, department } = profile
  const fits = (values: readonly string[], value: string): Share =>
    values.length === 0 || values.includes(value) ? 'all' : 'none'
  const shares: Share[] = [fits(rule.profiles, kind), fits(rule.schools, uai), fits(rule.departments, department)]
  if (rule.classes.length > 0)
    shares.push(rule.classes.some((key) => parseClassKey(key)?.uai === uai) ? 'some' : 'none')
  if (rule.disciplines.length > 0) shares.push(kind === 'teacher' ? 'some' : 'none')
  if (rule.groups.length > 0) shares.push(most(rule.groups.map((key) => groupShare(key, profile))))
  if (rule.persons.length > 0) shares.push('some')
  return least(shares)
}

/** How many of those who have this profile an audience speaks to. */
export const shareOf = ({ include, exclude }: Audience, profile: AnyProfile): Share => {
  const inside = most(include.map((rule) => ruleShare(rule, profile)))
  const outside = most(exclude.map((rule) => ruleShare(rule, profile)))
  if (outside === 'all' || inside === 'none') return 'none'
  return outside === 'some' ? 'some' : inside
}
