/** A small academy with its three mail doors on local ports, a DNS of its own, and a client that speaks line by line. */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer, connect as netConnect, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { createSecureContext, createServer as createTlsServer, connect as tlsConnect } from 'node:tls'
import { domainToASCII } from 'node:url'
import { type Clock, systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { createDelivery, type Delivery } from '#domain/delivery/delivery.ts'
import type { ResolveDns } from '#domain/delivery/dns.ts'
import type { ResolveSecurely } from '#domain/delivery/dnssec.ts'
import type { Door } from '#domain/delivery/envelope.ts'
import type { Metrics } from '#domain/delivery/metrics.ts'
import type { Carry } from '#domain/outside/outside.ts'
import { createAccount } from '#domain/people/accounts.ts'
import { createPeople, type People } from '#domain/people/people.ts'
import { createSmtpServers, type SmtpServer } from '#protocol/smtp/server.ts'
import { makeSelfSigned } from '#server/certificate.ts'
import { createLocalDriver } from '#store/blobs/local.ts'
import { createBlobStore } from '#store/blobs/store.ts'
import { createMemoryBus } from '#store/bus/memory.ts'
import { createSqliteEngine } from '#store/sqlite.ts'
import { createStore, type Store } from '#store/store.ts'
import { type Driver, lightHash, migratedCopy, noSearch, temporaryFolder } from '../contract/drivers.ts'

/** Records by name and type: `{ 'a.test': { A: ['192.0.2.1'] } }`. A string instead of records is an error code. */
export type Zone = Record<string, Record<string, unknown[] | string>>

/** A DNS that knows these records only. */
export const fakeDns =
  (zone: Zone): ResolveDns =>
  async (name, type) => {
    const entry = zone[name.toLowerCase()]
    const records = entry?.[type]
    if (Array.isArray(records)) return records
    throw Object.assign(new Error(`${type} ${name}`), { code: records ?? (entry ? 'ENODATA' : 'ENOTFOUND') })
  }

export interface Rig {
  readonly store: Store
  readonly people: People
  readonly delivery: Delivery
  readonly servers: Record<Door, SmtpServer>
  readonly ports: Record<Door | 'submissions', number>
  readonly zone: Zone
  readonly folder: string
  /** `login@ecole.test`, password `Cascade-de-neige-42`. Returns its id. */
  account(login: string, options?: { aliases?: string[]; quotaBytes?: number; admin?: boolean }): Promise<number>
  /** Messages of an account as text, oldest first, of the mailbox with a role. */
  messages(account: number, role?: string): Promise<string[]>
  close(): Promise<void>
}

export const password = 'Cascade-de-neige-42'

export interface RigOptions {
  /** Which engine; the embedded one when not given. */
  readonly driver?: Driver
  readonly clock?: Clock
  readonly zone?: Zone
  readonly folder?: string
  readonly config?: Parameters<typeof createDelivery>[0]['config']
  /** How the web is reached; without it no policy of another domain is asked for. */
  readonly carry?: Carry
  /** A resolver that validates. */
  readonly dnssec?: ResolveSecurely
  readonly metrics?: Metrics
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })

export const openRig = async (options: RigOptions = {}): Promise<Rig> => {
  const clock = options.clock ?? systemClock
  const folder = options.folder ?? (await temporaryFolder())
  const bench = await options.driver?.open()
  const path = join(folder, 'rig.db')
  if (!bench && !existsSync(path)) await migratedCopy(path)
  const engine = bench?.engine ?? createSqliteEngine({ path, log: silentLog })
  const blobs = createBlobStore({ engine, driver: createLocalDriver(join(folder, 'blobs')), clock, log: silentLog })
  const bus = createMemoryBus(silentLog)
  const store = createStore({ engine, blobs, bus, search: noSearch, clock, log: silentLog })
  const ctx = { store, clock, log: silentLog }
  const domains = ['ecole.test', domainToASCII('académie.test')]
  const people = await createPeople(ctx, { domains, hostname: 'mail.ecole.test', passwordHash: lightHash })
  const zone = options.zone ?? {}
  const delivery = createDelivery({
    ctx,
    people,
    resolve: fakeDns(zone),
    ...(options.carry ? { outside: { resolve: fakeDns(zone), carry: options.carry } } : {}),
    ...(options.dnssec ? { dnssec: options.dnssec } : {}),
    ...(options.metrics ? { metrics: options.metrics } : {}),
    config: { hostname: 'mail.ecole.test', ...options.config },
  })
  const now = Date.now()
  const made = makeSelfSigned({ names: ['mail.ecole.test'], ips: [], from: now, until: now + 86_400_000 })
  const material = { key: made.key, cert: made.certificate }
  const secureContext = createSecureContext(material)
  const servers = createSmtpServers({ delivery, people, log: silentLog, secureContext: () => secureContext })
  const halfOpen = { noDelay: true, allowHalfOpen: true }
  const listeners = {
    mx: createServer(halfOpen, (socket) => void servers.mx.handle(socket)),
    submission: createServer(halfOpen, (socket) => void servers.submission.handle(socket)),
    submissions: createTlsServer({ ...material, ...halfOpen }, (socket) => void servers.submission.handle(socket)),
    lmtp: createServer(halfOpen, (socket) => void servers.lmtp.handle(socket)),
  }
  const ports = {
    mx: await listen(listeners.mx),
    submission: await listen(listeners.submission),
    submissions: await listen(listeners.submissions),
    lmtp: await listen(listeners.lmtp),
  }
  return {
    store,
    people,
    delivery,
    servers,
    ports,
    zone,
    folder,
    account: async (login, { aliases = [], quotaBytes = 0, admin = false } = {}) =>
      (await createAccount(people, 'test', { login, name: login, password, aliases, quotaBytes, admin })).id,
    messages: async (account, role = 'inbox') => {
      const rows = await store.read((tx) =>
        tx.query((q) =>
          q
            .selectFrom('message')
            .innerJoin('mailbox', (join) =>
              join
                .onRef('mailbox.id', '=', 'message.mailbox_id')
                .onRef('mailbox.account_id', '=', 'message.account_id'),
            )
            .select('message.blob_id as blob')
            .where('message.account_id', '=', account)
            .where('mailbox.role', '=', role)
            .orderBy('uid'),
        ),
      )
      return Promise.all(
        rows.map(async ({ blob }) => Buffer.from(await store.blobs.bytes(Number(blob))).toString('utf8')),
      )
    },
    close: async () => {
      await Promise.all(Object.values(servers).map((server) => server.close()))
      for (const listener of Object.values(listeners)) listener.close()
      people.close()
      await bus.close()
      await blobs.close()
      await (bench ?? engine).close()
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A client that sends lines and reads whole replies. */
export class Talk {
  #socket: Socket
  #text = ''
  #wake: (() => void) | undefined
  ended = false

  constructor(socket: Socket) {
    this.#socket = socket
    this.#attach(socket)
  }

  #attach(socket: Socket): void {
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('utf8')
      this.#wake?.()
    })
    const end = () => {
      this.ended = true
      this.#wake?.()
    }
    socket.on('error', end)
    socket.on('close', end)
    socket.on('end', end)
  }

  /** The next reply, its lines joined by newlines; empty when the server has closed. */
  async reply(): Promise<string> {
    for (;;) {
      const match = /^(?:\d{3}-[^\r\n]*\r\n)*\d{3} [^\r\n]*\r\n/.exec(this.#text)
      if (match) {
        this.#text = this.#text.slice(match[0].length)
        return match[0].trimEnd().replaceAll('\r\n', '\n')
      }
      if (this.ended) return this.#text
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  write(text: string | Buffer): void {
    this.#socket.write(text)
  }

  /** Sends a line and returns its reply. */
  async say(line: string): Promise<string> {
    this.write(`${line}\r\n`)
    return this.reply()
  }

  /** Sends several lines at once and returns their replies. */
  async pipeline(...lines: string[]): Promise<string[]> {
    this.write(lines.map((line) => `${line}\r\n`).join(''))
    const replies: string[] = []
    for (const _ of lines) replies.push(await this.reply())
    return replies
  }

  async startTls(): Promise<void> {
    this.#socket.removeAllListeners()
    const encrypted = tlsConnect({ socket: this.#socket, rejectUnauthorized: false })
    this.#socket = encrypted
    this.#attach(encrypted)
    await new Promise((resolve) => encrypted.once('secureConnect', resolve))
  }

  close(): void {
    this.#socket.destroy()
  }
}

/** Connects, reads the greeting and says hello. */
export const talk = async (port: number, hello = 'EHLO client.test', implicit = false): Promise<Talk> => {
  const socket = implicit
    ? tlsConnect({ port, host: '127.0.0.1', rejectUnauthorized: false })
    : netConnect(port, '127.0.0.1')
  const client = new Talk(socket)
  await client.reply()
  if (hello !== '') await client.say(hello)
  return client
}

export const plain = (login: string, secret: string): string => Buffer.from(`\0${login}\0${secret}`).toString('base64')

/** A signed-in client of the submission door. */
export const signIn = async (rig: Rig, login: string): Promise<Talk> => {
  const client = await talk(rig.ports.submissions, 'EHLO client.test', true)
  await client.say(`AUTH PLAIN ${plain(login, password)}`)
  return client
}

/** One whole transaction; returns the last reply (replies, for LMTP: joined by newlines). */
export const sendMail = async (
  client: Talk,
  from: string,
  to: readonly string[],
  message: string,
  lmtp = false,
): Promise<string> => {
  const first = await client.say(`MAIL FROM:<${from}> SMTPUTF8`)
  if (!first.startsWith('250')) return first
  let accepted = 0
  let refused = ''
  for (const recipient of to) {
    const reply = await client.say(`RCPT TO:<${recipient}>`)
    if (reply.startsWith('250')) accepted++
    else refused = reply
  }
  if (accepted === 0) {
    await client.say('RSET')
    return refused
  }
  const go = await client.say('DATA')
  if (!go.startsWith('354')) return go
  const body = message.replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..')
  client.write(`${body}${body.endsWith('\r\n') ? '' : '\r\n'}.\r\n`)
  const replies: string[] = []
  for (let i = 0; i < (lmtp ? accepted : 1); i++) replies.push(await client.reply())
  return replies.join('\n')
}
