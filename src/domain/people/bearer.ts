/**
 * OAuth access tokens in place of a password (RFC 6750), for programs that read and send mail. A token opens what its
 * scopes say, for the account it was given for, until it expires or is taken back.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { findRecord, hashId, type StoredRecord } from '../access/oauth/records.ts'
import { personFor } from '../access/oauth/subject.ts'
import { foldAddress } from './addresses.ts'
import type { People, Service } from './people.ts'
import type { Principal } from './principal.ts'
import { sessionLives } from './sessions.ts'

/** The scope that each service asks for. The web takes no tokens: its pages have sessions. */
export const scopeOf: Readonly<Record<Exclude<Service, 'web'>, string>> = {
  imap: 'mail:imap',
  smtp: 'mail:smtp',
  jmap: 'urn:ietf:params:jmap:mail',
  dav: 'urn:ietf:params:oauth:scope:contacts',
}

/** What a token must have beside for calendars, over JMAP and DAV. */
export const calendarScope = 'urn:ietf:params:oauth:scope:calendars'

const model = 'AccessToken'

const refused = (): Failure => new Failure('unauthenticated', 'the access token is not good', { property: 'token' })

const words = (value: unknown): string[] => (typeof value === 'string' ? value.split(' ').filter(Boolean) : [])

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** The record of a token that still stands: not expired, its grant not taken back, its session not over. */
const standing = async (tx: Reader, people: People, id: string): Promise<StoredRecord | undefined> => {
  const record = await findRecord(tx, model, id)
  const now = people.ctx.clock.now()
  if (!record || record.accountId === null || (record.expiresAt ?? 0) <= now) return
  const { data, grantId } = record
  // Bound to a key (RFC 9449, RFC 8705): without the proof of that key it is somebody else's.
  if (data.jkt !== undefined || data['x5t#S256'] !== undefined) return
  if (grantId === null || !(await findRecord(tx, 'Grant', grantId))) return
  if (data.expiresWithSession === true && !(await sessionLives(tx, people, record.sessionId))) return
  return record
}

/** Whether a token still stands, and until when (ms); undefined when it does not. */
export const tokenStands = async (tx: Reader, people: People, id: string): Promise<number | undefined> => {
  const record = await standing(tx, people, id)
  if (record?.accountId === undefined || record.accountId === null) return
  const person = await personFor(tx, people, record.accountId, {})
  return person === undefined ? undefined : (record.expiresAt ?? undefined)
}

const named = statement((q, p: Params<{ account: number; name: string }>) =>
  q.selectFrom('account').select('id').where('id', '=', p.account).where('login', '=', p.name),
)

const addressed = statement((q, p: Params<{ account: number; address: string }>) =>
  q.selectFrom('address').select('account_id').where('account_id', '=', p.account).where('address', '=', p.address),
)

/** Whether a name that came with the token is one of the account's. */
const isNameOf = async (tx: Reader, account: number, given: string): Promise<boolean> => {
  const name = given.trim().normalize('NFC').toLowerCase()
  if (await tx.first(named, { account, name })) return true
  const address = name.includes('@') ? foldAddress(name) : undefined
  return address !== undefined && (await tx.first(addressed, { account, address })) !== undefined
}

export interface BearerAttempt {
  readonly token: string
  readonly service: Exclude<Service, 'web'>
  /** Who the program says it signs in as; must be a name of the token's account. */
  readonly login?: string | undefined
}

/**
 * Proves who somebody is by an access token. Throws Failure `unauthenticated` (property `token`, the same for every
 * reason) or `forbidden` (property `scope`: a good token, for something else).
 */
export const verifyBearer = async (people: People, attempt: BearerAttempt): Promise<Principal> => {
  const { token, service, login } = attempt
  if (!/^[A-Za-z0-9_-]{40,128}$/.test(token) || (login?.length ?? 0) > 320) throw refused()
  const id = hashId(token)
  return people.ctx.store.read(async (tx) => {
    const record = await standing(tx, people, id)
    if (!record || record.accountId === null) throw refused()
    if (login !== undefined && login !== '' && !(await isNameOf(tx, record.accountId, login))) throw refused()
    const sessionId = text(record.data.sessionUid)
    const person = await personFor(tx, people, record.accountId, { sessionId, grantId: record.grantId ?? undefined })
    if (!person) throw refused()
    const scopes = words(record.data.scope)
    // Over DAV each of its two areas asks for its own.
    const isOther = service === 'dav' && scopes.includes(calendarScope)
    if (!scopes.includes(scopeOf[service]) && !isOther)
      throw new Failure('forbidden', `the token does not have the scope ${scopeOf[service]}`, { property: 'scope' })
    // The session is where the token comes from, not what it is: it lives by its own rules, and administers nothing.
    const { sessionId: _session, ...rest } = person
    return { ...rest, admin: false, tokenId: id, scopes }
  })
}
