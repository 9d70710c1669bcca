/**
 * Audiences: whom a notice, a request for documents or a page of the status speaks to. An audience is rules that read as
 * sentences: whoever fits an `include` rule and no `exclude` rule. A rule fits when each of its conditions does; a
 * condition that names several values fits with any of them, an empty one with everybody. Pure.
 */
import { Failure } from '#base/failure.ts'
import type { Words } from '#format/jmap/portal.ts'
import { parseUai } from '#format/uai/parse.ts'
import { groupLabel, parseGroupKey } from './group-keys.ts'
import { type ProfileKind, profileKinds } from './profiles.ts'

export interface AudienceRule {
  readonly profiles: readonly ProfileKind[]
  /** UAIs. */
  readonly schools: readonly string[]
  /** Département codes. */
  readonly departments: readonly string[]
  /** `0250001R:3e B`: its pupils, their parents and its teachers; `profiles` chooses among them. */
  readonly classes: readonly string[]
  /** What teachers teach, as the registers call it. */
  readonly disciplines: readonly string[]
  /** Keys of the directory's groups (group-keys.ts). */
  readonly groups: readonly string[]
  /** Account numbers. */
  readonly persons: readonly number[]
}

export interface Audience {
  readonly include: readonly AudienceRule[]
  readonly exclude: readonly AudienceRule[]
}

/** A rule without any condition: everybody. */
export const everyone: AudienceRule = {
  profiles: [],
  schools: [],
  departments: [],
  classes: [],
  disciplines: [],
  groups: [],
  persons: [],
}

/** An audience of one rule: `audience({ profiles: ['teacher'], schools: [uai] })`. */
export const audience = (include: Partial<AudienceRule>, exclude?: Partial<AudienceRule>): Audience => ({
  include: [{ ...everyone, ...include }],
  exclude: exclude ? [{ ...everyone, ...exclude }] : [],
})

const maxRules = 10
const maxValues = 200
const maxPersons = 500

export interface ClassName {
  readonly uai: string
  readonly name: string
}

export const classKey = ({ uai, name }: ClassName): string => `${uai}:${name}`

export const parseClassKey = (key: string): ClassName | undefined => {
  const [, uai = '', name = ''] = /^(\d{7}[A-Z]):(.{1,60})$/u.exec(key) ?? []
  return uai === '' ? undefined : { uai, name }
}

const conditions = ['profiles', 'schools', 'departments', 'classes', 'disciplines', 'groups', 'persons'] as const

/** True when a rule has no condition at all. */
export const fitsEverybody = (rule: AudienceRule): boolean => conditions.every((name) => rule[name].length === 0)

const invalid = (why: string): never => {
  throw new Failure('invalid', `the audience ${why}`, { property: 'audience' })
}

const checkRule = (rule: AudienceRule): AudienceRule => {
  for (const name of conditions)
    if (rule[name].length > (name === 'persons' ? maxPersons : maxValues)) invalid(`names too many ${name}`)
  if (rule.profiles.some((kind) => !profileKinds.includes(kind))) invalid('names a profile that does not exist')
  if (rule.departments.some((code) => !/^(?:\d\d|2[AB]|9\d\d)$/.test(code)))
    invalid('names a département that does not exist')
  if (rule.classes.some((key) => parseClassKey(key) === undefined)) invalid('names a class that does not exist')
  if (rule.disciplines.some((name) => name === '' || name.length > 100)) invalid('names a discipline that is none')
  if (rule.groups.some((key) => parseGroupKey(key) === undefined)) invalid('names a group that does not exist')
  if (rule.persons.some((id) => !Number.isSafeInteger(id) || id < 1)) invalid('names a person who does not exist')
  const once = <T>(values: readonly T[]): T[] => [...new Set(values)]
  return {
    profiles: once(rule.profiles),
    schools: once(rule.schools.map((text) => parseUai(text) ?? invalid(`names ${text}, which is not a UAI`))),
    departments: once(rule.departments),
    classes: once(rule.classes),
    disciplines: once(rule.disciplines),
    groups: once(rule.groups),
    persons: once(rule.persons),
  }
}

/** The audience as it is kept. Throws Failure invalid (`property` audience). */
export const checkAudience = ({ include, exclude }: Audience): Audience => {
  if (include.length === 0) invalid('names nobody')
  if (include.length > maxRules || exclude.length > maxRules) invalid(`has at most ${maxRules} rules`)
  const without = exclude.map(checkRule)
  if (without.some(fitsEverybody)) invalid('leaves everybody out')
  return { include: include.map(checkRule), exclude: without }
}

const isList = (value: unknown): value is unknown[] => Array.isArray(value)

const readRule = (value: unknown): AudienceRule => {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>
  const texts = (name: string): string[] => {
    const list = given[name] ?? []
    if (!isList(list) || !list.every((one) => typeof one === 'string' && one.length <= 300))
      return invalid(`has ${name} that are not a list of texts`)
    return list as string[]
  }
  const persons = given.persons ?? []
  if (!isList(persons) || !persons.every((one) => typeof one === 'number'))
    return invalid('has persons that are no numbers')
  return {
    // Whether they exist is checked with the rest of the rule.
    profiles: texts('profiles') as ProfileKind[],
    schools: texts('schools'),
    departments: texts('departments'),
    classes: texts('classes'),
    disciplines: texts('disciplines'),
    groups: texts('groups'),
    persons: persons as number[],
  }
}

/** An audience from outside (JSON), checked. Throws Failure invalid (`property` audience). */
export const readAudience = (value: unknown): Audience => {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>
  const rules = (name: 'include' | 'exclude'): AudienceRule[] => {
    const list = given[name] ?? []
    return isList(list) && list.length <= maxRules ? list.map(readRule) : invalid(`has at most ${maxRules} rules`)
  }
  return checkAudience({ include: rules('include'), exclude: rules('exclude') })
}

// -- in words --------------------------------------------------------------------------------------------------------

/** Names of what rules speak of by a key. */
export interface AudienceNames {
  readonly schools: ReadonlyMap<string, string>
  /** Of groups made by hand, by their key. */
  readonly groups: ReadonlyMap<string, string>
  readonly persons: ReadonlyMap<number, string>
}

type Language = keyof Words

const who: Readonly<Record<ProfileKind, Words>> = {
  teacher: { fr: 'les enseignants', en: 'teachers' },
  head: { fr: 'la direction', en: 'heads' },
  'school-life': { fr: 'la vie scolaire', en: 'school life' },
  administrative: { fr: 'le personnel administratif', en: 'administrative staff' },
  technical: { fr: 'le personnel technique', en: 'technical staff' },
  pupil: { fr: 'les élèves', en: 'pupils' },
  parent: { fr: 'les parents', en: 'parents' },
  academy: { fr: 'les services académiques', en: 'the services of the académie' },
}

const mostNamed = 12

const join = (values: readonly string[], language: Language): string => {
  const french = language === 'fr'
  if (values.length > mostNamed) {
    const more = values.length - mostNamed
    return `${values.slice(0, mostNamed).join(', ')} ${french ? `et ${more} de plus` : `and ${more} more`}`
  }
  if (values.length < 2) return values[0] ?? ''
  return `${values.slice(0, -1).join(', ')} ${french ? 'et' : 'and'} ${values.at(-1)}`
}

const groupName = (key: string, names: AudienceNames, language: Language): string => {
  const group = parseGroupKey(key)
  if (!group) return key
  if (group.type === 'manual') return names.groups.get(key) ?? key
  const label = groupLabel(group, language)
  return group.uai === '' ? label : `${label}, ${names.schools.get(group.uai) ?? group.uai}`
}

const quoted = (text: string, language: Language): string => (language === 'fr' ? `« ${text} »` : `“${text}”`)

const className = (key: string): string => parseClassKey(key)?.name ?? key

/** The schools a rule is about: named, or those of its classes. */
const placesOf = (rule: AudienceRule): string[] =>
  rule.schools.length > 0
    ? [...rule.schools]
    : [...new Set(rule.classes.flatMap((key) => parseClassKey(key)?.uai ?? []))]

const sentence = (rule: AudienceRule, names: AudienceNames, language: Language, left: boolean): string => {
  const french = language === 'fr'
  const parts: string[] = []
  const say = (values: readonly string[], fr: readonly [string, string], en: readonly [string, string]): void => {
    const words = french ? fr : en
    if (values.length > 0) parts.push(`${words[values.length > 1 ? 1 : 0]} ${join(values, language)}`)
  }
  const persons = rule.persons.map(
    (id) => names.persons.get(id) ?? (french ? 'une personne inconnue' : 'somebody unknown'),
  )
  const alone = persons.length > 0 && conditions.every((name) => name === 'persons' || rule[name].length === 0)
  if (alone) return join(persons, language)
  if (rule.profiles.length > 0)
    parts.push(
      join(
        rule.profiles.map((kind) => who[kind][language]),
        language,
      ),
    )
  else parts.push(french ? (left ? 'les personnes' : 'tout le monde') : left ? 'people' : 'everybody')
  say(rule.classes.map(className), ['de la classe', 'des classes'], ['of the class', 'of the classes'])
  say(rule.disciplines, ['de la discipline', 'des disciplines'], ['of the discipline', 'of the disciplines'])
  say(
    rule.groups.map((key) => quoted(groupName(key, names, language), language)),
    ['du groupe', 'des groupes'],
    ['of the group', 'of the groups'],
  )
  say(
    placesOf(rule).map((uai) => quoted(names.schools.get(uai) ?? uai, language)),
    ['de l’établissement', 'des établissements'],
    ['of the school', 'of the schools'],
  )
  say(rule.departments, ['du département', 'des départements'], ['of the département', 'of the départements'])
  if (parts.length === 1) parts.push(french ? 'de l’académie' : 'of the académie')
  if (persons.length > 0) parts.push(`${french ? 'parmi' : 'among'} ${join(persons, language)}`)
  return parts.join(' ')
}

const upperFirst = (text: string): string => text.slice(0, 1).toLocaleUpperCase() + text.slice(1)

const inLanguage = ({ include, exclude }: Audience, names: AudienceNames, language: Language): string => {
  const list = (rules: readonly AudienceRule[], left = false) =>
    rules.map((rule) => sentence(rule, names, language, left)).join(language === 'fr' ? ', ainsi que ' : ', and also ')
  const without = exclude.length === 0 ? '' : `${language === 'fr' ? ', sauf ' : ', except '}${list(exclude, true)}`
  return `${upperFirst(list(include))}${without}.`
}

/** An audience as a sentence: `Les parents de la classe 3e B de l’établissement « Collège des Tilleuls », sauf…` */
export const audienceWords = (whom: Audience, names: AudienceNames): Words => ({
  fr: inLanguage(whom, names, 'fr'),
  en: inLanguage(whom, names, 'en'),
})
