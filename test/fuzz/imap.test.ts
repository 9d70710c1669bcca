/**
 * Throws commands, broken commands and noise at the IMAP door. A few seconds in a test run; CONVERGENCE_FUZZ_SECONDS for
 * longer, CONVERGENCE_FUZZ_SEED to repeat a run.
 */
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bench, sqliteDriver } from '../contract/drivers.ts'
import { startImap, type TestServer } from '../wire/imap/server.ts'

const seconds = Number(process.env.CONVERGENCE_FUZZ_SECONDS ?? 4)
const seed = Number(process.env.CONVERGENCE_FUZZ_SEED ?? Date.now() % 1_000_000)

/** mulberry32: small, and the same everywhere. */
const generator = (start: number): (() => number) => {
  let state = start >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

const pieces: readonly string[] = [
  ...[
    'SELECT INBOX',
    'EXAMINE Sent',
    'CREATE a/b/c',
    'DELETE a/b',
    'RENAME a x',
    'LIST "" *',
    'LSUB "" %',
    'NOOP',
    'CHECK',
  ],
  ...[
    'LIST (SUBSCRIBED RECURSIVEMATCH) "" (% INBOX) RETURN (STATUS (MESSAGES))',
    'STATUS INBOX (MESSAGES SIZE UNSEEN)',
  ],
  ...[
    'FETCH 1:* (UID FLAGS BODY.PEEK[])',
    'UID FETCH 1:* (ENVELOPE BODYSTRUCTURE MODSEQ)',
    'FETCH 1 BODY[1.2.3.MIME]<0.5>',
  ],
  ...['STORE 1:* +FLAGS (\\Deleted $x)', 'UID STORE 1:* (UNCHANGEDSINCE 3) -FLAGS.SILENT (\\Seen)', 'EXPUNGE', 'CLOSE'],
  ...[
    'SEARCH OR NOT SEEN (BODY x TEXT "y")',
    'UID SEARCH RETURN (SAVE MIN) $',
    'SEARCH CHARSET UTF-8 SUBJECT {3+}\r\nabc',
  ],
  ...[
    'COPY 1:* Archive',
    'UID MOVE * Trash',
    'ENABLE QRESYNC IMAP4rev2',
    'SELECT INBOX (QRESYNC (1 1 1:9 (1 1)))',
    'IDLE\r\nDONE',
  ],
  ...[
    'APPEND INBOX {5+}\r\nhello',
    'APPEND INBOX (\\Seen) {3+}\r\nabc {2+}\r\nxy',
    'APPEND x {4+}\r\nabcd',
    'ID NIL',
    'NAMESPACE',
  ],
  ...[
    'FETCH 1:* BINARY.SIZE[1]',
    'UNSELECT',
    'SUBSCRIBE INBOX',
    'UID EXPUNGE 1:*',
    'CAPABILITY',
    'APPEND INBOX {99999999}',
  ],
  ...[
    'SORT RETURN (PARTIAL -1:-9 COUNT) (REVERSE FROM CC SUBJECT DATE) UTF-8 ALL',
    'UID THREAD REFERENCES UTF-8 OR ALL SEEN',
    'THREAD ORDEREDSUBJECT US-ASCII 1:*',
    'UID FETCH 1:* (FLAGS) (PARTIAL 1:9)',
    'REPLACE 1 INBOX (\\Draft) {5+}\r\nhello',
    'UID REPLACE * {5+}\r\nINBOX {3+}\r\nabc',
  ],
  ...[
    'SETMETADATA INBOX (/private/a "x" /shared/b NIL)',
    'GETMETADATA (DEPTH infinity MAXSIZE 9) INBOX (/private /shared)',
    'LIST "" * RETURN (MYRIGHTS METADATA (/private/a))',
    'COMPRESS DEFLATE',
  ],
]

const noise: readonly string[] = [
  '(',
  ')',
  '"',
  '\\',
  '{',
  '}',
  '{4}',
  '{0+}\r\n',
  '~{3+}\r\n',
  '\r\n',
  '\n',
  '\0',
  '\xff',
  '*',
  '%',
  ' ',
]

const command = (random: () => number, n: number): string => {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  let text = pick(pieces)
  while (random() < 0.35) {
    const at = Math.floor(random() * (text.length + 1))
    const kind = random()
    if (kind < 0.4) text = text.slice(0, at) + pick(noise) + text.slice(at)
    else if (kind < 0.7) text = text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 4))
    else if (kind < 0.9) text = `${text.slice(0, at)}${pick(pieces)}`
    else text = text.slice(0, at) + pick(noise).repeat(Math.floor(random() * 3000)) + text.slice(at)
  }
  return random() < 0.97 ? `f${n} ${text}\r\n` : text
}

let bench: Bench
let server: TestServer
const faults: string[] = []

beforeAll(async () => {
  bench = await sqliteDriver.open()
  const log = {
    ...bench.store.log,
    error: (event: string, _fields?: unknown, cause?: unknown) => {
      faults.push(`${event}: ${cause instanceof Error ? cause.stack : String(cause)}`)
    },
  }
  server = await startImap(bench, {}, undefined, log)
})
afterAll(async () => {
  await server?.close()
  await bench?.close()
})

const open = (): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => resolve(socket))
    socket.once('error', reject)
  })

/** Runs one hostile connection until it is closed or has sent enough. */
const attack = async (random: () => number, account: { login: string; password: string }): Promise<void> => {
  const socket = await open()
  socket.on('error', () => {})
  socket.resume()
  const closed = new Promise<void>((resolve) => socket.once('close', resolve))
  if (random() < 0.9) socket.write(`l LOGIN ${account.login} ${account.password}\r\n`)
  for (let n = 0; n < 60 && !socket.destroyed; n++) {
    if (!socket.write(command(random, n), 'latin1')) await new Promise<void>((resolve) => setTimeout(resolve, 5))
    if (random() < 0.2) await new Promise<void>((resolve) => setImmediate(resolve))
  }
  if (random() < 0.5) socket.end('\r\n\r\nDONE\r\nz LOGOUT\r\n')
  else socket.destroy()
  const patience = setTimeout(() => socket.destroy(), 300)
  await closed
  clearTimeout(patience)
}

/** An honest client: every NOOP must be answered. Resolves to how many were. */
const honest = async (account: { login: string; password: string }, until: () => boolean): Promise<number> => {
  const socket = await open()
  let received = ''
  let wake = (): void => {}
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1')
    wake()
  })
  const answer = async (tag: string): Promise<void> => {
    while (!received.includes(`${tag} OK`))
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no answer to ${tag}`)), 5000)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    received = ''
  }
  socket.write(`a LOGIN ${account.login} ${account.password}\r\n`)
  await answer('a')
  let count = 0
  for (; !until(); count++) {
    socket.write(`n${count} NOOP\r\n`)
    await answer(`n${count}`)
    await new Promise<void>((resolve) => setTimeout(resolve, 20))
  }
  socket.destroy()
  return count
}

test(
  `nothing that a client sends harms the server or the others (seed ${seed})`,
  async () => {
    const random = generator(seed)
    const account = await server.account()
    const other = await server.account()
    const end = Date.now() + seconds * 1000
    const before = process.memoryUsage().rss
    const honestClient = honest(other, () => Date.now() > end)
    while (Date.now() < end) await Promise.all(Array.from({ length: 4 }, () => attack(random, account)))
    expect(await honestClient).toBeGreaterThan(0)
    expect(faults).toEqual([])
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024)
  },
  (seconds + 30) * 1000,
)
