/** MailUsage/get (`urn:convergence:organising`): what takes the room of an account, by mailbox, age, size and sender. */
import { formatId } from '#base/ids.ts'
import { readUsage } from '#domain/organise/usage.ts'
import { type MailUsage, ORGANISING } from '#format/jmap/organising.ts'
import { accountMethod } from '../method.ts'

export const usageGet = accountMethod('MailUsage/get', ORGANISING, {}, async (_args, call) => {
  const { mailboxes, largest, ...rest } = await readUsage(call.ctx.store, call.account)
  return {
    ...rest,
    mailboxes: mailboxes.map(({ id, ...amount }) => ({ id: formatId('mailbox', id), ...amount })),
    largest: largest.map((id) => formatId('email', id)),
  } satisfies MailUsage
})
