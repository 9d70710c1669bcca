/** Push by EventSource (RFC 8620 §7.3): state-changes.ts as server-sent events. */
import type { Context } from '#domain/context.ts'
import type { JmapPrincipal } from '../method.ts'
import { Problem } from '../problem.ts'
import { type Following, maskOf, stateChanges, type Told } from './state-changes.ts'

export interface EventSourceRequest {
  readonly types: string | undefined
  readonly closeafter: string | undefined
  readonly ping: string | undefined
  readonly lastEventId: string | undefined
}

const minPing = 5
const maxPing = 300

const invalid = (detail: string): Problem =>
  new Problem({ type: 'about:blank', status: 400, title: 'Bad Request', detail })

/** Throws Problem 400. Types that we do not know are allowed: they never change. */
export const parseEventSource = (request: EventSourceRequest): Following => {
  const { types = '*', closeafter = 'no', ping = '0', lastEventId: last } = request
  if (closeafter !== 'state' && closeafter !== 'no') throw invalid('closeafter must be "state" or "no"')
  if (!/^\d{1,9}$/.test(ping)) throw invalid('ping must be a number of seconds')
  const names = types.split(',').map((name) => name.trim())
  const seconds = Number(ping)
  return {
    mask: maskOf(names.includes('*') ? null : names),
    once: closeafter === 'state',
    pingMs: seconds === 0 ? 0 : Math.min(Math.max(seconds, minPing), maxPing) * 1000,
    last,
  }
}

const textOf = (told: Told, pingMs: number): string => {
  // Headers and a first byte leave at once: the client knows that it is connected.
  if (told === 'open') return ': connected\n\n'
  if (told === 'ping') return `event: ping\ndata: {"interval":${pingMs / 1000}}\n\n`
  return `event: state\nid: ${told.point}\ndata: ${JSON.stringify(told.change)}\n\n`
}

/** The events, as text, until the client has had enough or `signal` aborts. Throws Problem before the first one. */
export async function* eventStream(
  ctx: Context,
  principal: JmapPrincipal,
  request: EventSourceRequest,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const wanted = parseEventSource(request)
  for await (const told of stateChanges(ctx, principal, wanted, signal)) yield textOf(told, wanted.pingMs)
}
