/**
 * How many requests are read in one turn of the event loop. Node reads whatever connections have something to say in one
 * turn: when hundreds of requests arrive together it parses them all before anything else is served, and all that was
 * made of them lives while they wait (admission.ts). Here, once some have been read, the other connections are not listened
 * to for the rest of the turn: what they have sent rests in the kernel, and some of them are listened to again each turn.
 */
import type { RequestListener } from 'node:http'
import type { Socket } from 'node:net'

export interface ListeningBounds {
  /** Requests, and ends of connections, read in one turn. */
  readonly perTurn: number
  /** Connections listened to again in one turn: most of them have nothing to say. */
  readonly again: number
  /** No connection is listened to again while more requests than this have been read and not begun. */
  readonly waiting: number
}

/** Reading a request costs some 35 microseconds, three times as much while the code is cold; an end as much. */
export const listeningBounds: ListeningBounds = { perTurn: 24, again: 64, waiting: 24 }

export interface Listening {
  /** A connection that speaks HTTP from now on. */
  readonly opened: (socket: Socket) => void
  /** A request has been read: to be called before anything is done for it. */
  readonly read: RequestListener
  /** Connections not listened to at present; for metrics. */
  readonly held: number
}

/** `waiting` tells how many requests have been read and not begun. */
export const createListening = (bounds: ListeningBounds, waiting: () => number): Listening => {
  /** Requests under way on each connection. */
  const underWay = new Map<Socket, number>()
  /** Listened to, and without a request: only these may be paused, for HTTP itself pauses and resumes the others. */
  const idle = new Set<Socket>()
  /** Not listened to, in the order in which they will be again. */
  const held = new Set<Socket>()
  let read = 0
  let turning = false

  const turnLater = (): void => {
    if (turning) return
    turning = true
    setImmediate(nextTurn)
  }

  const nextTurn = (): void => {
    turning = false
    read = 0
    let places = waiting() > bounds.waiting ? 0 : bounds.again
    for (const socket of held) {
      if (places-- <= 0) break
      held.delete(socket)
      idle.add(socket)
      socket.resume()
    }
    if (held.size > 0) turnLater()
  }

  const hold = (): void => {
    for (const socket of idle) {
      socket.pause()
      held.add(socket)
    }
    idle.clear()
  }

  const count = (): void => {
    read++
    turnLater()
    if (read >= bounds.perTurn) hold()
  }

  /** One request less on a connection that is open still. */
  const answered = (socket: Socket): void => {
    const left = (underWay.get(socket) ?? 0) - 1
    if (left < 0) return
    underWay.set(socket, left)
    if (left === 0) idle.add(socket)
  }

  return {
    opened: (socket) => {
      underWay.set(socket, 0)
      idle.add(socket)
      socket.once('end', count)
      socket.once('close', () => {
        underWay.delete(socket)
        idle.delete(socket)
        held.delete(socket)
      })
    },
    read: ({ socket }, response) => {
      const before = underWay.get(socket)
      if (before !== undefined) {
        underWay.set(socket, before + 1)
        idle.delete(socket)
        response.once('close', () => answered(socket))
      }
      count()
    },
    get held() {
      return held.size
    },
  }
}
