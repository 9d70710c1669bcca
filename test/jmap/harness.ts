/** A JMAP server over real HTTP on a store of its own, and a client that says what it sends. */
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import { formatId } from '#base/ids.ts'
import { silentLog } from '#base/log.ts'
import type { Context } from '#domain/context.ts'
import { createDelivery, type Delivery } from '#domain/delivery/delivery.ts'
import { createAccount } from '#domain/people/accounts.ts'
import { createPeople } from '#domain/people/people.ts'
import { createJmap } from '#protocol/jmap/jmap.ts'
import type { Limits } from '#protocol/jmap/limits.ts'
import type { JmapPrincipal } from '#protocol/jmap/method.ts'
import { registerJmap } from '#server/http/jmap.ts'
import { hearHandshakes, isHandshake } from '#server/http/websocket.ts'
import { createSearchIndex } from '#store/search/thread.ts'
import { createStore } from '#store/store.ts'
import { postgresDriver, postgresServer } from '../contract/all.ts'
import { type Bench, sqliteDriver } from '../contract/drivers.ts'

export type Json = Record<string, unknown>
export type MethodResponse = [name: string, args: Json, callId: string]

export const everything = [
  'urn:ietf:params:jmap:core',
  'urn:ietf:params:jmap:mail',
  'urn:ietf:params:jmap:submission',
  'urn:ietf:params:jmap:mdn',
  'urn:ietf:params:jmap:blob',
  'urn:ietf:params:jmap:quota',
  'urn:ietf:params:jmap:sieve',
  'urn:convergence:filters',
  'urn:ietf:params:jmap:vacationresponse',
  'urn:convergence:recipients',
  'urn:convergence:portal',
  'urn:convergence:organising',
  'urn:convergence:calendar-text',
  'urn:convergence:invitations',
  'urn:ietf:params:jmap:calendars',
  'urn:ietf:params:jmap:contacts',
]

/** One account's client. */
export class Client {
  readonly base: string
  readonly principal: JmapPrincipal
  readonly accountId: string

  constructor(base: string, principal: JmapPrincipal) {
    this.base = base
    this.principal = principal
    this.accountId = formatId('account', principal.accountId)
  }

  get headers(): Record<string, string> {
    return { 'x-test-login': this.principal.login }
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...this.headers, ...(init.headers as Record<string, string> | undefined) }
    return fetch(this.base + path, { ...init, headers })
  }

  post(body: string | Uint8Array<ArrayBuffer>, contentType = 'application/json'): Promise<Response> {
    return this.fetch('/jmap/api', { method: 'POST', body, headers: { 'content-type': contentType } })
  }

  /** A whole request; the account id is added where it is not given. */
  async request(calls: [name: string, args: Json, callId?: string][], extra: Json = {}): Promise<Json> {
    const methodCalls = calls.map(([name, args, callId], i) => {
      const scoped =
        /^(?:Core|PushSubscription)\//.test(name) || 'accountId' in args ? args : { accountId: this.accountId, ...args }
      return [name, scoped, callId ?? `c${i}`]
    })
    const response = await this.post(JSON.stringify({ using: everything, methodCalls, ...extra }))
    const body = (await response.json()) as Json
    if (response.status !== 200) throw new Error(`${response.status}: ${JSON.stringify(body)}`)
    return body
  }

  async responses(...calls: [name: string, args: Json, callId?: string][]): Promise<MethodResponse[]> {
    return (await this.request(calls)).methodResponses as MethodResponse[]
  }

  /** The arguments of one call's response; an error response throws. */
  async call(name: string, args: Json = {}): Promise<Json> {
    const [response] = await this.responses([name, args])
    if (response?.[0] !== name) throw new Error(`${name}: ${JSON.stringify(response)}`)
    return response[1]
  }

  /** The type of the error that a call ends with. */
  async error(name: string, args: Json = {}): Promise<string> {
    const [response] = await this.responses([name, args])
    if (response?.[0] !== 'error') throw new Error(`${name} went well: ${JSON.stringify(response)}`)
    return String(response[1].type)
  }

  async upload(bytes: string | Uint8Array<ArrayBuffer>, type = 'application/octet-stream'): Promise<Json> {
    const path = `/jmap/upload/${this.accountId}`
    const response = await this.fetch(path, { method: 'POST', body: bytes, headers: { 'content-type': type } })
    return (await response.json()) as Json
  }

  async download(blobId: string, name = 'file', query = '', headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(`/jmap/download/${this.accountId}/${blobId}/${name}${query}`, { headers })
  }

  /** Imports a message and returns its id. */
  async import(message: string | Uint8Array<ArrayBuffer>, properties: Json = {}): Promise<string> {
    const { blobId } = await this.upload(message, 'message/rfc822')
    const inbox = await this.role('inbox')
    const emails = { m: { blobId, mailboxIds: { [inbox]: true }, ...properties } }
    const { created, notCreated } = await this.call('Email/import', { emails })
    const id = (created as Record<string, { id: string }> | null)?.m?.id
    if (!id) throw new Error(`not imported: ${JSON.stringify(notCreated)}`)
    return id
  }

  async get(id: string, args: Json = {}): Promise<Json> {
    const { list } = await this.call('Email/get', { ids: [id], ...args })
    return (list as Json[])[0]!
  }

  async role(role: string): Promise<string> {
    const { list } = await this.call('Mailbox/get', { properties: ['role'] })
    return String((list as Json[]).find((mailbox) => mailbox.role === role)?.id)
  }

  async state(type = 'Email'): Promise<string> {
    return String((await this.call(`${type}/get`, { ids: [] })).state)
  }

  async mailbox(name: string, properties: Json = {}): Promise<string> {
    const { created, notCreated } = await this.call('Mailbox/set', { create: { m: { name, ...properties } } })
    const id = (created as Record<string, { id: string }> | null)?.m?.id
    if (!id) throw new Error(`not created: ${JSON.stringify(notCreated)}`)
    return id
  }
}

export interface Server {
  readonly app: FastifyInstance
  readonly base: string
  readonly bench: Bench
  readonly ctx: Context
  readonly delivery: Delivery
  /** What was sent to push services, in order; `status` is what they answer. */
  readonly pushed: { url: string; headers: Readonly<Record<string, string>>; body: Uint8Array }[]
  pushStatus: number
  /** A new account with its default mailboxes and its identity. */
  client(options?: { quotaBytes?: number; aliases?: string[]; name?: string }): Promise<Client>
  close(): Promise<void>
}

/** Opens a server on SQLite, or on PostgreSQL with STORE=postgres. */
export const openServer = async (limits: Partial<Limits> = {}): Promise<Server> => {
  const postgres = process.env.STORE === 'postgres'
  const bench = await (postgres ? postgresDriver : sqliteDriver).open()
  const { engine, blobs, bus, clock, folder, connectionString } = bench
  const search = createSearchIndex({
    source: {
      engine: connectionString
        ? { kind: 'postgres', connectionString }
        : { kind: 'sqlite', path: join(folder, 'test.db') },
      blobs: { kind: 'local', folder: join(folder, 'blobs') },
      folder: join(folder, 'search'),
    },
    bus,
    log: silentLog,
  })
  const store = createStore({ engine, blobs, bus, search, clock, log: silentLog })
  search.start()
  const ctx: Context = { store, clock, log: silentLog }
  const people = await createPeople(ctx, { domains: ['ac-demo.test'] })
  const delivery = createDelivery({ ctx, people, config: { hostname: 'mail.ac-demo.test' } })
  const principals = new Map<string, JmapPrincipal>()
  const app = Fastify({
    logger: false,
    routerOptions: { maxParamLength: 500 },
    http: { shouldUpgradeCallback: isHandshake },
  })
  hearHandshakes(app.server, (request, response) => app.routing(request, response))
  app.setErrorHandler((error, _request, reply) =>
    reply.code(error instanceof Failure && error.code === 'unauthenticated' ? 401 : 400).send({ code: 'AUTH-01' }),
  )
  const pushed: Server['pushed'] = []
  const push = { status: 201 }
  // The push services of the world outside: what they are sent is kept, what they answer is chosen by the test.
  const post = async (url: string, headers: Readonly<Record<string, string>>, body: Uint8Array) => {
    pushed.push({ url, headers, body })
    return { status: push.status, retryAfter: undefined }
  }
  await registerJmap(app, {
    jmap: createJmap({ ctx, delivery, limits, post }),
    log: silentLog,
    authenticate: async (request) => {
      const principal = principals.get(String(request.headers['x-test-login']))
      if (!principal) throw new Failure('unauthenticated', 'nobody')
      return principal
    },
  })
  const base = await app.listen({ port: 0, host: '127.0.0.1' })
  let count = 0
  return {
    app,
    base,
    bench,
    ctx,
    delivery,
    pushed,
    get pushStatus() {
      return push.status
    },
    set pushStatus(status) {
      push.status = status
    },
    client: async (options = {}) => {
      const login = `person${++count}`
      const { name = `Person ${count}`, ...rest } = options
      const { id: accountId, email } = await createAccount(people, 'test', { login, name, ...rest })
      const principal = { accountId, login, name, email }
      principals.set(login, principal)
      return new Client(base, principal)
    },
    close: async () => {
      await app.close()
      people.close()
      await search.close()
      await bench.close()
      if (postgres) await (await postgresServer()).stop()
    },
  }
}
