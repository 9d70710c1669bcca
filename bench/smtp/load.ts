/**
 * An LMTP/SMTP client that does nothing but load: it writes a whole transaction in two bursts (pipelined envelope, then
 * the message) and counts replies. It runs in its own thread so that what is measured is the server.
 */
import net from 'node:net'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

export interface LoadOptions {
  readonly port: number
  readonly host?: string
  readonly lmtp: boolean
  readonly connections: number
  /** Messages in all, shared between the connections. */
  readonly messages: number
  readonly recipients: readonly string[]
  /** Octets of each message, taken in turn. */
  readonly sizes: readonly number[]
  /** True: recipient i of message i only (spread); false: every recipient in each transaction. */
  readonly spread: boolean
}

export interface LoadResult {
  readonly seconds: number
  readonly messages: number
  readonly deliveries: number
  /** Replies that were not 2xx or 354. */
  readonly refused: number
  readonly firstRefusal?: string
}

const line = 'Le conseil de classe se tiendra jeudi à 17 h en salle B12, merci de confirmer.\r\n'

const messageOf = (n: number, size: number): string => {
  const head =
    `From: =?utf-8?Q?H=C3=A9l=C3=A8ne?= <helene@ecole.test>\r\nTo: <classe@ecole.test>\r\nSubject: Conseil ${n}\r\n` +
    `Date: Mon, 31 Aug 2026 08:00:00 +0200\r\nMessage-ID: <${n}.${process.pid}.${Date.now()}@ecole.test>\r\nMIME-Version: 1.0\r\n` +
    'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
  return head + line.repeat(Math.max(1, Math.floor((size - head.length) / Buffer.byteLength(line))))
}

const run = (options: LoadOptions): Promise<LoadResult> =>
  new Promise((resolve, reject) => {
    let next = 0
    let done = 0
    let deliveries = 0
    let refused = 0
    let firstRefusal: string | undefined
    let started = 0
    let ready = 0
    const finish = () =>
      resolve({
        seconds: (performance.now() - started) / 1000,
        messages: done,
        deliveries,
        refused,
        ...(firstRefusal === undefined ? {} : { firstRefusal }),
      })
    const starters: (() => void)[] = []
    for (let c = 0; c < options.connections; c++) {
      const socket = net.connect(options.port, options.host ?? '127.0.0.1').setNoDelay(true)
      let waiting: ((code: string) => void) | undefined
      let rest = ''
      const transaction = () => {
        const n = next++
        if (n >= options.messages) {
          waiting = undefined
          socket.end('QUIT\r\n')
          return
        }
        const recipients = options.spread
          ? [options.recipients[n % options.recipients.length] as string]
          : options.recipients
        let expected = recipients.length + 2
        waiting = () => {
          if (--expected > 0) return
          let answers = options.lmtp ? recipients.length : 1
          waiting = (code) => {
            if (code === '250') deliveries += options.lmtp ? 1 : recipients.length
            if (--answers > 0) return
            done++
            if (done === options.messages) finish()
            transaction()
          }
          socket.write(messageOf(n, options.sizes[n % options.sizes.length] as number) + '.\r\n')
        }
        socket.write(
          'MAIL FROM:<helene@ecole.test>\r\n' + recipients.map((r) => `RCPT TO:<${r}>\r\n`).join('') + 'DATA\r\n',
        )
      }
      let greetings = 2
      waiting = () => {
        if (--greetings > 0) {
          socket.write(options.lmtp ? 'LHLO bench.test\r\n' : 'EHLO bench.test\r\n')
          return
        }
        starters.push(transaction)
        if (++ready === options.connections) {
          started = performance.now()
          for (const start of starters) start()
        }
      }
      socket.on('error', reject)
      socket.on('data', (chunk: Buffer) => {
        rest += chunk.toString('latin1')
        let end: number
        let from = 0
        while ((end = rest.indexOf('\r\n', from)) >= 0) {
          const reply = rest.slice(from, end)
          from = end + 2
          if (reply[3] === '-') continue
          const code = reply.slice(0, 3)
          if (code[0] !== '2' && code !== '354') {
            refused++
            firstRefusal ??= reply
          }
          waiting?.(code)
        }
        rest = rest.slice(from)
      })
    }
  })

/** Runs the load in a thread of its own. */
export const load = (options: LoadOptions): Promise<LoadResult> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: options })
    worker.once('message', resolve)
    worker.once('error', reject)
  })

if (!isMainThread && workerData?.connections)
  run(workerData as LoadOptions).then((result) => parentPort?.postMessage(result))
