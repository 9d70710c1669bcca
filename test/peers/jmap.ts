/** A JMAP client over the HTTP of the whole server that believes nothing: written from RFC 8620 and 8621 alone. */
import { basicAuth, type PeerServer } from './rig.ts'

export type Json = Record<string, unknown>
export type Call = readonly [name: string, args: Json, id: string]

export const using = [
  'urn:ietf:params:jmap:core',
  'urn:ietf:params:jmap:mail',
  'urn:ietf:params:jmap:submission',
  'urn:ietf:params:jmap:vacationresponse',
]

export interface Email {
  readonly id: string
  readonly threadId: string
  readonly mailboxIds: Readonly<Record<string, true>>
  readonly keywords: Readonly<Record<string, true>>
  readonly [property: string]: unknown
}

export interface Mailbox {
  readonly id: string
  readonly name: string
  readonly role: string | null
  readonly parentId: string | null
  readonly totalEmails: number
  readonly unreadEmails: number
  readonly totalThreads: number
  readonly unreadThreads: number
}

export class JmapPeer {
  readonly #server: PeerServer
  readonly #authorization: string
  readonly accountId: string
  readonly session: Json
  readonly capabilities: readonly string[]

  private constructor(server: PeerServer, authorization: string, session: Json) {
    this.#server = server
    this.#authorization = authorization
    this.session = session
    this.accountId = String((session.primaryAccounts as Json)['urn:ietf:params:jmap:mail'])
    const known = Object.keys(session.capabilities as Json)
    this.capabilities = using.filter((one) => known.includes(one))
  }

  static async open(server: PeerServer, login: string): Promise<JmapPeer> {
    const authorization = basicAuth(login)
    const response = await fetch(`${server.url}/.well-known/jmap`, { headers: { authorization } })
    return new JmapPeer(server, authorization, (await response.json()) as Json)
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: this.#authorization, ...(init.headers as Record<string, string>) }
    return fetch(new URL(path, this.#server.url), { ...init, headers })
  }

  /** Any request body; the whole answer. */
  async post(body: unknown): Promise<{ status: number; type: string; body: Json }> {
    const response = await this.fetch('/jmap/api', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      body: (await response.json()) as Json,
    }
  }

  async calls(methodCalls: readonly Call[], extra: Json = {}): Promise<Call[]> {
    const scoped = methodCalls.map(([name, args, id]) => [name, { accountId: this.accountId, ...args }, id])
    const { status, body } = await this.post({ using: this.capabilities, methodCalls: scoped, ...extra })
    if (status !== 200) throw new Error(JSON.stringify(body))
    return body.methodResponses as Call[]
  }

  /** One call that must go well. */
  async call(name: string, args: Json = {}): Promise<Json> {
    const [response] = await this.calls([[name, args, 'c']])
    if (response?.[0] !== name) throw new Error(`${name}: ${JSON.stringify(response)}`)
    return response[1]
  }

  /** The type of error of one call that must fail. */
  async error(name: string, args: Json = {}): Promise<string> {
    const [response] = await this.calls([[name, args, 'c']])
    return response?.[0] === 'error' ? String(response[1].type) : `no error: ${JSON.stringify(response)}`
  }

  async mailboxes(): Promise<{ state: string; list: Mailbox[] }> {
    const { state, list } = await this.call('Mailbox/get')
    return { state: String(state), list: list as Mailbox[] }
  }

  /** Every email there is, by query and get in pages. */
  async emails(): Promise<{ state: string; list: Email[] }> {
    const ids: string[] = []
    for (;;) {
      const { ids: page } = await this.call('Email/query', { position: ids.length, limit: 100 })
      ids.push(...(page as string[]))
      if ((page as string[]).length === 0) break
    }
    const properties = ['threadId', 'mailboxIds', 'keywords']
    let state = ''
    const list: Email[] = []
    for (let from = 0; from === 0 || from < ids.length; from += 100) {
      const got = await this.call('Email/get', { ids: ids.slice(from, from + 100), properties })
      state = String(got.state)
      list.push(...(got.list as Email[]))
    }
    return { state, list }
  }

  async upload(message: string): Promise<string> {
    const response = await this.fetch(`/jmap/upload/${this.accountId}`, {
      method: 'POST',
      headers: { 'content-type': 'message/rfc822' },
      body: message,
    })
    return String(((await response.json()) as Json).blobId)
  }

  /** Follows /changes to the end. */
  async changes(
    type: string,
    sinceState: string,
  ): Promise<{ state: string; touched: Set<string>; destroyed: Set<string> }> {
    const touched = new Set<string>()
    const destroyed = new Set<string>()
    let since = sinceState
    for (;;) {
      const answer = await this.call(`${type}/changes`, { sinceState: since, maxChanges: 7 })
      const [created, updated, gone] = [answer.created, answer.updated, answer.destroyed] as string[][]
      const total = [...(created ?? []), ...(updated ?? []), ...(gone ?? [])]
      if (total.length > 7) throw new Error(`more than maxChanges: ${total.length}`)
      if (new Set(total).size !== total.length) throw new Error(`an id in two lists: ${JSON.stringify(answer)}`)
      for (const id of [...(created ?? []), ...(updated ?? [])]) {
        touched.add(id)
        destroyed.delete(id)
      }
      for (const id of gone ?? []) {
        destroyed.add(id)
        touched.delete(id)
      }
      since = String(answer.newState)
      if (answer.hasMoreChanges !== true) return { state: since, touched, destroyed }
    }
  }
}
