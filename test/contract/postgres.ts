/**
 * Finds or starts a PostgreSQL server for tests: the one named by CONVERGENCE_TEST_POSTGRES (a connection string whose
 * user may create databases), else the binaries that Debian installs, on a private cluster that is removed afterwards.
 */
import { execFile, type SpawnOptions, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'

const run = promisify(execFile)

export interface PostgresServer {
  /** Makes an empty database and returns its connection string. */
  database(): Promise<string>
  /** Ends every connection of the other side, as a server that restarts would. */
  disconnect(connectionString: string): Promise<void>
  stop(): Promise<void>
}

const debian = '/usr/lib/postgresql'

const binaries = (): string | undefined => {
  if (!existsSync(debian)) return undefined
  const versions = readdirSync(debian).sort((a, b) => Number(b) - Number(a))
  return versions.map((version) => join(debian, version, 'bin')).find((folder) => existsSync(join(folder, 'initdb')))
}

/** Why there is no server here, or undefined when there is one. */
export const postgresMissing = (): string | undefined =>
  process.env.CONVERGENCE_TEST_POSTGRES || binaries()
    ? undefined
    : 'no PostgreSQL: set CONVERGENCE_TEST_POSTGRES or install the Debian package postgresql'

/** PostgreSQL refuses to run as root. */
const serverUser = (): SpawnOptions => {
  if (process.getuid?.() !== 0) return {}
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'))
  const [, , uid, gid] = (line ?? 'nobody:x:65534:65534').split(':').map(Number)
  return { uid: uid ?? 65_534, gid: gid ?? 65_534 }
}

const withDatabase = (server: string, name: string): string => {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

const query = async (connectionString: string, text: string): Promise<void> => {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

const serverAt = (root: string, stop: () => Promise<void>): PostgresServer => ({
  database: async () => {
    const name = `test_${randomBytes(8).toString('hex')}`
    await query(root, `CREATE DATABASE ${name}`)
    return withDatabase(root, name)
  },
  disconnect: async (connectionString) => {
    const name = new URL(connectionString).pathname.slice(1)
    await query(root, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)
  },
  stop,
})

const waitUntilReady = async (root: string, alive: () => boolean): Promise<void> => {
  for (;;) {
    try {
      return await query(root, 'select 1')
    } catch (error) {
      if (!alive()) throw error
      await sleep(20)
    }
  }
}

/** `durable` keeps fsync on: for tests that kill or measure. */
const startCluster = async (folder: string, durable: boolean): Promise<PostgresServer> => {
  const user = serverUser()
  const base = await mkdtemp('/tmp/convergence-pg-')
  await chmod(base, 0o755)
  if (typeof user.uid === 'number' && typeof user.gid === 'number') chownSync(base, user.uid, user.gid)
  const data = join(base, 'data')
  const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8', HOME: base }
  const { uid, gid } = user
  const identity = uid === undefined || gid === undefined ? {} : { uid, gid }
  const init = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions']
  await run(join(folder, 'initdb'), init, { ...identity, env, cwd: base })
  const settings = ['listen_addresses=', `unix_socket_directories=${base}`, 'max_connections=200', 'jit=off']
  if (!durable) settings.push('fsync=off', 'full_page_writes=off')
  const args = ['-D', data, '-p', '5432', ...settings.flatMap((setting) => ['-c', setting])]
  const child = spawn(join(folder, 'postgres'), args, { ...identity, env, cwd: base, stdio: 'ignore' })
  let ended = false
  const exit = new Promise<void>((resolve) => {
    child.once('exit', () => {
      ended = true
      resolve()
    })
  })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const root = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(base)}`
  await waitUntilReady(root, () => !ended)
  return serverAt(root, async () => {
    process.off('exit', kill)
    // SIGINT: fast shutdown, connections are ended
    if (!ended) child.kill('SIGINT')
    await exit
    await rm(base, { recursive: true, force: true })
  })
}

/** Starts (or finds) a server. Throws when `postgresMissing()` says why not. */
export const startPostgres = async (options: { durable?: boolean } = {}): Promise<PostgresServer> => {
  const given = process.env.CONVERGENCE_TEST_POSTGRES
  if (given) return serverAt(given, async () => {})
  const folder = binaries()
  if (!folder) throw new Error(postgresMissing())
  return startCluster(folder, options.durable ?? false)
}
