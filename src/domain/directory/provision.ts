/**
 * People as a source of truth tells them (a SCIM client, an LDAP directory): made, changed to exactly what is told,
 * suspended when they are gone. A source only ever changes what it vouches for; profiles, classes and relations that
 * others have given stay.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { shownName } from '../people/accounts.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { type ClassMembership, replaceClasses } from './classes.ts'
import { resumePerson, suspendPerson } from './life.ts'
import type { PersonDetails } from './person-details.ts'
import { createPerson, findPerson, type Person, updatePerson } from './persons.ts'
import { addProfile, type NewProfile, profilesOfMany } from './profiles.ts'
import { type RelationKind, relate, unrelate } from './relations.ts'

export interface Source {
  /** `scim:ent`, `ldap`. */
  readonly name: string
  /** In the log. */
  readonly actor: string
  /** Schools it is confined to; empty: all. */
  readonly uais: readonly string[]
}

export interface Told extends Omit<PersonDetails, 'source'> {
  /** Identifier to sign in with, for a new account; made from the names when absent. */
  readonly login?: string
  /** As shown to others; the two names when absent. */
  readonly name?: string
  /** Primary address, for a new account. */
  readonly address?: string
  readonly locale?: string
  /** False: suspended. */
  readonly active?: boolean
  /** Absent: as they are. */
  readonly profiles?: readonly NewProfile[]
  readonly classes?: readonly ClassMembership[]
  readonly children?: readonly { readonly account: number; readonly kind: RelationKind; readonly authority: boolean }[]
}

/** Throws Failure forbidden when a source tells of a school that is not its own. */
const checkScope = (source: Source, told: Told): void => {
  if (source.uais.length === 0) return
  const places = [...(told.profiles ?? []), ...(told.classes ?? [])].map(({ uai }) => uai ?? '')
  if (places.some((uai) => !source.uais.includes(uai)))
    throw new Failure('forbidden', 'this source is confined to other schools', { property: 'scope' })
}

/** A confined source makes nobody answer for a pupil of another school, who would so be shown to them. */
const checkChildren = async (tx: Reader, now: number, source: Source, told: Told): Promise<void> => {
  if (source.uais.length === 0 || !told.children) return
  const places = await profilesOfMany(
    tx,
    told.children.map(({ account }) => account),
    now,
  )
  for (const { account } of told.children)
    if (!(places.get(account) ?? []).some(({ uai }) => source.uais.includes(uai)))
      throw new Failure('forbidden', 'this source is confined to other schools', { property: 'scope' })
}

// -- profiles --------------------------------------------------------------------------------------------------------

const profileRows = statement((q, p: Params<{ account: number; source: string }>) =>
  q
    .selectFrom('profile')
    .select(['id', 'kind', 'uai', 'function_code', 'discipline', 'title', 'starts_at', 'ends_at'])
    .where('account_id', '=', p.account)
    .where('source', '=', p.source)
    .orderBy('id'),
)
const dropProfile = statement((q, p: Params<{ id: number }>) => q.deleteFrom('profile').where('id', '=', p.id))
const unchoose = statement((q, p: Params<{ id: number }>) =>
  q.updateTable('session').set({ profile_id: null }).where('profile_id', '=', p.id),
)
const touchProfile = statement(
  (q, p: Params<{ id: number; title: string; starts: number | null; ends: number | null }>) =>
    q.updateTable('profile').set({ title: p.title, starts_at: p.starts, ends_at: p.ends }).where('id', '=', p.id),
)

const shape = (kind: string, uai: string, functionCode: string, discipline: string): string =>
  JSON.stringify([kind, uai, functionCode, discipline])

/** Within a transaction: makes the profiles that `source` vouches for exactly these. Returns how many rows changed. */
export const replaceProfiles = async (
  tx: Writer,
  now: number,
  account: number,
  wanted: readonly NewProfile[],
  source: string,
): Promise<number> => {
  const left = new Map(
    (await tx.all(profileRows, { account, source })).map((row) => [
      shape(row.kind, row.uai, row.function_code, row.discipline),
      row,
    ]),
  )
  let changes = 0
  for (const one of wanted) {
    const key = shape(one.kind, one.uai ?? '', one.functionCode ?? '', one.discipline ?? '')
    const row = left.get(key)
    left.delete(key)
    const { title = '', startsAt: starts = null, endsAt: ends = null } = one
    if (!row) await addProfile(tx, now, account, { ...one, source })
    else if (row.title !== title || row.starts_at !== starts || row.ends_at !== ends)
      await tx.run(touchProfile, { id: row.id, title, starts, ends })
    else continue
    changes++
  }
  for (const { id } of left.values()) {
    await tx.run(dropProfile, { id })
    await tx.run(unchoose, { id })
    changes++
  }
  return changes
}

const childRows = statement((q, p: Params<{ account: number; source: string }>) =>
  q
    .selectFrom('relation')
    .select(['child_id as account', 'kind', 'authority'])
    .where('account_id', '=', p.account)
    .where('source', '=', p.source),
)

const replaceChildren = async (
  tx: Writer,
  account: number,
  wanted: NonNullable<Told['children']>,
  source: string,
): Promise<number> => {
  const held = await tx.all(childRows, { account, source })
  let changes = 0
  for (const one of held)
    if (!wanted.some((child) => child.account === one.account)) {
      await unrelate(tx, account, one.account)
      changes++
    }
  for (const child of wanted) {
    const same = held.some(
      (one) => one.account === child.account && one.kind === child.kind && (one.authority === 1) === child.authority,
    )
    if (same) continue
    await relate(tx, account, child.account, { kind: child.kind, authority: child.authority, source })
    changes++
  }
  return changes
}

const putPlaces = async (tx: Writer, now: number, account: number, told: Told, source: string): Promise<number> => {
  let changes = 0
  if (told.profiles) changes += await replaceProfiles(tx, now, account, told.profiles, source)
  if (told.classes) changes += await replaceClasses(tx, account, told.classes, source)
  if (told.children) changes += await replaceChildren(tx, account, told.children, source)
  return changes
}

/** Makes the pupils that somebody answers for, by this source, exactly these. Returns true when something changed. */
export const provisionChildren = async (
  people: People,
  source: Source,
  account: number,
  children: NonNullable<Told['children']>,
): Promise<boolean> =>
  (await people.ctx.store.writeGlobal((tx) => replaceChildren(tx, account, children, source.name))) > 0

// -- the verbs -------------------------------------------------------------------------------------------------------

const setSeen = statement((q, p: Params<{ account: number; at: number }>) =>
  q.updateTable('person').set({ seen_at: p.at }).where('account_id', '=', p.account),
)
const setName = statement((q, p: Params<{ account: number; name: string }>) =>
  q.updateTable('account').set({ name: p.name }).where('id', '=', p.account),
)
const setLocale = statement((q, p: Params<{ account: number; locale: string }>) =>
  q.updateTable('account').set({ locale: p.locale }).where('id', '=', p.account),
)

/**
 * Makes the person that a source tells of, waiting for their activation. Throws Failure invalid (`property`),
 * alreadyExists (identifier or address), conflict (join key, external identifier), forbidden (another school).
 */
export const provision = async (people: People, source: Source, told: Told): Promise<number> => {
  checkScope(source, told)
  const { profiles: _profiles, classes: _classes, children: _children, active, ...rest } = told
  const now = people.ctx.clock.now()
  const made = await createPerson(people, source.actor, { ...rest, source: source.name }, async (tx, account) => {
    await checkChildren(tx, now, source, told)
    await putPlaces(tx, now, account, told, source.name)
    await tx.run(setSeen, { account, at: now })
  })
  if (active === false) await suspendPerson(people, source.actor, made.id, source.name)
  return made.id
}

const detailNames = [
  'givenName',
  'familyName',
  'birthDate',
  'joinKey',
  'externalId',
  'rescueMail',
  'phone',
  'endsAt',
] as const

/** What the source tells otherwise than the row says; empty when nothing. */
const differences = (person: Person, told: Told): Partial<PersonDetails> =>
  Object.fromEntries(
    detailNames.flatMap((name) => {
      const value = told[name]
      return value === undefined || value === person[name] ? [] : [[name, value]]
    }),
  )

const takeProfiles = statement((q, p: Params<{ account: number; from: string; to: string }>) =>
  q.updateTable('profile').set({ source: p.to }).where('account_id', '=', p.account).where('source', '=', p.from),
)
const takeClasses = statement((q, p: Params<{ account: number; from: string; to: string }>) =>
  q.updateTable('class_member').set({ source: p.to }).where('account_id', '=', p.account).where('source', '=', p.from),
)
const takeRelations = statement((q, p: Params<{ account: number; from: string; to: string }>) =>
  q.updateTable('relation').set({ source: p.to }).where('account_id', '=', p.account).where('source', '=', p.from),
)

/** What the former source vouched for is the new one's to confirm or to take away. */
const takeOver = async (tx: Writer, account: number, from: string, to: string): Promise<void> => {
  for (const take of [takeProfiles, takeClasses, takeRelations]) await tx.run(take, { account, from, to })
}

/** Throws Failure notFound, forbidden (somebody another source vouches for). */
export const requireOwn = async (tx: Reader, source: Source, account: number): Promise<Person> => {
  const person = await findPerson(tx, account)
  if (!person) throw new Failure('notFound', 'no such person')
  if (person.source !== source.name)
    throw new Failure('forbidden', 'another source vouches for this person', { property: 'source' })
  return person
}

/** Thrown to undo a rehearsal; carries what it found. */
class Rehearsed extends Error {
  readonly changed: boolean
  constructor(changed: boolean) {
    super('a rehearsal')
    this.changed = changed
  }
}

/**
 * Changes a person to what the source tells; what it leaves out stays. `adopt` takes over somebody whom another source
 * vouched for; `rehearse` changes nothing and only says whether it would. Returns true when something changed. Throws Failure as `provision` does, and notFound.
 */
export const reprovision = async (
  people: People,
  source: Source,
  account: number,
  told: Told,
  options: { readonly adopt?: boolean; readonly rehearse?: boolean } = {},
): Promise<boolean> => {
  checkScope(source, told)
  try {
    return await change(people, source, account, told, options)
  } catch (error) {
    if (error instanceof Rehearsed) return error.changed
    throw error
  }
}

const change = async (
  people: People,
  source: Source,
  account: number,
  told: Told,
  options: { readonly adopt?: boolean; readonly rehearse?: boolean },
): Promise<boolean> => {
  const { store, clock } = people.ctx
  const { changed, suspended } = await store.writeGlobal(async (tx) => {
    const now = clock.now()
    const found = await findPerson(tx, account)
    if (!found) throw new Failure('notFound', 'no such person')
    const taken = found.source !== source.name
    if (taken && options.adopt !== true) await requireOwn(tx, source, account)
    await checkChildren(tx, now, source, told)
    if (taken) await takeOver(tx, account, found.source, source.name)
    const details = { ...differences(found, told), ...(taken ? { source: source.name } : {}) }
    let changes = Object.keys(details).length
    if (changes > 0) await updatePerson(tx, now, account, details)
    const name = told.name === undefined ? undefined : shownName(told.name)
    if (name && name !== found.name) {
      await tx.run(setName, { account, name })
      changes++
    }
    if (told.locale === 'fr' || told.locale === 'en') await tx.run(setLocale, { account, locale: told.locale })
    changes += await putPlaces(tx, now, account, told, source.name)
    const active = told.active !== undefined && told.active === (found.suspendedAt !== null)
    if (options.rehearse) throw new Rehearsed(changes > 0 || active)
    await tx.run(setSeen, { account, at: now })
    if (changes > 0) {
      const detail = Object.keys(details).join(' ')
      const about = { accountId: account, target: found.login, detail }
      await appendAudit(tx, now, { actor: source.actor, action: 'person.update', ...about })
    }
    return { changed: changes > 0, suspended: found.suspendedAt !== null }
  })
  if (changed) store.bus.publishTopic('people', account)
  if (told.active === false && !suspended) await suspendPerson(people, source.actor, account, source.name)
  if (told.active === true && suspended) await resumePerson(people, source.actor, account, source.name)
  return changed || (told.active !== undefined && told.active === suspended)
}
