/**
 * TLS handshakes begun in one turn of the event loop. When a thousand programs come back together (a restart, a network
 * that returns), each costs up to a millisecond of the private key's work: begun all at once they would keep everybody else
 * waiting for a second. A connection that waits rests in the kernel, unread; it is begun in order, none is refused.
 */
import type { Socket } from 'node:net'

/** A handshake costs half a millisecond to one, its second half little. */
export const handshakesPerTurn = 4

/** Hands connections on to `begin`, at most `perTurn` in a turn. */
export const createTurnstile = (perTurn: number, begin: (socket: Socket) => void): ((socket: Socket) => void) => {
  let waiting: Socket[] = []
  let head = 0
  let begun = 0
  let turning = false

  const turnLater = (): void => {
    if (turning) return
    turning = true
    setImmediate(nextTurn)
  }

  const go = (socket: Socket): void => {
    begun++
    turnLater()
    begin(socket)
  }

  const nextTurn = (): void => {
    turning = false
    begun = 0
    while (head < waiting.length && begun < perTurn) {
      const socket = waiting[head++] as Socket
      // Whoever has hung up meanwhile costs nothing.
      if (!socket.destroyed) go(socket)
    }
    if (head === waiting.length) {
      waiting = []
      head = 0
    }
  }

  return (socket) => {
    if (head === waiting.length && begun < perTurn) return go(socket)
    turnLater()
    waiting.push(socket)
  }
}
