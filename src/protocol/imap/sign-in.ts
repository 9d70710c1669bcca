/** What AUTHENTICATE and LOGIN share: proving the password, then becoming that person. */
import { isFailure } from '#base/failure.ts'
import { verifyPassword, watchPrincipal } from '#domain/people/verify.ts'
import { no, ok, type Reply } from './command.ts'
import type { Session } from './session.ts'

/** Signs in; refusals are answers, everything else is thrown. */
export const signIn = async (session: Session, login: string, password: string): Promise<Reply> => {
  try {
    const principal = await verifyPassword(session.deps.people, {
      login,
      password,
      ip: session.remoteAddress,
      service: 'imap',
    })
    session.atSignOut.push(session.register(principal.accountId))
    session.atSignOut.push(
      watchPrincipal(session.deps.people, principal, () => session.end('[NOPERM] Access was revoked')),
    )
    session.principal = principal
    session.state = 'authenticated'
    session.refusedLogins = 0
    return ok('Signed in', `CAPABILITY ${session.capabilities}`)
  } catch (error) {
    if (isFailure(error, 'unauthenticated') || isFailure(error, 'throttled')) session.refusedLogins++
    if (isFailure(error, 'tooMany')) return no('Too many connections of this account', 'LIMIT')
    throw error
  }
}

export const privacyRequired = (): Reply => no('Start TLS first', 'PRIVACYREQUIRED')
