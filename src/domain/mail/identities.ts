/** Identities: the names and addresses that a person writes under (RFC 8621 §6). */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import { ownsAddress } from '../people/addresses.ts'

export interface IdentityAddress {
  readonly name: string | null
  readonly email: string
}

export interface Identity {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly replyTo: readonly IdentityAddress[] | null
  readonly bcc: readonly IdentityAddress[] | null
  readonly textSignature: string
  readonly htmlSignature: string
  readonly mayDelete: boolean
}

export type IdentityProperties = Omit<Identity, 'id' | 'mayDelete'>

const maxIdentities = 100
const maxName = 500
const maxSignature = 200_000
const maxAddresses = 100

const selectAll = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('identity')
    .select(['id', 'name', 'email', 'reply_to', 'bcc', 'text_signature', 'html_signature', 'may_delete'])
    .where('account_id', '=', p.account)
    .orderBy('id'),
)

const parse = (json: string | null): IdentityAddress[] | null =>
  json === null ? null : (JSON.parse(json) as IdentityAddress[])
const serialize = (addresses: readonly IdentityAddress[] | null): string | null =>
  addresses === null ? null : JSON.stringify(addresses.map(({ name, email }) => ({ name, email })))

/** Every identity of the account, the first one first. */
export const listIdentities = async (tx: Reader, account: number): Promise<Identity[]> =>
  (await tx.all(selectAll, { account })).map((row) => ({
    id: row.id,
    name: row.name,
    email: row.email,
    replyTo: parse(row.reply_to),
    bcc: parse(row.bcc),
    textSignature: row.text_signature,
    htmlSignature: row.html_signature,
    mayDelete: row.may_delete === 1,
  }))

const check = (properties: Partial<IdentityProperties>): void => {
  const bad = (property: string, why: string): never => {
    throw new Failure('invalid', `${property} ${why}`, { property })
  }
  const { name, textSignature, htmlSignature } = properties
  if (name !== undefined && (name.length > maxName || /\p{Cc}/u.test(name))) bad('name', 'is too long or not one line')
  if ((textSignature?.length ?? 0) > maxSignature) bad('textSignature', 'is too long')
  if ((htmlSignature?.length ?? 0) > maxSignature) bad('htmlSignature', 'is too long')
  for (const property of ['replyTo', 'bcc'] as const)
    if ((properties[property]?.length ?? 0) > maxAddresses) bad(property, 'has too many addresses')
}

const insertIdentity = statement(
  (
    q,
    p: Params<{
      account: number
      id: number
      name: string
      email: string
      replyTo: string | null
      bcc: string | null
      text: string
      html: string
    }>,
  ) =>
    q.insertInto('identity').values({
      account_id: p.account,
      id: p.id,
      name: p.name,
      email: p.email,
      reply_to: p.replyTo,
      bcc: p.bcc,
      text_signature: p.text,
      html_signature: p.html,
      may_delete: 1,
    }),
)

const columns = (properties: IdentityProperties) => ({
  name: properties.name,
  replyTo: serialize(properties.replyTo),
  bcc: serialize(properties.bcc),
  text: properties.textSignature,
  html: properties.htmlSignature,
})

/**
 * Creates an identity. Throws Failure forbidden (property email: the address is not the account's own), invalid,
 * tooMany.
 */
export const createIdentityWithin = async (tx: AccountWriter, properties: IdentityProperties): Promise<Identity> => {
  check(properties)
  const { accountId: account } = tx
  if (!(await ownsAddress(tx, account, properties.email)))
    throw new Failure('forbidden', 'the address is not one of yours', { property: 'email' })
  if ((await listIdentities(tx, account)).length >= maxIdentities) throw new Failure('tooMany', 'too many identities')
  const id = tx.nextId()
  await tx.run(insertIdentity, { account, id, email: properties.email, ...columns(properties) })
  tx.changed('Identity', id, 'created')
  return { ...properties, id, mayDelete: true }
}

const saveIdentity = statement(
  (
    q,
    p: Params<{
      account: number
      id: number
      name: string
      replyTo: string | null
      bcc: string | null
      text: string
      html: string
    }>,
  ) =>
    q
      .updateTable('identity')
      .set({ name: p.name, reply_to: p.replyTo, bcc: p.bcc, text_signature: p.text, html_signature: p.html })
      .where('account_id', '=', p.account)
      .where('id', '=', p.id),
)

/** Changes an identity; its address never changes (RFC 8621 §6). Throws Failure notFound, invalid. */
export const updateIdentityWithin = async (
  tx: AccountWriter,
  id: number,
  patch: Partial<Omit<IdentityProperties, 'email'>>,
): Promise<void> => {
  check(patch)
  const before = (await listIdentities(tx, tx.accountId)).find((identity) => identity.id === id)
  if (!before) throw new Failure('notFound', `no identity ${id}`)
  await tx.run(saveIdentity, { account: tx.accountId, id, ...columns({ ...before, ...patch }) })
  tx.changed('Identity', id, 'updated')
}

const deleteRow = statement((q, p: Params<{ account: number; id: number }>) =>
  q.deleteFrom('identity').where('account_id', '=', p.account).where('id', '=', p.id),
)

/** Removes an identity. Throws Failure notFound, forbidden (the account's own first one). */
export const deleteIdentityWithin = async (tx: AccountWriter, id: number): Promise<void> => {
  const identity = (await listIdentities(tx, tx.accountId)).find((candidate) => candidate.id === id)
  if (!identity) throw new Failure('notFound', `no identity ${id}`)
  if (!identity.mayDelete) throw new Failure('forbidden', 'this identity stays')
  await tx.run(deleteRow, { account: tx.accountId, id })
  tx.changed('Identity', id, 'destroyed')
}
