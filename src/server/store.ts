/** Chooses the drivers of the store and puts them together: the only place that knows them. */
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { BlobDriver } from '#store/blobs/driver.ts'
import { createLocalDriver } from '#store/blobs/local.ts'
import type { S3Options } from '#store/blobs/s3.ts'
import { createBlobStore, type SweepableBlobs } from '#store/blobs/store.ts'
import type { Bus } from '#store/bus/bus.ts'
import { createMemoryBus } from '#store/bus/memory.ts'
import type { Engine } from '#store/engine.ts'
import { migrate } from '#store/migrate.ts'
import type { SearchSource } from '#store/search/source.ts'
import { createSearchIndex } from '#store/search/thread.ts'
import { createSqliteEngine, type SqliteEngine } from '#store/sqlite.ts'
import { createStore, type Store } from '#store/store.ts'
import { type Config, ConfigError } from './config.ts'
import { forwardingBus } from './control.ts'

export interface OpenStore {
  readonly store: Store
  readonly blobs: SweepableBlobs
  /** The embedded engine, when it is the one in use. */
  readonly sqlite: SqliteEngine | undefined
  close(): Promise<void>
}

export interface OpenOptions {
  /** `server` listens to commands; `command` tells the server. */
  readonly role: 'server' | 'command'
}

/** Somewhat more than the log grows to between two checkpoints. */
const reservedLog = 48 * 1024 ** 2

/** Where the embedded database, the local blobs and the index files are. */
export const databaseFile = (data: string): string => join(data, 'convergence.db')
export const blobFolder = (data: string): string => join(data, 'blobs')
export const searchFolder = (data: string): string => join(data, 'search')

const s3Options = (config: Config): S3Options => {
  const endpoint = config['blobs.endpoint']
  const access = config['blobs.access-key']
  return {
    bucket: config['blobs.bucket'],
    region: config['blobs.region'],
    prefix: config['blobs.prefix'],
    spool: join(config.data, 'spool'),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(access === '' ? {} : { accessKeyId: access, secretAccessKey: config['blobs.secret-key'] }),
  }
}

const openBlobs = async (config: Config): Promise<BlobDriver> => {
  if (config['blobs.driver'] === 'local') return createLocalDriver(blobFolder(config.data))
  // Loaded only where it is used: it is the largest dependency of the house.
  const { createS3Driver } = await import('#store/blobs/s3.ts')
  return createS3Driver(s3Options(config))
}

/** What the search thread opens for itself. */
const searchSource = (config: Config): SearchSource => ({
  engine:
    config.database === 'sqlite'
      ? { kind: 'sqlite', path: databaseFile(config.data) }
      : { kind: 'postgres', connectionString: config.database },
  blobs:
    config['blobs.driver'] === 's3'
      ? { kind: 's3', options: s3Options(config) }
      : { kind: 'local', folder: blobFolder(config.data) },
  folder: searchFolder(config.data),
})

const openPostgres = async (connectionString: string, log: Log): Promise<{ engine: Engine; bus: Bus }> => {
  const [{ createPostgresEngine }, { createPostgresBus }] = await Promise.all([
    import('#store/postgres.ts'),
    import('#store/bus/postgres.ts'),
  ])
  const bus = createPostgresBus({ connectionString, log })
  return { engine: createPostgresEngine({ connectionString, log }), bus }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The data folder, which must be ours to write. Throws ConfigError. */
const makeDataFolder = ({ data, database }: Config, role: OpenOptions['role'], log: Log): void => {
  try {
    mkdirSync(data, { recursive: true, mode: 0o750 })
    accessSync(data, constants.R_OK | constants.W_OK | constants.X_OK)
    if (database !== 'sqlite' || existsSync(databaseFile(data))) return
    // Nobody else may read it, whatever the folder allows; SQLite gives its other files the same mode.
    closeSync(openSync(databaseFile(data), 'a', 0o600))
  } catch (error) {
    throw new ConfigError([`the data folder ${data} cannot be used (--data): ${reasonOf(error)}`])
  }
  // A wrong --data should not pass for an academy without anybody.
  if (role === 'command') log.warn('store.new', { data, message: 'there was no store: an empty one was made' })
}

/** Throws ConfigError for a file that cannot be opened. */
const openSqlite = (path: string, log: Log, reserveLog: number): SqliteEngine => {
  try {
    return createSqliteEngine({ path, log, reserveLog })
  } catch (error) {
    throw new ConfigError([`the database ${path} cannot be opened: ${reasonOf(error)}`])
  }
}

/** Opens the store that the configuration describes and brings its schema up to date. */
export const openStore = async (config: Config, log: Log, { role }: OpenOptions): Promise<OpenStore> => {
  makeDataFolder(config, role, log)
  let engine: Engine
  let bus: Bus
  let sqlite: SqliteEngine | undefined
  if (config.database === 'sqlite') {
    sqlite = openSqlite(databaseFile(config.data), log, role === 'server' ? reservedLog : 0)
    engine = sqlite
    bus = createMemoryBus(log)
    if (role === 'command') bus = await forwardingBus(config.data, bus)
  } else ({ engine, bus } = await openPostgres(config.database, log))
  try {
    await migrate(engine, { log })
    const clock = systemClock
    const blobs = createBlobStore({ engine, driver: await openBlobs(config), clock, log })
    const search = createSearchIndex({ source: searchSource(config), bus, log })
    const store = createStore({ engine, blobs, bus, search, clock, log })
    if (role === 'server') search.start()
    return {
      store,
      blobs,
      sqlite,
      close: async () => {
        await search.close()
        await bus.close()
        await blobs.close()
        await engine.close()
      },
    }
  } catch (error) {
    await bus.close()
    await engine.close()
    throw error
  }
}
