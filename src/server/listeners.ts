/** Sockets: every listener of the house is opened, counted, bounded and closed here. */
import { chmodSync, existsSync, unlinkSync } from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Log } from '#base/log.ts'
import type { ListenerName } from './config.ts'
import type { Endpoint } from './settings.ts'
import type { TlsSource } from './tls.ts'
import { createTurnstile, handshakesPerTurn } from './turnstile.ts'

/** A problem of a listener that an operator can act on; printed without a stack. */
export class ListenError extends Error {}

export interface ListenLimits {
  readonly connections: number
  readonly perAddress: number
}

export interface Listener {
  readonly name: string
  /** As a person would write it: `127.0.0.1:1143`. */
  readonly where: string
  readonly port: number | undefined
  /** Open connections. */
  readonly connections: number
  /** Takes no new connection; resolves when the port is free. */
  stop(): Promise<void>
}

const describe = (endpoint: Exclude<Endpoint, 'off'>): string => {
  if ('path' in endpoint) return endpoint.path
  const host = endpoint.host ?? '*'
  return host.includes(':') ? `[${host}]:${endpoint.port}` : `${host}:${endpoint.port}`
}

const explain = (error: NodeJS.ErrnoException, name: string, where: string): Error => {
  const setting = `listen.${name}`
  if (error.code === 'EADDRINUSE')
    return new ListenError(
      `${where} is already used by another program (${setting}).\n` +
        `Stop that program, or choose another port: set ${setting} in convergence.json or CONVERGENCE_LISTEN_${name.toUpperCase()}.`,
    )
  if (error.code === 'EACCES')
    return new ListenError(
      `This user may not open ${where} (${setting}). Ports below 1024 need a privilege, or choose a higher one.`,
    )
  if (error.code === 'EADDRNOTAVAIL')
    return new ListenError(`This machine has no address ${where} (${setting}, listen.host).`)
  return new ListenError(`${where} could not be opened (${setting}): ${error.message}`)
}

/** A socket file left by a program that died is in the way; one that answers is not ours to remove. */
const clearStaleSocket = async (path: string): Promise<void> => {
  if (!existsSync(path)) return
  const answered = await new Promise<boolean>((resolve) => {
    const probe = createConnection(path)
    probe.once('connect', () => resolve(true))
    probe.once('error', () => resolve(false))
    probe.once('close', () => probe.destroy())
    setTimeout(() => probe.destroy(), 500).unref()
  })
  if (!answered) unlinkSync(path)
}

/** Opens `server` at an endpoint. Throws ListenError. */
export const bind = async (server: Server, name: string, endpoint: Exclude<Endpoint, 'off'>): Promise<void> => {
  const where = describe(endpoint)
  if ('path' in endpoint) await clearStaleSocket(endpoint.path)
  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => reject(explain(error, name, where))
    server.once('error', failed)
    const opened = () => {
      server.removeListener('error', failed)
      resolve()
    }
    if ('path' in endpoint) server.listen(endpoint.path, opened)
    else
      server.listen(
        { port: endpoint.port, ...(endpoint.host === undefined ? {} : { host: endpoint.host }), backlog: 1024 },
        opened,
      )
  })
  if ('path' in endpoint) chmodSync(endpoint.path, 0o660)
}

const stopped = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
  })

/** Bounds the connections of a server, in all and by address; tells the log once in a while, not for each. */
export const limitConnections = (server: Server, name: string, limits: ListenLimits, log: Log): (() => number) => {
  const byAddress = new Map<string, number>()
  let open = 0
  let refused = 0
  let toldAt = 0
  server.prependListener('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? 'local'
    const held = (byAddress.get(address) ?? 0) + 1
    if (open >= limits.connections || (held > limits.perAddress && address !== 'local')) {
      refused++
      if (Date.now() - toldAt > 60_000) {
        log.warn('listener.full', { listener: name, refused, open })
        toldAt = Date.now()
      }
      socket.destroy()
      return
    }
    open++
    byAddress.set(address, held)
    socket.once('close', () => {
      open--
      const left = (byAddress.get(address) ?? 1) - 1
      if (left > 0) byAddress.set(address, left)
      else byAddress.delete(address)
    })
  })
  return () => open
}

/** Describes an opened server for the banner, the metrics and the shutdown. */
export const listenerOf = (
  server: Server,
  name: string,
  endpoint: Exclude<Endpoint, 'off'>,
  count: () => number,
): Listener => {
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : undefined
  const actual = 'path' in endpoint || port === undefined ? endpoint : { ...endpoint, port }
  return {
    name,
    where: describe(actual),
    port,
    get connections() {
      return count()
    },
    stop: () => stopped(server),
  }
}

/**
 * Node does not set TCP_NODELAY by itself: without it each answer may wait 40 ms for the client's delayed ACK. Half-open
 * sockets are allowed, so that the last answers reach a client that has already finished its side.
 */
const socketOptions = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 120_000, allowHalfOpen: true }

/** What a listener of a mail protocol is made of. */
export interface Door {
  readonly name: ListenerName
  readonly endpoint: Endpoint
  readonly handle: (socket: Socket) => void
  /** TLS from the first octet. */
  readonly tls?: TlsSource
}

const handshakeTimeout = 20_000

/** A server that takes connections, and one that is never opened, which does their handshakes a few at a time. */
const openTls = (tls: TlsSource, handle: (socket: Socket) => void): Server => {
  const inner = createTlsServer({ ...tls.material, ...socketOptions, handshakeTimeout }, handle)
  // A scanner's failed handshake is its own business.
  inner.on('tlsClientError', (_error, socket) => socket.destroy())
  tls.onChange(() => inner.setSecureContext(tls.material))
  const pass = createTurnstile(handshakesPerTurn, (socket) => inner.emit('connection', socket))
  return createServer({ ...socketOptions, pauseOnConnect: true }, (socket) => {
    if (socket.destroyed) return
    // Until TLS has taken it over nobody else listens.
    socket.on('error', () => socket.destroy())
    pass(socket)
  })
}

/** Listens for connections and hands each to the door's `handle`. Undefined when the listener is off. */
export const openDoor = async (door: Door, limits: ListenLimits, log: Log): Promise<Listener | undefined> => {
  const { name, endpoint, tls, handle } = door
  if (endpoint === 'off') return
  const accept = (socket: Socket): void => {
    if (!socket.destroyed) handle(socket)
  }
  const server = tls ? openTls(tls, accept) : createServer(socketOptions, accept)
  const count = limitConnections(server, name, limits, log)
  await bind(server, name, endpoint)
  server.on('error', (cause) => log.error('listener.error', { listener: name }, cause))
  return listenerOf(server, name, endpoint, count)
}
