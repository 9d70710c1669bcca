/**
 * What a person has agreed to: consents given to services that are not ours, and grants that live on when the session
 * is over (a mail program, a television). Listed and taken back in the account's security page.
 */
import { Failure } from '#base/failure.ts'
import type { Reader, Writer } from '#store/engine.ts'
import { notifyOwner } from '../../people/alerts.ts'
import { appendAudit } from '../../people/audit.ts'
import type { People } from '../../people/people.ts'
import type { Principal } from '../../people/principal.ts'
import { getRelyingParty, type PartyOf } from '../relying-parties.ts'
import { dropRecord, dropRecordsOfGrant, findRecord, putRecord, recordsOfAccount } from './records.ts'

const consent = 'Consent'

/** A consent is asked again after this long. */
const consentLife = 365 * 24 * 3_600_000

const consentId = (account: number, client: string): string => `${account}.${client}`

const words = (value: unknown): string[] => (typeof value === 'string' ? value.split(' ').filter(Boolean) : [])

/** The scopes a person has agreed to give to a client; empty when they were never asked. */
export const consentedScopes = async (tx: Reader, now: number, account: number, client: string): Promise<string[]> => {
  const record = await findRecord(tx, consent, consentId(account, client))
  return record && record.accountId === account && (record.expiresAt ?? 0) > now ? words(record.data.scope) : []
}

/** From where somebody agreed to something, or took it back. */
export interface Whence {
  readonly ip: string
  readonly userAgent: string
}

/** After the commit: the owner hears that a service may act for them. */
export const tellAllowed = (people: People, account: number, party: PartyOf<'oidc'>, from: Whence): Promise<void> =>
  notifyOwner(people, account, { kind: 'service-allowed', detail: party.name, ...from })

/** Remembers a consent, within a transaction; audited. True when it gives more than what was agreed to before. */
export const noteConsent = async (
  tx: Writer,
  now: number,
  principal: Principal,
  party: PartyOf<'oidc'>,
  scopes: readonly string[],
  from: Whence,
): Promise<boolean> => {
  const { accountId } = principal
  const before = await consentedScopes(tx, now, accountId, party.key)
  const scope = [...new Set([...before, ...scopes])].join(' ')
  await putRecord(tx, now, {
    model: consent,
    id: consentId(accountId, party.key),
    accountId,
    sessionId: '',
    grantId: null,
    uid: null,
    userCode: null,
    data: { clientId: party.key, scope },
    expiresAt: now + consentLife,
  })
  const entry = { actor: principal.login, action: 'oauth.consent' as const, accountId }
  await appendAudit(tx, now, { ...entry, target: party.name, detail: scopes.join(' '), ip: from.ip })
  return before.length === 0 || scopes.some((scope) => !before.includes(scope))
}

export interface ConnectedApp {
  /** The client id. */
  readonly id: string
  readonly name: string
  readonly url: string
  readonly icon: string
  /** Not one of our own services. */
  readonly outside: boolean
  readonly scopes: readonly string[]
  readonly since: number
  readonly lastUsedAt: number
  /** Keeps its access when the person is signed out. */
  readonly offline: boolean
}

interface Held {
  scopes: Set<string>
  since: number
  lastUsedAt: number
  offline: boolean
}

const gather = async (tx: Reader, now: number, account: number): Promise<Map<string, Held>> => {
  const apps = new Map<string, Held>()
  const add = (client: unknown, scope: unknown, at: number, offline: boolean): void => {
    if (typeof client !== 'string') return
    const held = apps.get(client) ?? { scopes: new Set<string>(), since: at, lastUsedAt: at, offline: false }
    for (const word of words(scope)) held.scopes.add(word)
    held.since = Math.min(held.since, at)
    held.lastUsedAt = Math.max(held.lastUsedAt, at)
    held.offline ||= offline
    apps.set(client, held)
  }
  for (const { data, createdAt } of await recordsOfAccount(tx, now, account, consent))
    add(data.clientId, data.scope, createdAt, false)
  for (const model of ['RefreshToken', 'AccessToken'])
    for (const { data, createdAt } of await recordsOfAccount(tx, now, account, model))
      add(data.clientId, data.scope, createdAt, data.expiresWithSession !== true)
  return apps
}

/** The applications that act for a person, the latest used first. */
export const connectedApps = async (people: People, account: number): Promise<ConnectedApp[]> => {
  const now = people.ctx.clock.now()
  return people.ctx.store.read(async (tx) => {
    const list: ConnectedApp[] = []
    for (const [id, held] of await gather(tx, now, account)) {
      const party = await getRelyingParty(tx, 'oidc', id)
      const { url = '', icon = '', outside = true } = party?.rules ?? {}
      const { since, lastUsedAt, offline } = held
      const scopes = [...held.scopes].sort()
      list.push({ id, name: party?.name ?? id, url, icon, outside, scopes, since, lastUsedAt, offline })
    }
    return list.sort((a, b) => b.lastUsedAt - a.lastUsedAt)
  })
}

/**
 * Takes everything back from an application: consent, grants, tokens. The owner is told, unless it is part of something
 * larger that tells them (no `from`). Throws Failure notFound.
 */
export const revokeApp = async (people: People, principal: Principal, client: string, from?: Whence): Promise<void> => {
  const { accountId } = principal
  const now = people.ctx.clock.now()
  const name = await people.ctx.store.writeGlobal(async (tx) => {
    let found = (await dropRecord(tx, consent, consentId(accountId, client))) !== undefined
    for (const model of ['Grant', 'RefreshToken', 'AccessToken', 'AuthorizationCode', 'DeviceCode'])
      for (const record of await recordsOfAccount(tx, now, accountId, model)) {
        if (record.data.clientId !== client) continue
        found = true
        if (model === 'Grant') await dropRecordsOfGrant(tx, record.id)
        await dropRecord(tx, model, record.id)
      }
    if (!found) throw new Failure('notFound', 'no such application')
    const party = await getRelyingParty(tx, 'oidc', client)
    const entry = { actor: principal.login, action: 'oauth.revoke' as const, accountId }
    const name = party?.name ?? client
    await appendAudit(tx, now, { ...entry, target: name, ip: from?.ip ?? '' })
    return name
  })
  people.ctx.store.bus.publishTopic('people', accountId)
  if (from) await notifyOwner(people, accountId, { kind: 'service-removed', detail: name, ...from })
}
