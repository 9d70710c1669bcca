/** STATUS (RFC 9051 §6.3.11). */
import { type Command, no, ok, signedIn } from '../command.ts'
import { statusItems } from '../grammar/status.ts'
import { locate } from '../others.ts'
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
    const found = await locate(session, path)
    if (found === undefined) return no('No such mailbox', 'NONEXISTENT')
    session.untagged(await statusLine(session, found.mailbox, items, found.account))
    return ok('Status completed')
  },
}
