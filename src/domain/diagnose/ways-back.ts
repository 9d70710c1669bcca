/**
 * The guided reset: a helper sees by which ways a person may get back in, and sends what the person could ask for without
 * being signed in. The helper never holds anything: the link goes to the address that the person confirmed before, and
 * whoever hands over a code is at the school that answers for the person.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { type Actor, familyKinds, requireMay } from '../directory/delegation.ts'
import { listGrants } from '../directory/grants.ts'
import { profilesOf } from '../directory/profiles.ts'
import { getAccount } from '../people/accounts.ts'
import { audit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { askReset } from '../people/recovery/ask.ts'

const stateOf = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('person')
    .select([
      'rescue_mail as mail',
      'rescue_verified_at as verified',
      'activated_at as activated',
      'blocked_at as blocked',
    ])
    .where('account_id', '=', p.account),
)
const contactsOf = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('trusted_contact')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', p.account)
    .where('status', '=', 'accepted'),
)
const headsOf = (tx: Reader, uais: readonly string[], now: number) =>
  tx.query((q) =>
    q
      .selectFrom('profile')
      .innerJoin('account', 'account.id', 'profile.account_id')
      .leftJoin('school', 'school.uai', 'profile.uai')
      .select(['account.id as account', 'account.name as name', 'school.name as schoolName'])
      .where('profile.kind', '=', 'head')
      .where('profile.uai', 'in', [...uais])
      .where((eb) => eb.or([eb('profile.ends_at', 'is', null), eb('profile.ends_at', '>', now)]))
      .where('account.status', '=', 'active')
      .orderBy('account.name')
      .limit(20),
  )

/** `n…r@famille.example`: enough to say “look there”, too little to learn it. */
export const partly = (mail: string): string => {
  const at = mail.lastIndexOf('@')
  if (at < 1) return ''
  return `${mail.slice(0, 1)}…${at > 2 ? mail.slice(at - 1, at) : ''}${mail.slice(at)}`
}

export interface WaysBack {
  readonly isActivated: boolean
  readonly isBlocked: boolean
  /** In part; empty: none is confirmed. */
  readonly rescue: string
  /** Trusted contacts who accepted: each is sent half of the way. */
  readonly contacts: number
  /** Who may hand over a code in the schools that answer for the person. */
  readonly school: readonly { readonly name: string; readonly schoolName: string }[]
}

const handingOver = async (tx: Reader, account: number, now: number): Promise<WaysBack['school']> => {
  const profiles = await profilesOf(tx, account, now)
  const staff = profiles.filter(({ kind }) => !familyKinds.has(kind))
  const uais = [...new Set((staff.length > 0 ? staff : profiles).map(({ uai }) => uai))].filter((uai) => uai !== '')
  if (uais.length === 0) return []
  const given = (await listGrants(tx, uais)).filter(
    ({ task, endsAt }) => (task === 'reset' || task === 'code') && (endsAt === null || endsAt > now),
  )
  const found = new Map<number, { name: string; schoolName: string }>()
  for (const { account: id, name, schoolName } of [...(await headsOf(tx, uais, now)), ...given])
    if (id !== account && !found.has(id)) found.set(id, { name, schoolName: schoolName ?? '' })
  return [...found.values()].slice(0, 20)
}

/** How somebody may get back in. Throws Failure forbidden. */
export const waysBack = (people: People, helper: Actor, account: number): Promise<WaysBack> =>
  people.ctx.store.read(async (tx) => {
    const now = people.ctx.clock.now()
    await requireMay(tx, helper, 'tickets', account, now)
    const row = await tx.first(stateOf, { account })
    const isBlocked = row !== undefined && row.blocked !== null
    return {
      isActivated: row === undefined || row.activated !== null,
      isBlocked,
      rescue: row === undefined || row.verified === null || isBlocked ? '' : partly(row.mail),
      contacts: Number((await tx.first(contactsOf, { account }))?.count ?? 0),
      school: await handingOver(tx, account, now),
    }
  })

/**
 * Sends what the person could ask for on the sign-in page: the link to the confirmed rescue address, the code to the trusted
 * contacts. Audited in the helper's name, told to the person. Throws Failure forbidden, conflict (there is no such way),
 * throttled.
 */
export const sendWayBack = async (people: People, helper: Actor, account: number, ip: string): Promise<void> => {
  const { rescue, contacts } = await waysBack(people, helper, account)
  if (rescue === '' && contacts === 0)
    throw new Failure('conflict', 'there is nowhere to send it', { property: 'rescue' })
  const { login } = await people.ctx.store.read((tx) => getAccount(tx, account))
  await askReset(people, login, { ip })
  const about = { accountId: account, target: login, detail: 'guided', ip }
  await audit(people.ctx, { actor: helper.login, action: 'recovery.ask', ...about })
}
