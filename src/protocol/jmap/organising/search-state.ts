/**
 * SearchState/get (`urn:convergence:organising`): whether searches find everything. Email/query answers with what the
 * full-text index knows (RFC 8621 leaves how current it is to the server); whoever shows results can say so.
 */
import { ORGANISING, type SearchState } from '#format/jmap/organising.ts'
import { accountMethod } from '../method.ts'

export const searchStateGet = accountMethod('SearchState/get', ORGANISING, {}, async (_args, call) => {
  const { waiting, attachmentsWait } = await call.ctx.store.search.state(call.account)
  return { isComplete: waiting === 0 && !attachmentsWait, waiting, attachmentsWait } satisfies SearchState
})
