/** AUTH PLAIN and LOGIN (RFC 4954, RFC 4616), OAUTHBEARER (RFC 7628) and XOAUTH2, after TLS only. */
import { isFailure } from '#base/failure.ts'
import { scopeOf, verifyBearer } from '#domain/people/bearer.ts'
import type { Principal } from '#domain/people/principal.ts'
import { verifyPassword, watchPrincipal } from '#domain/people/verify.ts'
import { readOauthBearer, readXoauth2, type TokenResponse, tokenRefusal } from '#format/sasl/oauth.ts'
import { replyFor } from '../failure.ts'
import type { Session } from '../session.ts'

interface Credentials {
  readonly login: string
  readonly password: string
}

/** undefined: not base64. RFC 4954 §4: `=` stands for an empty initial response. */
const decode = (text: string): string | undefined => {
  if (text === '=') return ''
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  return Buffer.from(text, 'base64').toString('utf8')
}

/** Asks, and reads one answer; undefined when the answer was refused (and answered). */
const ask = async (session: Session, challenge: string): Promise<string | undefined> => {
  session.write(`334 ${Buffer.from(challenge).toString('base64')}\r\n`)
  const line = await session.nextLine()
  if (line.kind !== 'line') {
    session.error(line.kind === 'tooLong' ? 'lineTooLong' : 'bareNewlineLine')
    return undefined
  }
  if (line.text === '*') {
    session.error('authAborted')
    return undefined
  }
  const text = decode(line.text)
  if (text === undefined) session.error('badBase64')
  return text
}

const plain = async (session: Session, initial: string | undefined): Promise<Credentials | undefined> => {
  const text = initial ?? (await ask(session, ''))
  if (text === undefined) return undefined
  const [authorize, login, password, ...rest] = text.split('\0')
  if (login === undefined || password === undefined || rest.length > 0) {
    session.error('badBase64')
    return undefined
  }
  // Acting for somebody else is a matter of identities, not of signing in.
  if (authorize !== '' && authorize !== login) {
    session.error('authFailed')
    return undefined
  }
  return { login, password }
}

const login = async (session: Session, initial: string | undefined): Promise<Credentials | undefined> => {
  const name = initial ?? (await ask(session, 'Username:'))
  if (name === undefined) return undefined
  const password = await ask(session, 'Password:')
  return password === undefined ? undefined : { login: name, password }
}

type Given = Credentials | TokenResponse

type Mechanism = (session: Session, initial: string | undefined) => Promise<Given | undefined>

const token =
  (read: (text: string) => TokenResponse | undefined): Mechanism =>
  async (session, initial) => {
    const text = initial ?? (await ask(session, ''))
    if (text === undefined) return undefined
    const response = read(text)
    if (response === undefined) session.error('badBase64')
    return response
  }

const mechanisms = new Map<string, Mechanism>([
  ['PLAIN', plain],
  ['LOGIN', login],
  ['OAUTHBEARER', token(readOauthBearer)],
  ['XOAUTH2', token(readXoauth2)],
])

/** As EHLO announces them. */
export const mechanismNames = [...mechanisms.keys()].join(' ')

/**
 * The person of a token. Of one that is not taken the program is told why, answers with nothing of interest, and is
 * refused (RFC 7628 §3.2.3, RFC 4954 §4).
 */
const proveToken = async (session: Session, given: TokenResponse): Promise<Principal | undefined> => {
  try {
    return await verifyBearer(session.parts.people, { ...given, service: 'smtp' })
  } catch (error) {
    const lacking = isFailure(error, 'forbidden')
    if (!lacking && !isFailure(error, 'unauthenticated')) throw error
    const status = lacking ? 'insufficient_scope' : 'invalid_token'
    if ((await ask(session, tokenRefusal(given.legacy, status, scopeOf.smtp))) !== undefined)
      session.error('authFailed')
    return undefined
  }
}

export const auth = async (session: Session, argument: string): Promise<void> => {
  const { people, listener } = session.parts
  if (!listener.auth) return session.error('notImplemented')
  if (session.helo === undefined) return session.error('helloFirst')
  if (!session.encrypted) return session.error('encryptionFirst')
  if (session.principal) return session.error('alreadySignedIn')
  if (session.transaction) return session.error('badSequence')
  const [name = '', response, ...rest] = argument.trim().split(' ')
  if (name === '') return session.error('syntax')
  const mechanism = mechanisms.get(name.toUpperCase())
  if (!mechanism) return session.error('unknownMechanism')
  if (rest.length > 0) return session.error('syntax')
  const initial = response === undefined ? undefined : decode(response)
  if (response !== undefined && initial === undefined) return session.error('badBase64')
  const given = await mechanism(session, initial)
  if (!given) return
  try {
    const principal =
      'token' in given
        ? await proveToken(session, given)
        : await verifyPassword(people, { ...given, ip: session.ip, service: 'smtp' })
    if (!principal) return
    session.principal = principal
    session.stopWatching = watchPrincipal(people, principal, () => session.leave('revoked'))
    session.log.info('smtp.signed-in', { account: principal.accountId })
    session.reply('authenticated')
  } catch (error) {
    if (isFailure(error, 'unavailable')) return session.error('tempAuthFailure')
    session.answer(replyFor(error, session.log))
  }
}
