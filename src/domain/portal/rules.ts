/**
 * Who sees a service: rules that an administrator can read. A rule fits a profile when each of its conditions does; a
 * condition that names several values fits with any of them, an empty one with everybody. A service is shown when some
 * `include` rule fits (none at all: everybody) and no `exclude` rule does.
 */
import type { Words } from '#format/jmap/portal.ts'
import { groupLabel, parseGroupKey } from '../directory/group-keys.ts'
import type { ProfileKind } from '../directory/profiles.ts'

export interface TileRule {
  readonly profiles: readonly ProfileKind[]
  /** UAIs. */
  readonly schools: readonly string[]
  /** Département codes. */
  readonly departments: readonly string[]
  /** Keys of the directory's groups. */
  readonly groups: readonly string[]
}

export interface TileRules {
  readonly include: readonly TileRule[]
  readonly exclude: readonly TileRule[]
}

export const everybody: TileRules = { include: [], exclude: [] }

/** What rules are judged on: one profile of one person, or (kind undefined) somebody without any. */
export interface Viewer {
  readonly kind: ProfileKind | undefined
  readonly uai: string
  readonly schoolName: string
  readonly department: string
  /** Keys of the groups that the person is in under this profile. */
  readonly groups: ReadonlySet<string>
}

const fitsAny = (wanted: readonly string[], has: (value: string) => boolean): boolean =>
  wanted.length === 0 || wanted.some(has)

export const fits = (rule: TileRule, viewer: Viewer): boolean =>
  fitsAny(rule.profiles, (kind) => kind === viewer.kind) &&
  fitsAny(rule.schools, (uai) => uai === viewer.uai) &&
  fitsAny(rule.departments, (code) => code === viewer.department) &&
  fitsAny(rule.groups, (key) => viewer.groups.has(key))

export type Verdict =
  | { readonly shown: true; readonly rule: TileRule | undefined }
  /** `rule`: the one that keeps it away; undefined when none lets it in. */
  | { readonly shown: false; readonly rule: TileRule | undefined }

export const judge = ({ include, exclude }: TileRules, viewer: Viewer): Verdict => {
  const against = exclude.find((rule) => fits(rule, viewer))
  if (against) return { shown: false, rule: against }
  if (include.length === 0) return { shown: true, rule: undefined }
  const rule = include.find((one) => fits(one, viewer))
  return { shown: rule !== undefined, rule }
}

/** Names of what rules speak of by a key. */
export interface Names {
  readonly schools: ReadonlyMap<string, string>
  /** Of groups made by hand, by their key. */
  readonly groups: ReadonlyMap<string, string>
}

export const noNames: Names = { schools: new Map(), groups: new Map() }

type Language = 'fr' | 'en'

const kindName = (kind: ProfileKind, language: Language): string =>
  groupLabel({ type: 'profile', uai: '', kind }, language)

const groupName = (key: string, names: Names, language: Language): string => {
  const group = parseGroupKey(key)
  if (!group) return key
  if (group.type === 'manual') return names.groups.get(key) ?? key
  const label = groupLabel(group, language)
  return group.uai === '' ? label : `${label} (${names.schools.get(group.uai) ?? group.uai})`
}

const oneOf = (values: readonly string[], language: Language): string =>
  values.length < 2
    ? (values[0] ?? '')
    : `${values.slice(0, -1).join(', ')} ${language === 'fr' ? 'ou' : 'or'} ${values.at(-1)}`

const sentence = (rule: TileRule, names: Names, language: Language): string => {
  const french = language === 'fr'
  const parts: string[] = []
  const say = (fr: string, en: string, values: readonly string[]) => {
    if (values.length > 0) parts.push(`${french ? fr : en} ${oneOf(values, language)}`)
  }
  say(
    'profil',
    'profile',
    rule.profiles.map((kind) => kindName(kind, language)),
  )
  say(
    'établissement',
    'school',
    rule.schools.map((uai) => (names.schools.has(uai) ? `${names.schools.get(uai)} (${uai})` : uai)),
  )
  say('département', 'département', rule.departments)
  say(
    'groupe',
    'group',
    rule.groups.map((key) => groupName(key, names, language)),
  )
  if (parts.length === 0) return french ? 'tout le monde' : 'everybody'
  return parts.join(french ? ' ; ' : '; ')
}

/** A rule as an administrator reads it. */
export const ruleWords = (rule: TileRule, names: Names): Words => ({
  fr: sentence(rule, names, 'fr'),
  en: sentence(rule, names, 'en'),
})

/** A profile as it is called: `Enseignants, Collège des Tilleuls`. */
export const viewerWords = ({ kind, schoolName, uai }: Viewer): Words => {
  if (kind === undefined) return { fr: 'sans profil', en: 'no profile' }
  const place = schoolName || uai
  const say = (language: Language) => [kindName(kind, language), place].filter(Boolean).join(', ')
  return { fr: say('fr'), en: say('en') }
}

/** Why a verdict is what it is, for the person as for an administrator. */
export const verdictWords = (verdict: Verdict, viewer: Viewer, names: Names): Words => {
  const who = viewerWords(viewer)
  if (verdict.rule === undefined) {
    return verdict.shown
      ? { fr: 'Visible : ce service est proposé à tout le monde.', en: 'Shown: this service is offered to everybody.' }
      : {
          fr: `Non visible : aucune règle ne propose ce service au profil « ${who.fr} ».`,
          en: `Not shown: no rule offers this service to the profile “${who.en}”.`,
        }
  }
  const rule = ruleWords(verdict.rule, names)
  return verdict.shown
    ? {
        fr: `Visible : le profil « ${who.fr} » répond à la règle « ${rule.fr} ».`,
        en: `Shown: the profile “${who.en}” fits the rule “${rule.en}”.`,
      }
    : {
        fr: `Non visible : le profil « ${who.fr} » est écarté par la règle « ${rule.fr} ».`,
        en: `Not shown: the profile “${who.en}” is kept away by the rule “${rule.en}”.`,
      }
}
