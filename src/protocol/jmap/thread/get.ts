/** Thread/get (RFC 8621 §3.1). */
import { formatId } from '#base/ids.ts'
import { getEmail, getThread } from '#domain/mail/emails.ts'
import { queryEmails } from '#domain/mail/query.ts'
import { type Id, MAIL } from '#format/jmap/core.ts'
import { getArguments, pick, wantedProperties } from '../get.ts'
import { checkGetLimit, splitIds } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { stateOf } from '../state.ts'

/** Every thread of the account, when there are few enough. */
const allThreadIds = async (call: AccountCall): Promise<Id[]> => {
  const window = { position: 0, limit: call.limits.maxObjectsInGet + 1, calculateTotal: false }
  const { ids } = await queryEmails(call.ctx, call.account, { sort: [], collapseThreads: true }, window)
  checkGetLimit(ids.length, call)
  return call.ctx.store.read(async (tx) => {
    const threads: Id[] = []
    for (const id of ids) {
      const email = await getEmail(tx, call.account, id)
      if (email) threads.push(formatId('thread', email.threadId))
    }
    return threads
  })
}

export const threadGet = accountMethod('Thread/get', MAIL, getArguments, async (args, call) => {
  const properties = wantedProperties(['id', 'emailIds'] as const, args.properties)
  const { found, notFound } = splitIds('thread', args.ids ?? (await allThreadIds(call)), call)
  return call.ctx.store.read(async (tx) => {
    const threads: object[] = []
    for (const { id, number } of found) {
      const emails = await getThread(tx, call.account, number)
      const emailIds = emails.map((email) => formatId('email', email))
      if (emails.length > 0) threads.push(pick({ id, emailIds }, properties))
      else notFound.push(id)
    }
    return { state: await stateOf(tx, call.account), list: threads, notFound }
  })
})
