/** Persons as SCIM users (RFC 7643 §4.1), with the enterprise extension and ours. */
import { formatId, parseId } from '#base/ids.ts'
import { classesOf } from '#domain/directory/classes.ts'
import { groupsOf } from '#domain/directory/groups.ts'
import { findPerson, type Person } from '#domain/directory/persons.ts'
import { populationOf, profilesOf } from '#domain/directory/profiles.ts'
import { deletedMark, type Snapshot } from '#domain/directory/provisioned.ts'
import { childrenOf } from '#domain/directory/relations.ts'
import { withMeta } from './resource.ts'
import { urns } from './schemas.data.ts'
import type { Scim } from './scim.ts'
import type { Json, JsonObject } from './value.ts'

export const userId = (account: number): string => formatId('account', account)

/** The account behind a user's id; undefined when the text is none. */
export const accountOfId = (id: string): number | undefined => parseId('account', id)

/** Attributes without those that are empty: in SCIM, absent and null are the same (RFC 7643 §2.5). */
export const compact = (object: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(
    Object.entries(object).flatMap(([name, value]): [string, Json][] =>
      value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
        ? []
        : [[name, value]],
    ),
  )

const moment = (at: number | null): string | undefined => (at === null ? undefined : new Date(at).toISOString())

const emailsOf = (person: Person): Json[] => [
  ...(person.email === '' ? [] : [{ value: person.email, type: 'work', primary: true }]),
  ...(person.rescueMail === '' ? [] : [{ value: person.rescueMail, type: 'other' }]),
]

/** True when a client sees this person: nobody who was deleted, and within its schools. */
export const isVisible = (scim: Scim, person: Person, uais: readonly string[]): boolean =>
  !person.source.endsWith(deletedMark) &&
  (scim.client.uais.length === 0 || uais.some((uai) => scim.client.uais.includes(uai)))

const extensionOf = async (tx: Snapshot, scim: Scim, person: Person, now: number): Promise<JsonObject> => {
  const { accountId: account } = person
  const profiles = await profilesOf(tx, account, now)
  const classes = await classesOf(tx, account)
  const children = await childrenOf(tx, account)
  return compact({
    joinKey: person.joinKey,
    birthDate: person.birthDate,
    endsAt: moment(person.endsAt),
    profiles: profiles.map((one) =>
      compact({
        kind: one.kind,
        uai: one.uai,
        functionCode: one.functionCode,
        discipline: one.discipline,
        title: one.title,
        endsAt: moment(one.endsAt),
        source: one.source,
      }),
    ),
    classes: classes.map((one) => compact({ ...one })),
    children: children.map((one) => ({
      value: userId(one.accountId),
      $ref: `${scim.base}/Users/${userId(one.accountId)}`,
      display: one.name,
      kind: one.kind,
      authority: one.authority,
    })),
    source: person.source,
  })
}

/** A person as a user, when the client may see them. */
export const readUser = async (tx: Snapshot, scim: Scim, account: number): Promise<JsonObject | undefined> => {
  const now = scim.now()
  const person = await findPerson(tx, account)
  if (!person) return
  const profiles = await profilesOf(tx, account, now)
  if (
    !isVisible(
      scim,
      person,
      profiles.map(({ uai }) => uai),
    )
  )
    return
  const main = profiles[0]
  const id = userId(account)
  const groups = await groupsOf(tx, account, now)
  const resource = compact({
    schemas: [urns.user, urns.enterprise, urns.person],
    id,
    externalId: person.source === scim.client.source ? person.externalId : undefined,
    userName: person.login,
    name: compact({
      formatted: `${person.givenName} ${person.familyName}`.trim(),
      familyName: person.familyName,
      givenName: person.givenName,
    }),
    displayName: person.name,
    title: main?.title,
    userType: await populationOf(tx, account, now),
    preferredLanguage: person.locale,
    active: person.status === 'active',
    emails: emailsOf(person),
    phoneNumbers: person.phone === '' ? [] : [{ value: person.phone, type: 'mobile' }],
    groups: groups.map((key) => ({ value: key, $ref: `${scim.base}/Groups/${encodeURIComponent(key)}` })),
    [urns.enterprise]: compact({
      employeeNumber: person.joinKey,
      organization: main?.schoolName,
      department: main?.discipline,
    }),
    [urns.person]: await extensionOf(tx, scim, person, now),
  })
  const location = `${scim.base}/Users/${id}`
  return withMeta(resource, { type: 'User', location, created: person.createdAt, modified: person.updatedAt })
}
