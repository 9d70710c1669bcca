/**
 * Finds or starts a PostgreSQL server for tests: the one named by CONVERGENCE_TEST_POSTGRES (a connection string whose
 * user may create databases), else the binaries that Debian installs, on a private cluster that is removed afterwards.
 */
import { execFile, type SpawnOptions, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'

const run = promisify(execFile)

export interface PostgresServer {
  /** Makes a database, empty or a copy of one that nobody is connected to, and returns its connection string. */
  database(template?: string): Promise<string>
  /** Makes a database of this name once for everybody who uses the server, filled before it is there; returns its name. */
  template(name: string, fill: (connectionString: string) => Promise<void>): Promise<string>
  /** Removes one of its databases, whoever is connected to it. */
  drop(connectionString: string): Promise<void>
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

const exists = async (root: string, name: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: root })
  await client.connect()
  try {
    return (await client.query('select 1 from pg_database where datname = $1', [name])).rowCount === 1
  } finally {
    await client.end()
  }
}

const serverAt = (root: string, stop: () => Promise<void>): PostgresServer => ({
  database: async (template = 'template1') => {
    const name = `test_${randomBytes(8).toString('hex')}`
    await query(root, `CREATE DATABASE ${name} TEMPLATE ${template}`)
    return withDatabase(root, name)
  },
  template: async (name, fill) => {
    if (await exists(root, name)) return name
    const client = new pg.Client({ connectionString: root })
    await client.connect()
    try {
      // One makes it, the others wait for it.
      await client.query(`select pg_advisory_lock(hashtext('${name}'))`)
      if (await exists(root, name)) return name
      const filling = `filling_${name}`
      await client.query(`DROP DATABASE IF EXISTS ${filling} WITH (FORCE)`)
      await client.query(`CREATE DATABASE ${filling}`)
      await fill(withDatabase(root, filling))
      await client.query(`ALTER DATABASE ${filling} RENAME TO ${name}`)
      return name
    } finally {
      await client.end()
    }
  },
  drop: (connectionString) =>
    query(root, `DROP DATABASE IF EXISTS ${new URL(connectionString).pathname.slice(1)} WITH (FORCE)`),
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

interface Cluster {
  readonly root: string
  readonly pid: number
  stop(): Promise<void>
}

/** `durable` keeps fsync on: for what measures. A shared one outlives this process. */
const startCluster = async (folder: string, base: string, how: 'durable' | 'own' | 'shared'): Promise<Cluster> => {
  const user = serverUser()
  await chmod(base, 0o755)
  if (typeof user.uid === 'number' && typeof user.gid === 'number') chownSync(base, user.uid, user.gid)
  const data = join(base, 'data')
  const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8', HOME: base }
  const { uid, gid } = user
  const identity = uid === undefined || gid === undefined ? {} : { uid, gid }
  const init = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions']
  await run(join(folder, 'initdb'), init, { ...identity, env, cwd: base })
  const settings = ['listen_addresses=', `unix_socket_directories=${base}`, 'max_connections=200', 'jit=off']
  if (how !== 'durable') settings.push('fsync=off', 'full_page_writes=off', 'autovacuum=off')
  const args = ['-D', data, '-p', '5432', ...settings.flatMap((setting) => ['-c', setting])]
  const detached = how === 'shared'
  const child = spawn(join(folder, 'postgres'), args, { ...identity, env, cwd: base, stdio: 'ignore', detached })
  let ended = false
  const exit = new Promise<void>((resolve) => {
    child.once('exit', () => {
      ended = true
      resolve()
    })
  })
  if (detached) child.unref()
  const kill = () => child.kill('SIGKILL')
  if (!detached) process.once('exit', kill)
  const root = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(base)}`
  await waitUntilReady(root, () => !ended)
  const stop = async () => {
    process.off('exit', kill)
    // SIGINT: fast shutdown, connections are ended
    if (!ended) child.kill('SIGINT')
    await exit
    await rm(base, { recursive: true, force: true })
  }
  return { root, pid: child.pid ?? 0, stop }
}

const ownServer = async (folder: string, durable: boolean): Promise<PostgresServer> => {
  const base = await mkdtemp('/tmp/convergence-pg-')
  const { root, stop } = await startCluster(folder, base, durable ? 'durable' : 'own')
  return serverAt(root, stop)
}

/** The server of a whole test run (run.setup.ts, which ends it): the first who asks starts it, the others wait. */
const sharedServer = async (folder: string, base: string): Promise<PostgresServer> => {
  const ready = join(base, 'pid')
  const place = join(base, 'server')
  const root = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(place)}`
  try {
    mkdirSync(place)
  } catch {
    for (let i = 0; i < 1200 && !existsSync(ready); i++) await sleep(50)
    return serverAt(root, async () => {})
  }
  const { pid } = await startCluster(folder, place, 'shared')
  writeFileSync(`${ready}.new`, String(pid))
  renameSync(`${ready}.new`, ready)
  return serverAt(root, async () => {})
}

/** Starts (or finds) a server. Throws when `postgresMissing()` says why not. */
export const startPostgres = async (options: { durable?: boolean } = {}): Promise<PostgresServer> => {
  const given = process.env.CONVERGENCE_TEST_POSTGRES
  if (given) return serverAt(given, async () => {})
  const folder = binaries()
  if (!folder) throw new Error(postgresMissing())
  const shared = process.env.TEST_POSTGRES_FOLDER
  return shared === undefined || options.durable
    ? ownServer(folder, options.durable ?? false)
    : sharedServer(folder, shared)
}
