import { expect, test } from 'vitest'
import type { Status } from '#web/data/contract.ts'
import type { ResponseLike } from '#web/data/ports.ts'
import { memoryStorage } from '#web/data/storage-memory.ts'
import { ref, Transport, type TransportError } from '#web/data/transport.ts'
import { VirtualTime } from './virtual-time.ts'

interface Sent {
  readonly calls: [string, Record<string, unknown>, string][]
  readonly headers: Record<string, string>
  answer(status: number, headers?: Record<string, string>): void
  fail(): void
}

const session = {
  capabilities: { 'urn:ietf:params:jmap:core': { maxConcurrentRequests: 2, maxCallsInRequest: 4 } },
  accounts: {},
  primaryAccounts: {},
  username: 'x',
  apiUrl: 'https://elsewhere.example/jmap/api',
  downloadUrl: '',
  uploadUrl: '',
  eventSourceUrl: '',
  state: '1',
}

const rig = async () => {
  const time = new VirtualTime()
  const sent: Sent[] = []
  const statuses: Status[] = []
  const urls: string[] = []
  const respond = (status: number, value: unknown, headers = {}): ResponseLike => ({
    ok: status < 400,
    status,
    headers: new Headers(headers),
    json: async () => value,
  })
  const transport = new Transport(
    {
      fetch: (url, init) => {
        urls.push(url)
        if (url === '/jmap/session') return Promise.resolve(respond(200, session))
        return new Promise((resolve, reject) => {
          const { methodCalls } = JSON.parse(String(init.body))
          const methodResponses = methodCalls.map(([name, , id]: [string, unknown, string]) => [name, { said: id }, id])
          init.signal?.addEventListener('abort', () => reject(new Error('aborted')))
          sent.push({
            calls: methodCalls,
            headers: init.headers as Record<string, string>,
            answer: (status, headers) => resolve(respond(status, { methodResponses, sessionState: '1' }, headers)),
            fail: () => reject(new TypeError('network')),
          })
        })
      },
      storage: memoryStorage(),
      clock: time,
    },
    { status: (status) => statuses.push(status), session: () => {} },
  )
  transport.start()
  await time.drain()
  return { time, sent, statuses, urls, transport }
}
const call = (name: string) => [{ name, args: {} }]

test('calls made in the same moment leave in one request, and each has its own answer', async () => {
  const { time, sent, transport, urls } = await rig()
  const answers = [transport.send(call('A/get')), transport.send(call('B/get'))]
  await time.drain()
  expect(sent).toHaveLength(1)
  expect(sent[0]!.calls.map(([name]) => name)).toEqual(['A/get', 'B/get'])
  expect(sent[0]!.headers['X-Requested-With']).toBe('convergence')
  expect(urls.at(-1)).toBe('/jmap/api')
  sent[0]!.answer(200)
  expect(await Promise.all(answers)).toMatchObject([[[{ name: 'A/get' }]], [[{ name: 'B/get' }]]])
})

test('references follow their calls into a shared request', async () => {
  const { time, sent, transport } = await rig()
  void transport.send(call('A/get'))
  void transport.send([
    { name: 'B/query', args: {} },
    { name: 'B/get', args: { '#ids': ref(0, 'B/query', '/ids') } },
  ])
  await time.drain()
  const [, query, get] = sent[0]!.calls
  expect((get![1]['#ids'] as { resultOf: string }).resultOf).toBe(query![2])
})

test('no more requests are under way, nor calls in one, than the server allows', async () => {
  const { time, sent, transport } = await rig()
  for (let i = 0; i < 20; i += 1) void transport.send(call('A/get'))
  await time.drain()
  expect(sent.map(({ calls }) => calls.length)).toEqual([4, 4])
  sent[0]!.answer(200)
  await time.drain()
  expect(sent).toHaveLength(3)
})

test('a read is tried again until it succeeds, more and more slowly', async () => {
  const { time, sent, statuses, transport } = await rig()
  const answer = transport.send(call('A/get'))
  await time.drain()
  for (let i = 0; i < 6; i += 1) {
    sent.at(-1)!.fail()
    await time.advance(30_000)
  }
  expect(sent).toHaveLength(7)
  expect(statuses.at(-1)).toBe('offline')
  sent.at(-1)!.answer(200)
  await answer
  expect(statuses.at(-1)).toBe('online')
})

test('a write whose answer is lost is not tried again by itself', async () => {
  const { time, sent, transport } = await rig()
  const answer = transport.send(call('A/set'), { write: true }).catch((error: TransportError) => error.kind)
  await time.drain()
  sent[0]!.fail()
  expect(await answer).toBe('lost')
  await time.advance(60_000)
  expect(sent).toHaveLength(1)
})

test('429 is waited out as long as the server asks, and even a write is then sent again', async () => {
  const { time, sent, statuses, transport } = await rig()
  const answer = transport.send(call('A/set'), { write: true })
  await time.drain()
  sent[0]!.answer(429, { 'retry-after': '20' })
  await time.advance(19_000)
  expect(sent).toHaveLength(1)
  expect(statuses).not.toContain('offline')
  await time.advance(2000)
  expect(sent).toHaveLength(2)
  sent[1]!.answer(200)
  await answer
})

test('an answer that never comes is given up after a minute', async () => {
  const { time, sent, transport } = await rig()
  void transport.send(call('A/get'))
  await time.advance(59_000)
  expect(sent).toHaveLength(1)
  await time.advance(3000)
  expect(sent).toHaveLength(2)
})

test('after 401 everything waits for a new sign-in, and a late 401 of the old one is ignored', async () => {
  const { time, sent, statuses, transport } = await rig()
  const [first, second] = [transport.send(call('A/get')), transport.send(call('B/get'), { alone: true })]
  await time.drain()
  sent[0]!.answer(401)
  await time.drain()
  expect(statuses.at(-1)).toBe('expired')
  transport.resume()
  await time.drain()
  sent[1]!.answer(401)
  await time.drain()
  expect(statuses.at(-1)).toBe('online')
  for (const one of sent.slice(2)) one.answer(200)
  await time.drain()
  for (const one of sent.slice(2)) one.answer(200)
  await Promise.all([first, second])
})
