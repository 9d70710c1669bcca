/** The loads: each runs against any peer and gives one number. */
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { message, mixedSize } from './messages.ts'
import type { Peer } from './peer.ts'
import { Imap, Lmtp } from './wire.ts'

export interface Load {
  readonly name: string
  readonly unit: string
  readonly better: 'more' | 'less'
  readonly rounds: number
  /** Messages that one run puts into mailboxes, or commands it gives (cost.bench.ts divides by it). */
  readonly messages?: number
  run(peer: Peer): Promise<number>
}

let serial = 0

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

const login = (peer: Peer, n: number): Promise<Imap> =>
  Imap.open(peer.imap, { user: peer.address(n), password: peer.password })

/** Deliveries per second of prepared messages over `lanes` connections, to ten accounts in turn. */
const deliveries = (lanes: number, count: number, size: (n: number) => number) => async (peer: Peer) => {
  const messages = Array.from({ length: count }, (_none, n) => message(++serial, size(n)))
  const sessions = await Promise.all(Array.from({ length: lanes }, () => Lmtp.open(peer.lmtp)))
  const time = await seconds(() =>
    Promise.all(
      sessions.map(async (session, lane) => {
        for (let n = lane; n < count; n += lanes) await session.deliver([peer.address(10 + (n % 10))], messages[n]!)
      }),
    ),
  )
  for (const session of sessions) session.close()
  return count / time
}

/** A few thousand deliveries before anything is measured. */
export const warmUp = async (peer: Peer): Promise<void> => {
  await deliveries(8, 4000, () => 4000)(peer)
}

/** Seconds for one message to 1,000 recipients. */
const broadcast = async (peer: Peer): Promise<number> => {
  const session = await Lmtp.open(peer.lmtp)
  const recipients = Array.from({ length: 1000 }, (_none, n) => peer.address(20 + n))
  const time = await seconds(() => session.deliver(recipients, message(++serial, 4000)))
  session.close()
  return time
}

const filled = new Map<string, Promise<void>>()

/** Account 0 holds 20,000 messages in INBOX; `zanzibar` is a word of 20 of them. */
const fill = (peer: Peer): Promise<void> => {
  let work = filled.get(peer.name)
  if (!work) {
    work = (async () => {
      const sessions = await Promise.all(Array.from({ length: 16 }, () => Lmtp.open(peer.lmtp)))
      await Promise.all(
        sessions.map(async (session, lane) => {
          for (let n = lane; n < 20_000; n += sessions.length)
            await session.deliver([peer.address(0)], message(++serial, 2000, n % 1000 === 7 ? 'zanzibar' : ''))
        }),
      )
      for (const session of sessions) session.close()
    })()
    filled.set(peer.name, work)
  }
  return work
}

const inBigInbox = async (peer: Peer, work: (imap: Imap) => Promise<void>): Promise<number> => {
  await fill(peer)
  const imap = await login(peer, 0)
  await imap.command('SELECT INBOX')
  const time = await seconds(() => work(imap))
  imap.close()
  return time
}

const headers = (peer: Peer): Promise<number> =>
  inBigInbox(peer, async (imap) => {
    await imap.command(
      'FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE FROM TO CC SUBJECT MESSAGE-ID REFERENCES IN-REPLY-TO)])',
    )
  })

const envelopes = (peer: Peer): Promise<number> =>
  inBigInbox(peer, async (imap) => {
    await imap.command('FETCH 1:* (UID FLAGS RFC822.SIZE ENVELOPE)')
  })

/** Milliseconds for one full-text search in 20,000 messages, the mean of ten. */
const search = async (peer: Peer): Promise<number> => {
  await fill(peer)
  const imap = await login(peer, 0)
  await imap.command('SELECT INBOX')
  // The first search waits until everything is indexed, where there is an index.
  const found = await imap.ask('SEARCH TEXT zanzibar', '* SEARCH')
  const count = found.split(' ').length - 2
  if (count !== 20) throw new Error(`${peer.name} found ${count} of 20`)
  const time = await seconds(async () => {
    for (let i = 0; i < 10; i++) await imap.command('SEARCH TEXT zanzibar')
  })
  imap.close()
  return (time / 10) * 1000
}

/** Durable APPENDs per second over 8 connections. */
const appends = async (peer: Peer): Promise<number> => {
  const count = 1600
  const messages = Array.from({ length: count }, () => message(++serial, 4000))
  const sessions = await Promise.all(Array.from({ length: 8 }, (_none, n) => login(peer, 2 + n)))
  const time = await seconds(() =>
    Promise.all(
      sessions.map(async (session, lane) => {
        for (let n = lane; n < count; n += sessions.length) await session.append('INBOX', messages[n]!)
      }),
    ),
  )
  for (const session of sessions) session.close()
  return count / time
}

const waitMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** kB of memory of the server for each of 500 connections that sit in IDLE. */
const idle = (tls: boolean) => async (peer: Peer) => {
  const count = 500
  const before = await peer.memory()
  const sockets = []
  for (let n = 0; n < count; n++) {
    const socket = tls
      ? connectTls({ port: peer.imaps, host: '127.0.0.1', rejectUnauthorized: false })
      : connect(peer.imap, '127.0.0.1')
    const seen = (text: string): Promise<void> =>
      new Promise((resolve, reject) => {
        let all = ''
        const look = (chunk: Buffer): void => {
          all += chunk.toString('latin1')
          if (!all.includes(text)) return
          socket.off('data', look)
          resolve()
        }
        socket.on('data', look)
        socket.once('error', reject)
      })
    await seen('* OK')
    socket.write(`a LOGIN ${peer.address(n % 20)} ${peer.password}\r\n`)
    await seen('a OK')
    socket.write('b SELECT INBOX\r\n')
    await seen('b OK')
    socket.write('c IDLE\r\n')
    await seen('+ ')
    sockets.push(socket)
  }
  await waitMs(3000)
  const after = await peer.memory()
  for (const socket of sockets) socket.destroy()
  await waitMs(500)
  return (after - before) / count
}

/** Commands per second of 20 clients that list, look, mark and look again; and their 99th percentile. */
const mixed = async (peer: Peer): Promise<{ rate: number; p99: number }> => {
  // The accounts that the warm-up has filled, two clients each.
  const clients = await Promise.all(Array.from({ length: 20 }, (_none, n) => login(peer, 10 + (n % 10))))
  const times: number[] = []
  const total = await seconds(() =>
    Promise.all(
      clients.map(async (imap, lane) => {
        const timed = async (text: string): Promise<void> => {
          times.push(await seconds(() => imap.command(text)))
        }
        await timed('SELECT INBOX')
        for (let round = 0; round < 40; round++) {
          const at = 1 + ((lane * 37 + round * 11) % 100)
          await timed('STATUS INBOX (MESSAGES UNSEEN)')
          await timed(`FETCH ${at}:${at + 20} (UID FLAGS ENVELOPE)`)
          await timed(`FETCH ${at} (BODY.PEEK[])`)
          await timed(`STORE ${at} +FLAGS (\\Seen)`)
          await timed('NOOP')
        }
      }),
    ),
  )
  for (const imap of clients) imap.close()
  times.sort((a, b) => a - b)
  return { rate: times.length / total, p99: times[Math.floor(times.length * 0.99)]! * 1000 }
}

const mixedRuns = new Map<string, number[]>()

export const loads: readonly Load[] = [
  {
    name: 'LMTP deliveries, 4 kB, 1 connection',
    unit: '/s',
    better: 'more',
    rounds: 3,
    messages: 600,
    run: deliveries(1, 600, () => 4000),
  },
  {
    name: 'LMTP deliveries, 4 kB, 8 connections',
    unit: '/s',
    better: 'more',
    rounds: 3,
    messages: 1600,
    run: deliveries(8, 1600, () => 4000),
  },
  {
    name: 'LMTP deliveries, 4 kB, 32 connections',
    unit: '/s',
    better: 'more',
    rounds: 3,
    messages: 1600,
    run: deliveries(32, 1600, () => 4000),
  },
  {
    name: 'LMTP deliveries, mix of mean 50 kB, 4 connections',
    unit: '/s',
    better: 'more',
    rounds: 3,
    messages: 400,
    run: deliveries(4, 400, mixedSize),
  },
  {
    name: 'LMTP, one message to 1,000 recipients',
    unit: 's',
    better: 'less',
    rounds: 3,
    messages: 1000,
    run: broadcast,
  },
  { name: 'IMAP FETCH of 20,000 headers', unit: 's', better: 'less', rounds: 4, run: headers },
  { name: 'IMAP FETCH of 20,000 envelopes', unit: 's', better: 'less', rounds: 3, run: envelopes },
  { name: 'IMAP SEARCH TEXT in 20,000 messages', unit: 'ms', better: 'less', rounds: 2, run: search },
  { name: 'IMAP APPEND, 4 kB, 8 connections', unit: '/s', better: 'more', rounds: 3, messages: 1600, run: appends },
  {
    name: 'IMAP mixed commands, 20 clients',
    unit: '/s',
    better: 'more',
    rounds: 3,
    messages: 4020,
    run: async (peer) => {
      const { rate, p99 } = await mixed(peer)
      mixedRuns.set(peer.name, [...(mixedRuns.get(peer.name) ?? []), p99])
      return rate
    },
  },
  {
    name: 'IMAP mixed commands, 99th percentile (same runs)',
    unit: 'ms',
    better: 'less',
    rounds: 1,
    run: async (peer) => Math.min(...(mixedRuns.get(peer.name) ?? [(await mixed(peer)).p99])),
  },
  { name: 'memory per idle IMAP connection', unit: 'kB', better: 'less', rounds: 2, run: idle(false) },
  { name: 'memory per idle IMAP connection over TLS', unit: 'kB', better: 'less', rounds: 1, run: idle(true) },
]
