/**
 * WebSockets (RFC 6455). A handshake goes through the application as every other request does: its limits, its TLS, its
 * sign-in and its errors hold for it too, and a route takes the connection over in the end.
 */
import { type Server as HttpServer, type IncomingMessage, type RequestListener, ServerResponse } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Log } from '#base/log.ts'

/** The one path where a connection may become a WebSocket; everywhere else the wish is not heard (RFC 9110 §7.8). */
export const webSocketPath = '/jmap/ws'

/** Whether a request wants to be a WebSocket where it may; for `shouldUpgradeCallback` of a server. */
export const isHandshake = ({ method, headers, url = '' }: IncomingMessage): boolean =>
  method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && url.split('?', 1)[0] === webSocketPath

interface Upgrade {
  readonly socket: Socket
  readonly head: Buffer
  readonly response: ServerResponse
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>()

/** Hands the handshakes of a server to `listener`, which answers requests. */
export const hearHandshakes = (server: HttpServer | HttpsServer, listener: RequestListener): void => {
  server.on('upgrade', (request: IncomingMessage, socket, head: Buffer) => {
    if (!(socket instanceof Socket)) return void socket.destroy()
    socket.on('error', () => socket.destroy())
    const response = new ServerResponse(request)
    // Refused, the connection ends with the answer: nothing reads requests from it any more.
    response.shouldKeepAlive = false
    response.once('finish', () => socket.destroySoon())
    response.assignSocket(socket)
    upgrades.set(request, { socket, head, response })
    listener(request, response)
  })
}

export interface SocketOptions {
  readonly protocol: string
  /** Octets of one message. */
  readonly maxPayload: number
}

/** Milliseconds between two looks at whether somebody is still there. */
const pulse = 60_000
/** How long one that was told goodbye has for its own. */
const farewell = 1000

/** Sends a message in pieces, each when the one before has left, so that a slow reader costs no memory. */
const pieceSize = 65_536

const sendFrame = (socket: WebSocket, text: string, fin: boolean): Promise<void> =>
  new Promise((resolve) => {
    // A connection that is gone has a `close` of its own; whoever waits for it to take this must not wait for ever.
    if (socket.readyState !== socket.OPEN) return resolve()
    socket.send(text, { fin, binary: false }, () => resolve())
  })

const sendPieces = async (socket: WebSocket, pieces: AsyncIterable<string> | Iterable<string>): Promise<void> => {
  let held = ''
  for await (const piece of pieces) {
    if (held.length >= pieceSize) {
      await sendFrame(socket, held, false)
      held = ''
    }
    held += piece
  }
  await sendFrame(socket, held, true)
}

/** An open connection that takes one message after another. */
export interface OpenSocket {
  readonly send: (pieces: AsyncIterable<string> | Iterable<string>) => Promise<void>
  readonly pause: () => void
  readonly resume: () => void
  /** Ends it with a status code (RFC 6455 §7.4.1). */
  readonly end: (code: number, reason: string) => void
}

/** What a route does with a connection: it is given every text message, and told once when it ends. */
export interface Talker {
  readonly hear: (message: Uint8Array) => void
  readonly close: () => void
}

export interface WebSockets {
  /** Whether the request is a handshake that asks for the protocol: else 426 (Upgrade Required) is its answer. */
  wanted(request: FastifyRequest): boolean
  /** Takes the connection over. `talk` is called once it is a WebSocket. */
  accept(request: FastifyRequest, reply: FastifyReply, talk: (socket: OpenSocket) => Talker): void
  /** Says goodbye to all of them. */
  close(): void
}

/** Ends a connection whose other end no longer answers. */
const keepPulse = (socket: WebSocket): void => {
  let alive = true
  socket.on('pong', () => {
    alive = true
  })
  const timer = setInterval(() => {
    // What is not read is not heard either: nobody is missed while we are not listening.
    if (socket.isPaused) return
    if (!alive) return socket.terminate()
    alive = false
    socket.ping()
  }, pulse)
  socket.once('close', () => clearInterval(timer))
}

const end = (socket: WebSocket, code: number, reason: string): void => {
  socket.resume()
  socket.close(code, reason)
  setTimeout(() => socket.terminate(), farewell).unref()
}

const open = (socket: WebSocket, talk: (socket: OpenSocket) => Talker, log: Log): void => {
  let last: Promise<void> = Promise.resolve()
  let isOver = false
  const finish = (code: number, reason: string): void => {
    // Nothing more is heard, whatever the other end still says while it says goodbye.
    isOver = true
    end(socket, code, reason)
  }
  const talker = talk({
    send: (pieces) => {
      const sent = last.then(() => sendPieces(socket, pieces))
      last = sent.catch((error: unknown) => {
        log.warn('websocket.send', { error: String(error) })
        socket.terminate()
      })
      return last
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    end: finish,
  })
  socket.on('error', () => socket.terminate())
  socket.once('close', () => talker.close())
  socket.on('message', (data, isBinary) => {
    if (isOver) return
    // Octets travel by upload and download, never here (RFC 8887 §4.3).
    if (isBinary) return finish(1003, 'Text only')
    talker.hear(Buffer.isBuffer(data) ? data : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]))
  })
  keepPulse(socket)
}

/** Connections that speak `protocol` (a subprotocol, RFC 6455 §1.9), and no other. */
export const createWebSockets = ({ protocol, maxPayload }: SocketOptions, log: Log): WebSockets => {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload,
    // Answers hold what strangers wrote beside what is secret; and each connection would cost 300 kB.
    perMessageDeflate: false,
    handleProtocols: (protocols) => (protocols.has(protocol) ? protocol : false),
  })
  return {
    wanted: ({ raw, headers }) =>
      upgrades.has(raw) &&
      `${headers['sec-websocket-protocol'] ?? ''}`.split(',').some((name) => name.trim() === protocol),
    accept: (request, reply, talk) => {
      const upgrade = upgrades.get(request.raw)
      if (!upgrade) throw new Error('the request is not a handshake')
      const { socket, head, response } = upgrade
      reply.hijack()
      response.detachSocket(socket)
      server.handleUpgrade(request.raw, socket, head, (opened) => open(opened, talk, log))
    },
    close: () => {
      for (const socket of server.clients) end(socket, 1001, 'The server stops')
    },
  }
}
