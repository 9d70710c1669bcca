/**
 * Activation: a code on paper, handed out by the school, that lets a person choose the first password, or a new one
 * after all other ways were lost. The code is twelve letters of thirty-one (59 bits), used once, tied to its
 * identifier, and asks for the birth date when the directory knows it: a lost sheet alone opens nothing.
 */
import { randomInt, timingSafeEqual } from 'node:crypto'
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { requireMay } from '../../directory/delegation.ts'
import { populationOf } from '../../directory/profiles.ts'
import { getAccount, setPassword } from '../accounts.ts'
import { notifyOwner } from '../alerts.ts'
import { appendAudit } from '../audit.ts'
import { issue, peek, redeem, withdraw } from '../one-time.ts'
import type { People } from '../people.ts'
import type { Principal } from '../principal.ts'
import { foldLogin } from '../verify.ts'
import { dropFactors } from './factors.ts'

/** Without I, L, O, 0, 1: to be read on paper and typed. */
const alphabet = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
const codeLength = 12
const kind = 'activation'
const day = 24 * 3_600_000

/** A notification sheet of EduConnect is valid for three months; ours too. */
export const activationLife = 90 * day

export interface Activation {
  readonly accountId: number
  readonly login: string
  readonly name: string
  /** In clear, this once: `ABCD-EFGH-JKMN`. */
  readonly code: string
  /** Milliseconds. */
  readonly expiresAt: number
  readonly asksBirthDate: boolean
}

/** What the row of a code remembers. */
interface Terms {
  /** The second factors are lost too: they go with the old password. */
  readonly dropFactors: boolean
}

const newCode = (): string =>
  Array.from({ length: codeLength }, () => alphabet[randomInt(alphabet.length)])
    .join('')
    .replace(/(.{4})(?=.)/g, '$1-')

/** The twelve letters as people type them; undefined when it cannot be a code. */
export const readCode = (text: string): string | undefined => {
  if (text.length > 64) return
  const letters = text.replace(/[\s\-–.]+/g, '').toUpperCase()
  return letters.length === codeLength && [...letters].every((letter) => alphabet.includes(letter))
    ? letters
    : undefined
}

const tokenOf = (login: string, letters: string): string => `${foldLogin(login)}:${letters}`

const birthDateOf = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('person').select('birth_date').where('account_id', '=', p.account),
)

const knownBirthDate = async (tx: Reader, account: number): Promise<string> =>
  (await tx.first(birthDateOf, { account }))?.birth_date ?? ''

/** Within a transaction: makes a code for one account; codes made before are withdrawn. Throws Failure notFound, forbidden. */
export const issueActivation = async (
  tx: Writer,
  people: People,
  account: number,
  options: { readonly actor: string; readonly ip?: string; readonly life?: number; readonly dropFactors?: boolean },
): Promise<Activation> => {
  const { login, name, kind: accountKind, status } = await getAccount(tx, account)
  if (accountKind !== 'person') throw new Failure('invalid', `${login} is not a person.`, { property: 'account' })
  if (status !== 'active') throw new Failure('forbidden', `${login} is disabled.`, { property: 'account' })
  const life = options.life ?? activationLife
  const code = newCode()
  const terms: Terms = { dropFactors: options.dropFactors === true }
  await withdraw(tx, account, kind)
  const token = tokenOf(login, code.replaceAll('-', ''))
  await issue(tx, people.ctx, { kind, account, life, token, data: JSON.stringify(terms) })
  const now = people.ctx.clock.now()
  const ip = options.ip ?? ''
  await appendAudit(tx, now, {
    actor: options.actor,
    action: 'activation.issue',
    accountId: account,
    target: login,
    ip,
  })
  const asksBirthDate = (await knownBirthDate(tx, account)) !== ''
  return { accountId: account, login, name, code, expiresAt: now + life, asksBirthDate }
}

const perTransaction = 50

/** Codes for many accounts (sheets of a class), some at a time so that nobody else waits for them. */
export async function* issueActivations(
  people: People,
  accounts: readonly number[],
  options: { readonly actor: string; readonly ip?: string },
): AsyncGenerator<Activation> {
  for (let at = 0; at < accounts.length; at += perTransaction) {
    const some = accounts.slice(at, at + perTransaction)
    yield* await people.ctx.store.writeGlobal(async (tx) => {
      const made: Activation[] = []
      for (const account of some) made.push(await issueActivation(tx, people, account, options))
      return made
    })
  }
}

const wasActivated = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('account')
    .leftJoin('person', 'person.account_id', 'account.id')
    .leftJoin('credential', (join) =>
      join.onRef('credential.account_id', '=', 'account.id').on('credential.kind', '=', 'password'),
    )
    .select('account.id')
    .where('account.id', '=', p.account)
    .where((eb) => eb.or([eb('person.activated_at', 'is not', null), eb('credential.id', 'is not', null)])),
)

/** True once somebody could sign in: by a code of a sheet, a provider's word, or a password set on the command line. */
export const isActivated = async (tx: Reader, account: number): Promise<boolean> =>
  (await tx.first(wasActivated, { account })) !== undefined

/** True for whose account nobody may come to hold alone: staff who have used it. */
export const isActiveStaff = async (tx: Reader, account: number, now: number): Promise<boolean> => {
  const population = await populationOf(tx, account, now)
  return population !== 'pupil' && population !== 'parent' && (await isActivated(tx, account))
}

/**
 * Codes that an administrator prints for a school: for pupils and parents at any time, for staff only before their
 * first sign-in. A member of staff who is active already is helped by two persons (`cases.ts`): nobody alone may come to
 * read a colleague's mail. Throws Failure forbidden (`property`: a Refusal, or `second`), tooMany.
 */
export async function* issueSheets(
  people: People,
  actor: Principal,
  accounts: readonly number[],
  options: { readonly task: 'sheets' | 'code' | 'reset'; readonly ip: string },
): AsyncGenerator<Activation> {
  if (accounts.length > mostSheets) throw new Failure('tooMany', `at most ${mostSheets} sheets at a time`)
  const { ctx } = people
  await ctx.store.read(async (tx) => {
    const now = ctx.clock.now()
    for (const account of accounts) {
      await requireMay(tx, actor, options.task, account, now)
      if (await isActiveStaff(tx, account, now))
        throw new Failure('forbidden', 'a second person must approve', { property: 'second' })
    }
  })
  for await (const made of issueActivations(people, accounts, { actor: actor.login, ip: options.ip })) {
    // Whoever uses the account already must hear that somebody holds a code to it.
    if (await ctx.store.read((tx) => isActivated(tx, made.accountId)))
      await notifyOwner(people, made.accountId, { kind: 'code-issued', detail: actor.name })
    yield made
  }
}

/** A large school at once. */
const mostSheets = 500

export interface ActivationTry {
  readonly login: string
  readonly code: string
  /** YYYY-MM-DD; empty when not asked. */
  readonly birthDate: string
  readonly ip: string
  readonly userAgent?: string
}

/** One text for every reason: the sheet is old, the code mistyped, the date wrong, nobody of that name. */
const refused = (): Failure =>
  new Failure('unauthenticated', 'identifier, code or birth date do not belong together', { property: 'activation' })

const same = (given: string, known: string): boolean => {
  const [a, b] = [Buffer.from(given.padEnd(10).slice(0, 10)), Buffer.from(known.padEnd(10).slice(0, 10))]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** The account whose code this is. Counts the try; throws Failure unauthenticated, throttled. */
const judge = async (people: People, given: ActivationTry): Promise<{ account: number; token: string }> => {
  const letters = readCode(given.code)
  const login = foldLogin(given.login)
  const token = tokenOf(login, letters ?? '')
  const row = letters === undefined ? undefined : await people.ctx.store.read((tx) => peek(tx, people.ctx, kind, token))
  // Codes have a counter of their own: wrong ones must not slow down the owner's sign-in. Nor the holder of the sheet:
  // a right code (59 bits: nobody guesses it) is counted apart, for the birth date's sake.
  const subject = `${row === undefined ? 'activation' : 'sheet'} ${login}`.slice(0, 340)
  const retryAfter = people.throttle.attempt(subject, given.ip)
  if (retryAfter > 0) throw new Failure('throttled', 'too many wrong codes', { retryAfter })
  const account = row?.accountId
  const known = account === undefined ? '' : await people.ctx.store.read((tx) => knownBirthDate(tx, account))
  const found = known === '' || same(given.birthDate, known) ? account : undefined
  if (found === undefined) {
    people.throttle.failed(subject, given.ip)
    throw refused()
  }
  people.throttle.succeeded(subject, given.ip)
  return { account: found, token }
}

/** Looks whether a code is right, before the password is asked. Throws Failure unauthenticated, throttled. */
export const checkActivation = async (
  people: People,
  given: ActivationTry,
): Promise<{ accountId: number; name: string }> => {
  const { account } = await judge(people, given)
  const { name } = await people.ctx.store.read((tx) => getAccount(tx, account))
  return { accountId: account, name }
}

const markActivated = statement((q, p: Params<{ account: number; now: number }>) =>
  q
    .updateTable('person')
    .set((eb) => ({ activated_at: eb.fn.coalesce('activated_at', eb.val(p.now)), updated_at: p.now }))
    .where('account_id', '=', p.account),
)

const readTerms = (data: string): Terms => (JSON.parse(data) as Terms | null) ?? { dropFactors: false }

/**
 * Uses a code: sets the password, ends every session, clears the lock. A password that is too weak leaves the code
 * usable. Throws Failure unauthenticated, throttled, invalid.
 */
export const activate = async (people: People, given: ActivationTry, password: string): Promise<number> => {
  const { account, token } = await judge(people, given)
  const { ctx } = people
  const { login } = await ctx.store.read((tx) => getAccount(tx, account))
  let [first, factors] = [false, 0]
  await setPassword(people, login, account, password, {
    ip: given.ip,
    within: async (tx) => {
      const row = await redeem(tx, ctx, kind, token)
      if (!row) throw refused()
      factors = readTerms(row.data).dropFactors
        ? await dropFactors(tx, people, account, { actor: login, ip: given.ip })
        : 0
      first = !(await isActivated(tx, account))
      const now = ctx.clock.now()
      await tx.run(markActivated, { account, now })
      await appendAudit(tx, now, { actor: login, action: 'activation.use', accountId: account, ip: given.ip })
    },
  })
  people.throttle.clear(account, given.ip)
  const from = { ip: given.ip, userAgent: given.userAgent ?? '' }
  await notifyOwner(
    people,
    account,
    first ? { kind: 'account-activated', ...from } : { kind: 'recovery-used', ...from },
  )
  if (factors > 0) await notifyOwner(people, account, { kind: 'factor-removed', ...from, detail: `${factors}` })
  return account
}
