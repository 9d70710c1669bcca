/** The ManageSieve server (RFC 5804): connections, their limits and their clocks. The listener belongs to `server/`. */
import type { Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import { Failure } from '#base/failure.ts'
import { serve } from './connection.ts'
import { defaultLimits } from './limits.ts'
import { type ManageSieveDeps, Session } from './session.ts'

export type { ManageSieveConfig, ManageSieveDeps } from './session.ts'

export interface ManageSieveServer {
  /** Takes over a connection. */
  handle(socket: Socket, accepted: { readonly secureContext?: SecureContext }): void
  /** Says goodbye to everybody and resolves when all have gone (five seconds at most). */
  close(): Promise<void>
  readonly connections: number
}

const sweepInterval = 15_000

/** Counts things that may be held at the same time, by key. */
const counter = <K>(limit: number) => {
  const counts = new Map<K, number>()
  return (key: K): (() => void) | undefined => {
    const count = counts.get(key) ?? 0
    if (count >= limit) return
    counts.set(key, count + 1)
    return () => {
      const left = (counts.get(key) ?? 1) - 1
      if (left === 0) counts.delete(key)
      else counts.set(key, left)
    }
  }
}

export const createManageSieveServer = (deps: ManageSieveDeps): ManageSieveServer => {
  const limits = { ...defaultLimits, ...deps.config.limits }
  const sessions = new Set<Session>()
  const perAccount = counter<number>(limits.connectionsPerAccount)
  const perAddress = counter<string>(limits.connectionsPerAddress)
  let closing = false

  const register = (account: number): (() => void) => {
    const release = perAccount(account)
    if (!release) throw new Failure('tooMany', 'too many connections of this account')
    return release
  }

  const run = async (session: Session): Promise<void> => {
    await serve(session)
    session.socket.end()
    // A client that never reads our goodbye must not keep the socket.
    session.socket.setTimeout(10_000, () => session.socket.destroy())
  }

  const look = (session: Session, now: number): void => {
    if (!session.input.isWaiting) {
      if (session.socket.writableLength > 0 && now - session.input.lastActivity > limits.idleTimeout)
        session.socket.destroy()
      return
    }
    const late =
      session.principal === undefined
        ? now - session.since > limits.loginTimeout
        : now - session.input.lastActivity > limits.idleTimeout
    if (late) session.end('Inactive for too long')
  }

  const timer = setInterval(
    () => {
      const now = Date.now()
      for (const session of sessions) look(session, now)
    },
    Math.min(sweepInterval, limits.loginTimeout / 4, limits.idleTimeout / 4),
  )
  timer.unref()

  return {
    handle: (socket, { secureContext }) => {
      socket.on('error', () => socket.destroy())
      const release = perAddress(socket.remoteAddress ?? '')
      if (closing || !release || sessions.size >= limits.connections) {
        release?.()
        socket.end('BYE (TRYLATER) "Too many connections"\r\n')
        return
      }
      socket.setNoDelay(true)
      const session = new Session({ deps, limits, socket, tls: false, secureContext, register })
      sessions.add(session)
      socket.once('close', () => {
        sessions.delete(session)
        release()
      })
      void run(session)
    },
    get connections() {
      return sessions.size
    },
    close: async () => {
      closing = true
      clearInterval(timer)
      const gone = [...sessions].map(
        (session) =>
          new Promise<void>((resolve) => {
            if (session.socket.destroyed) resolve()
            else session.socket.once('close', () => resolve())
          }),
      )
      for (const session of sessions) session.end('Server is shutting down')
      const patience = setTimeout(() => {
        for (const session of sessions) session.socket.destroy()
      }, 5_000)
      await Promise.all(gone)
      clearTimeout(patience)
    },
  }
}
