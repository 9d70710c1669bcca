/** Second factors that are lost with everything else: they go, audited, so that new ones can be enrolled. */
import { type Params, statement, type Writer } from '#store/engine.ts'
import { appendAudit } from '../audit.ts'
import type { People } from '../people.ts'

const drop = statement((q, p: Params<{ account: number }>) =>
  q
    .deleteFrom('credential')
    .where('account_id', '=', p.account)
    .where('kind', 'in', ['totp', 'passkey', 'recovery', 'grid'])
    .returning('kind'),
)

const forgetDevices = statement((q, p: Params<{ account: number }>) =>
  q.deleteFrom('device').where('account_id', '=', p.account),
)

/** Within a transaction: removes every second factor and known device of an account. Returns how many factors went. */
export const dropFactors = async (
  tx: Writer,
  people: People,
  account: number,
  by: { readonly actor: string; readonly ip?: string },
): Promise<number> => {
  const gone = await tx.all(drop, { account })
  await tx.run(forgetDevices, { account })
  const kinds = [...new Set(gone.map(({ kind }) => kind))].sort().join(' ')
  const about = { accountId: account, detail: kinds, ip: by.ip ?? '' }
  if (gone.length > 0)
    await appendAudit(tx, people.ctx.clock.now(), { actor: by.actor, action: 'factor.remove-all', ...about })
  return gone.length
}
