/**
 * Trusted contacts: a colleague who accepted to be called. When the password is forgotten the contact gets a code and
 * reads it out, by voice, to a person they recognise. The code opens nothing without the birth date, when that is known.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { populationOf } from '../../directory/profiles.ts'
import { type Account, findAccount, getAccount } from '../accounts.ts'
import { notifyOwner } from '../alerts.ts'
import { appendAudit } from '../audit.ts'
import { issue, withdraw } from '../one-time.ts'
import type { People } from '../people.ts'
import type { Principal } from '../principal.ts'
import { sendText } from './send.ts'
import { codeWaits, makeSpokenCode, takeSpokenCode } from './spoken-code.ts'
import { recoveryTexts } from './texts.data.ts'

export interface TrustedContact {
  readonly accountId: number
  readonly name: string
  readonly email: string
  readonly status: 'asked' | 'accepted'
  readonly since: number
}

/** More would be a crowd to persuade. */
const mostContacts = 3

const ofOwner = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('trusted_contact')
    .innerJoin('account', 'account.id', 'trusted_contact.contact_id')
    .leftJoin('address', (join) =>
      join.onRef('address.account_id', '=', 'account.id').on('address.kind', '=', 'primary'),
    )
    .select([
      'account.id as accountId',
      'account.name as name',
      'address.address as email',
      'trusted_contact.status as status',
      'trusted_contact.created_at as since',
    ])
    .where('trusted_contact.account_id', '=', p.account)
    .where('account.status', '=', 'active')
    .orderBy('trusted_contact.created_at'),
)

const ofContact = statement((q, p: Params<{ contact: number }>) =>
  q
    .selectFrom('trusted_contact')
    .innerJoin('account', 'account.id', 'trusted_contact.account_id')
    .leftJoin('address', (join) =>
      join.onRef('address.account_id', '=', 'account.id').on('address.kind', '=', 'primary'),
    )
    .select([
      'account.id as accountId',
      'account.name as name',
      'address.address as email',
      'trusted_contact.status as status',
      'trusted_contact.created_at as since',
    ])
    .where('trusted_contact.contact_id', '=', p.contact)
    .where('account.status', '=', 'active')
    .orderBy('account.name')
    .limit(200),
)

const named = <T extends { email: string | null }>(row: T) => ({ ...row, email: row.email ?? '' })

/** Who may help this account, and those it was asked to help. */
export const trustedContacts = (
  people: People,
  account: number,
): Promise<{ contacts: TrustedContact[]; helps: TrustedContact[] }> =>
  people.ctx.store.read(async (tx) => ({
    contacts: (await tx.all(ofOwner, { account })).map(named),
    helps: (await tx.all(ofContact, { contact: account })).map(named),
  }))

const insert = statement((q, p: Params<{ account: number; contact: number; now: number }>) =>
  q
    .insertInto('trusted_contact')
    .values({ account_id: p.account, contact_id: p.contact, status: 'asked', created_at: p.now })
    .onConflict((on) => on.columns(['account_id', 'contact_id']).doNothing()),
)

/**
 * Asks a colleague, by address or identifier, to be a trusted contact. Throws Failure notFound, invalid (oneself, or
 * not of the staff), tooMany.
 */
export const askContact = async (people: People, owner: Principal, address: string, ip: string): Promise<void> => {
  const { ctx } = people
  const contact = await ctx.store.writeGlobal(async (tx) => {
    const found = await findAccount(tx, address)
    if (found.id === owner.accountId)
      throw new Failure('invalid', 'nobody is their own trusted contact', { property: 'address' })
    const population = await populationOf(tx, found.id, ctx.clock.now())
    if (
      found.kind !== 'person' ||
      found.status !== 'active' ||
      (population !== 'staff' && population !== 'administrator')
    )
      throw new Failure('invalid', 'a trusted contact is a member of the staff', { property: 'address' })
    if ((await tx.all(ofOwner, { account: owner.accountId })).length >= mostContacts)
      throw new Failure('tooMany', `at most ${mostContacts} trusted contacts`)
    const now = ctx.clock.now()
    await tx.run(insert, { account: owner.accountId, contact: found.id, now })
    const about = { accountId: owner.accountId, target: found.login, detail: 'asked', ip }
    await appendAudit(tx, now, { actor: owner.login, action: 'trusted-contact.change', ...about })
    return found
  })
  const link = `${people.options.publicUrl}/account/security`
  const write = (locale: 'fr' | 'en') => recoveryTexts[locale].contactAsked({ name: owner.name, link })
  if (contact.email !== '') await sendText(people, contact.email, contact.locale, write)
  await notifyOwner(people, owner.accountId, { kind: 'trusted-contact-changed', ip, detail: contact.name })
}

const accept = statement((q, p: Params<{ account: number; contact: number }>) =>
  q
    .updateTable('trusted_contact')
    .set({ status: 'accepted' })
    .where('account_id', '=', p.account)
    .where('contact_id', '=', p.contact),
)

const drop = statement((q, p: Params<{ account: number; contact: number }>) =>
  q.deleteFrom('trusted_contact').where('account_id', '=', p.account).where('contact_id', '=', p.contact),
)

const settle = async (
  people: People,
  actor: Principal,
  pair: { readonly owner: number; readonly contact: number },
  how: { readonly accepted: boolean; readonly ip: string },
): Promise<void> => {
  const { ctx } = people
  await ctx.store.writeGlobal(async (tx) => {
    const { changes } = await tx.run(how.accepted ? accept : drop, { account: pair.owner, contact: pair.contact })
    if (changes === 0) throw new Failure('notFound', 'no such trusted contact')
    const { login } = await getAccount(tx, pair.contact)
    const about = { accountId: pair.owner, target: login, detail: how.accepted ? 'accepted' : 'removed', ip: how.ip }
    await appendAudit(tx, ctx.clock.now(), { actor: actor.login, action: 'trusted-contact.change', ...about })
  })
  await notifyOwner(people, pair.owner, { kind: 'trusted-contact-changed', ip: how.ip })
}

/** The contact's own answer. Throws Failure notFound. */
export const answerContact = (people: People, contact: Principal, owner: number, accepted: boolean, ip: string) =>
  settle(people, contact, { owner, contact: contact.accountId }, { accepted, ip })

/** The owner does not want this contact any more. Throws Failure notFound. */
export const removeContact = (people: People, owner: Principal, contact: number, ip: string) =>
  settle(people, owner, { owner: owner.accountId, contact }, { accepted: false, ip })

/** Gives the trusted contacts who accepted a code to read out; a code that waits already is not sent again. */
export const sendToContacts = async (
  people: People,
  account: Account,
  asker: { readonly ip: string },
): Promise<void> => {
  const { ctx } = people
  const contacts = await ctx.store.read(async (tx) =>
    (await codeWaits(tx, people, 'contact-code', account.id)) ? [] : tx.all(ofOwner, { account: account.id }),
  )
  const ready = contacts.filter(({ status, email }) => status === 'accepted' && email !== null)
  if (ready.length === 0) return
  const code = await ctx.store.writeGlobal(async (tx) => {
    const about = { accountId: account.id, target: account.login, detail: 'trusted contact', ip: asker.ip }
    await appendAudit(tx, ctx.clock.now(), { actor: 'stranger', action: 'recovery.ask', ...about })
    return makeSpokenCode(tx, people, 'contact-code', account.id)
  })
  if (code === undefined) return
  for (const { email } of ready)
    await sendText(people, email ?? '', account.locale, (locale) =>
      recoveryTexts[locale].contact({ name: account.name, code }),
    )
}

const birthDate = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('person').select('birth_date').where('account_id', '=', p.account),
)

const bornThen = async (tx: Reader, account: number, given: string): Promise<boolean> => {
  const known = (await tx.first(birthDate, { account }))?.birth_date ?? ''
  return known === '' || known === given
}

const refused = (): Failure =>
  new Failure('unauthenticated', 'identifier, code or birth date do not belong together', { property: 'contact' })

/** Every answer to a stranger takes this long, in milliseconds: what was found tells nothing by its time. */
export const answerAfter = 400

const answered = async <T>(work: Promise<T>): Promise<T> => {
  const [verdict] = await Promise.allSettled([work, wait(answerAfter)])
  if (verdict.status === 'rejected') throw verdict.reason
  return verdict.value
}

/**
 * The code a trusted contact read out, for a token to choose a new password with (`resetPassword`). Throws Failure
 * unauthenticated (the same for every reason), throttled.
 */
export const redeemContactCode = async (
  people: People,
  given: { readonly login: string; readonly code: string; readonly birthDate: string; readonly ip: string },
): Promise<string> => {
  const subject = `contact ${given.login.trim().toLowerCase()}`.slice(0, 340)
  const retryAfter = people.throttle.attempt(subject, given.ip)
  if (retryAfter > 0) throw new Failure('throttled', 'too many wrong codes', { retryAfter })
  return answered(judgeContactCode(people, given, subject))
}

const judgeContactCode = async (
  people: People,
  given: { readonly login: string; readonly code: string; readonly birthDate: string; readonly ip: string },
  subject: string,
): Promise<string> => {
  const { ctx } = people
  const account = await ctx.store.read(async (tx) => {
    const found = await findAccount(tx, given.login).catch(() => undefined)
    return found?.status === 'active' && (await bornThen(tx, found.id, given.birthDate)) ? found : undefined
  })
  const right = account && (await takeSpokenCode(people, 'contact-code', account.id, given.code)) !== undefined
  if (!right) {
    people.throttle.failed(subject, given.ip)
    throw refused()
  }
  people.throttle.succeeded(subject, given.ip)
  return ctx.store.writeGlobal(async (tx) => {
    const about = { accountId: account.id, target: account.login, detail: 'trusted contact', ip: given.ip }
    await appendAudit(tx, ctx.clock.now(), { actor: account.login, action: 'recovery.use', ...about })
    await withdraw(tx, account.id, 'reset')
    return issue(tx, ctx, { kind: 'reset', account: account.id, life: 15 * 60_000 })
  })
}
