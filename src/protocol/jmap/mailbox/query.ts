/** Mailbox/query (RFC 8621 §2.3). */
import { formatId } from '#base/ids.ts'
import { listMailboxes } from '#domain/mail/mailboxes.ts'
import { MAIL } from '#format/jmap/core.ts'
import { accountMethod } from '../method.ts'
import { windowArguments, windowOn } from '../query.ts'
import { stateOf } from '../state.ts'
import { evaluateMailboxList, mailboxList, mailboxListArguments } from './list.ts'

export const mailboxQuery = accountMethod(
  'Mailbox/query',
  MAIL,
  { ...mailboxListArguments, ...windowArguments },
  async (args, call) => {
    const list = mailboxList(args, call)
    return call.ctx.store.read(async (tx) => {
      const mailboxes = evaluateMailboxList(await listMailboxes(tx, call.account), list)
      const all = mailboxes.map(({ id }) => formatId('mailbox', id))
      return {
        queryState: await stateOf(tx, call.account),
        canCalculateChanges: !list.sortAsTree && !list.filterAsTree,
        ...windowOn(all, args, call.limits.maxQueryResults),
        ...(args.calculateTotal ? { total: all.length } : {}),
      }
    })
  },
)
