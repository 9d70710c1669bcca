/** One API request (RFC 8620 §3): check its form, run its calls in order, gather the responses. */
import type { Invocation, JmapResponse } from '#format/jmap/core.ts'
import { anyObject, Invalid, isId, isObject, list, mapOf, text } from './check.ts'
import { MethodFault, methodError } from './failure.ts'
import { type Json, NotIJson, parseIJson } from './json.ts'
import type { Limits } from './limits.ts'
import type { Call, Method } from './method.ts'
import { notJson, notRequest, overLimit, unknownCapability } from './problem.ts'
import { resolveReferences } from './reference.ts'

export interface Request {
  readonly using: ReadonlySet<string>
  readonly calls: readonly Invocation[]
  readonly createdIds: Map<string, string> | undefined
}

const invocation = (value: unknown, path: string): Invocation => {
  if (!Array.isArray(value) || value.length !== 3) throw new Invalid(path, 'must be [name, arguments, call id]')
  return [text(value[0], `${path}/0`), anyObject(value[1], `${path}/1`), text(value[2], `${path}/2`)]
}

const readRequest = (json: Json): { using: string[]; calls: Invocation[]; createdIds: Request['createdIds'] } => {
  if (!isObject(json)) throw new Invalid('', 'The request must be an object')
  const using = list(text)(json.using, 'using')
  const calls = list(invocation)(json.methodCalls, 'methodCalls')
  const given = json.createdIds
  if (given === undefined || given === null) return { using, calls, createdIds: undefined }
  const createdIds = new Map(Object.entries(mapOf(text)(given, 'createdIds')))
  for (const [creation, id] of createdIds) {
    if (!isId(creation) || !isId(id)) throw new Invalid('createdIds', 'must map Ids to Ids')
  }
  return { using, calls, createdIds }
}

/** The JSON of a request's octets. Throws Problem notJSON or limit. */
export const readJson = async (body: Uint8Array, { maxSizeRequest }: Pick<Limits, 'maxSizeRequest'>): Promise<Json> => {
  if (body.length > maxSizeRequest) throw overLimit('maxSizeRequest', `At most ${maxSizeRequest} octets`)
  try {
    return await parseIJson(body)
  } catch (error) {
    throw error instanceof NotIJson ? notJson(error.message) : error
  }
}

/**
 * Checks an API request. `capabilities` are those of this server.
 * Throws Problem notRequest, unknownCapability or limit.
 */
export const checkRequest = (json: Json, limits: Limits, capabilities: ReadonlySet<string>): Request => {
  let request: ReturnType<typeof readRequest>
  try {
    request = readRequest(json)
  } catch (error) {
    throw error instanceof Invalid ? notRequest(error.message) : error
  }
  const unknown = request.using.find((name) => !capabilities.has(name))
  if (unknown !== undefined) throw unknownCapability(unknown)
  if (request.calls.length > limits.maxCallsInRequest)
    throw overLimit('maxCallsInRequest', `At most ${limits.maxCallsInRequest} calls`)
  return { ...request, using: new Set(request.using) }
}

/** Runs the calls one after another; each sees what the ones before it did. Never throws for a call's failure. */
export const runRequest = async (
  request: Request,
  methods: ReadonlyMap<string, Method>,
  shared: Omit<Call, 'createdIds' | 'implicit' | 'using'>,
  sessionState: string,
): Promise<JmapResponse> => {
  const responses: Invocation[] = []
  const createdIds = new Map(request.createdIds)
  for (const [name, args, callId] of request.calls) {
    const call: Call = { ...shared, using: request.using, createdIds, implicit: [] }
    try {
      const method = methods.get(name)
      if (!method || !request.using.has(method.capability))
        throw new MethodFault('unknownMethod', 'No capability in "using" has this method')
      const result = await method.run(resolveReferences(args, responses), call)
      responses.push([name, result as Record<string, unknown>, callId])
      for (const [also, value] of call.implicit) responses.push([also, value as Record<string, unknown>, callId])
    } catch (error) {
      responses.push(['error', methodError(error, shared.ctx.log), callId])
    }
  }
  return {
    methodResponses: responses,
    ...(request.createdIds ? { createdIds: Object.fromEntries(createdIds) } : {}),
    sessionState,
  }
}
