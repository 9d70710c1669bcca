/**
 * Persons: the human behind an account of kind `person`. The account signs in and holds mail; the person has names, a
 * birth date, the key of the registers, ways to be reached, and a life (activated, blocked, suspended, ended).
 */
import { randomBytes } from 'node:crypto'
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { type Account, createAccount, type NewAccount } from '../people/accounts.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { parseJoinKey } from './join-key.ts'
import { freeLogin } from './logins.ts'
import { nameKey, wordsOf } from './names.ts'
import { type CheckedDetails, checkDetails, type PersonDetails } from './person-details.ts'
import { addProfile, type NewProfile } from './profiles.ts'

export interface NewPerson extends PersonDetails, Omit<NewAccount, 'login' | 'name' | 'kind'> {
  /** `given.family`, with a number when taken, when absent. */
  readonly login?: string
  /** As shown to others; the two names when absent. */
  readonly name?: string
  readonly profiles?: readonly NewProfile[]
}

export interface Person {
  readonly accountId: number
  /** Random and stable; never shown to services as it is. */
  readonly subject: string
  readonly login: string
  readonly name: string
  readonly locale: string
  readonly email: string
  readonly admin: boolean
  readonly status: 'active' | 'disabled'
  readonly givenName: string
  readonly familyName: string
  readonly birthDate: string
  readonly joinKey: string | null
  readonly externalId: string | null
  readonly source: string
  readonly rescueMail: string
  readonly rescueVerifiedAt: number | null
  readonly phone: string
  readonly activatedAt: number | null
  readonly blockedAt: number | null
  readonly blockReason: string
  readonly suspendedAt: number | null
  readonly endsAt: number | null
  readonly createdAt: number
  readonly updatedAt: number
}

/** What every question about persons selects: the row, its account and its primary address. */
export const personColumns = (q: Parameters<Parameters<typeof statement>[0]>[0]) =>
  q
    .selectFrom('person')
    .innerJoin('account', 'account.id', 'person.account_id')
    .leftJoin('address', (join) =>
      join.onRef('address.account_id', '=', 'account.id').on('address.kind', '=', 'primary'),
    )
    .select([
      'person.account_id as accountId',
      'person.subject as subject',
      'account.login as login',
      'account.name as name',
      'account.locale as locale',
      'address.address as email',
      'account.admin as admin',
      'account.status as status',
      'person.given_name as givenName',
      'person.family_name as familyName',
      'person.birth_date as birthDate',
      'person.join_key as joinKey',
      'person.external_id as externalId',
      'person.source as source',
      'person.rescue_mail as rescueMail',
      'person.rescue_verified_at as rescueVerifiedAt',
      'person.phone as phone',
      'person.activated_at as activatedAt',
      'person.blocked_at as blockedAt',
      'person.block_reason as blockReason',
      'person.suspended_at as suspendedAt',
      'person.ends_at as endsAt',
      'account.created_at as createdAt',
      'person.updated_at as updatedAt',
    ])

/** A row of `personColumns` as a person. */
export const personOf = (
  row: Omit<Person, 'email' | 'admin'> & { readonly email: string | null; readonly admin: number },
): Person => ({ ...row, email: row.email ?? '', admin: row.admin === 1 })

const byAccount = statement((q, p: Params<{ account: number }>) =>
  personColumns(q).where('person.account_id', '=', p.account),
)
const byJoinKey = statement((q, p: Params<{ key: string }>) => personColumns(q).where('person.join_key', '=', p.key))
const byExternal = statement((q, p: Params<{ source: string; id: string }>) =>
  personColumns(q).where('person.source', '=', p.source).where('person.external_id', '=', p.id),
)
const bySubject = statement((q, p: Params<{ subject: string }>) =>
  personColumns(q).where('person.subject', '=', p.subject),
)

/** The person behind an account, or undefined (functions and system accounts have none). */
export const findPerson = async (tx: Reader, account: number): Promise<Person | undefined> => {
  const row = await tx.first(byAccount, { account })
  return row && personOf(row)
}

/** Throws Failure notFound. */
export const getPerson = async (tx: Reader, account: number): Promise<Person> => {
  const person = await findPerson(tx, account)
  if (!person) throw new Failure('notFound', `there is no person ${account}`)
  return person
}

/** The person of a join key in any of its spellings, or undefined. */
export const findByJoinKey = async (tx: Reader, text: string, academy?: string): Promise<Person | undefined> => {
  const key = parseJoinKey(text, academy)
  const row = key === undefined ? undefined : await tx.first(byJoinKey, { key })
  return row && personOf(row)
}

/** The person that a source names so, or undefined. */
export const findByExternalId = async (tx: Reader, source: string, id: string): Promise<Person | undefined> => {
  const row = await tx.first(byExternal, { source, id })
  return row && personOf(row)
}

/** The person of a stable random subject, or undefined. */
export const findBySubject = async (tx: Reader, subject: string): Promise<Person | undefined> => {
  const row = await tx.first(bySubject, { subject })
  return row && personOf(row)
}

// -- rows ------------------------------------------------------------------------------------------------------------

const insert = statement(
  (
    q,
    p: Params<{
      account: number
      subject: string
      given: string
      family: string
      search: string
      birth: string
      joinKey: string | null
      externalId: string | null
      source: string
      rescue: string
      phone: string
      activated: number | null
      ends: number | null
      at: number
    }>,
  ) =>
    q
      .insertInto('person')
      .values({
        account_id: p.account,
        subject: p.subject,
        given_name: p.given,
        family_name: p.family,
        search_name: p.search,
        birth_date: p.birth,
        join_key: p.joinKey,
        external_id: p.externalId,
        source: p.source,
        rescue_mail: p.rescue,
        rescue_verified_at: null,
        phone: p.phone,
        activated_at: p.activated,
        blocked_at: null,
        block_reason: '',
        ends_at: p.ends,
        updated_at: p.at,
      })
      .onConflict((on) => on.column('account_id').doNothing()),
)

const dropWords = statement((q, p: Params<{ account: number }>) =>
  q.deleteFrom('person_word').where('account_id', '=', p.account),
)
const addWord = statement((q, p: Params<{ account: number; word: string }>) =>
  q.insertInto('person_word').values({ account_id: p.account, word: p.word }),
)

/** Within a transaction: the words a person is found by. */
export const indexNames = async (tx: Writer, account: number, given: string, family: string): Promise<void> => {
  await tx.run(dropWords, { account })
  for (const word of wordsOf(family, given)) await tx.run(addWord, { account, word })
}

/** Throws Failure conflict when a key is another person's. */
const checkKeys = async (tx: Reader, account: number, details: CheckedDetails): Promise<void> => {
  const { joinKey, externalId, source } = details
  const key = joinKey === null ? undefined : await tx.first(byJoinKey, { key: joinKey })
  if (key && key.accountId !== account)
    throw new Failure('conflict', 'this join key is somebody else’s', { property: 'joinKey' })
  const external = externalId === null ? undefined : await tx.first(byExternal, { source, id: externalId })
  if (external && external.accountId !== account)
    throw new Failure('conflict', 'this external identifier is somebody else’s', { property: 'externalId' })
}

/**
 * Within a transaction: the person row of an account that has none; nothing when it has one. Throws Failure conflict
 * when the join key or the external identifier is somebody else's.
 */
export const insertPerson = async (
  tx: Writer,
  now: number,
  account: number,
  details: CheckedDetails,
  activatedAt: number | null,
): Promise<void> => {
  await checkKeys(tx, account, details)
  const { joinKey, externalId, source } = details
  const { changes } = await tx.run(insert, {
    account,
    subject: randomBytes(16).toString('base64url'),
    given: details.givenName,
    family: details.familyName,
    search: nameKey(details.familyName, details.givenName),
    birth: details.birthDate,
    joinKey,
    externalId,
    source,
    rescue: details.rescueMail,
    phone: details.phone,
    activated: activatedAt,
    ends: details.endsAt,
    at: now,
  })
  if (changes > 0) await indexNames(tx, account, details.givenName, details.familyName)
}

const update = statement(
  (
    q,
    p: Params<{
      account: number
      given: string
      family: string
      search: string
      birth: string
      joinKey: string | null
      externalId: string | null
      source: string
      rescue: string
      phone: string
      ends: number | null
      at: number
    }>,
  ) =>
    q
      .updateTable('person')
      .set((eb) => ({
        given_name: p.given,
        family_name: p.family,
        search_name: p.search,
        birth_date: p.birth,
        join_key: p.joinKey,
        external_id: p.externalId,
        source: p.source,
        // Another address must be proved again before letters are trusted to it.
        rescue_verified_at: eb
          .case()
          .when('rescue_mail', '=', p.rescue)
          .then(eb.ref('rescue_verified_at'))
          .else(null)
          .end(),
        rescue_mail: p.rescue,
        phone: p.phone,
        ends_at: p.ends,
        updated_at: p.at,
      }))
      .where('account_id', '=', p.account),
)

/**
 * Within a transaction: changes what is said of a person; what `wanted` leaves out stays. Throws Failure invalid
 * (`property`), notFound, conflict (join key, external identifier).
 */
export const updatePerson = async (
  tx: Writer,
  now: number,
  account: number,
  wanted: Partial<PersonDetails>,
): Promise<Person> => {
  const before = await getPerson(tx, account)
  const details = checkDetails({ ...before, ...wanted })
  await checkKeys(tx, account, details)
  await tx.run(update, {
    account,
    given: details.givenName,
    family: details.familyName,
    search: nameKey(details.familyName, details.givenName),
    birth: details.birthDate,
    joinKey: details.joinKey,
    externalId: details.externalId,
    source: details.source,
    rescue: details.rescueMail,
    phone: details.phone,
    ends: details.endsAt,
    at: now,
  })
  if (details.givenName !== before.givenName || details.familyName !== before.familyName)
    await indexNames(tx, account, details.givenName, details.familyName)
  return getPerson(tx, account)
}

/**
 * Makes a person: account, mailboxes, person row and profiles; `within` adds to the transaction that makes the rows.
 * Without a password the account waits for its activation.
 * Throws Failure invalid (`property`), alreadyExists (identifier or address), conflict (join key, external identifier).
 */
export const createPerson = async (
  people: People,
  actor: string,
  wanted: NewPerson,
  within?: (tx: Writer, account: number) => Promise<void>,
): Promise<Account> => {
  const details = checkDetails(wanted)
  const { profiles = [], password } = wanted
  const name = wanted.name ?? `${details.givenName} ${details.familyName}`.trim()
  const domain = people.options.domains[0] ?? 'localhost'
  const login =
    wanted.login ?? (await people.ctx.store.read((tx) => freeLogin(tx, details.givenName, details.familyName, domain)))
  const now = people.ctx.clock.now()
  const { address, aliases, locale, admin, quotaBytes } = wanted
  const account: NewAccount = {
    login,
    name,
    kind: 'person',
    ...(address === undefined ? {} : { address }),
    ...(aliases === undefined ? {} : { aliases }),
    ...(password === undefined ? {} : { password }),
    ...(locale === undefined ? {} : { locale }),
    ...(admin === undefined ? {} : { admin }),
    ...(quotaBytes === undefined ? {} : { quotaBytes }),
  }
  return createAccount(people, actor, account, async (tx, id) => {
    await insertPerson(tx, now, id, details, password === undefined ? null : now)
    for (const profile of profiles)
      await addProfile(tx, now, id, { source: details.source, endsAt: details.endsAt, ...profile })
    const line = { actor, action: 'person.create' as const, accountId: id, target: login, detail: details.source }
    await appendAudit(tx, now, line)
    await within?.(tx, id)
  })
}
