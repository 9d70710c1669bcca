/** What administrators do to people: each act checks the right, does it and is audited in one transaction. */
import { Failure } from '#base/failure.ts'
import type { Writer } from '#store/engine.ts'
import { notifyOwner } from '../people/alerts.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { isActiveStaff } from '../people/recovery/activation.ts'
import { joinClass } from './classes.ts'
import { type Actor, familyKinds, powersOf, requireMay, requireTask } from './delegation.ts'
import { blockPerson, setEnd, unblockPerson } from './life.ts'
import type { PersonDetails } from './person-details.ts'
import { createPerson, getPerson, updatePerson } from './persons.ts'
import { addProfile, type NewProfile, profilesOf, removeProfile } from './profiles.ts'

/** Longest life of an account made by hand: a school year and its margins. */
const longestLife = 400 * 86_400_000

/** Profiles that carry rights over others: only the platform's administrators give them. */
const privileged: ReadonlySet<string> = new Set(['head', 'academy'])

const checkKind = (actor: Actor, kind: string): void => {
  if (privileged.has(kind) && !actor.admin)
    throw new Failure('forbidden', 'this profile is given by the académie', { property: 'privilege' })
}

const checkEnd = (endsAt: number | null | undefined, now: number): void => {
  if (endsAt !== null && endsAt !== undefined && (endsAt <= now || endsAt > now + longestLife))
    throw new Failure('invalid', 'the end is within four hundred days', { property: 'endsAt' })
}

/** The identifier of somebody who has forgotten it. Throws Failure forbidden. */
export const tellIdentifier = async (
  people: People,
  actor: Actor,
  account: number,
  ip = '',
): Promise<{ login: string; email: string }> => {
  const now = people.ctx.clock.now()
  const told = await people.ctx.store.writeGlobal(async (tx) => {
    await requireMay(tx, actor, 'identifier', account, now)
    const { login, email } = await getPerson(tx, account)
    await appendAudit(tx, now, {
      actor: actor.login,
      action: 'person.identifier',
      accountId: account,
      target: login,
      ip,
    })
    return { login, email }
  })
  await notifyOwner(people, account, { kind: 'identifier-told' })
  return told
}

const guard = (people: People, actor: Actor, account: number, ip: string) => ({
  ip,
  allowed: (tx: Writer) => requireMay(tx, actor, 'block', account, people.ctx.clock.now()),
})

/** Keeps somebody out. Throws Failure forbidden, invalid (no reason). */
export const block = (people: People, actor: Actor, account: number, reason: string, ip = ''): Promise<void> =>
  blockPerson(people, actor.login, account, reason, guard(people, actor, account, ip))

/** Lets somebody in again. Throws Failure forbidden. */
export const unblock = (people: People, actor: Actor, account: number, ip = ''): Promise<void> =>
  unblockPerson(people, actor.login, account, guard(people, actor, account, ip))

/** Moves the end of a manual account. Throws Failure forbidden, invalid. */
export const moveEnd = async (
  people: People,
  actor: Actor,
  account: number,
  endsAt: number | null,
  ip = '',
): Promise<void> => {
  if (endsAt === null && !actor.admin)
    throw new Failure('invalid', 'a manual account has an end', { property: 'endsAt' })
  checkEnd(endsAt, people.ctx.clock.now())
  const allowed = async (tx: Writer): Promise<void> => {
    await requireMay(tx, actor, 'manual-accounts', account, people.ctx.clock.now())
    const { source } = await getPerson(tx, account)
    if (source !== 'manual') throw new Failure('conflict', 'the source of this account decides its end')
  }
  await setEnd(people, actor.login, account, endsAt, { ip, allowed })
}

/**
 * Corrects the rescue address or the telephone. A new address is not trusted with letters until its owner proves it.
 * Throws Failure forbidden, invalid.
 */
export const correctContact = async (
  people: People,
  actor: Actor,
  account: number,
  contact: Pick<PersonDetails, 'rescueMail' | 'phone'>,
  ip = '',
): Promise<void> => {
  const now = people.ctx.clock.now()
  // Told before the change: the address that was theirs so far must hear of it.
  const allowed = await people.ctx.store.read(async (tx) => {
    await requireMay(tx, actor, 'contact', account, now)
    return getPerson(tx, account)
  })
  const changed = Object.entries(contact).filter(([name, value]) => value !== allowed[name as 'rescueMail' | 'phone'])
  if (changed.length === 0) return
  await notifyOwner(people, account, { kind: 'rescue-changed', detail: actor.login, ip })
  await people.ctx.store.writeGlobal(async (tx) => {
    await requireMay(tx, actor, 'contact', account, now)
    await updatePerson(tx, now, account, contact)
    const detail = `contact: ${changed.map(([name]) => name).join(' ')}`
    const about = { accountId: account, target: allowed.login, detail, ip }
    await appendAudit(tx, now, { actor: actor.login, action: 'person.update', ...about })
  })
}

export interface Attachment extends NewProfile {
  readonly classes?: readonly string[]
}

/**
 * Gives a profile in a school where the actor may attach. People of other schools only come by the registers or by the
 * platform's administrators: else whoever attaches a stranger would come to hold their account. Throws Failure
 * forbidden, invalid, alreadyExists.
 */
export const attachProfile = async (
  people: People,
  actor: Actor,
  account: number,
  wanted: Attachment,
  ip = '',
): Promise<number> => {
  const now = people.ctx.clock.now()
  const { kind, uai = '', classes = [] } = wanted
  const id = await people.ctx.store.writeGlobal(async (tx) => {
    if (uai !== '' || !actor.admin) await requireTask(tx, actor, 'attach', uai, now)
    // A post in a school makes it answer for the person: only one that does already gives another.
    await requireMay(tx, actor, 'attach', account, now, !familyKinds.has(kind))
    checkKind(actor, kind)
    checkEnd(wanted.endsAt, now)
    const held = await profilesOf(tx, account, now)
    if (held.some((one) => one.kind === kind && one.uai === uai))
      throw new Failure('alreadyExists', 'the person has this profile', { property: 'kind' })
    const id = await addProfile(tx, now, account, { ...wanted, source: 'manual' })
    const role = kind === 'pupil' ? 'pupil' : 'teacher'
    for (const name of classes) await joinClass(tx, account, { uai, class: name, role }, 'manual')
    const about = { accountId: account, target: uai, detail: kind, ip }
    await appendAudit(tx, now, { actor: actor.login, action: 'profile.add', ...about })
    return id
  })
  people.ctx.store.bus.publishTopic('people', account)
  return id
}

/** Takes a profile away. Throws Failure forbidden, notFound, conflict (the source vouches for it). */
export const detachProfile = async (
  people: People,
  actor: Actor,
  account: number,
  profile: number,
  ip = '',
): Promise<void> => {
  const now = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    await requireMay(tx, actor, 'attach', account, now)
    const found = (await profilesOf(tx, account, now)).find(({ id }) => id === profile)
    if (!found) throw new Failure('notFound', 'no such profile')
    if (found.uai !== '' || !actor.admin) await requireTask(tx, actor, 'attach', found.uai, now)
    checkKind(actor, found.kind)
    const staff = !actor.admin && (await isActiveStaff(tx, account, now))
    await removeProfile(tx, account, profile)
    // As a pupil or a parent they could be given a new password by one person alone.
    if (staff && !(await isActiveStaff(tx, account, now)))
      throw new Failure('forbidden', 'the registers or the académie end this post', { property: 'second' })
    const about = { accountId: account, target: found.uai, detail: found.kind, ip }
    await appendAudit(tx, now, { actor: actor.login, action: 'profile.remove', ...about })
  })
  people.ctx.store.bus.publishTopic('people', account)
}

export interface ManualAccount
  extends Pick<PersonDetails, 'givenName' | 'familyName' | 'birthDate' | 'rescueMail' | 'phone'> {
  readonly profile: NewProfile
  readonly endsAt: number | null
}

/**
 * Makes an account that ends at a date (a nurse, a speaker, a replacement). It waits for its activation. Throws Failure
 * forbidden, invalid, alreadyExists.
 */
export const createManual = async (people: People, actor: Actor, wanted: ManualAccount, ip = '') => {
  const now = people.ctx.clock.now()
  const { profile, endsAt, ...details } = wanted
  const uai = profile.uai ?? ''
  await people.ctx.store.read(async (tx) => {
    const powers = await powersOf(tx, actor, now)
    if (!powers.platform) await requireTask(tx, actor, 'manual-accounts', uai, now)
  })
  checkKind(actor, profile.kind)
  if (endsAt === null && !actor.admin)
    throw new Failure('invalid', 'a manual account has an end', { property: 'endsAt' })
  checkEnd(endsAt, now)
  const made = await createPerson(people, actor.login, { ...details, endsAt, source: 'manual', profiles: [profile] })
  people.ctx.log.info('directory.manual-account', { account: made.id, uai, ip })
  return { id: made.id, login: made.login, email: made.email }
}
