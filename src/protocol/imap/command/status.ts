/** STATUS (RFC 9051 §6.3.11). */
import { mailboxByPath } from '#domain/mail/mailboxes.ts'
import { type Command, no, ok, signedIn } from '../command.ts'
import { statusItems } from '../grammar/status.ts'
import { statusLine } from '../respond/status.ts'

export const status: Command = {
  name: 'STATUS',
  states: signedIn,
  capabilities: [{ name: 'STATUS=SIZE' }],
  run: async ({ session, args }) => {
    args.sp()
    const path = session.path(args.astring())
    args.sp()
    const items = statusItems(args)
    args.crlf()
    const mailbox = await session.ctx.store.read((tx) => mailboxByPath(tx, session.account, path))
    if (mailbox === undefined) return no('No such mailbox', 'NONEXISTENT')
    session.untagged(await statusLine(session, mailbox, items))
    return ok('Status completed')
  },
}
