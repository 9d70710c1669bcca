/** Everything an administrator may see of a person, and what they may do to them; nothing that would let them act as them. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { type Actor, powersOf, schoolsFor, tasksOn } from './delegation.ts'
import { type Grant, grantsOf } from './grants.ts'
import { groupsOf } from './groups.ts'
import { linesOf, type PersonLine } from './lines.ts'
import { findPerson } from './persons.ts'
import { profilesOfMany } from './profiles.ts'
import { adultsOf, childrenOf, type Relative } from './relations.ts'
import type { Task } from './tasks.data.ts'

interface RelativeLine extends Relative {
  readonly id: number
  /** Where the relative is a pupil, and in which classes. */
  readonly schools: readonly string[]
  readonly classes: readonly string[]
}

export interface PersonCard extends PersonLine {
  readonly joinKey: string | null
  readonly source: string
  readonly externalId: string | null
  readonly rescueMail: string
  readonly rescueVerifiedAt: number | null
  readonly phone: string
  readonly activatedAt: number | null
  readonly blockedAt: number | null
  readonly blockReason: string
  readonly suspendedAt: number | null
  readonly endsAt: number | null
  readonly createdAt: number
  readonly admin: boolean
  /** Kinds of proof the person has: password, totp, passkey, recovery, grid, app. */
  readonly factors: readonly string[]
  /** Names of the identity providers the account is tied to. */
  readonly providers: readonly string[]
  readonly sessions: number
  readonly devices: number
  readonly children: readonly RelativeLine[]
  readonly adults: readonly RelativeLine[]
  readonly groups: readonly string[]
  readonly delegations: readonly Grant[]
  /** What the viewer may do to this person now. */
  readonly may: readonly Task[]
}

const kinds = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('credential').select('kind').distinct().where('account_id', '=', p.account).orderBy('kind'),
)
const providers = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('federated_identity')
    .select('provider_id as id')
    .distinct()
    .where('account_id', '=', p.account)
    .orderBy('provider_id'),
)
const counts = statement((q, p: Params<{ account: number; now: number }>) =>
  q
    .selectFrom('account')
    .select((eb) => [
      eb
        .selectFrom('session')
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('session.account_id', '=', p.account)
        .where('session.expires_at', '>', p.now)
        .as('sessions'),
      eb
        .selectFrom('device')
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('device.account_id', '=', p.account)
        .as('devices'),
    ])
    .where('account.id', '=', p.account),
)

/** Throws Failure forbidden (nobody the actor may look at, or nobody at all: the same answer). */
export const requireVisible = async (tx: Reader, actor: Actor, account: number, now: number): Promise<void> => {
  const powers = await powersOf(tx, actor, now)
  const where = schoolsFor(powers)
  if (where === 'all') return
  if (where.length === 0)
    throw new Failure('forbidden', 'no task of administration was given to you', { property: 'none' })
  const profiles = (await profilesOfMany(tx, [account], now)).get(account) ?? []
  if (!profiles.some(({ uai }) => where.includes(uai)))
    throw new Failure('forbidden', 'this is not in your schools', { property: 'scope' })
}

const withPlaces = async (tx: Reader, relatives: readonly Relative[], now: number): Promise<RelativeLine[]> => {
  const profiles = await profilesOfMany(
    tx,
    relatives.map(({ accountId }) => accountId),
    now,
  )
  return relatives.map((one) => {
    const pupil = (profiles.get(one.accountId) ?? []).filter(({ kind }) => kind === 'pupil')
    return {
      ...one,
      id: one.accountId,
      schools: pupil.map(({ uai }) => uai),
      classes: pupil.flatMap(({ classes }) => classes),
    }
  })
}

/** The card of a person. Throws Failure forbidden (outside the actor's schools), notFound. */
export const personCard = async (tx: Reader, actor: Actor, account: number, now = Date.now()): Promise<PersonCard> => {
  await requireVisible(tx, actor, account, now)
  const person = await findPerson(tx, account)
  const [line] = person ? await linesOf(tx, [person], now) : []
  if (!person || !line) throw new Failure('notFound', 'no such person')
  const numbers = await tx.first(counts, { account, now })
  return {
    ...line,
    joinKey: person.joinKey,
    source: person.source,
    externalId: person.externalId,
    rescueMail: person.rescueMail,
    rescueVerifiedAt: person.rescueVerifiedAt,
    phone: person.phone,
    activatedAt: person.activatedAt,
    blockedAt: person.blockedAt,
    blockReason: person.blockReason,
    suspendedAt: person.suspendedAt,
    endsAt: person.endsAt,
    createdAt: person.createdAt,
    admin: person.admin,
    factors: (await tx.all(kinds, { account })).map(({ kind }) => kind),
    providers: (await tx.all(providers, { account })).map(({ id }) => id),
    sessions: Number(numbers?.sessions ?? 0),
    devices: Number(numbers?.devices ?? 0),
    children: await withPlaces(tx, await childrenOf(tx, account), now),
    adults: await withPlaces(tx, await adultsOf(tx, account), now),
    groups: await groupsOf(tx, account, now),
    delegations: await grantsOf(tx, account),
    may: await tasksOn(tx, actor, account, now),
  }
}
