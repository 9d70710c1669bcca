/** The doors of mail: MX, submission and LMTP. `server/` owns the listeners and hands over each connection. */
import type { Socket } from 'node:net'
import type { Log } from '#base/log.ts'
import type { Delivery } from '#domain/delivery/delivery.ts'
import type { Door } from '#domain/delivery/envelope.ts'
import type { People } from '#domain/people/people.ts'
import { listeners } from './listeners.data.ts'
import { replies } from './replies.data.ts'
import { type SecureContext, Session } from './session.ts'

export interface SmtpParts {
  readonly delivery: Delivery
  readonly people: People
  readonly log: Log
  /** Asked for at each connection, so that a renewed certificate is used at once. Undefined: no STARTTLS. */
  readonly secureContext?: () => SecureContext | undefined
}

export interface SmtpServer {
  /** Takes over a connected socket (a TLSSocket when TLS was implicit). Resolves when the connection is over. */
  handle(socket: Socket): Promise<void>
  /** Sends everyone away and resolves when all have gone; messages being committed are finished first. */
  close(): Promise<void>
  readonly connections: number
}

/** Milliseconds that sessions have to end at a shutdown. */
const patience = 5000

const createServer = (door: Door, parts: SmtpParts): SmtpServer => {
  const listener = listeners[door]
  const { hostname } = parts.delivery.config
  const { metrics } = parts.delivery
  const sessions = new Map<Session, Promise<void>>()
  const perAddress = new Map<string, number>()
  let closing = false

  const turnAway = (socket: Socket): void => {
    const [code, enhanced, text] = replies[closing ? 'shuttingDown' : 'tooManyConnections']
    socket.on('error', () => {})
    socket.end(`${code} ${enhanced} ${text}\r\n`)
    setTimeout(() => socket.destroy(), 1000).unref()
  }

  return {
    handle: async (socket) => {
      const address = socket.remoteAddress ?? ''
      const already = perAddress.get(address) ?? 0
      if (closing || sessions.size >= listener.connections || already >= listener.connectionsPerAddress) {
        metrics.count('smtp_connections_refused_total', { door })
        return turnAway(socket)
      }
      metrics.count('smtp_connections_total', { door })
      perAddress.set(address, already + 1)
      const session = new Session({ ...parts, listener, hostname }, socket)
      const running = session.run()
      sessions.set(session, running)
      await running
      sessions.delete(session)
      const left = (perAddress.get(address) ?? 1) - 1
      if (left > 0) perAddress.set(address, left)
      else perAddress.delete(address)
    },
    close: async () => {
      closing = true
      for (const session of sessions.keys()) session.leave('shuttingDown')
      const late = setTimeout(() => {
        for (const session of sessions.keys()) session.destroy()
      }, patience)
      await Promise.all(sessions.values())
      clearTimeout(late)
    },
    get connections() {
      return sessions.size
    },
  }
}

/** One server per door; the submission one serves both its ports (STARTTLS and implicit TLS). */
export const createSmtpServers = (parts: SmtpParts): Record<Door, SmtpServer> => ({
  mx: createServer('mx', parts),
  submission: createServer('submission', parts),
  lmtp: createServer('lmtp', parts),
})
