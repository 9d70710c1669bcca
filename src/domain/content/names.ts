/**
 * What rows call by a number is called by a name in a file: a group made by hand by its school and name
 * (`manual:0250001R:Chorale`), a person by login.
 */
import type { QueryBuilder, Reader } from '#store/engine.ts'
import type { Audience, AudienceRule } from '../directory/audience-rules.ts'
import type { ProfileKind } from '../directory/profiles.ts'
import type { TileRules } from '../portal/rules.ts'
import type { Place } from './places.ts'

const form = /^manual:(\d{7}[A-Z]|\*):(.+)$/u

/** The key as people read it; a file may hold anything. */
const readable = (key: string): string => {
  try {
    return decodeURIComponent(key)
  } catch {
    return key
  }
}

/** Rules that have groups, and perhaps persons. */
interface Rules<R> {
  readonly include: readonly R[]
  readonly exclude: readonly R[]
}

export interface Names {
  /** `manual:12` as a file has it; another key as it is. */
  readonly outKey: (key: string) => string
  readonly outPerson: (id: number) => string
  /** The key here; a fault when there is no such group. */
  readonly inKey: (key: string, place: Place) => string
  readonly inPerson: (login: string, place: Place) => number
}

const mostGroups = 20_000
const slice = 500

interface Person {
  readonly id: number
  readonly login: string
}

/** Asked in slices: an audience may name hundreds. */
const inSlices = async <T>(values: readonly T[], ask: (some: T[]) => Promise<Person[]>): Promise<Person[]> => {
  const found: Person[] = []
  for (let at = 0; at < values.length; at += slice) found.push(...(await ask(values.slice(at, at + slice))))
  return found
}

const people = (q: QueryBuilder) => q.selectFrom('account').select(['id', 'login'])

/** The names of every group made by hand, and of these persons. */
export const readNames = async (
  tx: Reader,
  persons: { readonly ids?: readonly number[]; readonly logins?: readonly string[] },
): Promise<Names> => {
  const groups = await tx.query((q) =>
    q.selectFrom('manual_group').select(['id', 'uai', 'name']).orderBy('id').limit(mostGroups),
  )
  const nameOf = ({ uai, name }: { uai: string; name: string }) => `manual:${uai || '*'}:${encodeURIComponent(name)}`
  const out = new Map(groups.map((group) => [`manual:${group.id}`, nameOf(group)]))
  const back = new Map(groups.map((group) => [nameOf(group), `manual:${group.id}`]))
  const known = [
    ...(await inSlices(persons.ids ?? [], (some) => tx.query((q) => people(q).where('id', 'in', some)))),
    ...(await inSlices(persons.logins ?? [], (some) => tx.query((q) => people(q).where('login', 'in', some)))),
  ]
  const logins = new Map(known.map(({ id, login }) => [id, login]))
  const ids = new Map(known.map(({ id, login }) => [login, id]))
  return {
    outKey: (key) => out.get(key) ?? key,
    outPerson: (id) => logins.get(id) ?? '',
    inKey: (key, place) => {
      if (!form.test(key)) return key
      const found = back.get(key)
      if (found === undefined) place.fault(`there is no group ${readable(key)}: make it first`)
      return found ?? key
    },
    inPerson: (login, place) => {
      const found = ids.get(login)
      if (found === undefined) place.fault(`there is nobody with the login ${login}: make the account first`)
      return found ?? 0
    },
  }
}

export const outRules = (rules: TileRules, { outKey }: Names): TileRules => {
  const out = (list: TileRules['include']) =>
    list.map(({ profiles, schools, departments, groups }) => ({
      profiles,
      schools,
      departments,
      groups: groups.map(outKey),
    }))
  return { include: out(rules.include), exclude: out(rules.exclude) }
}

type FileRule = Omit<AudienceRule, 'persons'> & { readonly persons: readonly string[] }

/** An audience as a file has it. */
export type FileAudience = Rules<FileRule>

export const outAudience = (audience: Audience, { outKey, outPerson }: Names): FileAudience => {
  const out = (list: readonly AudienceRule[]) =>
    list.flatMap((rule): FileRule[] => {
      const { profiles, schools, departments, classes, disciplines } = rule
      const persons = rule.persons.map(outPerson).filter((login) => login !== '')
      // A rule that named only people who are gone fits nobody; without its names it would fit everybody.
      if (rule.persons.length > 0 && persons.length === 0) return []
      return [{ profiles, schools, departments, classes, disciplines, groups: rule.groups.map(outKey), persons }]
    })
  return { include: out(audience.include), exclude: out(audience.exclude) }
}

const conditions = ['profiles', 'schools', 'departments', 'classes', 'disciplines', 'groups', 'persons'] as const
type Condition = (typeof conditions)[number]

const readRule = (place: Place, known: readonly Condition[], { inKey, inPerson }: Names): AudienceRule => {
  place.only(...known)
  const values = (name: Condition) => place.at(name).texts(500, 300)
  const list = (name: Condition) => place.at(name).list(500)
  return {
    // Whether there is such a profile, school or class is checked where rules are kept.
    profiles: values('profiles') as ProfileKind[],
    schools: values('schools'),
    departments: values('departments'),
    classes: values('classes'),
    disciplines: values('disciplines'),
    groups: list('groups').map((one) => inKey(one.needed(600), one)),
    persons: list('persons').map((one) => inPerson(one.needed(320), one)),
  }
}

/** The rules of a file with the numbers of here. */
export const inAudience = (place: Place, names: Names): Audience => {
  place.only('include', 'exclude')
  const rules = (name: 'include' | 'exclude') =>
    place
      .at(name)
      .list(20)
      .map((one) => readRule(one, conditions, names))
  return { include: rules('include'), exclude: rules('exclude') }
}

const tileConditions = ['profiles', 'schools', 'departments', 'groups'] as const

export const inRules = (place: Place, names: Names): TileRules => {
  if (place.isAbsent) return { include: [], exclude: [] }
  place.only('include', 'exclude')
  const rules = (name: 'include' | 'exclude') =>
    place
      .at(name)
      .list(20)
      .map((one) => {
        const { profiles, schools, departments, groups } = readRule(one, tileConditions, names)
        return { profiles, schools, departments, groups }
      })
  return { include: rules('include'), exclude: rules('exclude') }
}
