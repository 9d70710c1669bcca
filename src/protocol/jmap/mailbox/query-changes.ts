/** Mailbox/queryChanges (RFC 8621 §2.4). */
import { formatId } from '#base/ids.ts'
import { readChanges } from '#domain/mail/history.ts'
import { listMailboxes } from '#domain/mail/mailboxes.ts'
import { MAIL } from '#format/jmap/core.ts'
import { boolean, id, nullable, text, unsigned, withDefault } from '../check.ts'
import { MethodFault } from '../failure.ts'
import { accountMethod } from '../method.ts'
import { parseState, stateOf } from '../state.ts'
import { evaluateMailboxList, mailboxList, mailboxListArguments } from './list.ts'

export const mailboxQueryChanges = accountMethod(
  'Mailbox/queryChanges',
  MAIL,
  {
    ...mailboxListArguments,
    sinceQueryState: text,
    maxChanges: nullable(unsigned),
    upToId: nullable(id),
    calculateTotal: withDefault(boolean, false),
  },
  async (args, call) => {
    const list = mailboxList(args, call)
    return call.ctx.store.read(async (tx) => {
      const changes = await readChanges(tx, call.account, 'Mailbox', parseState(args.sinceQueryState))
      const changed = [...changes.updated, ...changes.destroyed]
      const touched = new Set([...changes.created, ...changed])
      // In a tree a mailbox moves when one above it does, which its own changes do not tell.
      if (touched.size > 0 && (list.sortAsTree || list.filterAsTree))
        throw new MethodFault('cannotCalculateChanges', 'Not calculated for lists as a tree')
      const ordered = evaluateMailboxList(await listMailboxes(tx, call.account), list)
      const added = ordered.flatMap((mailbox, index) =>
        touched.has(mailbox.id) ? [{ id: formatId('mailbox', mailbox.id), index }] : [],
      )
      if (args.maxChanges !== null && changed.length + added.length > args.maxChanges)
        throw new MethodFault('tooManyChanges', `More than ${args.maxChanges} changes`)
      return {
        oldQueryState: args.sinceQueryState,
        newQueryState: await stateOf(tx, call.account),
        ...(args.calculateTotal ? { total: ordered.length } : {}),
        removed: changed.map((number) => formatId('mailbox', number)),
        added,
      }
    })
  },
)
