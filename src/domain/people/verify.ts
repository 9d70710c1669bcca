/**
 * Signing in with a password. An unknown account, a wrong password and a disabled account give the same answer after
 * the same work: exactly one Argon2id run, whatever else happened.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { foldAddress } from './addresses.ts'
import { audit } from './audit.ts'
import { asAppPassword, credentialLives, matchAppPassword, noteUse, readPassword, upgradeHash } from './credentials.ts'
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
] as const

const byLogin = statement((q, p: Params<{ login: string }>) =>
  q
    .selectFrom('account')
    .leftJoin('address', (join) =>
      join.onRef('address.account_id', '=', 'account.id').on('address.kind', '=', 'primary'),
    )
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
    .select([...columns, 'main.address as email'])
    .where('given.address', '=', p.address),
)

type AccountRow = PrincipalRow & { readonly status: string }

const findAccount = async (tx: Reader, login: string): Promise<AccountRow | undefined> => {
  const byName = await tx.first(byLogin, { login })
  if (byName) return byName
  const address = login.includes('@') ? foldAddress(login) : undefined
  return address === undefined ? undefined : tx.first(byAddress, { address })
}

interface Found {
  readonly account: AccountRow | undefined
  readonly password: { id: number; secret: string } | undefined
  readonly appCredential: number | undefined
}

/** Everything the store knows that the decision needs, in one read. */
const look = (people: People, login: string, password: string, service: Service): Promise<Found> =>
  people.ctx.store.read(async (tx) => {
    const account = await findAccount(tx, login)
    if (!account) return { account, password: undefined, appCredential: undefined }
    const letters = service === 'web' ? undefined : asAppPassword(password)
    const appCredential =
      letters === undefined ? undefined : await matchAppPassword(tx, people, account.id, letters, service)
    return { account, password: await readPassword(tx, account.id), appCredential }
  })

/** The credential that the password proves, or undefined. Runs Argon2id once, unless an app password matched. */
const prove = async (people: People, found: Found, { password, service }: SignIn): Promise<number | undefined> => {
  if (found.appCredential !== undefined) return found.appCredential
  const usable = people.options.passwordFor.includes(service) ? found.password : undefined
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
  const proof = { service, login, password }
  const remembered = people.verified.get(proof)
  if (remembered) return remembered

  return people.verified.once(proof, () => decide(people, { ...attempt, login }))
}

const decide = async (people: People, attempt: SignIn): Promise<Principal> => {
  const { login, password, ip, service } = attempt
  const { epoch } = people.verified
  const found = await look(people, login, password, service)
  // Every name of an account shares one counter, or each alias would give an attacker more guesses.
  const subject = found.account ? `#${found.account.id}` : login
  // An app password cannot be guessed (80 bits), so a right one passes whatever others tried meanwhile.
  const retryAfter = found.appCredential === undefined ? people.throttle.attempt(subject, ip) : 0
  if (retryAfter > 0) throw new Failure('throttled', 'too many wrong passwords', { retryAfter })

  const credentialId = await prove(people, found, attempt)
  if (credentialId === undefined || found.account?.status !== 'active') {
    people.throttle.failed(subject, ip)
    await noteRefusal(people, attempt, found.account?.id, subject)
    throw refused()
  }
  if (found.appCredential === undefined) people.throttle.succeeded(subject, ip)
  const principal = principalOf(found.account, { credentialId, amr: ['pwd'], authenticatedAt: people.ctx.clock.now() })
  people.verified.put({ service, login, password }, principal, epoch)
  noteUse(people.ctx, credentialId, ip).catch(() => {
    people.ctx.log.warn('people.note-use', { account: principal.accountId })
  })
  return principal
}

/** The first refusal that leads to a delay is worth a line in the audit log; each single one would drown it. */
const noteRefusal = async (people: People, attempt: SignIn, accountId: number | undefined, subject: string) => {
  const delayed = people.throttle.delay(subject, attempt.ip) > 0
  people.ctx.log.info('sign-in.refused', {
    service: attempt.service,
    ip: attempt.ip,
    account: accountId ?? null,
    delayed,
  })
  if (!delayed) return
  await audit(people.ctx, {
    actor: accountId === undefined ? 'stranger' : `account ${accountId}`,
    action: 'sign-in.refused',
    accountId,
    target: attempt.service,
    ip: attempt.ip,
  })
}

/** What a principal was proved by. */
export type Proven = Pick<Principal, 'accountId' | 'credentialId' | 'sessionId'>

/** True while what proved this principal still does: the account active, the credential or session not revoked. */
export const stillValid = (people: People, principal: Proven): Promise<boolean> =>
  people.ctx.store.read(async (tx) => {
    if (principal.sessionId !== undefined) return sessionLives(tx, people, principal.sessionId)
    if (principal.credentialId !== undefined) return credentialLives(tx, principal.accountId, principal.credentialId)
    return false
  })

/**
 * Calls `revoked` once when the principal loses its right (account disabled, password changed, app password or session
 * revoked): a long-lived connection then closes itself. Returns the way to stop watching.
 */
export const watchPrincipal = (people: People, principal: Proven, revoked: () => void): (() => void) => {
  const stop = people.ctx.store.bus.subscribeTopic('people', (account) => {
    if (account !== undefined && account !== principal.accountId) return
    stillValid(people, principal).then(
      (valid) => {
        if (valid) return
        stop()
        revoked()
      },
      () => people.ctx.log.warn('people.watch', { account: principal.accountId }),
    )
  })
  return stop
}
