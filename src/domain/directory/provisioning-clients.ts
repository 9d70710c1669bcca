/** Programs that provision people: each has a token of its own, a name under which it writes, and a scope. */

import { createHash, randomBytes } from 'node:crypto'
import { Failure } from '#base/failure.ts'
import { isProgramName } from '#format/scim/program-name.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { checkUai } from './schools.ts'

export interface ProvisioningClient {
  readonly id: number
  readonly name: string
  /** Written as the source of what it creates; only what bears it may it change. */
  readonly source: string
  /** Schools it is confined to; empty: all. */
  readonly uais: readonly string[]
  readonly rights: 'read' | 'write'
  readonly createdBy: string
  readonly createdAt: number
  readonly expiresAt: number | null
  readonly lastUsedAt: number | null
  readonly revokedAt: number | null
}

const columns = (q: Parameters<Parameters<typeof statement>[0]>[0]) =>
  q
    .selectFrom('provisioning_client')
    .select([
      'id',
      'name',
      'source',
      'uais',
      'rights',
      'created_by as createdBy',
      'created_at as createdAt',
      'expires_at as expiresAt',
      'last_used_at as lastUsedAt',
      'revoked_at as revokedAt',
    ])

const bySecret = statement((q, p: Params<{ secret: string; now: number }>) =>
  columns(q)
    .where('secret', '=', p.secret)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', p.now)])),
)
const all = statement((q, p: Params<{ limit: number }>) => columns(q).orderBy('id').limit(p.limit))

const insert = statement(
  (
    q,
    p: Params<{
      name: string
      secret: string
      source: string
      uais: string
      rights: 'read' | 'write'
      by: string
      at: number
      expires: number | null
    }>,
  ) =>
    q
      .insertInto('provisioning_client')
      .values({
        name: p.name,
        secret: p.secret,
        source: p.source,
        uais: p.uais,
        rights: p.rights,
        created_by: p.by,
        created_at: p.at,
        expires_at: p.expires,
        last_used_at: null,
        revoked_at: null,
      })
      .returning('id'),
)
const revoke = statement((q, p: Params<{ id: number; at: number }>) =>
  q
    .updateTable('provisioning_client')
    .set({ revoked_at: p.at })
    .where('id', '=', p.id)
    .where('revoked_at', 'is', null)
    .returning('name'),
)
const touch = statement((q, p: Params<{ id: number; at: number }>) =>
  q.updateTable('provisioning_client').set({ last_used_at: p.at }).where('id', '=', p.id),
)

const clientOf = (row: Omit<ProvisioningClient, 'uais'> & { readonly uais: string }): ProvisioningClient => ({
  ...row,
  uais: row.uais === '' ? [] : row.uais.split(' '),
})

/** A token says what it is, so that one that leaks into a log is recognised. */
const prefix = 'scim_'
const form = /^scim_[A-Za-z0-9_-]{43}$/

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

export interface NewClient {
  /** Short, of letters, digits and dashes: `ent`, `siecle`. Its source is `scim:` and this. */
  readonly name: string
  readonly rights: 'read' | 'write'
  readonly uais?: readonly string[]
  readonly expiresAt?: number | null
}

/** Makes a client and gives its token, this once. Throws Failure invalid. */
export const createProvisioningClient = async (
  people: People,
  actor: string,
  wanted: NewClient,
  ip = '',
): Promise<{ id: number; token: string }> => {
  const name = wanted.name.trim().toLowerCase()
  if (!isProgramName(name))
    throw new Failure('invalid', 'a client is named by letters, digits and dashes', { property: 'name' })
  const uais = (wanted.uais ?? []).map(checkUai)
  const now = people.ctx.clock.now()
  const token = `${prefix}${randomBytes(32).toString('base64url')}`
  const { rights, expiresAt: expires = null } = wanted
  const id = await people.ctx.store.writeGlobal(async (tx) => {
    const secret = hashOf(token)
    const row = { name, secret, source: `scim:${name}`, uais: uais.join(' '), rights, by: actor, at: now, expires }
    const made = await tx.first(insert, row)
    const detail = [rights, ...uais].join(' ')
    await appendAudit(tx, now, { actor, action: 'provisioning.create', target: name, detail, ip })
    return (made as { id: number }).id
  })
  return { id, token }
}

/** Ends a client's token. Throws Failure notFound. */
export const revokeProvisioningClient = async (people: People, actor: string, id: number, ip = ''): Promise<void> => {
  const now = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    const row = await tx.first(revoke, { id, at: now })
    if (!row) throw new Failure('notFound', 'no such client')
    await appendAudit(tx, now, { actor, action: 'provisioning.revoke', target: row.name, ip })
  })
}

/** Every client, ended ones too. */
export const listProvisioningClients = async (tx: Reader): Promise<ProvisioningClient[]> =>
  (await tx.all(all, { limit: 500 })).map(clientOf)

const touchEvery = 10 * 60_000

/** The client that holds a token; undefined when nobody (any more) does. Its last use is kept to ten minutes. */
export const checkProvisioningToken = async (
  people: People,
  token: string,
): Promise<ProvisioningClient | undefined> => {
  if (!form.test(token)) return
  const now = people.ctx.clock.now()
  const row = await people.ctx.store.read((tx) => tx.first(bySecret, { secret: hashOf(token), now }))
  if (!row) return
  if (row.lastUsedAt === null || now - row.lastUsedAt > touchEvery)
    await people.ctx.store.writeGlobal((tx) => tx.run(touch, { id: row.id, at: now }))
  return clientOf(row)
}
