/** COMPRESS DEFLATE (RFC 4978). */
import { bad, type Command, no, ok, signedIn } from '../command.ts'
import { Deflated } from '../deflated.ts'
import type { Session } from '../session.ts'

const upgrade = (session: Session): Promise<void> => {
  const { socket, input, output } = session
  const early = input.detach()
  const stream = new Deflated(socket)
  if (early !== undefined) stream.begin(early)
  session.compressed = stream
  input.moveTo(stream)
  output.moveTo(stream)
  return Promise.resolve()
}

/** Only for those who have signed in: before, compression would help nobody but attackers. */
export const compress: Command = {
  name: 'COMPRESS',
  states: signedIn,
  capabilities: [{ name: ({ compressed }) => (compressed === undefined ? 'COMPRESS=DEFLATE' : undefined) }],
  run: ({ session, args }) => {
    args.sp()
    const algorithm = args.keyword()
    args.crlf()
    if (session.compressed !== undefined) return no('Compression is active already', 'COMPRESSIONACTIVE')
    if (algorithm !== 'DEFLATE') return bad('Unknown compression algorithm')
    session.afterReply = () => upgrade(session)
    return ok('Compression begins')
  },
}
