/**
 * Admission: how much is begun in one turn of the event loop. When hundreds of requests arrive together, Node would begin
 * them all in the turn that read them; nothing else (a mail program's command, an answer that is ready) would be served
 * before the last. Here a few are begun, the others wait their turn in order, and what is already there goes on between.
 * How many are read in one turn: listening.ts. Connections need no such bound: libuv accepts one each turn.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

export interface AdmissionBounds {
  /** Requests begun in one turn. */
  readonly perTurn: number
  /** After so many milliseconds no further request is begun in a turn. */
  readonly milliseconds: number
  /** Requests that may wait; those beyond are refused at once. */
  readonly waiting: number
}

/**
 * A request costs about half a millisecond before it first waits for something, two or more while the code is cold: eight
 * and four milliseconds keep a turn under the ten of law 10. Those that wait hold their parsed head and at most 16 kB of
 * body each.
 */
export const admissionBounds: AdmissionBounds = { perTurn: 8, milliseconds: 4, waiting: 4096 }

export interface Admission {
  /** `handler`, begun in its turn. */
  readonly admit: (handler: RequestListener) => RequestListener
  /** Requests waiting now, and refused since the start; for metrics. */
  readonly waiting: number
  readonly refused: number
}

interface Pending {
  readonly handler: RequestListener
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** `refuse` answers a request that may not even wait; it has to be cheap. */
export const createAdmission = (bounds: AdmissionBounds, refuse: RequestListener): Admission => {
  let begun = 0
  /** When the first of this turn was begun. */
  let since = 0
  let turning = false
  let refused = 0
  /** In order; `head` is the next, so that taking it costs nothing however many wait. */
  let queue: Pending[] = []
  let head = 0

  const hasRoom = (): boolean =>
    begun === 0 || (begun < bounds.perTurn && performance.now() - since < bounds.milliseconds)

  /** Immediates run once a turn, after everything that was read. */
  const turnLater = (): void => {
    if (turning) return
    turning = true
    setImmediate(nextTurn)
  }

  const begin = ({ handler, request, response }: Pending): void => {
    if (begun++ === 0) since = performance.now()
    turnLater()
    handler(request, response)
  }

  const take = (): Pending | undefined => {
    for (let pending = queue[head]; pending; pending = queue[head]) {
      head++
      // Whoever has hung up meanwhile costs nothing.
      if (!pending.request.socket.destroyed) return pending
    }
    return
  }

  const beginNext = (): void => {
    const pending = hasRoom() ? take() : undefined
    if (pending) begin(pending)
  }

  const nextTurn = (): void => {
    turning = false
    begun = 0
    if (head === queue.length || head > 1000) {
      queue = queue.slice(head)
      head = 0
    }
    if (queue.length === 0) return
    // Each in an immediate of its own: what follows from the one is done, and its time counted, before the next begins.
    for (let n = Math.min(bounds.perTurn, queue.length - head); n > 0; n--) setImmediate(beginNext)
    turnLater()
  }

  return {
    admit: (handler) => (request, response) => {
      const waiting = queue.length - head
      if (waiting === 0 && hasRoom()) return begin({ handler, request, response })
      turnLater()
      if (waiting < bounds.waiting) return void queue.push({ handler, request, response })
      refused++
      refuse(request, response)
    },
    get waiting() {
      return queue.length - head
    },
    get refused() {
      return refused
    },
  }
}
