/** Push by EventSource (RFC 8620 §7.3) over real HTTP. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, type Json, openServer, type Server } from './harness.ts'

let server: Server
let client: Client

beforeAll(async () => {
  server = await openServer()
  client = await server.client()
})
afterAll(() => server?.close())

interface Event {
  readonly event: string
  readonly id: string | undefined
  readonly data: Json
}

/** Reads server-sent events until closed. */
class Stream {
  readonly response: Response
  readonly #reader: ReadableStreamDefaultReader<string>
  #text = ''

  constructor(response: Response) {
    this.response = response
    this.#reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  }

  /** The next event, or undefined at the end of the stream. */
  async next(): Promise<Event | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n')
      if (end >= 0) {
        const block = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 2)
        if (block.startsWith(':')) continue
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
        return { event: field('event') ?? '', id: field('id'), data: JSON.parse(field('data') ?? '{}') as Json }
      }
      const { done, value } = await this.#reader.read()
      if (done) return undefined
      this.#text += value
    }
  }

  close(): Promise<void> {
    return this.#reader.cancel()
  }
}

const open = async (query: string, headers: Record<string, string> = {}): Promise<Stream> => {
  const stream = new Stream(await client.fetch(`/jmap/eventsource?${query}`, { headers }))
  expect(stream.response.status).toBe(200)
  return stream
}
const changed = (event: Event | undefined): Json => {
  expect(event?.event).toBe('state')
  expect(event?.data['@type']).toBe('StateChange')
  return (event!.data.changed as Record<string, Json>)[client.accountId]!
}

test('a change is told by type, with the state to ask from', async () => {
  const stream = await open('types=*&closeafter=no&ping=0')
  expect(stream.response.headers.get('content-type')).toMatch(/^text\/event-stream/)
  await client.import('Subject: x\r\n\r\nx')
  const event = await stream.next()
  const state = await client.state()
  expect(changed(event)).toEqual({ Email: state, Mailbox: state, Thread: state })
  expect(event?.id).toBe(state)
  await stream.close()
})

test('only the types asked for are told', async () => {
  const stream = await open('types=Identity,Mailbox&closeafter=no&ping=0')
  const { list } = await client.call('Identity/get', {})
  await client.call('Identity/set', { update: { [(list as { id: string }[])[0]!.id]: { name: 'Autre' } } })
  expect(Object.keys(changed(await stream.next()))).toEqual(['Identity'])
  await stream.close()
})

test('closeafter=state ends the stream after one event', async () => {
  const stream = await open('types=Mailbox&closeafter=state&ping=0')
  await client.mailbox('Push')
  expect(Object.keys(changed(await stream.next()))).toEqual(['Mailbox'])
  expect(await stream.next()).toBeUndefined()
})

test('what was missed since the last event is told at once', async () => {
  const last = await client.state()
  await client.mailbox('Missed')
  const stream = await open('types=*&closeafter=no&ping=0', { 'last-event-id': last })
  expect(Object.keys(changed(await stream.next()))).toEqual(['Mailbox'])
  await stream.close()
})

test('with nothing missed there is nothing to tell, and a nonsense id is ignored', async () => {
  for (const id of [await client.state(), 'nonsense']) {
    const stream = await open('types=*&closeafter=state&ping=0', { 'last-event-id': id })
    await client.mailbox(`After ${id}`)
    expect(Object.keys(changed(await stream.next()))).toEqual(['Mailbox'])
    expect(await stream.next()).toBeUndefined()
  }
})

test("another account's changes are not told", async () => {
  const other = await server.client()
  const stream = await open('types=*&closeafter=state&ping=0')
  await other.mailbox('Elsewhere')
  await client.mailbox('Here')
  expect(Object.keys((await stream.next())?.data.changed as Json)).toEqual([client.accountId])
})

test('a ping comes with its interval, never more often than the server wants', async () => {
  const stream = await open('types=*&closeafter=no&ping=1')
  expect(await stream.next()).toMatchObject({ event: 'ping', data: { interval: 5 } })
  await stream.close()
})

test.each(['types=*&closeafter=never&ping=0', 'types=*&closeafter=no&ping=often'])('%s is refused', async (query) => {
  const response = await client.fetch(`/jmap/eventsource?${query}`)
  expect(response.status).toBe(400)
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
})

test('a closed stream leaves nothing behind', async () => {
  for (let i = 0; i < 100; i++) {
    const stream = await open('types=*&closeafter=no&ping=0')
    await stream.close()
  }
  const stream = await open('types=*&closeafter=state&ping=0')
  await client.mailbox('Still works')
  expect(await stream.next()).toBeDefined()
})
