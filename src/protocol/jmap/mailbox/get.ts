/** Mailbox/get (RFC 8621 §2.1). */
import { formatId } from '#base/ids.ts'
import { listMailboxes } from '#domain/mail/mailboxes.ts'
import { MAIL } from '#format/jmap/core.ts'
import { getArguments, pick, wantedProperties } from '../get.ts'
import { checkGetLimit, splitIds } from '../ids.ts'
import { accountMethod } from '../method.ts'
import { stateOf } from '../state.ts'
import { mailboxObject, mailboxProperties } from './object.ts'

export const mailboxGet = accountMethod('Mailbox/get', MAIL, getArguments, async (args, call) => {
  const properties = wantedProperties(mailboxProperties, args.properties)
  const { ctx, account } = call
  return ctx.store.read(async (tx) => {
    const all = await listMailboxes(tx, account)
    const byId = new Map(all.map((mailbox) => [mailbox.id, mailbox]))
    if (args.ids === null) checkGetLimit(all.length, call)
    const ids = args.ids ?? all.map(({ id }) => formatId('mailbox', id))
    const { found, notFound } = splitIds('mailbox', ids, call)
    const mailboxes: object[] = []
    for (const { id, number } of found) {
      const node = byId.get(number)
      if (node) mailboxes.push(pick(mailboxObject(node, call.open.rights), properties))
      else notFound.push(id)
    }
    return { state: await stateOf(tx, account), list: mailboxes, notFound }
  })
})
