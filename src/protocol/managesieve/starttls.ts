/** STARTTLS (RFC 5804 §2.2). */
import { TLSSocket } from 'node:tls'
import { ok, replyLine } from './respond.ts'
import type { Session } from './session.ts'

const handshakeTimeout = 30_000

/** Continues on TLS: what was pipelined in the clear is thrown away unread, and the capabilities are told anew. */
export const upgrade = async (session: Session): Promise<void> => {
  const { socket, input, secureContext } = session
  if (!secureContext) return
  input.detach()
  const secure = new TLSSocket(socket, { isServer: true, secureContext })
  secure.on('error', () => secure.destroy())
  const opened = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), handshakeTimeout)
    const settle = (value: boolean) => () => {
      clearTimeout(timer)
      resolve(value)
    }
    secure.once('secure', settle(true))
    secure.once('close', settle(false))
  })
  session.socket = secure
  input.moveTo(secure)
  if (!opened) {
    session.ending = ''
    socket.destroy()
    return
  }
  session.tls = true
  session.write(session.capabilityLines() + replyLine(ok('TLS is active')))
}
