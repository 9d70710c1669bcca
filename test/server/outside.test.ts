/** Requests to the open Internet, on a network of this machine: sizes, time, the proxy. */
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createPlain } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { isFailure } from '#base/failure.ts'
import type { Hop } from '#domain/outside/outside.ts'
import { createCarry, webProxyOf } from '#server/outside.ts'

const open: { close(): unknown }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

const listen = async (server: Server | ReturnType<typeof createPlain>): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(server)
  const at = server.address()
  return typeof at === 'object' && at ? at.port : 0
}
const serve = (listener: RequestListener) => listen(createServer(listener))

const hop = (port: number, more: Partial<Hop> = {}): Hop => ({
  method: 'GET',
  url: new URL(`http://pictures.example:${port}/a.png?x=1`),
  address: '127.0.0.1',
  headers: { 'user-agent': 'Mozilla/5.0' },
  maxBytes: 1000,
  time: 1500,
  ...more,
})

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise
    return 'answered'
  } catch (error) {
    return isFailure(error) ? error.code : String(error)
  }
}

test('the address is connected to, the name is only told', async () => {
  const seen: unknown[] = []
  const port = await serve((request, response) => {
    seen.push(request.url, request.headers)
    response.end('hello')
  })
  const { status, body } = await createCarry(undefined)(hop(port))
  expect([status, Buffer.from(body).toString()]).toEqual([200, 'hello'])
  expect(seen).toEqual([
    '/a.png?x=1',
    { 'user-agent': 'Mozilla/5.0', host: `pictures.example:${port}`, connection: 'close' },
  ])
})

test('redirections are not followed here', async () => {
  const port = await serve((_request, response) => response.writeHead(302, { location: 'http://127.0.0.1/' }).end())
  expect(await createCarry(undefined)(hop(port))).toMatchObject({ status: 302, location: 'http://127.0.0.1/' })
})

test('an answer too large ends at the limit, announced or not', async () => {
  let sent = 0
  const port = await serve((request, response) => {
    if (request.url === '/told') response.writeHead(200, { 'content-length': '5000000' })
    const timer = setInterval(() => {
      sent += 1000
      response.write(Buffer.alloc(1000))
    }, 5)
    response.once('close', () => clearInterval(timer))
  })
  expect(await codeOf(createCarry(undefined)(hop(port)))).toBe('tooLarge')
  expect(await codeOf(createCarry(undefined)(hop(port, { url: new URL(`http://x.example:${port}/told`) })))).toBe(
    'tooLarge',
  )
  expect(sent).toBeLessThan(100_000)
})

test('a server that says nothing, drips or hangs up is given up', async () => {
  const silent = await listen(createPlain(() => undefined))
  expect(await codeOf(createCarry(undefined)(hop(silent, { time: 200 })))).toBe('unavailable')
  const drip = await serve((_request, response) => {
    const timer = setInterval(() => response.write('x'), 20)
    response.once('close', () => clearInterval(timer))
  })
  expect(await codeOf(createCarry(undefined)(hop(drip, { time: 200 })))).toBe('unavailable')
  const rude = await listen(createPlain((socket) => socket.destroy()))
  expect(await codeOf(createCarry(undefined)(hop(rude)))).toBe('unavailable')
})

test('through a proxy the checked address is asked for, never the name', async () => {
  const asked: unknown[] = []
  const server = createServer((request, response) => {
    asked.push([request.method, request.url, request.headers.host])
    response.end('by proxy')
  })
  server.on('connect', (request, socket) => {
    asked.push([request.method, request.url])
    socket.end('HTTP/1.1 403 no\r\n\r\n')
  })
  const proxy = { host: '127.0.0.1', port: await listen(server) }
  const carry = createCarry(proxy)
  const plain = hop(80, { url: new URL('http://pictures.example/a.png'), address: '93.184.216.34' })
  expect(Buffer.from((await carry(plain)).body).toString()).toBe('by proxy')
  expect(await codeOf(carry({ ...plain, url: new URL('https://pictures.example/a.png') }))).toBe('unavailable')
  expect(asked).toEqual([
    ['GET', 'http://93.184.216.34:80/a.png', 'pictures.example'],
    ['CONNECT', '93.184.216.34:443'],
  ])
  expect(webProxyOf('proxy.ac-exemple.fr:3128')).toEqual({ host: 'proxy.ac-exemple.fr', port: 3128 })
  expect(webProxyOf(undefined)).toBeUndefined()
})
