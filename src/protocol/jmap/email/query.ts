/** Email/query (RFC 8621 §4.4). */
import { isFailure } from '#base/failure.ts'
import { formatId } from '#base/ids.ts'
import { queryEmails } from '#domain/mail/query.ts'
import { sortProperties } from '#domain/mail/query-filter.ts'
import { MAIL } from '#format/jmap/core.ts'
import { boolean, withDefault } from '../check.ts'
import { MethodFault } from '../failure.ts'
import { numberOf } from '../ids.ts'
import { accountMethod } from '../method.ts'
import { filterArguments, windowArguments } from '../query.ts'
import { formatState } from '../state.ts'
import { emailFilter, emailSort } from './filter.ts'

/** What the session object announces (RFC 8621 §1.3.1). */
export const emailSortProperties: readonly string[] = sortProperties

const anchorNotFound = () => new MethodFault('anchorNotFound', 'The anchor is not in the list')

export const emailQuery = accountMethod(
  'Email/query',
  MAIL,
  { ...filterArguments, ...windowArguments, collapseThreads: withDefault(boolean, false) },
  async (args, call) => {
    const query = {
      filter: emailFilter(args.filter, call),
      sort: emailSort(args.sort),
      collapseThreads: args.collapseThreads,
    }
    const anchor = args.anchor === null ? undefined : numberOf('email', args.anchor, call)
    if (args.anchor !== null && anchor === undefined) throw anchorNotFound()
    const { maxQueryResults } = call.limits
    const limit = Math.min(args.limit ?? maxQueryResults, maxQueryResults)
    const { position, anchorOffset, calculateTotal } = args
    const window = { position, anchor, anchorOffset, limit, calculateTotal }
    try {
      const result = await queryEmails(call.ctx, call.account, query, window)
      return {
        queryState: formatState(result.modseq),
        canCalculateChanges: true,
        position: result.position,
        ids: result.ids.map((id) => formatId('email', id)),
        ...(result.total === undefined ? {} : { total: result.total }),
        // Told only when it is not what was asked for (RFC 8620 §5.5).
        ...(args.limit === limit ? {} : { limit }),
      }
    } catch (error) {
      throw isFailure(error, 'notFound') && error.property === 'anchor' ? anchorNotFound() : error
    }
  },
)
