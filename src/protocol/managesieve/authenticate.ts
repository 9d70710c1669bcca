/** AUTHENTICATE (RFC 5804 §2.1): passwords (RFC 4616) and OAuth tokens (RFC 7628). */
import { Failure, isFailure } from '#base/failure.ts'
import { scopeOf, verifyBearer } from '#domain/people/bearer.ts'
import type { Principal } from '#domain/people/principal.ts'
import { verifyPassword, watchPrincipal } from '#domain/people/verify.ts'
import { readOauthBearer, readXoauth2, type TokenResponse, tokenRefusal } from '#format/sasl/oauth.ts'
import { BadCommand } from './failure.ts'
import { readCommand } from './read.ts'
import { no, ok, type Reply, stringOf } from './respond.ts'
import type { Session } from './session.ts'

const decode = (text: string): string => {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) throw new BadCommand('This is not base64')
  return Buffer.from(text, 'base64').toString('utf8')
}

const readLimits = ({ limits }: Session) => ({ ...limits, literal: limits.strangerLiteral, words: 1 })

/** Sends a challenge and returns the response. Throws BadCommand when the client gives up. */
const ask = async (session: Session, challenge: string): Promise<string> => {
  session.write(`${stringOf(Buffer.from(challenge).toString('base64'))}\r\n`)
  const read = await readCommand(session.input, readLimits(session))
  const word = read.kind === 'command' ? read.words[0] : undefined
  if (word?.kind !== 'string') throw new BadCommand('A response is expected')
  const text = Buffer.from(word.bytes).toString('latin1')
  if (text === '*') throw new BadCommand('Cancelled')
  return decode(text)
}

const byPassword = (session: Session, response: string): Promise<Principal> => {
  const [authorization, login, password, more] = response.split('\0')
  if (login === undefined || password === undefined || more !== undefined) throw new BadCommand('Malformed PLAIN')
  // Acting for somebody else is not offered.
  if (authorization !== '' && authorization !== login) throw new BadCommand('Authorization identity not supported')
  const { people } = session.deps
  return verifyPassword(people, { login, password, ip: session.remoteAddress, service: 'imap' })
}

const byToken = async (session: Session, response: TokenResponse | undefined): Promise<Principal> => {
  if (response === undefined) throw new BadCommand('Malformed token')
  const { login, token, legacy } = response
  try {
    return await verifyBearer(session.deps.people, { token, login, service: 'imap' })
  } catch (error) {
    const lacking = isFailure(error, 'forbidden')
    if (!lacking && !isFailure(error, 'unauthenticated')) throw error
    await ask(session, tokenRefusal(legacy, lacking ? 'insufficient_scope' : 'invalid_token', scopeOf.imap))
    throw new Failure('unauthenticated', 'the access token is not taken', { property: 'token' })
  }
}

const mechanisms: Readonly<Record<string, (session: Session, response: string) => Promise<Principal>>> = {
  PLAIN: byPassword,
  OAUTHBEARER: (session, response) => byToken(session, readOauthBearer(response)),
  XOAUTH2: (session, response) => byToken(session, readXoauth2(response)),
}

/** Signs in. `initial` is the client's first response, in base64. */
export const authenticate = async (session: Session, name: string, initial: string | undefined): Promise<Reply> => {
  const mechanism = Object.hasOwn(mechanisms, name) ? mechanisms[name] : undefined
  if (!mechanism) return no('Unknown mechanism')
  if (!session.mayUsePasswords) return no('Start TLS first', 'ENCRYPT-NEEDED')
  try {
    const principal = await mechanism(session, initial === undefined ? await ask(session, '') : decode(initial))
    session.atSignOut.push(session.register(principal.accountId))
    session.atSignOut.push(watchPrincipal(session.deps.people, principal, () => session.end('Access was revoked')))
    session.principal = principal
    session.refusedLogins = 0
    return ok('Signed in')
  } catch (error) {
    if (isFailure(error, 'unauthenticated') || isFailure(error, 'throttled')) session.refusedLogins++
    if (isFailure(error, 'tooMany')) return no('Too many connections of this account', 'TRYLATER')
    throw error
  }
}
