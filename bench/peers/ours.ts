/** Our own server, as `npm start` runs it, in a folder of its own on SQLite. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '#base/log.ts'
import { createAccount } from '#domain/people/accounts.ts'
import { loadConfig } from '#server/config.ts'
import { openHouse } from '#server/house.ts'
import { memoryOfTree, quietTree } from './memory.ts'
import type { Peer } from './peer.ts'
import { waitForPort } from './port.ts'

const domain = 'bench.test'
/** Servers of one run listen side by side. */
let started = 0
const password = 'bench-Sesame-ouvre-toi-2026'

/** Accounts with a password are few: hashing one takes as long as a hundred deliveries. */
const makeAccounts = async (environment: Record<string, string>, folder: string, count: number): Promise<void> => {
  const config = loadConfig({ environment, folder, data: join(folder, 'data') })
  const house = await openHouse(config, silentLog, { role: 'command' })
  for (let n = 0; n < count; n++)
    await createAccount(house.people, 'bench', {
      login: `user${n}`,
      name: `User ${n}`,
      ...(n < 20 ? { password } : {}),
    })
  await house.close()
}

/** Starts the server with `accounts` accounts, the first twenty of which can sign in. */
export const startOurs = async (
  accounts: number,
  options: {
    readonly nodeArguments?: readonly string[]
    readonly environment?: Readonly<Record<string, string>>
    /** Where the data rests, and stays; a folder that is filled is used as it is. Otherwise a new one, removed at the end. */
    readonly folder?: string
    /** More to put into the store before the server starts. */
    readonly prepare?: (environment: Record<string, string>, folder: string) => Promise<void>
  } = {},
): Promise<Peer & { readonly folder: string; readonly pid: number; readonly http: number; readonly admin: number }> => {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'convergence-bench-')))
  const isFilled = existsSync(join(folder, 'data'))
  await mkdir(folder, { recursive: true })
  const base = 20_100 + (process.pid % 20_000) + 10 * started++
  const ports = { imap: base, imaps: base + 1, lmtp: base + 2 }
  const environment: Record<string, string> = {
    CONVERGENCE_DOMAINS: domain,
    CONVERGENCE_LISTEN_IMAP: `127.0.0.1:${ports.imap}`,
    CONVERGENCE_LISTEN_IMAPS: `127.0.0.1:${ports.imaps}`,
    CONVERGENCE_LISTEN_LMTP: `127.0.0.1:${ports.lmtp}`,
    CONVERGENCE_LISTEN_SMTP: 'off',
    CONVERGENCE_LISTEN_SUBMISSION: 'off',
    CONVERGENCE_LISTEN_SUBMISSIONS: 'off',
    CONVERGENCE_LISTEN_SIEVE: 'off',
    CONVERGENCE_LISTEN_HTTP: `127.0.0.1:${base + 3}`,
    CONVERGENCE_LISTEN_HTTPS: 'off',
    CONVERGENCE_LISTEN_ADMIN: `127.0.0.1:${base + 4}`,
    CONVERGENCE_PEOPLE_PLAINTEXT_LOGIN: 'true',
    CONVERGENCE_LIMITS_CONNECTIONS_PER_ADDRESS: '10000',
    CONVERGENCE_LOG_LEVEL: 'warn',
    ...options.environment,
  }
  if (!isFilled) await makeAccounts(environment, folder, accounts)
  await options.prepare?.(environment, folder)
  const main = new URL('../../src/server/main.ts', import.meta.url).pathname
  let log = ''
  const child = spawn(
    process.execPath,
    [...(options.nodeArguments ?? []), main, 'start', '--empty', '--data', join(folder, 'data')],
    { env: { UV_THREADPOOL_SIZE: '16', ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  child.stdout.on('data', (chunk) => {
    log = (log + String(chunk)).slice(-4000)
  })
  child.stderr.on('data', (chunk) => {
    log = (log + String(chunk)).slice(-4000)
  })
  await waitForPort(ports.lmtp, async () => log)
  await waitForPort(base + 3, async () => log)
  await waitForPort(base + 4, async () => log)
  return {
    name: 'convergence',
    ...ports,
    http: base + 3,
    admin: base + 4,
    folder,
    pid: child.pid!,
    address: (n) => `user${n}@${domain}`,
    password,
    memory: () => memoryOfTree(child.pid!),
    quiet: () => quietTree(child.pid!),
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
      if (options.folder === undefined && !process.env.BENCH_KEEP) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Self-signed certificate and key of a server's data folder, for peers that need one. */
export const certificateOf = async (folder: string): Promise<{ cert: string; key: string }> => ({
  cert: await readFile(join(folder, 'data/tls/self-signed.crt'), 'utf8'),
  key: await readFile(join(folder, 'data/tls/self-signed.key'), 'utf8'),
})
