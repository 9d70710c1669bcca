/** What AUTHENTICATE and LOGIN share: proving a password or a token, then becoming that person. */

import { Failure, isFailure } from '#base/failure.ts'
import { watchGrants } from '#domain/access/mailboxes/open.ts'
import { scopeOf, verifyBearer } from '#domain/people/bearer.ts'
import type { Principal } from '#domain/people/principal.ts'
import { verifyPassword, watchPrincipal } from '#domain/people/verify.ts'
import { type TokenResponse, tokenRefusal } from '#format/sasl/oauth.ts'
import { no, ok, type Reply } from './command.ts'
import { stillOpen } from './others.ts'
import type { Session } from './session.ts'

/** Becomes the person that `prove` resolves to; refusals are answers, everything else is thrown. */
const become = async (session: Session, prove: () => Promise<Principal>): Promise<Reply> => {
  try {
    const principal = await prove()
    session.atSignOut.push(session.register(principal.accountId))
    session.atSignOut.push(
      watchPrincipal(session.deps.people, principal, () => session.end('[NOPERM] Access was revoked')),
    )
    // Grants changed: whoever has the mailbox of a function selected asks again, even while it waits in IDLE.
    const recheck = () => void stillOpen(session).catch(() => session.end('[UNAVAILABLE] Try again later'))
    session.atSignOut.push(watchGrants(session.ctx, recheck))
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

/** Signs in with a password. */
export const signIn = (session: Session, login: string, password: string): Promise<Reply> =>
  become(session, () =>
    verifyPassword(session.deps.people, { login, password, ip: session.remoteAddress, service: 'imap' }),
  )

/**
 * Signs in with an access token. Of one that is not taken the program is told why, answers with nothing of interest,
 * and is refused (RFC 7628 §3.2.3).
 */
export const signInByToken = (
  session: Session,
  { login, token, legacy }: TokenResponse,
  ask: (challenge: string) => Promise<Buffer>,
): Promise<Reply> =>
  become(session, async () => {
    try {
      return await verifyBearer(session.deps.people, { token, login, service: 'imap' })
    } catch (error) {
      const lacking = isFailure(error, 'forbidden')
      if (!lacking && !isFailure(error, 'unauthenticated')) throw error
      const told = tokenRefusal(legacy, lacking ? 'insufficient_scope' : 'invalid_token', scopeOf.imap)
      await ask(Buffer.from(told).toString('base64'))
      throw new Failure('unauthenticated', 'the access token is not taken', { property: 'token' })
    }
  })

export const privacyRequired = (): Reply => no('Start TLS first', 'PRIVACYREQUIRED')
