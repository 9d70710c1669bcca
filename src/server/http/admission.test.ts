import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Admission, createAdmission } from './admission.ts'

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

describe('admission', () => {
  const begunIn: number[] = []
  const sockets: Socket[] = []
  const seen: string[] = []
  let turns: ReturnType<typeof countTurns>
  let server: Server
  let admission: Admission
  let port: number
  let listener: RequestListener

  const open = async (perTurn: number, waiting: number, milliseconds = 10_000): Promise<void> => {
    admission = createAdmission({ perTurn, milliseconds, waiting }, (_request, response) =>
      response.writeHead(503, { 'retry-after': '2' }).end(),
    )
    listener = admission.admit((request, response) => {
      begunIn.push(turns.now)
      seen.push(request.url ?? '')
      response.end('well')
    })
    server = createServer(listener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  }

  const client = (): Promise<{ socket: Socket; heard: () => string }> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1')
      sockets.push(socket)
      let text = ''
      socket.on('error', () => {})
      socket.on('data', (chunk) => {
        text += String(chunk)
      })
      socket.once('connect', () => resolve({ socket, heard: () => text }))
    })

  const until = async (test: () => boolean): Promise<void> => {
    for (let i = 0; i < 400 && !test(); i++) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(test()).toBe(true)
  }

  const mostInOneTurn = (): number => {
    const counts = new Map<number, number>()
    for (const turn of begunIn) counts.set(turn, (counts.get(turn) ?? 0) + 1)
    return Math.max(...counts.values())
  }

  beforeEach(() => {
    turns = countTurns()
  })
  afterEach(async () => {
    turns.stop()
    begunIn.length = 0
    seen.length = 0
    for (const socket of sockets.splice(0)) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })

  it('begins so many requests a turn and no more, and all of them in the end', async () => {
    await open(4, 1000)
    const clients = await Promise.all(Array.from({ length: 60 }, client))
    for (const [n, { socket }] of clients.entries()) socket.write(`GET /${n} HTTP/1.1\r\nhost: a\r\n\r\n`)
    await until(() => begunIn.length === 60)
    expect(mostInOneTurn()).toBeLessThanOrEqual(4)
    expect(admission.waiting).toBe(0)
    await until(() => clients.every(({ heard }) => heard().endsWith('well')))
  })

  it('begins one request a turn when there is no time for more', async () => {
    await open(4, 1000, 0)
    const clients = await Promise.all(Array.from({ length: 20 }, client))
    for (const [n, { socket }] of clients.entries()) socket.write(`GET /${n} HTTP/1.1\r\nhost: a\r\n\r\n`)
    await until(() => begunIn.length === 20)
    expect(mostInOneTurn()).toBe(1)
  })

  it('begins requests that came down one connection together in the order they came', async () => {
    await open(2, 1000)
    const { socket } = await client()
    socket.write(Array.from({ length: 15 }, (_, n) => `GET /${n} HTTP/1.1\r\nhost: a\r\n\r\n`).join(''))
    await until(() => begunIn.length === 15)
    expect(seen).toEqual(Array.from({ length: 15 }, (_, n) => `/${n}`))
    expect(mostInOneTurn()).toBeLessThanOrEqual(2)
  })

  it('refuses what may not wait, with a time to come back', async () => {
    await open(1, 3)
    const { socket, heard } = await client()
    socket.write(Array.from({ length: 10 }, (_, n) => `GET /${n} HTTP/1.1\r\nhost: a\r\n\r\n`).join(''))
    await until(() => heard().split('HTTP/1.1 ').length === 11)
    expect(heard().split('HTTP/1.1 200').length - 1).toBe(4)
    expect(heard().split('HTTP/1.1 503').length - 1).toBe(6)
    expect(heard()).toMatch(/retry-after: 2/i)
    expect(admission.refused).toBe(6)
  })

  it('does not begin a request whose sender has hung up while it waited', async () => {
    await open(1, 100)
    const held = await client()
    // Parsed in one turn: the first begins, the others wait, and their sender is gone before their turn.
    server.prependOnceListener('request', (request) => request.socket.destroy())
    held.socket.write(Array.from({ length: 8 }, (_, n) => `GET /${n} HTTP/1.1\r\nhost: a\r\n\r\n`).join(''))
    await until(() => admission.waiting === 0 && seen.length === 1)
    const { socket, heard } = await client()
    socket.write('GET /after HTTP/1.1\r\nhost: a\r\n\r\n')
    await until(() => heard().endsWith('well'))
    expect(seen).toEqual(['/0', '/after'])
  })

  it('begins a request of a quiet server in the turn that read it', async () => {
    await open(4, 100)
    let readIn = -1
    server.prependListener('request', () => {
      readIn = turns.now
    })
    const { socket, heard } = await client()
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    await until(() => heard().endsWith('well'))
    expect(begunIn).toEqual([readIn])
  })
})
