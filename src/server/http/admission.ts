/**
 * Admission: how many requests are begun in one turn of the event loop. When hundreds arrive together, Node reads and
 * parses them all in one turn and would begin them all there; nothing else (a mail program's command, an answer that is
 * ready) would be served before the last. Here a few are begun, the others wait their turn in order, and what is
 * already there goes on between. Connections need no such bound: libuv accepts one each turn.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

export interface AdmissionBounds {
  /** Requests begun in one turn. */
  readonly perTurn: number
  /** Requests that may wait; those beyond are refused at once. */
  readonly waiting: number
}

/**
 * A request costs about half a millisecond before it first waits for something, two while the code is cold: eight keep
 * a turn under the ten milliseconds of law 10. Those that wait hold their parsed head and at most 16 kB of body each.
 */
export const admissionBounds: AdmissionBounds = { perTurn: 8, waiting: 4096 }

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
  let turning = false
  let refused = 0
  /** In order; `head` is the next, so that taking it costs nothing however many wait. */
  let queue: Pending[] = []
  let head = 0

  const begin = ({ handler, request, response }: Pending): void => {
    begun++
    // Immediates run once a turn, after everything that was read.
    if (!turning) {
      turning = true
      setImmediate(nextTurn)
    }
    handler(request, response)
  }

  const nextTurn = (): void => {
    turning = false
    begun = 0
    while (begun < bounds.perTurn) {
      const pending = queue[head++]
      if (!pending) {
        queue = []
        head = 0
        return
      }
      // Whoever has hung up meanwhile costs nothing.
      if (!pending.request.socket.destroyed) begin(pending)
    }
    if (head > 1000) {
      queue = queue.slice(head)
      head = 0
    }
  }

  return {
    admit: (handler) => (request, response) => {
      const waiting = queue.length - head
      if (begun < bounds.perTurn && waiting === 0) return begin({ handler, request, response })
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
