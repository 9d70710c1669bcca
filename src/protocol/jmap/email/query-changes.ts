/**
 * Email/queryChanges (RFC 8621 §4.5). `upToId` is accepted and not needed: it only allows a server to say less (RFC 8620
 * §5.6).
 */
import { formatId } from '#base/ids.ts'
import { queryEmailChanges } from '#domain/mail/query.ts'
import { MAIL } from '#format/jmap/core.ts'
import { boolean, id, nullable, text, unsigned, withDefault } from '../check.ts'
import { MethodFault } from '../failure.ts'
import { accountMethod } from '../method.ts'
import { filterArguments } from '../query.ts'
import { formatState, parseState } from '../state.ts'
import { emailFilter, emailSort } from './filter.ts'

export const queryChangesArguments = {
  ...filterArguments,
  sinceQueryState: text,
  maxChanges: nullable(unsigned),
  upToId: nullable(id),
  calculateTotal: withDefault(boolean, false),
}

export const emailQueryChanges = accountMethod(
  'Email/queryChanges',
  MAIL,
  { ...queryChangesArguments, collapseThreads: withDefault(boolean, false) },
  async (args, call) => {
    const query = {
      filter: emailFilter(args.filter, call),
      sort: emailSort(args.sort),
      collapseThreads: args.collapseThreads,
    }
    const since = parseState(args.sinceQueryState)
    if (since.skip !== 0) throw new MethodFault('cannotCalculateChanges', 'That was never a query state')
    const changes = await queryEmailChanges(call.ctx, call.account, query, since.modseq)
    if (args.maxChanges !== null && changes.removed.length + changes.added.length > args.maxChanges)
      throw new MethodFault('tooManyChanges', `More than ${args.maxChanges} changes`)
    return {
      oldQueryState: args.sinceQueryState,
      newQueryState: formatState(changes.modseq),
      ...(args.calculateTotal ? { total: changes.total } : {}),
      removed: changes.removed.map((number) => formatId('email', number)),
      added: changes.added.map(({ id: number, index }) => ({ id: formatId('email', number), index })),
    }
  },
)
