/**
 * Signing in with a password. An unknown account, a wrong password and a disabled account give the same answer after
 * the same work: exactly one Argon2id run, whatever else happened.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { noteTrace } from '../diagnose/trace.ts'
import { foldAddress } from './addresses.ts'
import { type RefusalReason, signInRefusedDetail } from './alerts.ts'
import { audit } from './audit.ts'
import { tokenStands } from './bearer.ts'
import {
  type AppMatch,
  asAppPassword,
  credentialLives,
  matchAppPassword,
  noteAppFailure,
  noteUse,
  readPassword,
  upgradeHash,
} from './credentials.ts'
import { findDevice } from './devices.ts'
import { checkReference, referenceOf } from './elsewhere.ts'
import { hasSecondFactor } from './factors/rows.ts'
import { refusedToPrograms } from './must-change.ts'
import type { People, Service } from './people.ts'
import { type Principal, type PrincipalRow, principalOf } from './principal.ts'
import { sessionLives } from './sessions.ts'

export interface SignIn {
  /** Identifier, or any address of the account. */
  readonly login: string
  readonly password: string
  readonly ip: string
  readonly service: Service
  readonly userAgent?: string
  /** The cookie of a browser: one that the account knows is not slowed down by what others try elsewhere. */
  readonly deviceToken?: string | undefined
}

const longestLogin = 320

/** An identifier as the store knows it: a stray space or capital is no reason to refuse anybody. */
export const foldLogin = (login: string): string => login.trim().normalize('NFC').toLowerCase()

const columns = [
  'account.id as id',
  'account.login as login',
  'account.name as name',
  'account.locale as locale',
  'account.admin as admin',
  'account.status as status',
  'person.blocked_at as blocked_at',
  'person.ends_at as ends_at',
] as const

const byLogin = statement((q, p: Params<{ login: string }>) =>
  q
    .selectFrom('account')
    .leftJoin('address', (join) =>
      join.onRef('address.account_id', '=', 'account.id').on('address.kind', '=', 'primary'),
    )
    .leftJoin('person', 'person.account_id', 'account.id')
    .select([...columns, 'address.address as email'])
    .where('account.login', '=', p.login),
)

const byAddress = statement((q, p: Params<{ address: string }>) =>
  q
    .selectFrom('address as given')
    .innerJoin('account', 'account.id', 'given.account_id')
    .leftJoin('address as main', (join) =>
      join.onRef('main.account_id', '=', 'account.id').on('main.kind', '=', 'primary'),
    )
    .leftJoin('person', 'person.account_id', 'account.id')
    .select([...columns, 'main.address as email'])
    .where('given.address', '=', p.address),
)

type AccountRow = PrincipalRow & {
  readonly status: string
  readonly blocked_at: number | null
  readonly ends_at: number | null
}

const byId = statement((q, p: Params<{ id: number }>) =>
  q
    .selectFrom('account')
    .leftJoin('address', (join) =>
      join.onRef('address.account_id', '=', 'account.id').on('address.kind', '=', 'primary'),
    )
    .leftJoin('person', 'person.account_id', 'account.id')
    .select([...columns, 'address.address as email'])
    .where('account.id', '=', p.id),
)

/** Why an account opens to nobody at present; undefined when it does. */
const closedBecause = (row: AccountRow, now: number): 'disabled' | 'blocked' | 'ended' | undefined => {
  if (row.status !== 'active') return 'disabled'
  if (row.blocked_at !== null) return 'blocked'
  return row.ends_at !== null && row.ends_at <= now ? 'ended' : undefined
}

/** The principal of an account that may be opened, proved by other means than a password; undefined when it may not. */
export const openAccount = async (tx: Reader, people: People, id: number): Promise<Principal | undefined> => {
  const row = await tx.first(byId, { id })
  return row && closedBecause(row, people.ctx.clock.now()) === undefined ? principalOf(row, {}) : undefined
}

const findAccount = async (tx: Reader, login: string): Promise<AccountRow | undefined> => {
  const byName = await tx.first(byLogin, { login })
  if (byName) return byName
  const address = login.includes('@') ? foldAddress(login) : undefined
  return address === undefined ? undefined : tx.first(byAddress, { address })
}

interface Found {
  readonly account: AccountRow | undefined
  readonly password: { id: number; secret: string; data: string } | undefined
  readonly app: AppMatch | undefined
  readonly device: string | undefined
  /** True: programs may not use the password of this account. */
  readonly secondFactor: boolean
}

/** Everything the store knows that the decision needs, in one read. */
const look = (people: People, attempt: SignIn): Promise<Found> =>
  people.ctx.store.read(async (tx) => {
    const { login, password, service } = attempt
    const account = await findAccount(tx, login)
    if (!account) return { account, password: undefined, app: undefined, device: undefined, secondFactor: false }
    const letters = service === 'web' ? undefined : asAppPassword(password)
    return {
      account,
      password: await readPassword(tx, account.id),
      app: letters === undefined ? undefined : await matchAppPassword(tx, people, account.id, letters, service),
      device: (await findDevice(tx, people, account.id, attempt.deviceToken))?.id,
      secondFactor: service !== 'web' && (await needsAppPassword(tx, people, account.id)),
    }
  })

/** True when a program must have an app password: the account has a second factor, which a program cannot ask for. */
const needsAppPassword = async (tx: Reader, people: People, account: number): Promise<boolean> =>
  !people.options.passwordDespiteFactor && (await hasSecondFactor(tx, account))

/** The credential that the password proves, or undefined. Runs Argon2id once, unless an app password matched. */
const prove = async (people: People, found: Found, { password, service }: SignIn): Promise<number | undefined> => {
  if (found.app?.right) return found.app.id
  const usable = people.options.passwordFor.includes(service) ? found.password : undefined
  const elsewhere = usable && referenceOf(usable.secret)
  if (usable && elsewhere !== undefined)
    return (await checkReference(people, elsewhere, password)) ? usable.id : undefined
  const right = await people.passwords.verify(password, usable?.secret)
  if (!right || !usable) return
  if (people.passwords.outdated(usable.secret)) {
    const stronger = await people.passwords.hash(password)
    await upgradeHash(people.ctx, usable.id, usable.secret, stronger)
  }
  return usable.id
}

const refused = (): Failure => new Failure('unauthenticated', 'wrong identifier or password')

/**
 * Proves who somebody is by login and password. Throws Failure `unauthenticated` (the same for every reason),
 * `throttled` (with `retryAfter`, milliseconds) or `unavailable` (too many at once).
 */
export const verifyPassword = async (people: People, attempt: SignIn): Promise<Principal> => {
  const login = foldLogin(attempt.login)
  const { password, service } = attempt
  if (login === '' || login.length > longestLogin || password === '' || password.length > 1024) throw refused()
  // Nobody's: and one of the stores would not even look for it.
  if (login.includes('\0')) throw refused()
  // A browser keeps a session; only programs prove their password again and again.
  if (service === 'web') return decide(people, { ...attempt, login })
  const proof = { service, login, password }
  return people.verified.get(proof) ?? people.verified.once(proof, () => decide(people, { ...attempt, login }))
}

/**
 * The counter of a name that nobody has: an identifier and that identifier at our domain share one here too, or a delay
 * that follows the one and not the other would tell that there is no such account.
 */
const strangersName = (people: People, login: string): string => {
  const address = login.includes('@') ? foldAddress(login) : undefined
  const at = address?.lastIndexOf('@') ?? -1
  return address !== undefined && people.options.domains.includes(address.slice(at + 1)) ? address.slice(0, at) : login
}

const decide = async (people: People, attempt: SignIn): Promise<Principal> => {
  const { login, password, ip, service } = attempt
  // Before the store is asked, and before the try is counted: who is told to come back has tried nothing yet. A
  // program may have an app password, which waits for nobody.
  if (service === 'web') people.passwords.checkRoom()
  const { epoch } = people.verified
  const found = await look(people, attempt)
  // Every name of an account shares one counter, or each alias would give an attacker more guesses.
  const subject = found.account ? `#${found.account.id}` : strangersName(people, login)
  // An app password cannot be guessed (80 bits), so a right one passes whatever others tried meanwhile.
  const retryAfter = found.app?.right ? 0 : people.throttle.attempt(subject, ip, found.device)
  if (retryAfter > 0) {
    if (found.account) tellOwner(people, attempt, found.account.id, 'throttled')
    throw new Failure('throttled', 'too many wrong passwords', { retryAfter })
  }

  const credentialId = await prove(people, found, attempt)
  const now = people.ctx.clock.now()
  const closed = found.account && closedBecause(found.account, now)
  if (credentialId === undefined || !found.account || closed !== undefined) {
    people.throttle.failed(subject, ip, found.device)
    await noteRefusal(people, attempt, found, subject, credentialId === undefined ? undefined : closed)
    throw refused()
  }
  if (!found.app?.right) people.throttle.succeeded(subject, ip, found.device)
  if (!found.app?.right && found.secondFactor) {
    tellOwner(people, attempt, found.account.id, 'password-not-for-programs')
    throw new Failure('appPasswordRequired', 'this account has a second factor: programs need an app password')
  }
  if (service !== 'web' && credentialId === found.password?.id && refusedToPrograms(found.password.data, now)) {
    tellOwner(people, attempt, found.account.id, 'password-to-change')
    throw new Failure('passwordChangeRequired', 'the password has to be changed in a browser first')
  }
  const principal = principalOf(found.account, { credentialId, amr: ['pwd'], authenticatedAt: now })
  if (service !== 'web') people.verified.put({ service, login, password }, principal, epoch)
  noteUse(people.ctx, credentialId, ip).catch(() => {
    people.ctx.log.warn('people.note-use', { account: principal.accountId })
  })
  return principal
}

/** The exact reason goes to the owner alone, without delaying the answer to whoever tried. */
const tellOwner = (people: People, attempt: SignIn, account: number, reason: RefusalReason): void => {
  const { ip, userAgent = '', service } = attempt
  noteTrace(people.ctx, { account, kind: 'sign-in', result: reason, counterpart: service, size: 0, detail: { ip } })
  void signInRefusedDetail(people, account, { reason, ip, userAgent, service })
}

const reasonOf = (people: People, attempt: SignIn, found: Found): RefusalReason => {
  if (found.app?.right === false && found.app.scope) return 'app-password-scope'
  if (!found.password) return 'no-password'
  return people.options.passwordFor.includes(attempt.service) ? 'wrong-password' : 'password-not-for-programs'
}

/** The first refusal that leads to a delay is worth a line in the audit log; each single one would drown it. */
const noteRefusal = async (
  people: People,
  attempt: SignIn,
  found: Found,
  subject: string,
  closed: 'disabled' | 'blocked' | 'ended' | undefined,
): Promise<void> => {
  const { ip, service } = attempt
  const accountId = found.account?.id
  const delayed = people.throttle.delay(subject, ip, found.device) > 0
  people.ctx.log.info('sign-in.refused', { service, ip, account: accountId ?? null, delayed })
  if (accountId !== undefined) tellOwner(people, attempt, accountId, closed ?? reasonOf(people, attempt, found))
  // A program with an app password that is not, or no longer, right: its owner sees which one it was.
  if (found.app?.right === false) await noteAppFailure(people.ctx, found.app.id, ip)
  if (!delayed) return
  await audit(people.ctx, {
    actor: accountId === undefined ? 'stranger' : `account ${accountId}`,
    action: 'sign-in.refused',
    accountId,
    target: service,
    ip,
  })
}

/** What a principal was proved by. */
export type Proven = Pick<Principal, 'accountId' | 'credentialId' | 'sessionId' | 'tokenId'>

/** True while what proved this principal still does: the account active, the credential or session not revoked. */
export const stillValid = (people: People, principal: Proven): Promise<boolean> =>
  people.ctx.store.read(async (tx) => {
    if (principal.tokenId !== undefined) return (await tokenStands(tx, people, principal.tokenId)) !== undefined
    if (principal.sessionId !== undefined) return sessionLives(tx, people, principal.sessionId)
    if (principal.credentialId === undefined) return false
    const kind = await credentialLives(tx, principal.accountId, principal.credentialId, people.ctx.clock.now())
    // A program that came in with the password leaves when the account gets a second factor.
    if (kind === 'password') return !(await needsAppPassword(tx, people, principal.accountId))
    return kind === 'app'
  })

/**
 * Calls `revoked` once when the principal loses its right (account disabled, password changed, app password or session
 * revoked): a long-lived connection then closes itself. Returns the way to stop watching.
 */
export const watchPrincipal = (people: People, principal: Proven, revoked: () => void): (() => void) => {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  const stop = (): void => {
    stopped = true
    unsubscribe()
    clearTimeout(timer)
  }
  const end = (): void => {
    if (stopped) return
    stop()
    revoked()
  }
  const unsubscribe = people.ctx.store.bus.subscribeTopic('people', (account) => {
    if (account !== undefined && account !== principal.accountId) return
    stillValid(people, principal).then(
      (valid) => {
        if (!valid) end()
      },
      () => people.ctx.log.warn('people.watch', { account: principal.accountId }),
    )
  })
  const { tokenId } = principal
  if (tokenId === undefined) return stop
  // A connection lives no longer than the token that opened it.
  people.ctx.store
    .read((tx) => tokenStands(tx, people, tokenId))
    .then(
      (until) => {
        if (until === undefined || stopped) return end()
        timer = setTimeout(end, Math.min(until - people.ctx.clock.now(), 2 ** 31 - 1))
        timer.unref()
      },
      () => people.ctx.log.warn('people.watch', { account: principal.accountId }),
    )
  return stop
}
