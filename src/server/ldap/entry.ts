/** Entries of a directory as what a source tells of people, by a map of attributes. */
import type { Entry } from 'ldapts'
import type { ClassMembership } from '#domain/directory/classes.ts'
import { parseJoinKey } from '#domain/directory/join-key.ts'
import type { NewProfile } from '#domain/directory/profiles.ts'
import type { Told } from '#domain/directory/provision.ts'
import { dateIn, membershipOf, profileKindOf, profileOfFunction, uaiIn } from '#domain/directory/sdet.ts'

/** Our words and the attributes that hold them in a directory of the SDET; each may be several, tried in order. */
export const defaultMap = {
  /** What never changes: the person is known by it whatever else does. */
  externalId: ['entryUUID', 'ENTPersonUid'],
  login: ['uid', 'ENTPersonLogin'],
  givenName: ['givenName', 'ENTPersonPrenom'],
  familyName: ['sn', 'ENTPersonNom'],
  name: ['displayName', 'cn'],
  /** The address here, for a new account, when it is of one of our domains. */
  mail: ['mail'],
  rescueMail: ['ENTPersonMail'],
  phone: ['mobile', 'ENTPersonMobileSMS'],
  birthDate: ['ENTPersonDateNaissance'],
  joinKey: ['ENTPersonJointure'],
  profile: ['ENTPersonProfils'],
  uai: ['ENTPersonStructRattachRNE', 'ENTPersonStructRattach'],
  functions: ['ENTPersonFonctions'],
  classes: ['ENTEleveClasses'],
  groups: ['ENTEleveGroupes'],
  teaches: ['ENTAuxEnsClassesMatieres', 'ENTAuxEnsClasses'],
  mainTeacher: ['ENTAuxEnsClassesPrincipal'],
  /** Names of the entries of the pupils somebody answers for. */
  children: ['ENTAuxPersRelEleveEleve'],
} as const

export type MapName = keyof typeof defaultMap
export type AttributeMap = Readonly<Record<MapName, readonly string[]>>

export const mapNames = Object.keys(defaultMap) as readonly MapName[]

/** The attributes to ask for. */
export const attributesOf = (map: AttributeMap): string[] => [...new Set(mapNames.flatMap((name) => map[name]))]

const texts = (value: Entry[string] | undefined): string[] => {
  const list = value === undefined ? [] : Array.isArray(value) ? value : [value]
  return list.map((one) => (typeof one === 'string' ? one : one.toString('utf8')).trim()).filter((one) => one !== '')
}

/** Every value of our word, of the first attribute that has any; attribute names have no case (RFC 4512 §2.5). */
export const valuesOf = (entry: Entry, map: AttributeMap, name: MapName): string[] => {
  const byName = new Map(Object.entries(entry).map(([key, value]) => [key.toLowerCase(), value]))
  for (const attribute of map[name]) {
    const found = texts(byName.get(attribute.toLowerCase()))
    if (found.length > 0) return found
  }
  return []
}

export interface ReadOptions {
  readonly map: AttributeMap
  /** Code that completes join keys. */
  readonly academy: string
  readonly domains: readonly string[]
  /** Where a code or a name of a structure is in `struct$…` values; a UAI there speaks for itself. */
  readonly structures: ReadonlyMap<string, string>
}

export interface ReadEntry {
  readonly dn: string
  readonly told: Told & { readonly externalId: string }
  /** Names of entries, folded. */
  readonly children: readonly string[]
}

/** A distinguished name as it is compared here: without case and without blanks around its commas. */
export const foldDn = (dn: string): string => dn.toLowerCase().replace(/\s*([,=])\s*/g, '$1')

const profilesIn = (values: (name: MapName) => string[], uaiOf: (text: string) => string | undefined): NewProfile[] => {
  const functions = values('functions').flatMap((text) => profileOfFunction(text, uaiOf) ?? [])
  const uais = [...new Set(values('uai').flatMap((text) => uaiOf(text) ?? []))]
  const plain = values('profile')
    .flatMap((word) => profileKindOf(word) ?? [])
    // What a function says of a school more precisely is not said twice.
    .flatMap((kind): NewProfile[] => {
      if (kind === 'academy') return [{ kind }]
      const places = uais.filter((uai) => !functions.some((one) => one.uai === uai && one.kind === kind))
      return places.map((uai) => ({ kind, uai }))
    })
  const all = [...functions, ...plain]
  const key = ({ kind, uai = '', functionCode = '', discipline = '' }: NewProfile) =>
    [kind, uai, functionCode, discipline].join('$')
  return [...new Map(all.map((one) => [key(one), one])).values()]
}

const classesIn = (
  values: (name: MapName) => string[],
  uaiOf: (text: string) => string | undefined,
): ClassMembership[] => {
  const main = uaiOf(values('uai')[0] ?? '')
  // A class without its structure is of the person's own school.
  const complete = (text: string) => (text.includes('$') || main === undefined ? text : `${main}$${text}`)
  const of = (name: MapName, role: ClassMembership['role'], kind: ClassMembership['kind']) =>
    values(name).flatMap((text) => membershipOf(complete(text), role, kind, uaiOf) ?? [])
  return [
    ...of('classes', 'pupil', 'class'),
    ...of('groups', 'pupil', 'group'),
    ...of('teaches', 'teacher', 'class'),
    ...of('mainTeacher', 'main-teacher', 'class'),
  ]
}

/** What an entry tells; undefined when it names nobody (no identifier that lasts, no name). */
export const readEntry = (entry: Entry, options: ReadOptions): ReadEntry | undefined => {
  const { map, academy, domains, structures } = options
  const values = (name: MapName) => valuesOf(entry, map, name)
  const first = (name: MapName) => values(name)[0] ?? ''
  const uaiOf = (text: string) => structures.get(foldDn(text)) ?? uaiIn(text)
  const externalId = first('externalId')
  const [givenName, familyName] = [first('givenName'), first('familyName')]
  if (externalId === '' || (givenName === '' && familyName === '')) return
  const address = values('mail').find((one) => domains.includes(one.split('@')[1]?.toLowerCase() ?? ''))
  const outside = values('mail').find((one) => one !== address)
  const login = first('login')
  const joinKey = parseJoinKey(first('joinKey'), academy)
  return {
    dn: entry.dn,
    told: {
      externalId: externalId.slice(0, 200),
      givenName,
      familyName,
      birthDate: dateIn(first('birthDate')),
      joinKey: joinKey ?? null,
      active: true,
      profiles: profilesIn(values, uaiOf),
      classes: classesIn(values, uaiOf),
      ...(first('name') === '' ? {} : { name: first('name') }),
      ...(login === '' ? {} : { login }),
      ...(address === undefined ? {} : { address }),
      ...(first('rescueMail') || outside ? { rescueMail: first('rescueMail') || (outside ?? '') } : {}),
      ...(/^[+\d\s.()-]{4,30}$/.test(first('phone')) ? { phone: first('phone') } : {}),
    },
    children: values('children').map(foldDn),
  }
}
