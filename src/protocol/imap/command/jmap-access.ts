/** GETJMAPACCESS (RFC 9698): where the same account is read by JMAP, with the same passwords and the same object ids. */
import { type Command, ok, signedIn } from '../command.ts'
import { octetsOf, stringOf } from '../respond/text.ts'

export const getJmapAccess: Command = {
  name: 'GETJMAPACCESS',
  states: signedIn,
  capabilities: [{ name: 'JMAPACCESS' }],
  run: ({ session, args }) => {
    args.crlf()
    const { href } = new URL('/.well-known/jmap', session.deps.people.options.publicUrl)
    session.untagged(`JMAPACCESS ${stringOf(octetsOf(href))}`)
    return ok('Access told')
  },
}
