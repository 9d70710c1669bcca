/** Errors of a whole request (RFC 8620 §3.6.1): RFC 7807 problem documents. */
import type { ProblemDetails } from '#format/jmap/core.ts'

const errorType = 'urn:ietf:params:jmap:error:'

/** Stops a request before, or instead of, its method calls. `details` is the body, `status` the HTTP status. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly details: ProblemDetails

  constructor(details: ProblemDetails) {
    super(details.detail ?? details.title ?? details.type)
    this.details = details
  }
}

export const notJson = (detail: string): Problem =>
  new Problem({ type: `${errorType}notJSON`, status: 400, title: 'The request is not I-JSON', detail })

export const notRequest = (detail: string): Problem =>
  new Problem({ type: `${errorType}notRequest`, status: 400, title: 'The JSON is not a JMAP request', detail })

export const unknownCapability = (name: string): Problem =>
  new Problem({
    type: `${errorType}unknownCapability`,
    status: 400,
    title: 'The request uses a capability that this server does not have',
    detail: `Unknown capability: ${name.slice(0, 200)}`,
  })

/** `limit` is the name of the limit, as the session object spells it. */
export const overLimit = (limit: string, detail: string, status = 400): Problem =>
  new Problem({ type: `${errorType}limit`, status, title: 'The request is over a limit of this server', detail, limit })

export const notFound = (detail: string): Problem =>
  new Problem({ type: 'about:blank', status: 404, title: 'Not Found', detail })

/** The log holds what happened under this id; a stranger is told no more. */
export const internalProblem = (id: string): Problem =>
  new Problem({
    type: 'about:blank',
    status: 500,
    title: 'Internal Server Error',
    detail: `Something failed on the server; its log has it under ${id}`,
  })

export const unavailableProblem = (detail: string): Problem =>
  new Problem({ type: 'about:blank', status: 503, title: 'Service Unavailable', detail })

export const forbidden = (detail: string): Problem =>
  new Problem({ type: 'about:blank', status: 403, title: 'Forbidden', detail })
