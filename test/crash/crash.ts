/**
 * Power cuts: a real server under LMTP deliveries and IMAP APPENDs is killed with SIGKILL at a random instant, again and
 * again on the same data. After each kill every message that was acknowledged is there, none twice, and every account
 * holds together. Run `bin/node test/crash/run.ts [rounds] [postgres-url]` for as long as you like.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '#base/log.ts'
import { checkAccount } from '#domain/mail/check.ts'
import { createAccount } from '#domain/people/accounts.ts'
import { loadConfig } from '#server/config.ts'
import { type House, openHouse } from '#server/house.ts'
import type { Params } from '#store/engine.ts'
import { statement } from '#store/engine.ts'
import { message } from '../../bench/peers/messages.ts'
import { waitForPort } from '../../bench/peers/port.ts'
import { Imap, Lmtp } from '../../bench/peers/wire.ts'
import { freePort } from '../ports.ts'

const password = 'Sesame-ouvre-toi-2026!'
const domain = 'crash.test'
const people = ['anne', 'paul', 'zoe']

export interface CrashRig {
  /** One life of the server: it is killed so long after the first message it acknowledges. Returns how many were verified. */
  round(milliseconds: number): Promise<number>
  /**
   * A backup taken by its command while the load goes on, restored by its command into an empty place (`database`: an empty
   * one on PostgreSQL), judged by the doctor. Every message acknowledged before the backup began is there.
   */
  backup(milliseconds: number, database?: string): Promise<{ readonly before: number; readonly during: number }>
  close(): Promise<void>
}

const messageIds = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('message')
    .innerJoin('content', 'content.blob_id', 'message.blob_id')
    .select(['content.message_id', 'message.blob_id', 'message.size'])
    .where('message.account_id', '=', p.account),
)

const idOf = (bytes: Uint8Array): string =>
  /^Message-ID: <([^>]+)>/m.exec(Buffer.from(bytes.subarray(0, 1000)).toString('latin1'))?.[1] ?? ''

/** What was acknowledged to whom (address -> Message-ID -> bytes sent), and who wants to know of the next one. */
class Acknowledged {
  readonly #byName = new Map(people.map((name) => [name, new Map<string, Uint8Array>()]))
  #next: (() => void) | undefined

  add(name: string, bytes: Uint8Array): void {
    this.of(name).set(idOf(bytes), bytes)
    this.#next?.()
  }
  of(name: string): Map<string, Uint8Array> {
    return this.#byName.get(name)!
  }
  /** What is acknowledged at this moment. */
  copy(): Acknowledged {
    const copy = new Acknowledged()
    for (const [name, messages] of this.#byName) for (const [id, bytes] of messages) copy.of(name).set(id, bytes)
    return copy
  }
  get count(): number {
    return [...this.#byName.values()].reduce((sum, messages) => sum + messages.size, 0)
  }
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#next = resolve
    })
  }
}

/** What a lane does between two messages. */
type Pace = () => Promise<unknown>

const deliverForever = async (port: number, acknowledged: Acknowledged, lane: number, pace: Pace): Promise<void> => {
  const session = await Lmtp.open(port)
  for (let n = 0; ; n++, await pace()) {
    const size = n % 7 === 0 ? 90_000 : 500 + ((n * 997 + lane * 31) % 9000)
    const bytes = message(n, size)
    // Every third message goes to several people, who share its bytes.
    const to = n % 3 === 0 ? people : [people[(n + lane) % people.length]!]
    await session.deliver(
      to.map((name) => `${name}@${domain}`),
      bytes,
    )
    for (const name of to) acknowledged.add(name, bytes)
  }
}

const appendForever = async (port: number, acknowledged: Acknowledged, name: string, pace: Pace): Promise<void> => {
  const session = await Imap.open(port, { user: name, password })
  for (let n = 0; ; n++, await pace()) {
    const bytes = message(n, 400 + ((n * 613) % 5000))
    await session.append('INBOX', bytes)
    acknowledged.add(name, bytes)
  }
}

/** Opens a server's data in a folder of its own; `database` is a PostgreSQL address, or undefined for SQLite. */
export const createCrashRig = async (database?: string): Promise<CrashRig> => {
  const folder = await mkdtemp(join(tmpdir(), 'convergence-crash-'))
  const [imap, lmtp, http] = [await freePort(), await freePort(), await freePort()]
  const environment: Record<string, string> = {
    CONVERGENCE_DOMAINS: domain,
    CONVERGENCE_DATABASE: database ?? 'sqlite',
    CONVERGENCE_LISTEN_IMAP: `127.0.0.1:${imap}`,
    CONVERGENCE_LISTEN_LMTP: `127.0.0.1:${lmtp}`,
    CONVERGENCE_LISTEN_HTTP: `127.0.0.1:${http}`,
    ...Object.fromEntries(
      ['IMAPS', 'SMTP', 'SUBMISSION', 'SUBMISSIONS', 'HTTPS', 'SIEVE'].map((name) => [
        `CONVERGENCE_LISTEN_${name}`,
        'off',
      ]),
    ),
    CONVERGENCE_PEOPLE_PLAINTEXT_LOGIN: 'true',
    CONVERGENCE_LOG_LEVEL: 'warn',
  }
  const data = join(folder, 'data')
  const openAt = (at: string, given = database): Promise<House> => {
    const env = { ...environment, CONVERGENCE_DATABASE: given ?? 'sqlite' }
    return openHouse(loadConfig({ environment: env, folder, data: at }), silentLog, { role: 'command' })
  }
  const open = () => openAt(data)
  const accounts = new Map<string, number>()
  const acknowledged = new Acknowledged()
  const first = await open()
  for (const login of people)
    accounts.set(login, (await createAccount(first.people, 'test', { login, name: login, password })).id)
  await first.close()
  const main = new URL('../../src/server/main.ts', import.meta.url).pathname

  const start = async (): Promise<ChildProcess> => {
    let log = ''
    const child = spawn(process.execPath, [main, 'start', '--empty', '--data', data], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => {
        log = (log + String(chunk)).slice(-4000)
      })
    for (const port of [lmtp, imap])
      await waitForPort(port, async () => log).catch((error: unknown) => {
        child.kill('SIGKILL')
        throw error
      })
    return child
  }

  const verify = async (house: House, wanted: Acknowledged): Promise<number> => {
    let verified = 0
    try {
      for (const [name, account] of accounts) {
        const problems = await house.store.read((tx) => checkAccount(tx, account))
        if (problems.length > 0) throw new Error(`${name}: ${problems.slice(0, 5).join('; ')}`)
        const rows = await house.store.read((tx) => tx.all(messageIds, { account }))
        const found = new Map<string, number>()
        for (const row of rows) {
          const id = row.message_id ?? ''
          if (found.has(id)) throw new Error(`${name} holds <${id}> twice`)
          found.set(id, row.blob_id)
        }
        for (const [id, bytes] of wanted.of(name)) {
          const blob = found.get(id)
          if (blob === undefined) throw new Error(`${name}: <${id}> was acknowledged and is not there`)
          const stored = Buffer.from(await house.store.blobs.bytes(blob))
          // LMTP adds its trace before the message; what follows are the bytes sent.
          if (!stored.subarray(Math.max(0, stored.length - bytes.length - 2)).includes(Buffer.from(bytes)))
            throw new Error(`${name}: the bytes of <${id}> differ`)
          verified++
        }
      }
    } finally {
      await house.close()
    }
    return verified
  }

  /** A command of the command line; throws with what it said unless it succeeds. */
  const command = async (args: readonly string[], given = database): Promise<void> => {
    const child = spawn(process.execPath, [main, ...args], {
      env: { ...process.env, ...environment, CONVERGENCE_DATABASE: given ?? 'sqlite' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)))
    const code = await new Promise((resolve) => child.once('close', resolve))
    if (code !== 0) throw new Error(`${args.join(' ')}: ${said.slice(-4000)}`)
  }

  /** Runs `work` on a server under load, from its first acknowledged message on; then the server is killed. */
  const underLoad = async (pace: Pace, work: (broken: Promise<unknown>) => Promise<void>): Promise<void> => {
    const child = await start()
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    let killed = false
    // The kill breaks every connection; before it none may break.
    const ended = (error: unknown): void => {
      if (!killed) throw error
    }
    const lanes = [
      ...[0, 1, 2].map((lane) => deliverForever(lmtp, acknowledged, lane, pace)),
      ...['anne', 'paul'].map((name) => appendForever(imap, acknowledged, name, pace)),
    ].map((lane) => lane.catch(ended))
    const broken = Promise.race(lanes)
    try {
      await Promise.race([acknowledged.next(), broken])
      await work(broken)
    } finally {
      killed = true
      child.kill('SIGKILL')
      await gone
    }
    await Promise.all(lanes)
  }

  const atOnce = async (): Promise<void> => {}
  /** Messages a second, so that the backup's size does not depend on how long it takes on a busy machine. */
  const someHundreds = () => pause(10)
  const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

  return {
    round: async (milliseconds) => {
      await underLoad(atOnce, async (broken) => {
        await Promise.race([pause(milliseconds), broken])
      })
      const house = await open()
      return verify(house, acknowledged).finally(house.close)
    },
    backup: async (milliseconds, target) => {
      const kept = join(folder, 'backup')
      const elsewhere = join(folder, 'restored')
      let before = new Acknowledged()
      let during = 0
      await underLoad(someHundreds, async (broken) => {
        await Promise.race([pause(milliseconds), broken])
        before = acknowledged.copy()
        await Promise.race([command(['backup', kept, '--data', data]), broken])
        during = acknowledged.count - before.count
      })
      await command(['restore', kept, '--data', elsewhere], target)
      await command(['doctor', '--data', elsewhere], target)
      const house = await openAt(elsewhere, target)
      await verify(house, before).finally(house.close)
      return { before: before.count, during }
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}
