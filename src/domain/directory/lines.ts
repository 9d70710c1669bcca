/** People as lists show them: a line each, a page at a time. */
import type { Reader } from '#store/engine.ts'
import type { Person } from './persons.ts'
import { type Profile, profilesOfMany } from './profiles.ts'

/** Where somebody is in the life of an account. */
export type PersonState = 'active' | 'pending' | 'blocked' | 'suspended' | 'ended' | 'disabled'

export const personStates: readonly PersonState[] = ['active', 'pending', 'blocked', 'suspended', 'ended', 'disabled']

export interface PersonLine {
  readonly id: number
  readonly login: string
  readonly name: string
  readonly givenName: string
  readonly familyName: string
  readonly email: string
  readonly birthDate: string
  readonly state: PersonState
  /** To ten minutes. */
  readonly lastSignInAt: number | null
  readonly profiles: readonly Profile[]
}

/** The first reason why the person cannot sign in; `active` when there is none. */
export const stateOf = (
  person: Pick<Person, 'blockedAt' | 'suspendedAt' | 'endsAt' | 'status' | 'activatedAt'>,
  now: number,
): PersonState => {
  if (person.blockedAt !== null) return 'blocked'
  if (person.endsAt !== null && person.endsAt <= now) return 'ended'
  if (person.suspendedAt !== null) return 'suspended'
  if (person.status !== 'active') return 'disabled'
  return person.activatedAt === null ? 'pending' : 'active'
}

/** When each was last known to sign in, whichever way. */
export const lastSignIns = async (tx: Reader, accounts: readonly number[]): Promise<ReadonlyMap<number, number>> => {
  const latest = new Map<number, number>()
  if (accounts.length === 0) return latest
  const note = (rows: readonly { readonly account: number; readonly at: number | null }[]) => {
    for (const { account, at } of rows)
      if (at !== null) latest.set(account, Math.max(latest.get(account) ?? 0, Number(at)))
  }
  const ids = [...accounts]
  note(
    await tx.query((q) =>
      q
        .selectFrom('credential')
        .select((eb) => ['account_id as account', eb.fn.max('last_used_at').as('at')])
        .where('account_id', 'in', ids)
        .groupBy('account_id'),
    ),
  )
  note(
    await tx.query((q) =>
      q
        .selectFrom('session')
        .select((eb) => ['account_id as account', eb.fn.max('created_at').as('at')])
        .where('account_id', 'in', ids)
        .groupBy('account_id'),
    ),
  )
  note(
    await tx.query((q) =>
      q
        .selectFrom('federated_identity')
        .select((eb) => ['account_id as account', eb.fn.max('last_used_at').as('at')])
        .where('account_id', 'in', ids)
        .groupBy('account_id'),
    ),
  )
  return latest
}

/** The lines of a page of persons, in their order. */
export const linesOf = async (tx: Reader, persons: readonly Person[], now: number): Promise<PersonLine[]> => {
  const ids = persons.map(({ accountId }) => accountId)
  const profiles = await profilesOfMany(tx, ids, now)
  const seen = await lastSignIns(tx, ids)
  return persons.map((person) => ({
    id: person.accountId,
    login: person.login,
    name: person.name,
    givenName: person.givenName,
    familyName: person.familyName,
    email: person.email,
    birthDate: person.birthDate,
    state: stateOf(person, now),
    lastSignInAt: seen.get(person.accountId) ?? null,
    profiles: profiles.get(person.accountId) ?? [],
  }))
}
