/** What a service is told about who enters it: one identifier, and the attributes of its list for the session's profile. */
import { Failure } from '#base/failure.ts'
import { formatId } from '#base/ids.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { People } from '../people/people.ts'
import type { Principal } from '../people/principal.ts'
import { attributesOf, type PersonFacts } from './attributes.ts'
import { pairwiseId } from './pairwise.ts'
import type { Identifier, RelyingParty } from './relying-parties.ts'

const personOf = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('person')
    .select(['subject', 'given_name', 'family_name', 'join_key'])
    .where('account_id', '=', p.account),
)

const profileOf = statement((q, p: Params<{ account: number; profile: number }>) =>
  q
    .selectFrom('profile')
    .leftJoin('school', 'school.uai', 'profile.uai')
    .select([
      'profile.kind as kind',
      'profile.uai as uai',
      'profile.function_code as function_code',
      'profile.discipline as discipline',
      'profile.title as title',
      'school.name as school_name',
      'school.kind as school_kind',
    ])
    .where('profile.account_id', '=', p.account)
    .where('profile.id', '=', p.profile),
)

const classesOf = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('class_member')
    .select(['uai', 'class', 'kind', 'role', 'subject'])
    .where('account_id', '=', p.account)
    .orderBy('uai')
    .orderBy('class'),
)

const childrenOf = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('relation')
    .leftJoin('person', 'person.account_id', 'relation.child_id')
    .leftJoin('profile', (join) =>
      join.onRef('profile.account_id', '=', 'relation.child_id').on('profile.kind', '=', 'pupil'),
    )
    .select(['relation.child_id as id', 'person.join_key as join_key', 'profile.uai as uai'])
    .where('relation.account_id', '=', p.account)
    .orderBy('relation.child_id'),
)

/** Most children of one parent that are told. */
const mostChildren = 30

const childFacts = async (tx: Reader, account: number): Promise<PersonFacts['children']> => {
  const children = []
  for (const { id, join_key, uai } of (await tx.all(childrenOf, { account })).slice(0, mostChildren)) {
    const classes = (await tx.all(classesOf, { account: id })).map((row) => row.class)
    children.push({ joinKey: join_key ?? '', uai: uai ?? '', classes })
  }
  return children
}

interface Known {
  readonly facts: PersonFacts
  readonly subject: string
}

/** A name without a person row (an account made on the command line) is split at its first space. */
const split = (name: string) => {
  const [first = '', ...rest] = name.trim().split(/\s+/)
  return { givenName: rest.length > 0 ? first : '', familyName: rest.length > 0 ? rest.join(' ') : first }
}

const gather = async (tx: Reader, principal: Principal): Promise<Known> => {
  const { accountId: account, profileId } = principal
  const person = await tx.first(personOf, { account })
  const profile = profileId === undefined ? undefined : await tx.first(profileOf, { account, profile: profileId })
  const member = profile?.kind === 'parent' ? [] : await tx.all(classesOf, { account })
  const named = person ? { givenName: person.given_name, familyName: person.family_name } : split(principal.name)
  const facts: PersonFacts = {
    uid: formatId('account', account),
    login: principal.login,
    name: principal.name,
    ...named,
    mail: principal.email,
    joinKey: person?.join_key ?? '',
    locale: principal.locale,
    ...(profile
      ? {
          profile: {
            kind: profile.kind,
            uai: profile.uai,
            functionCode: profile.function_code,
            discipline: profile.discipline,
            title: profile.title,
          },
        }
      : {}),
    ...(profile && profile.school_name !== null
      ? { school: { uai: profile.uai, name: profile.school_name, kind: profile.school_kind ?? '' } }
      : {}),
    // Classes of the school the person acts for: a teacher of three schools is one of them at a time.
    classes: member
      .filter(({ uai }) => profile !== undefined && (profile.uai === '' || uai === profile.uai))
      .map((row) => ({ uai: row.uai, name: row.class, kind: row.kind, role: row.role, subject: row.subject })),
    children: profile?.kind === 'parent' ? await childFacts(tx, account) : [],
  }
  return { facts, subject: person?.subject ?? `account:${account}` }
}

const identify = (people: People, kind: Identifier, { facts, subject }: Known, party: { id: number }): string => {
  if (kind === 'pairwise') return pairwiseId(people, subject, party)
  if (kind === 'uai') return facts.profile?.uai ?? ''
  return facts[kind]
}

export interface Release {
  /** What the service knows the person by. */
  readonly identifier: string
  readonly attributes: Readonly<Record<string, readonly string[]>>
}

/**
 * What `party` is told about the person under the session's profile; never more than its list.
 * Throws Failure invalid (property `identifier`) when the person has no identifier of the kind the service wants.
 */
export const release = async (
  tx: Reader,
  people: People,
  principal: Principal,
  party: Pick<RelyingParty, 'id' | 'rules'>,
): Promise<Release> => {
  const known = await gather(tx, principal)
  const { identifier: kind, attributes, profileSeries } = party.rules
  const identifier = identify(people, kind, known, party)
  if (identifier === '') throw new Failure('invalid', `the person has no ${kind}`, { property: 'identifier' })
  return { identifier, attributes: attributesOf(known.facts, attributes, profileSeries) }
}
