/**
 * Asking for help without being signed in: a forgotten password, a forgotten identifier. Whoever asks learns nothing:
 * the answer is the same, and comes after the same time, whether or not there is such an account; what is sent goes
 * only to addresses that the account's owner confirmed before.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { nameKey } from '../../directory/names.ts'
import { findAccount, getAccount, setPassword } from '../accounts.ts'
import { foldAddress } from '../addresses.ts'
import { notifyOwner } from '../alerts.ts'
import { appendAudit } from '../audit.ts'
import { issue, peek, redeem } from '../one-time.ts'
import type { People } from '../people.ts'
import { answerAfter, sendToContacts } from './contacts.ts'
import { sendText } from './send.ts'
import { recoveryTexts } from './texts.data.ts'

export interface Asker {
  readonly ip: string
  readonly userAgent?: string
}

const kind = 'reset'
const minute = 60_000

/** How long a link to choose a new password works. */
export const resetLife = 30 * minute

const running = new WeakMap<People, Set<Promise<void>>>()

/** Resolves when nothing that was asked is still being done: before the store closes, and in tests. */
export const recoverySettled = async (people: People): Promise<void> => {
  await Promise.all(running.get(people) ?? [])
}

/**
 * Runs the work and answers after the same time whatever it found. Its failures are ours to log, never the asker's to
 * see. The promise given back is the answer.
 */
const sameAnswer = async (people: People, name: string, work: () => Promise<void>): Promise<void> => {
  const done = work().catch((cause: unknown) => people.ctx.log.error('recovery.failed', { ask: name }, cause))
  const all = running.get(people) ?? new Set()
  running.set(people, all.add(done))
  void done.finally(() => all.delete(done))
  await wait(answerAfter)
}

/** Three askings an hour and network for one account are a person in trouble; more are not. */
const bounded = (people: People, subject: string, ip: string): void => {
  const retryAfter = people.throttle.attempt(`recovery ${subject}`.slice(0, 340), ip)
  if (retryAfter > 0) throw new Failure('throttled', 'asked too often', { retryAfter })
}

const rescueOf = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('person')
    .select(['rescue_mail', 'rescue_verified_at', 'blocked_at'])
    .where('account_id', '=', p.account),
)

/** The confirmed rescue address of an account; undefined when it has none, or is blocked. */
const rescueAddress = async (tx: Reader, account: number): Promise<string | undefined> => {
  const row = await tx.first(rescueOf, { account })
  if (!row || row.blocked_at !== null || row.rescue_verified_at === null || row.rescue_mail === '') return
  return row.rescue_mail
}

const sendReset = async (people: People, login: string, asker: Asker): Promise<void> => {
  const { ctx } = people
  const account = await ctx.store.read((tx) => findAccount(tx, login)).catch(ignoreNotFound)
  if (account?.status !== 'active' || account.kind !== 'person') return
  await ctx.store.writeGlobal((tx) => {
    const about = { accountId: account.id, target: account.login, ip: asker.ip }
    return appendAudit(tx, ctx.clock.now(), { actor: 'stranger', action: 'recovery.ask', ...about })
  })
  const to = await ctx.store.read((tx) => rescueAddress(tx, account.id))
  if (to !== undefined) {
    const token = await ctx.store.writeGlobal(async (tx) => {
      const about = { accountId: account.id, target: account.login, detail: 'mail', ip: asker.ip }
      await appendAudit(tx, ctx.clock.now(), { actor: 'stranger', action: 'recovery.ask', ...about })
      return issue(tx, ctx, { kind, account: account.id, life: resetLife })
    })
    const link = `${people.options.publicUrl}/reset#${token}`
    await sendText(people, to, account.locale, (locale) => recoveryTexts[locale].reset({ login: account.login, link }))
  }
  await sendToContacts(people, account, asker)
  await notifyOwner(people, account.id, { kind: 'recovery-asked', ip: asker.ip, userAgent: asker.userAgent ?? '' })
}

const ignoreNotFound = (error: unknown): undefined => {
  if (error instanceof Failure && error.code === 'notFound') return
  throw error
}

/**
 * A forgotten password: a link goes to the confirmed rescue address, a code to the trusted contacts who accepted.
 * Throws Failure throttled only.
 */
export const askReset = async (people: People, login: string, asker: Asker): Promise<void> => {
  bounded(people, login.trim().toLowerCase(), asker.ip)
  await sameAnswer(people, 'reset', () => sendReset(people, login, asker))
}

/** Whose link this is. Throws Failure unauthenticated when it is used, old or unknown. */
export const checkReset = (
  people: People,
  token: string,
): Promise<{ accountId: number; login: string; name: string }> =>
  people.ctx.store.read(async (tx) => {
    const row = await peek(tx, people.ctx, kind, token)
    if (row?.accountId === undefined) throw staleLink()
    const { login, name } = await getAccount(tx, row.accountId)
    return { accountId: row.accountId, login, name }
  })

const staleLink = (): Failure =>
  new Failure('unauthenticated', 'the link was used or is too old', { property: 'reset' })

/**
 * Uses a link: sets the password, ends every session, clears the lock. Second factors stay. A password that is too weak
 * leaves the link usable. Throws Failure unauthenticated, invalid.
 */
export const resetPassword = async (people: People, token: string, password: string, asker: Asker): Promise<void> => {
  const { ctx } = people
  const { accountId, login } = await checkReset(people, token)
  await setPassword(people, login, accountId, password, {
    ip: asker.ip,
    within: async (tx) => {
      if (!(await redeem(tx, ctx, kind, token))) throw staleLink()
      const about = { accountId, target: login, detail: 'mail', ip: asker.ip }
      await appendAudit(tx, ctx.clock.now(), { actor: login, action: 'recovery.use', ...about })
    },
  })
  people.throttle.clear(accountId, asker.ip)
  await notifyOwner(people, accountId, { kind: 'password-reset', ip: asker.ip, userAgent: asker.userAgent ?? '' })
}

/** What somebody who forgot their identifier can still say. */
export interface IdentifierQuestion {
  /** The rescue address; or empty, and then the three others. */
  readonly mail: string
  readonly familyName: string
  readonly givenName: string
  /** YYYY-MM-DD. */
  readonly birthDate: string
}

const byRescue = statement((q, p: Params<{ mail: string }>) =>
  q
    .selectFrom('person')
    .innerJoin('account', 'account.id', 'person.account_id')
    .select(['account.id as id', 'account.login as login', 'account.locale as locale', 'person.rescue_mail as mail'])
    .where('person.rescue_mail', '=', p.mail)
    .where('person.rescue_verified_at', 'is not', null)
    .where('account.status', '=', 'active')
    .orderBy('account.login')
    .limit(20),
)

const byBirth = statement((q, p: Params<{ name: string; birth: string }>) =>
  q
    .selectFrom('person')
    .innerJoin('account', 'account.id', 'person.account_id')
    .select(['account.id as id', 'account.login as login', 'account.locale as locale', 'person.rescue_mail as mail'])
    .where('person.search_name', '=', p.name)
    .where('person.birth_date', '=', p.birth)
    .where('person.rescue_verified_at', 'is not', null)
    .where('account.status', '=', 'active')
    .orderBy('account.login')
    .limit(20),
)

const findIdentifiers = (people: People, asked: IdentifierQuestion) =>
  people.ctx.store.read(async (tx) => {
    const mail = foldAddress(asked.mail)
    if (mail !== undefined) return tx.all(byRescue, { mail })
    const name = nameKey(asked.familyName, asked.givenName)
    if (name === '' || !/^\d{4}-\d\d-\d\d$/.test(asked.birthDate)) return []
    return tx.all(byBirth, { name, birth: asked.birthDate })
  })

const sendIdentifiers = async (people: People, asked: IdentifierQuestion, asker: Asker): Promise<void> => {
  const found = await findIdentifiers(people, asked)
  // Several accounts behind one address (a family) are told in one message; never somebody else's.
  for (const [mail, rows] of Map.groupBy(found, (row) => row.mail)) {
    const logins = rows.map(({ login }) => login)
    const link = `${people.options.publicUrl}/login`
    await sendText(people, mail, rows[0]?.locale ?? 'fr', (locale) =>
      recoveryTexts[locale].identifiers({ logins, link }),
    )
    await people.ctx.store.writeGlobal(async (tx) => {
      const about = { actor: 'stranger', action: 'recovery.ask' as const, detail: 'identifier', ip: asker.ip }
      for (const { id, login } of rows)
        await appendAudit(tx, people.ctx.clock.now(), { ...about, accountId: id, target: login })
    })
    const from = { ip: asker.ip, userAgent: asker.userAgent ?? '' }
    for (const { id } of rows) await notifyOwner(people, id, { kind: 'identifier-told', mailboxOnly: true, ...from })
  }
}

/** A forgotten identifier: it goes to the confirmed rescue address. Throws Failure throttled only. */
export const askIdentifier = async (people: People, asked: IdentifierQuestion, asker: Asker): Promise<void> => {
  const about = asked.mail === '' ? `${asked.familyName} ${asked.givenName} ${asked.birthDate}` : asked.mail
  bounded(people, about.trim().toLowerCase(), asker.ip)
  await sameAnswer(people, 'identifier', () => sendIdentifiers(people, asked, asker))
}
