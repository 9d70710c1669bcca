/** JMAP over a WebSocket (RFC 8887), spoken by a client that others wrote: the WebSocket of the runtime. */
import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, everything, type Json, openServer, type Server } from './harness.ts'

let server: Server
let client: Client

beforeAll(async () => {
  server = await openServer({ maxSizeRequest: 20_000 })
  client = await server.client()
})
afterAll(() => server?.close())

/** One connection: what is said, and what comes, in order. */
class Talk {
  readonly socket: WebSocket
  readonly #come: Json[] = []
  readonly closed: Promise<CloseEvent>
  #wake: (() => void) | undefined

  constructor(socket: WebSocket) {
    this.socket = socket
    this.closed = new Promise((resolve) => socket.addEventListener('close', resolve))
    socket.addEventListener('message', ({ data }) => {
      this.#come.push(JSON.parse(String(data)) as Json)
      this.#wake?.()
    })
  }

  say(message: Json | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  async next(): Promise<Json> {
    while (this.#come.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve))
    return this.#come.shift() ?? {}
  }

  async ask(methodCalls: [name: string, args: Json, id: string][], id?: string): Promise<Json> {
    this.say({ '@type': 'Request', ...(id === undefined ? {} : { id }), using: everything, methodCalls })
    return this.next()
  }
}

const url = () => `${server.base.replace('http', 'ws')}/jmap/ws`

const open = async (one: Client = client, headers: Record<string, string> = {}): Promise<Talk> => {
  // A token, which no browser sends by itself: where the page is from does not matter.
  const options: WebSocketInit = {
    protocols: ['jmap'],
    headers: { ...one.headers, authorization: 'Bearer x', ...headers },
  }
  const socket: WebSocket = Reflect.construct(WebSocket, [url(), options])
  const talk = new Talk(socket)
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('error', () => reject(new Error('the handshake was refused')))
  })
  return talk
}

/** The status of a handshake that is made by hand. */
const handshake = (headers: Record<string, string>, path = '/jmap/ws'): Promise<number> =>
  new Promise((resolve, reject) => {
    const asked = request(server.base + path, {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-protocol': 'jmap',
        ...headers,
      },
    })
    asked.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve(response.statusCode ?? 0)
    })
    asked.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    asked.on('error', reject)
    asked.end()
  })

test('the session says where, and that changes are told', async () => {
  const session = (await (await client.fetch('/jmap/session')).json()) as Json
  const capabilities = session.capabilities as Record<string, Json>
  expect(capabilities['urn:ietf:params:jmap:websocket']).toEqual({ url: url(), supportsPush: true })
})

test('requests are answered with their ids, and without one when they have none', async () => {
  const talk = await open()
  expect(talk.socket.protocol).toBe('jmap')
  const answer = await talk.ask([['Core/echo', { hello: true, high: 5 }, 'b3ff']], 'R1')
  expect(answer).toEqual({
    '@type': 'Response',
    requestId: 'R1',
    methodResponses: [['Core/echo', { hello: true, high: 5 }, 'b3ff']],
    sessionState: expect.any(String),
  })
  expect(await talk.ask([['Core/echo', {}, 'c']])).not.toHaveProperty('requestId')
  talk.socket.close()
})

test('many requests at once are all answered, each under its id', async () => {
  const talk = await open()
  const ids = Array.from({ length: 100 }, (_, i) => `r${i}`)
  for (const id of ids)
    talk.say({ '@type': 'Request', id, using: everything, methodCalls: [['Core/echo', { id }, 'c']] })
  const answers = []
  for (const _ of ids) answers.push(await talk.next())
  expect(answers.map(({ requestId }) => requestId).toSorted()).toEqual(ids.toSorted())
  for (const { requestId, methodResponses } of answers)
    expect(methodResponses).toEqual([['Core/echo', { id: requestId }, 'c']])
  talk.socket.close()
})

test('a long answer comes whole', async () => {
  const talk = await open()
  for (let i = 0; i < 30; i++) await client.import(`Subject: ${i}\r\n\r\n${'é'.repeat(20_000)}`)
  const { methodResponses } = await talk.ask([
    ['Email/get', { accountId: client.accountId, properties: ['bodyValues'], fetchAllBodyValues: true }, 'c'],
  ])
  const [[, { list }]] = methodResponses as [[string, { list: { bodyValues: Json }[] }, string]]
  expect(list.length).toBeGreaterThanOrEqual(30)
  expect(JSON.stringify(list).length).toBeGreaterThan(600_000)
  talk.socket.close()
})

test('what is no request is refused by itself, and the talk goes on', async () => {
  const talk = await open()
  const errors: [said: Json | string, requestId: string | null, type: string][] = [
    ['The quick brown fox', null, 'notJSON'],
    ['[]', null, 'notRequest'],
    [{ '@type': 'Telegram', id: 'a' }, 'a', 'notRequest'],
    [{ id: 'b', using: everything, methodCalls: [] }, 'b', 'notRequest'],
    [{ '@type': 'Request', id: 'c', using: everything }, 'c', 'notRequest'],
    [{ '@type': 'Request', id: 7, using: everything, methodCalls: [] }, null, 'notRequest'],
    [{ '@type': 'Request', id: 'd', using: ['urn:example:telepathy'], methodCalls: [] }, 'd', 'unknownCapability'],
    [{ '@type': 'WebSocketPushEnable', id: 'e', dataTypes: 'Email' }, 'e', 'notRequest'],
    ['x'.repeat(20_001), null, 'limit'],
  ]
  for (const [said, requestId, type] of errors) {
    talk.say(said)
    expect(await talk.next()).toMatchObject({
      '@type': 'RequestError',
      requestId,
      type: `urn:ietf:params:jmap:error:${type}`,
      status: 400,
    })
  }
  expect(await talk.ask([['Core/echo', {}, 'c']], 'still')).toMatchObject({ requestId: 'still' })
  talk.socket.close()
})

test('octets, and what is far too long, end the talk', async () => {
  const first = await open()
  first.socket.send(new Uint8Array([1, 2, 3]))
  expect((await first.closed).code).toBe(1003)
  const second = await open()
  second.say('x'.repeat(200_000))
  expect((await second.closed).code).toBe(1009)
})

test('changes are told once that is asked for, of the types asked for, until it no longer is', async () => {
  const talk = await open()
  talk.say({ '@type': 'WebSocketPushEnable', dataTypes: ['Mailbox'] })
  // What was asked for holds from some moment on: a request that follows it says when.
  await talk.ask([['Core/echo', {}, 'c']])
  await expect
    .poll(async () => {
      await client.mailbox(`Told ${Math.random()}`)
      return talk.socket.readyState
    })
    .toBe(WebSocket.OPEN)
  const told = await talk.next()
  expect(told).toMatchObject({ '@type': 'StateChange', pushState: expect.any(String) })
  expect(Object.keys((told.changed as Record<string, Json>)[client.accountId] ?? {})).toEqual(['Mailbox'])
  talk.say({ '@type': 'WebSocketPushDisable' })
  talk.socket.close()
})

test('what was missed since the last change told is told at once; of what was never told, everything', async () => {
  const first = await open()
  const before = await client.state()
  await client.mailbox('Missed')
  first.say({ '@type': 'WebSocketPushEnable', dataTypes: null, pushState: before })
  const told = await first.next()
  expect(told.changed).toEqual({ [client.accountId]: { Mailbox: await client.state('Mailbox') } })
  first.say({ '@type': 'WebSocketPushDisable' })
  await first.ask([['Core/echo', {}, 'c']])
  await client.mailbox('Untold')
  first.say({ '@type': 'WebSocketPushEnable', dataTypes: ['Mailbox'], pushState: String(told.pushState) })
  expect(await first.next()).toMatchObject({ '@type': 'StateChange' })
  first.say({ '@type': 'WebSocketPushEnable', dataTypes: ['Email', 'Mailbox'], pushState: 'never' })
  const all = (await first.next()).changed as Record<string, Json>
  expect(Object.keys(all[client.accountId] ?? {}).toSorted()).toEqual(['Email', 'Mailbox'])
  first.socket.close()
})

test('another account is neither told of nor open', async () => {
  const talk = await open()
  const other = await server.client()
  const { methodResponses } = await talk.ask([['Mailbox/get', { accountId: other.accountId, ids: [] }, 'c']])
  expect(methodResponses).toMatchObject([['error', { type: 'accountNotFound' }, 'c']])
  talk.socket.close()
})

test('a handshake of another page is refused, whatever the browser sends with it', async () => {
  const own = { ...client.headers }
  const cookie = { ...own, cookie: 'session=x' }
  expect(await handshake({ ...cookie, origin: server.base })).toBe(101)
  for (const origin of ['https://ailleurs.test', 'null', `${server.base}.ailleurs.test`])
    expect(await handshake({ ...cookie, origin }), origin).toBe(400)
  expect(await handshake({ ...cookie, origin: server.base, 'sec-fetch-site': 'cross-site' })).toBe(400)
  // A browser always says where a page is from; a program that has no password has no business here.
  expect(await handshake(cookie)).toBe(400)
  const basic = { ...own, authorization: 'Basic eDp5' }
  expect(await handshake(basic)).toBe(101)
  expect(await handshake({ ...basic, origin: 'https://ailleurs.test' })).toBe(400)
  expect(await handshake({ ...own, authorization: 'Bearer x', origin: 'https://ailleurs.test' })).toBe(101)
})

test('nobody, another protocol and no handshake are refused as requests are', async () => {
  const token = { authorization: 'Bearer x' }
  expect(await handshake({ ...token, 'x-test-login': 'nobody' })).toBe(401)
  expect(await handshake({ ...client.headers, ...token, 'sec-websocket-protocol': 'soap, chat' })).toBe(426)
  expect(await handshake({ ...client.headers, ...token, 'sec-websocket-protocol': 'soap, jmap' })).toBe(101)
  expect(await handshake({ ...client.headers, ...token, 'sec-websocket-key': 'short' })).toBe(400)
  expect((await client.fetch('/jmap/ws', { headers: token })).status).toBe(426)
  // Elsewhere the wish to be a WebSocket is not heard.
  expect(await handshake({ ...client.headers, ...token }, '/jmap/session')).toBe(200)
})

test('an account has so many connections, and no more; one that leaves makes room', async () => {
  const crowd = await server.client()
  const talks = await Promise.all(Array.from({ length: 64 }, () => open(crowd)))
  expect(await handshake({ ...crowd.headers, authorization: 'Bearer x' })).toBe(429)
  for (const talk of talks) talk.socket.close()
  await expect.poll(() => handshake({ ...crowd.headers, authorization: 'Bearer x' }), { timeout: 10_000 }).toBe(101)
})

test('a server that stops says so', async () => {
  const stopping = await openServer()
  const one = await stopping.client()
  const socket: WebSocket = Reflect.construct(WebSocket, [
    `${stopping.base.replace('http', 'ws')}/jmap/ws`,
    { protocols: ['jmap'], headers: { ...one.headers, authorization: 'Bearer x' } },
  ])
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))
  await stopping.close()
  expect((await closed).code).toBe(1001)
})
