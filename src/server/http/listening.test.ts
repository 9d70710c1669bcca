import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { makeSelfSigned } from '../certificate.ts'
import { createListening, type Listening } from './listening.ts'

/** Counts turns of the event loop while it runs. */
const countTurns = () => {
  let turn = 0
  let over = false
  const next = () => {
    turn++
    if (!over) setImmediate(next)
  }
  setImmediate(next)
  return {
    get now() {
      return turn
    },
    stop: () => {
      over = true
    },
  }
}

describe('listening', () => {
  const readIn: number[] = []
  const sockets: Socket[] = []
  let turns: ReturnType<typeof countTurns>
  let server: Server | SecureServer
  let listening: Listening
  /** What the requests that wait to begin would be. */
  let waiting = 0

  const open = async (perTurn: number, again: number, secure = false): Promise<void> => {
    turns = countTurns()
    waiting = 0
    listening = createListening({ perTurn, again, waiting: 10 }, () => waiting)
    const listener: RequestListener = (request, response) => {
      readIn.push(turns.now)
      listening.read(request, response)
      request.resume().on('end', () => response.end('well'))
    }
    if (secure) {
      const now = Date.now()
      const { key, certificate: cert } = makeSelfSigned({
        names: ['a'],
        ips: [],
        from: now - 60_000,
        until: now + 60_000,
      })
      server = createSecureServer({ key, cert }, listener)
      server.on('secureConnection', listening.opened)
    } else server = createServer(listener).on('connection', listening.opened)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  }

  const client = (secure: boolean): Promise<{ socket: Socket; heard: () => string }> =>
    new Promise((resolve) => {
      const { port } = server.address() as AddressInfo
      const socket = secure
        ? connectSecurely({ port, host: '127.0.0.1', rejectUnauthorized: false })
        : connect(port, '127.0.0.1')
      sockets.push(socket)
      let text = ''
      socket.on('error', () => {})
      socket.on('data', (chunk) => {
        text += String(chunk)
      })
      socket.once(secure ? 'secureConnect' : 'connect', () => resolve({ socket, heard: () => text }))
    })

  const connections = () => new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)))

  /** All of them accepted: that alone takes a turn for each. */
  const clients = async (count: number, secure = false) => {
    const all = await Promise.all(Array.from({ length: count }, () => client(secure)))
    await expect.poll(connections, { timeout: 10_000 }).toBe(count)
    return all
  }

  const mostInOneTurn = (): number => {
    const counts = new Map<number, number>()
    for (const turn of readIn) counts.set(turn, (counts.get(turn) ?? 0) + 1)
    return Math.max(...counts.values())
  }

  afterEach(async () => {
    turns.stop()
    readIn.length = 0
    for (const socket of sockets.splice(0)) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })

  it.each([
    ['in the clear', false],
    ['over TLS', true],
  ])('reads so many requests a turn and no more %s, and answers all of them', async (_name, secure) => {
    await open(4, 8, secure)
    const all = await clients(60, secure)
    for (const round of [1, 2]) {
      for (const { socket } of all) socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nword')
      await expect
        .poll(() => all.every(({ heard }) => heard().split('well').length === round + 1), { timeout: 10_000 })
        .toBe(true)
    }
    expect(readIn).toHaveLength(120)
    // What TLS has deciphered already is read at once when it is asked for again: by the end of the turn, rather than in the next.
    expect(mostInOneTurn()).toBeLessThanOrEqual(secure ? 4 + 8 : 4)
    await expect.poll(() => listening.held, { timeout: 10_000 }).toBe(0)
  })

  it('listens to nobody again while too many requests wait to begin', async () => {
    await open(4, 8)
    const all = await clients(30)
    waiting = 11
    for (const { socket } of all) socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    await expect.poll(() => all.filter(({ heard }) => heard().endsWith('well')).length, { timeout: 10_000 }).toBe(4)
    const later = turns.now + 20
    await expect.poll(() => turns.now > later, { timeout: 10_000 }).toBe(true)
    expect(readIn).toHaveLength(4)
    expect(listening.held).toBeGreaterThanOrEqual(26)
    waiting = 0
    await expect.poll(() => all.every(({ heard }) => heard().endsWith('well')), { timeout: 10_000 }).toBe(true)
  })

  it('forgets connections that end, held or not', async () => {
    await open(4, 8)
    const all = await clients(30)
    waiting = 11
    for (const { socket } of all) socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    await expect.poll(() => listening.held, { timeout: 10_000 }).toBeGreaterThanOrEqual(26)
    for (const { socket } of all) socket.destroy()
    waiting = 0
    await expect.poll(connections, { timeout: 10_000 }).toBe(0)
    await expect.poll(() => listening.held, { timeout: 10_000 }).toBe(0)
  })
})
