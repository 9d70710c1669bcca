/** STARTTLS (RFC 9051 §6.2.1). */
import { TLSSocket } from 'node:tls'
import { bad, type Command, ok } from '../command.ts'
import type { Session } from '../session.ts'

const handshakeTimeout = 30_000

/**
 * Continues on TLS. What the client pipelined in the clear is thrown away unread: somebody in between may have put it
 * there to have it run inside the protected session.
 */
const upgrade = async (session: Session): Promise<void> => {
  const { socket, input, output, secureContext } = session
  input.detach()
  const secure = new TLSSocket(socket, { isServer: true, secureContext: secureContext! })
  secure.on('error', () => secure.destroy())
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('TLS handshake timed out')), handshakeTimeout)
    secure.once('secure', () => {
      clearTimeout(timer)
      resolve()
    })
    secure.once('close', () => {
      clearTimeout(timer)
      reject(new Error('closed during the TLS handshake'))
    })
  }).catch(() => {
    output.closed = true
    socket.destroy()
  })
  session.socket = secure
  session.tls = true
  input.moveTo(secure)
  output.moveTo(secure)
}

export const starttls: Command = {
  name: 'STARTTLS',
  states: ['notAuthenticated'],
  capabilities: [
    {
      name: ({ tls, compressed, state, secureContext }) =>
        !tls && compressed === undefined && state === 'notAuthenticated' && secureContext !== undefined
          ? 'STARTTLS'
          : undefined,
      before: true,
    },
  ],
  run: ({ session, args }) => {
    args.crlf()
    if (session.tls) return bad('TLS is active already')
    if (session.compressed !== undefined) return bad('Compression is active')
    if (session.secureContext === undefined) return bad('TLS is not available')
    session.afterReply = () => upgrade(session)
    return ok('Begin TLS')
  },
}
