/** The IMAP server: connections, their limits and their clocks. The listeners belong to `server/`. */
import type { Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import { Failure } from '#base/failure.ts'
import { MailboxLists } from '#domain/mail/mailbox-lists.ts'
import { announceCapabilities } from './commands.ts'
import { serve } from './connection.ts'
import { Input } from './input.ts'
import { defaultLimits, type ImapLimits } from './limits.ts'
import { Output } from './output.ts'
import { RecentRegistry } from './recent.ts'
import { type ImapDeps, Session } from './session.ts'

export type { ImapConfig, ImapDeps, ImapMetrics } from './session.ts'

export interface Accepted {
  /** The socket is a TLS socket already (port 993). */
  readonly tls: boolean
  /** For STARTTLS; without it the command is not offered. */
  readonly secureContext?: SecureContext
}

export interface ImapServer {
  /** Takes over a connection. The listener should allow half-open sockets, so that the last answers are not lost. */
  handle(socket: Socket, accepted: Accepted): void
  /** Says goodbye to everybody and resolves when all have gone (five seconds at most). */
  close(): Promise<void>
  readonly connections: number
}

/** How often timeouts are looked at, at most; one timer serves all connections. */
const sweepInterval = 15_000

/** Counts things that may be held at the same time, by key. */
const counter = <K>(limit: number) => {
  const counts = new Map<K, number>()
  return {
    take: (key: K): (() => void) | undefined => {
      const count = counts.get(key) ?? 0
      if (count >= limit) return
      counts.set(key, count + 1)
      return () => {
        const left = counts.get(key)! - 1
        if (left === 0) counts.delete(key)
        else counts.set(key, left)
      }
    },
  }
}

export const createImapServer = (deps: ImapDeps): ImapServer => {
  const limits: ImapLimits = { ...defaultLimits, ...deps.config.limits }
  const sessions = new Set<Session>()
  const perAccount = counter<number>(limits.connectionsPerAccount)
  const recents = new RecentRegistry(deps.ctx.clock.now())
  const lists = new MailboxLists()
  const perAddress = counter<string>(limits.connectionsPerAddress)
  let closing = false

  const register = (accountId: number): (() => void) => {
    const release = perAccount.take(accountId)
    if (release === undefined) throw new Failure('tooMany', 'too many connections of this account')
    return release
  }

  const run = async (session: Session): Promise<void> => {
    deps.metrics?.connected?.()
    await serve(session)
    sessions.delete(session)
    deps.metrics?.disconnected?.()
    ;(session.compressed ?? session.socket).end()
    // A client that never reads our goodbye must not keep the socket.
    session.socket.setTimeout(10_000, () => session.socket.destroy())
  }

  const handle = (socket: Socket, accepted: Accepted): void => {
    socket.on('error', () => socket.destroy())
    const release = perAddress.take(socket.remoteAddress ?? '')
    if (closing || release === undefined || sessions.size >= limits.connections) {
      release?.()
      socket.end('* BYE [UNAVAILABLE] Too many connections\r\n')
      return
    }
    // Answers are written whole; waiting for more only costs the client 40 ms.
    socket.setNoDelay(true)
    const output = new Output(socket)
    const session = new Session({
      deps,
      limits,
      socket,
      input: new Input(socket),
      output,
      tls: accepted.tls,
      secureContext: accepted.secureContext,
      recents,
      lists,
      register,
      capabilities: announceCapabilities,
    })
    sessions.add(session)
    socket.once('close', () => {
      output.closed = true
      release()
    })
    void run(session)
  }

  const look = (session: Session, now: number): void => {
    const { input, output } = session
    if (output.blockedSince > 0 && now - output.blockedSince > limits.stalledTimeout) session.socket.destroy()
    if (!input.isWaiting) return
    const stranger = session.state === 'notAuthenticated'
    const late = stranger ? now - session.since > limits.loginTimeout : now - input.lastActivity > limits.idleTimeout
    if (late) session.end('Inactive for too long')
    else if (session.onChange !== undefined && now - session.lastSign > limits.keepalive) {
      session.lastSign = now
      session.untagged('OK Still here')
      output.flush()
    }
  }

  const timer = setInterval(
    () => {
      const now = Date.now()
      for (const session of sessions) look(session, now)
    },
    Math.min(sweepInterval, limits.loginTimeout / 4, limits.idleTimeout / 4, limits.keepalive / 4),
  )
  timer.unref()

  return {
    handle,
    get connections() {
      return sessions.size
    },
    close: async () => {
      closing = true
      clearInterval(timer)
      const gone = [...sessions].map((session) => new Promise((resolve) => session.socket.once('close', resolve)))
      for (const session of sessions) session.end('Server is shutting down')
      const patience = setTimeout(() => {
        for (const session of sessions) session.socket.destroy()
      }, 5_000)
      await Promise.all(gone)
      clearTimeout(patience)
    },
  }
}
