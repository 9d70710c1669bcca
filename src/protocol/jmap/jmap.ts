/** The door of this room: JMAP (RFC 8620, RFC 8621) without HTTP, which server/http/jmap.ts puts around it. */
import type { Context } from '#domain/context.ts'
import type { Delivery } from '#domain/delivery/delivery.ts'
import type { Invocation, JmapSession, UploadResponse } from '#format/jmap/core.ts'
import { accountsOf } from './accounts.ts'
import { type Conversation, createConversation, type Listener } from './conversation.ts'
import { type Download, type DownloadRequest, openDownload } from './download.ts'
import type { Json } from './json.ts'
import { type Limits, limitsWith } from './limits.ts'
import type { JmapPrincipal } from './method.ts'
import { methods } from './methods.ts'
import { notJson, overLimit } from './problem.ts'
import { type EventSourceRequest, eventStream, parseEventSource } from './push/event-source.ts'
import { type Post, postToPublic } from './push/post.ts'
import { createPushSender } from './push/sender.ts'
import { createVapid, type VapidParts } from './push/vapid.ts'
import { checkRequest, readJson, runRequest } from './request.ts'
import { capabilityTable, sessionObject } from './session.ts'
import { receiveUpload } from './upload.ts'

export interface ApiRequest {
  readonly contentType: string | undefined
  readonly body: AsyncIterable<Uint8Array>
  /** As the client reached us, without a slash at its end: the session object's URLs begin with it. */
  readonly baseUrl: string
}

export interface UploadRequest {
  readonly accountId: string
  readonly contentType: string | undefined
  readonly body: AsyncIterable<Uint8Array>
}

export interface SocketRequest {
  /** As the client reached us, without a slash at its end. */
  readonly baseUrl: string
  readonly listener: Listener
  /** Milliseconds until the next request may begin; 0 for now. */
  readonly wait: () => number
}

export interface Jmap {
  session(principal: JmapPrincipal, baseUrl: string): Promise<JmapSession>
  /** The response's JSON in pieces. Throws Problem for a request that fails as a whole. */
  api(principal: JmapPrincipal, request: ApiRequest): Promise<AsyncIterable<string>>
  /** Throws Problem. */
  upload(principal: JmapPrincipal, request: UploadRequest): Promise<UploadResponse>
  /** Throws Problem. */
  download(principal: JmapPrincipal, request: DownloadRequest): Promise<Download>
  /** Server-sent events until `signal` aborts. Throws Problem. */
  eventSource(principal: JmapPrincipal, request: EventSourceRequest, signal: AbortSignal): AsyncIterable<string>
  /** Counts a connection that will stay open; returns how to leave. Throws Problem: there are too many. */
  admit(principal: JmapPrincipal): () => void
  /** Begins a conversation over a WebSocket (RFC 8887); it must be closed. */
  converse(principal: JmapPrincipal, request: SocketRequest): Conversation
  /** Octets that one message of a conversation may have. */
  readonly maxSizeMessage: number
  /** Stops telling devices of changes. */
  close(): void
}

export interface JmapParts {
  readonly ctx: Context
  readonly delivery: Delivery
  readonly limits?: Partial<Limits>
  /** How push services are reached. */
  readonly post?: Post
  /** Whether this server fetches remote pictures for its readers (server/http/reading.ts); true by default. */
  readonly remoteImages?: boolean
  /** By which key push services know us; without it messages bear no name. */
  readonly vapid?: Pick<VapidParts, 'key' | 'subject'>
}

/** Counts what one account has under way, and refuses what is over the limit. */
class Gate {
  readonly #running = new Map<number, number>()
  readonly #limit: string
  readonly #max: number

  constructor(limit: string, max: number) {
    this.#limit = limit
    this.#max = max
  }

  enter(account: number): () => void {
    const running = this.#running.get(account) ?? 0
    if (running >= this.#max) throw overLimit(this.#limit, `At most ${this.#max} at once`, 429)
    this.#running.set(account, running + 1)
    let left = false
    return () => {
      if (left) return
      left = true
      const now = (this.#running.get(account) ?? 1) - 1
      if (now === 0) this.#running.delete(account)
      else this.#running.set(account, now)
    }
  }
}

const maxConcurrentStreams = 64

const readBody = async (body: AsyncIterable<Uint8Array>, limits: Limits): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > limits.maxSizeRequest) throw overLimit('maxSizeRequest', `At most ${limits.maxSizeRequest} octets`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Objects of a list serialized in one turn of the event loop. */
const listSlice = 50

/** The JSON of a response in pieces: a long list is cut, everything else is one piece. */
function* piecesOf([name, args, callId]: Invocation): Generator<string> {
  const { list } = args
  if (!Array.isArray(list) || list.length <= listSlice) {
    yield JSON.stringify([name, args, callId])
    return
  }
  const rest = Object.entries(args).filter(([key, value]) => key !== 'list' && value !== undefined)
  const members = rest.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)},`)
  yield `[${JSON.stringify(name)},{${members.join('')}"list":[`
  for (let at = 0; at < list.length; at += listSlice) {
    const slice = JSON.stringify(list.slice(at, at + listSlice))
    yield (at > 0 ? ',' : '') + slice.slice(1, -1)
  }
  yield `]},${JSON.stringify(callId)}]`
}

/** The response piece by piece, so that no turn of the event loop serializes all of it; `members` come first. */
async function* serialize(
  response: Awaited<ReturnType<typeof runRequest>>,
  members: Readonly<Record<string, string>>,
): AsyncGenerator<string> {
  const first = Object.entries(members).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)},`)
  yield `{${first.join('')}"methodResponses":[`
  let count = 0
  for (const [i, invocation] of response.methodResponses.entries()) {
    if (i > 0) yield ','
    for (const piece of piecesOf(invocation)) {
      yield piece
      if (++count % 4 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const rest = {
    ...(response.createdIds ? { createdIds: response.createdIds } : {}),
    sessionState: response.sessionState,
  }
  yield `],${JSON.stringify(rest).slice(1)}`
}

const isJson = (contentType: string | undefined): boolean =>
  /^application\/(?:[a-z0-9.+-]+\+)?json(?:\s*;|$)/i.test(contentType?.trim() ?? '')

/** Puts the methods together. */
export const createJmap = (parts: JmapParts): Jmap => {
  const { ctx, delivery, limits: given = {}, post = postToPublic, remoteImages = true, vapid } = parts
  const limits = { ...limitsWith(given), applicationServerKey: vapid?.key.publicKey }
  const push = createPushSender({
    ctx,
    post,
    vapid: vapid && createVapid({ key: vapid.key, subject: vapid.subject, now: () => ctx.clock.now() }),
  })
  const registry = new Map(methods.map((method) => [method.name, method]))
  const capabilities = new Set(Object.keys(capabilityTable(limits)))
  const requests = new Gate('maxConcurrentRequests', limits.maxConcurrentRequests)
  const uploads = new Gate('maxConcurrentUpload', limits.maxConcurrentUpload)
  const streams = new Gate('maxConcurrentEventSources', maxConcurrentStreams)
  const session = async (principal: JmapPrincipal, baseUrl: string) =>
    sessionObject(principal, await accountsOf(ctx, principal), baseUrl, limits)
  const answer = async (
    principal: JmapPrincipal,
    baseUrl: string,
    json: Json,
    members: Readonly<Record<string, string>> = {},
  ) => {
    const request = checkRequest(json, limits, capabilities)
    const { state } = await session(principal, baseUrl)
    const shared = { ctx, delivery, push, principal, limits, remoteImages }
    return serialize(await runRequest(request, registry, shared, state), members)
  }
  return {
    session,
    api: async (principal, { contentType, body, baseUrl }) => {
      const leave = requests.enter(principal.accountId)
      try {
        if (!isJson(contentType)) throw notJson('The Content-Type must be application/json')
        return await answer(principal, baseUrl, await readJson(await readBody(body, limits), limits))
      } finally {
        leave()
      }
    },
    upload: async (principal, { accountId, contentType, body }) => {
      const leave = uploads.enter(principal.accountId)
      try {
        return await receiveUpload(ctx, principal, limits, accountId, contentType, body)
      } finally {
        leave()
      }
    },
    download: (principal, request) => openDownload(ctx, principal, request),
    eventSource: (principal, request, signal) => {
      parseEventSource(request)
      const leave = streams.enter(principal.accountId)
      return (async function* () {
        try {
          yield* eventStream(ctx, principal, request, signal)
        } finally {
          leave()
        }
      })()
    },
    admit: (principal) => streams.enter(principal.accountId),
    converse: (principal, { baseUrl, ...rest }) =>
      createConversation({
        ctx,
        principal,
        ...rest,
        maxSizeRequest: limits.maxSizeRequest,
        atOnce: Math.ceil(limits.maxConcurrentRequests / 2),
        answer: async (json, members) => {
          const done = requests.enter(principal.accountId)
          try {
            return await answer(principal, baseUrl, json, members)
          } finally {
            done()
          }
        },
      }),
    // A little more than a request: what is over the limit is told so, what is far over it ends the conversation.
    maxSizeMessage: limits.maxSizeRequest + 65_536,
    close: () => push.close(),
  }
}
