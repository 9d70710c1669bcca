/** What a provisioning client may look at: the persons of its schools, by their identifiers or one after another. */
import { type Params, type Reader, statement } from '#store/engine.ts'
import { findByExternalId } from './persons.ts'

/** One consistent view of the store, for those who only pass it on. */
export type Snapshot = Reader

const byLogin = statement((q, p: Params<{ login: string }>) =>
  q.selectFrom('account').select('id').where('login', '=', p.login),
)
const byAddress = statement((q, p: Params<{ address: string }>) =>
  q.selectFrom('address').select('account_id as id').where('address', '=', p.address),
)
const byRescue = statement((q, p: Params<{ address: string }>) =>
  q.selectFrom('person').select('account_id as id').where('rescue_mail', '=', p.address),
)

const fold = (text: string): string => text.trim().normalize('NFC').toLowerCase()

/** Accounts that bear an identifier: at most one. */
export const accountsByLogin = async (tx: Reader, login: string): Promise<number[]> =>
  (await tx.all(byLogin, { login: fold(login) })).map(({ id }) => id)

/** Accounts that have an address, here or for rescue. */
export const accountsByMail = async (tx: Reader, text: string): Promise<number[]> => {
  const address = fold(text)
  const found = [...(await tx.all(byAddress, { address })), ...(await tx.all(byRescue, { address }))]
  return [...new Set(found.map(({ id }) => id))].sort((one, other) => one - other)
}

/** Accounts that a source names so: at most one. */
export const accountsByExternalId = async (tx: Reader, source: string, externalId: string): Promise<number[]> => {
  const person = await findByExternalId(tx, source, externalId)
  return person ? [person.accountId] : []
}

/** Follows the source of somebody whom it deleted: suspended, and no longer told of. */
export const deletedMark = ' deleted'

/** Persons after an account, in the order of accounts; only of these schools when there are any. */
export const personsAfter = async (
  tx: Reader,
  page: { readonly after: number; readonly limit: number; readonly uais: readonly string[]; readonly now: number },
): Promise<number[]> => {
  const { after, limit, uais, now } = page
  const rows = await tx.query((q) => {
    let select = q
      .selectFrom('person')
      .select('account_id as id')
      .where('account_id', '>', after)
      .where('source', 'not like', `%${deletedMark}`)
    if (uais.length > 0) {
      const inSchools = q
        .selectFrom('profile')
        .select('account_id')
        .where('uai', 'in', [...uais])
        .where((eb) => eb.or([eb('starts_at', 'is', null), eb('starts_at', '<=', now)]))
        .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', now)]))
      select = select.where('account_id', 'in', inSchools)
    }
    return select.orderBy('account_id').limit(limit)
  })
  return rows.map(({ id }) => id)
}
