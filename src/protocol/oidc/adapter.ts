/**
 * Where `oidc-provider` keeps its things: the records of `domain/access/oauth`. What a bearer shows is stored by its
 * SHA-256; the few values that must be read again are sealed.
 */
import type { Adapter, AdapterPayload } from 'oidc-provider'
import * as records from '#domain/access/oauth/records.ts'
import { isSealed, seal, unseal } from '#domain/access/oauth/seal.ts'
import { personFor } from '#domain/access/oauth/subject.ts'
import { participate } from '#domain/access/participation.ts'
import { getRelyingParty } from '#domain/access/relying-parties.ts'
import { appendAudit } from '#domain/people/audit.ts'
import type { People } from '#domain/people/people.ts'
import { sessionLives } from '#domain/people/sessions.ts'
import { clientAdapter } from './clients.ts'
import { errors } from './library.ts'

/** Their ids open nothing: a grant is never shown to anybody, a session is found by our own cookie only. */
const plainIds: ReadonlySet<string> = new Set(['Grant', 'Session', 'ReplayDetection'])

const second = 1000

const accountOf = (payload: AdapterPayload): number | null => {
  const account = Number(payload.accountId)
  return Number.isSafeInteger(account) && account > 0 ? account : null
}

/** Values inside a payload that would open something: sealed at rest. */
const secretsOf: Readonly<Record<string, readonly string[]>> = {
  DeviceCode: ['jti'],
  Interaction: ['deviceCode', 'parJti'],
}

/** A code is about to let somebody into a service: written down, and the service told later when the session ends. */
const enter = async (
  tx: Parameters<typeof appendAudit>[0],
  people: People,
  now: number,
  payload: AdapterPayload,
): Promise<void> => {
  const { clientId = '', sessionUid: session, sid: reference } = payload
  const account = accountOf(payload)
  const party = await getRelyingParty(tx, 'oidc', clientId)
  if (!party || account === null || session === undefined) return
  const { login: actor = '' } = (await personFor(tx, people, account, {})) ?? {}
  const about = { accountId: account, target: party.name, detail: 'oidc' }
  await appendAudit(tx, now, { actor, action: 'service.enter', ...about })
  const { backchannel_logout_uri: logoutUrl } = party.config.client
  if (typeof logoutUrl !== 'string' || reference === undefined) return
  await participate(tx, now, { session, account, party: party.id, protocol: 'oidc', reference, logoutUrl })
}

class StoreAdapter implements Adapter {
  readonly #people: People
  readonly #model: string

  constructor(people: People, model: string) {
    this.#people = people
    this.#model = model
  }

  #id(value: string): string {
    return plainIds.has(this.#model) ? value : records.hashId(value)
  }

  #close(payload: AdapterPayload): Record<string, unknown> {
    const data: Record<string, unknown> = { ...payload }
    const secrets = secretsOf[this.#model] ?? []
    for (const name of secrets) {
      const value = data[name]
      if (typeof value === 'string') data[name] = seal(this.#people.key, `oauth.${this.#model}.${name}`, value)
    }
    // Known to whoever finds the record by it.
    if (!secrets.includes('jti') && !plainIds.has(this.#model)) delete data.jti
    delete data.consumed
    return data
  }

  #open(record: records.StoredRecord | undefined, id?: string): AdapterPayload | undefined {
    if (!record) return
    const data: Record<string, unknown> = { ...record.data }
    for (const [name, value] of Object.entries(data))
      if (typeof value === 'string' && isSealed(value) && secretsOf[this.#model]?.includes(name) === true)
        data[name] = unseal(this.#people.key, `oauth.${this.#model}.${name}`, value)
    if (id !== undefined) data.jti = id
    if (record.consumedAt !== null) data.consumed = Math.floor(record.consumedAt / second)
    return data
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const { store, clock } = this.#people.ctx
    const now = clock.now()
    await store.writeGlobal(async (tx) => {
      await records.putRecord(tx, now, {
        model: this.#model,
        id: this.#id(id),
        accountId: accountOf(payload),
        sessionId: payload.sessionUid ?? (this.#model === 'Session' ? (payload.uid ?? '') : ''),
        grantId: payload.grantId ?? null,
        uid: this.#model === 'Session' ? (payload.uid ?? null) : null,
        userCode: payload.userCode ?? null,
        data: this.#close(payload),
        expiresAt: expiresIn === undefined ? null : now + expiresIn * second,
      })
      if (this.#model === 'AuthorizationCode') await enter(tx, this.#people, now, payload)
    })
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    if (id.length > 1024) return
    const { store } = this.#people.ctx
    return this.#open(await store.read((tx) => records.findRecord(tx, this.#model, this.#id(id))), id)
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const { store } = this.#people.ctx
    return this.#open(await store.read((tx) => records.findRecordByUserCode(tx, this.#model, userCode)))
  }

  /** Sessions only: one that ended with ours is no longer there, whatever its row says. */
  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const people = this.#people
    return people.ctx.store.read(async (tx) => {
      const record = await records.findRecordByUid(tx, this.#model, uid)
      if (!record || !(await sessionLives(tx, people, uid))) return
      return this.#open(record)
    })
  }

  async consume(id: string): Promise<void> {
    const { store, clock } = this.#people.ctx
    const first = await store.writeGlobal(async (tx) => {
      if (await records.consumeRecord(tx, clock.now(), this.#model, this.#id(id))) return true
      // Two that come at the same moment are what two that come one after the other are: a theft.
      const { grantId = null } = (await records.findRecord(tx, this.#model, this.#id(id))) ?? {}
      if (grantId === null) return false
      await records.dropRecordsOfGrant(tx, grantId)
      await records.dropRecord(tx, 'Grant', grantId)
      return false
    })
    if (!first) throw new errors.InvalidGrant('used already')
  }

  async destroy(id: string): Promise<void> {
    const { store } = this.#people.ctx
    const account = await store.writeGlobal((tx) => records.dropRecord(tx, this.#model, this.#id(id)))
    if (this.#model === 'AccessToken' && account !== undefined) store.bus.publishTopic('people', account)
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    const { store } = this.#people.ctx
    const accounts = await store.writeGlobal((tx) => records.dropRecordsOfGrant(tx, grantId))
    for (const account of accounts) store.bus.publishTopic('people', account)
  }
}

/** The adapter of every model; clients are rows of relying parties. */
export const createAdapter =
  (people: People) =>
  (model: string): Adapter =>
    model === 'Client' ? clientAdapter(people) : new StoreAdapter(people, model)
