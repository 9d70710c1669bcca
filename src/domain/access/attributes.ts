/**
 * What may be told about a person, by the name under which services ask for it. Each is worked out for the profile of the
 * session: a teacher who is also a parent is one or the other, never both (SDET, AAF, eduPerson).
 */
import type { ProfileKind } from '#store/schema/directory.ts'
import { profileCodes, schoolTypes } from './attributes.data.ts'

export interface ClassFact {
  readonly uai: string
  readonly name: string
  readonly kind: 'class' | 'group'
  readonly role: 'pupil' | 'teacher' | 'main-teacher'
  /** Matter taught. */
  readonly subject: string
}

/** Everything that attributes are worked out of. */
export interface PersonFacts {
  readonly uid: string
  readonly login: string
  readonly name: string
  readonly givenName: string
  readonly familyName: string
  readonly mail: string
  readonly joinKey: string
  readonly locale: string
  /** Of the session; absent when the person has none. */
  readonly profile?: {
    readonly kind: ProfileKind
    readonly uai: string
    readonly functionCode: string
    readonly discipline: string
    readonly title: string
  }
  readonly school?: { readonly uai: string; readonly name: string; readonly kind: string }
  readonly classes: readonly ClassFact[]
  /** Children of a parent. */
  readonly children: readonly { readonly joinKey: string; readonly uai: string; readonly classes: readonly string[] }[]
}

type Series = 'number' | 'word' | 'both'
type Attribute = (facts: PersonFacts, series: Series) => readonly string[]

const profiles: Attribute = ({ profile }, series) => {
  if (!profile) return []
  const { number, word } = profileCodes[profile.kind]
  return series === 'both' ? [number, word] : [series === 'number' ? number : word]
}

/** Schools of the session's profile; those of the children for a parent. */
const schools: Attribute = ({ profile, children }) =>
  profile?.kind === 'parent' ? children.map(({ uai }) => uai) : [profile?.uai ?? '']

const classes = (kind: 'class' | 'group', roles: readonly ClassFact['role'][]): Attribute => {
  return (facts) =>
    facts.classes.flatMap((one) => (one.kind === kind && roles.includes(one.role) ? [`${one.uai}$${one.name}`] : []))
}

const taught = (kind: 'class' | 'group'): Attribute => {
  return (facts) =>
    facts.classes.flatMap((one) =>
      one.kind === kind && one.role !== 'pupil' && one.subject !== '' ? [`${one.uai}$${one.name}$${one.subject}`] : [],
    )
}

const mail: Attribute = (facts) => [facts.mail]
const givenName: Attribute = (facts) => [facts.givenName]
const familyName: Attribute = (facts) => [facts.familyName]
const displayName: Attribute = (facts) => [facts.name]
const login: Attribute = (facts) => [facts.login]
const joinKey: Attribute = (facts) => [facts.joinKey]

/** `struct$code$libellé$codeDiscipline$libelléDiscipline` */
const functions: Attribute = ({ profile }) =>
  profile && profileCodes[profile.kind].category === 'PersEducNat' && profile.functionCode !== ''
    ? [`${profile.uai}$${profile.functionCode}$${profile.title}$$${profile.discipline}`]
    : []

/** `UAI$UAJ$PU$DIR$UAI$T3$LYC$3000` */
const frEduRne: Attribute = ({ profile, school }) =>
  profile && profileCodes[profile.kind].category === 'PersEducNat' && profile.uai !== ''
    ? [`${profile.uai}$UAJ$PU$${profile.functionCode}$${profile.uai}$${schoolTypes[school?.kind ?? ''] ?? '$$'}`]
    : []

const affiliation: Attribute = ({ profile }) => (profile ? profileCodes[profile.kind].affiliation : [])

const attributes: Readonly<Record<string, Attribute>> = {
  uid: (facts) => [facts.uid],
  login,
  mail,
  email: mail,
  sn: familyName,
  givenName,
  cn: displayName,
  displayName,
  locale: (facts) => [facts.locale],
  profile: ({ profile }) => [profile?.kind ?? ''],
  title: ({ profile }) => [profile?.title ?? ''],
  uai: schools,
  rne: schools,
  schoolName: ({ school }) => [school?.name ?? ''],
  ENTPersonLogin: login,
  ENTPersonNom: familyName,
  ENTPersonPrenom: givenName,
  ENTPersonMail: mail,
  ENTPersonJointure: joinKey,
  ENTPersonProfils: profiles,
  ENTPersonStructRattach: schools,
  ENTPersonStructRattachRNE: schools,
  ENTPersonFonctions: functions,
  ENTEleveClasses: classes('class', ['pupil']),
  ENTEleveGroupes: classes('group', ['pupil']),
  ENTAuxEnsClasses: classes('class', ['teacher', 'main-teacher']),
  ENTAuxEnsGroupes: classes('group', ['teacher', 'main-teacher']),
  ENTAuxEnsClassesMatieres: taught('class'),
  ENTAuxEnsGroupesMatieres: taught('group'),
  ENTAuxEnsClassesPrincipal: classes('class', ['main-teacher']),
  ENTAuxPersRelEleveEleve: ({ profile, children }) =>
    profile?.kind === 'parent' ? children.map((child) => child.joinKey) : [],
  categoriePersonne: ({ profile }) => (profile ? [profileCodes[profile.kind].category] : []),
  FrEduRne: frEduRne,
  FrEduFonctAdm: ({ profile }) => [profile?.functionCode ?? ''],
  eduPersonAffiliation: affiliation,
  eduPersonPrimaryAffiliation: (facts, series) => affiliation(facts, series).slice(0, 1),
}

/** Every name that can be released. */
export const attributeNames: readonly string[] = Object.keys(attributes)

/** The named attributes that have a value, each value once. */
export const attributesOf = (
  facts: PersonFacts,
  names: readonly string[],
  series: Series,
): Record<string, readonly string[]> => {
  const told: Record<string, readonly string[]> = {}
  for (const name of names) {
    const values = Object.hasOwn(attributes, name) ? (attributes[name]?.(facts, series) ?? []) : []
    const unique = [...new Set(values.filter((value) => value !== ''))]
    if (unique.length > 0) told[name] = unique
  }
  return told
}
