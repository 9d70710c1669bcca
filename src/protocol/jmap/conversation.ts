/**
 * JMAP over a WebSocket (RFC 8887) without the WebSocket: messages in, messages out. Requests are answered as they are
 * over HTTP, several at once, in whatever order they are done; changes are told to whoever asks for them.
 */
import type { Context } from '#domain/context.ts'
import type { ProblemDetails } from '#format/jmap/core.ts'
import { Invalid, isObject, list, nullable, optional, shape, text } from './check.ts'
import { opaque } from './failure.ts'
import type { Json, JsonObject } from './json.ts'
import type { JmapPrincipal } from './method.ts'
import { internalProblem, notRequest, Problem } from './problem.ts'
import { maskOf, stateChanges } from './push/state-changes.ts'
import { readJson } from './request.ts'

/** What the other end is. */
export interface Listener {
  /** Sends one message, in pieces; messages never mix. Resolves when it has left, or never will. */
  send(pieces: AsyncIterable<string> | Iterable<string>): Promise<void>
  /** Asks for no more messages for now, and again. */
  pause(): void
  resume(): void
}

export interface Conversation {
  /** A text message has come. Messages that come meanwhile wait. */
  hear(message: Uint8Array): void
  /** Nobody is there any more. */
  close(): void
}

export interface ConversationParts {
  readonly ctx: Context
  readonly principal: JmapPrincipal
  readonly listener: Listener
  readonly maxSizeRequest: number
  /** Messages worked on at once; the others wait, and the client with them. */
  readonly atOnce: number
  /** Milliseconds until the next request may begin, as the limits of its network have it. */
  readonly wait: () => number
  /** The pieces of a response, which begins with these members. Throws Problem. */
  readonly answer: (request: Json, members: Readonly<Record<string, string>>) => Promise<AsyncIterable<string>>
}

const maxId = 255
const maxTypes = 100

const checkEnable = shape({ '@type': text, dataTypes: nullable(list(text)), pushState: optional(nullable(text)) })
const checkDisable = shape({ '@type': text })

/** Its `id`, when it has one that is (RFC 8887 §4.3.2). */
const idOf = (message: JsonObject): string | undefined => {
  const { id } = message
  if (id === undefined || id === null) return undefined
  if (typeof id !== 'string' || id.length > maxId)
    throw notRequest(`"id" must be a string of at most ${maxId} characters`)
  return id
}

/** Runs a check whose refusal is the Problem notRequest. */
const checked = <T>(check: (value: unknown, path: string) => T, value: unknown): T => {
  try {
    return check(value, '')
  } catch (error) {
    throw error instanceof Invalid ? notRequest(error.message) : error
  }
}

class Talk implements Conversation {
  readonly #parts: ConversationParts
  readonly #waiting: Uint8Array[] = []
  #underWay = 0
  #paused = false
  #closed = false
  #delay: NodeJS.Timeout | undefined
  /** Ends what tells of changes now. */
  #pushing: AbortController | undefined

  constructor(parts: ConversationParts) {
    this.#parts = parts
  }

  hear(message: Uint8Array): void {
    if (this.#closed) return
    this.#waiting.push(message)
    this.#next()
  }

  close(): void {
    this.#closed = true
    this.#waiting.length = 0
    clearTimeout(this.#delay)
    this.#pushing?.abort()
  }

  #next(): void {
    while (!this.#closed && this.#delay === undefined && this.#underWay < this.#parts.atOnce) {
      const message = this.#waiting[0]
      if (!message) break
      const wait = this.#parts.wait()
      if (wait > 0) {
        this.#delay = setTimeout(() => {
          this.#delay = undefined
          this.#next()
        }, wait)
        break
      }
      this.#waiting.shift()
      this.#underWay++
      void this.#handle(message).finally(() => {
        this.#underWay--
        this.#next()
      })
    }
    this.#hold()
  }

  /** The client waits while we have enough to do. */
  #hold(): void {
    const full = this.#delay !== undefined || this.#underWay >= this.#parts.atOnce
    if (this.#closed || full === this.#paused) return
    this.#paused = full
    if (full) this.#parts.listener.pause()
    else this.#parts.listener.resume()
  }

  async #send(pieces: AsyncIterable<string> | Iterable<string>): Promise<void> {
    if (!this.#closed) await this.#parts.listener.send(pieces)
  }

  /** Never throws. */
  async #handle(bytes: Uint8Array): Promise<void> {
    let requestId: string | null = null
    try {
      const message = await readJson(bytes, this.#parts)
      if (!isObject(message)) throw notRequest('A message is an object')
      requestId = idOf(message) ?? null
      await this.#act(message, requestId)
    } catch (error) {
      await this.#refuse(error, requestId)
    }
  }

  async #act(message: JsonObject, requestId: string | null): Promise<void> {
    switch (message['@type']) {
      case 'Request': {
        const members = { '@type': 'Response', ...(requestId === null ? {} : { requestId }) }
        return this.#send(await this.#parts.answer(message, members))
      }
      case 'WebSocketPushEnable': {
        const { dataTypes, pushState } = checked(checkEnable, message)
        if ((dataTypes ?? []).length > maxTypes) throw notRequest('"dataTypes" names too many types')
        return this.#tell(maskOf(dataTypes), pushState ?? undefined)
      }
      case 'WebSocketPushDisable':
        checked(checkDisable, message)
        this.#pushing?.abort()
        return
      default:
        throw notRequest('"@type" must be "Request", "WebSocketPushEnable" or "WebSocketPushDisable"')
    }
  }

  /** Tells of changes from now on, or since what the client was told last (RFC 8887 §4.3.5). */
  #tell(mask: number, last: string | undefined): void {
    const { ctx, principal } = this.#parts
    this.#pushing?.abort()
    const pushing = new AbortController()
    this.#pushing = pushing
    const follow = async (): Promise<void> => {
      const wanted = { mask, pingMs: 0, last, strict: true }
      for await (const told of stateChanges(ctx, principal, wanted, pushing.signal)) {
        if (typeof told === 'string' || pushing.signal.aborted) continue
        await this.#send([JSON.stringify({ ...told.change, pushState: told.point })])
      }
    }
    follow().catch((error: unknown) => opaque(error, ctx.log))
  }

  async #refuse(error: unknown, requestId: string | null): Promise<void> {
    const { log } = this.#parts.ctx
    let details: ProblemDetails
    if (error instanceof Problem) details = error.details
    else {
      const id = crypto.randomUUID().slice(0, 8)
      log.error('jmap.websocket', { id }, error)
      details = internalProblem(id).details
    }
    await this.#send([JSON.stringify({ '@type': 'RequestError', requestId, ...details })]).catch(() => {})
  }
}

export const createConversation = (parts: ConversationParts): Conversation => new Talk(parts)
