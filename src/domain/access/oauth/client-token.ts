/**
 * Access tokens that a service got for itself (client credentials, RFC 6749 §4.4): they stand for the service, never for
 * a person.
 */
import { Failure } from '#base/failure.ts'
import type { People } from '../../people/people.ts'
import { getRelyingParty, type PartyOf } from '../relying-parties.ts'
import { findRecord, hashId } from './records.ts'

const refused = (): Failure => new Failure('unauthenticated', 'the access token is not good', { property: 'token' })

/**
 * The service that a token stands for. Throws Failure `unauthenticated` (property `token`, the same for every reason) or
 * `forbidden` (property `scope`: a good token, for something else).
 */
export const verifyClientToken = async (
  people: People,
  token: string | undefined,
  scope: string,
): Promise<PartyOf<'oidc'>> => {
  if (token === undefined || !/^[A-Za-z0-9_-]{40,128}$/.test(token)) throw refused()
  return people.ctx.store.read(async (tx) => {
    const record = await findRecord(tx, 'ClientCredentials', hashId(token))
    if (!record || (record.expiresAt ?? 0) <= people.ctx.clock.now()) throw refused()
    const { clientId, scope: scopes, jkt, 'x5t#S256': bound } = record.data
    // Bound to a key (RFC 9449, RFC 8705): without the proof of that key it is somebody else's.
    if (jkt !== undefined || bound !== undefined || typeof clientId !== 'string') throw refused()
    const party = await getRelyingParty(tx, 'oidc', clientId)
    if (party?.status !== 'active') throw refused()
    if (typeof scopes !== 'string' || !scopes.split(' ').includes(scope))
      throw new Failure('forbidden', `the token does not have the scope ${scope}`, { property: 'scope' })
    return party
  })
}
