/** How much an account may hold, and does. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'

const selectQuota = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('account').select(['quota_bytes', 'used_bytes']).where('id', '=', p.account),
)

/** Octets; `limit` 0 is none. Throws Failure notFound. */
export const readQuota = async (
  tx: Reader,
  account: number,
): Promise<{ readonly limit: number; readonly used: number }> => {
  const row = await tx.first(selectQuota, { account })
  if (!row) throw new Failure('notFound', `no account ${account}`)
  return { limit: row.quota_bytes, used: row.used_bytes }
}
