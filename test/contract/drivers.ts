/** What the contract tests run on: every driver that this machine has, each with a database of its own. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ManualClock, manualClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import type { HashCost } from '#domain/people/password.ts'
import type { BlobDriver } from '#store/blobs/driver.ts'
import { createLocalDriver } from '#store/blobs/local.ts'
import { createBlobStore, type SweepableBlobs } from '#store/blobs/store.ts'
import type { Bus } from '#store/bus/bus.ts'
import { createMemoryBus } from '#store/bus/memory.ts'
import type { DialectName, Engine } from '#store/engine.ts'
import { migrate } from '#store/migrate.ts'
import type { SearchIndex } from '#store/search/search.ts'
import { createSqliteEngine } from '#store/sqlite.ts'
import { createStore, type Store } from '#store/store.ts'

/** One opened store and the parts that tests look into. */
export interface Bench {
  readonly engine: Engine
  readonly blobs: SweepableBlobs
  readonly blobDriver: BlobDriver
  readonly bus: Bus
  readonly store: Store
  readonly clock: ManualClock
  /** A folder of this bench alone. */
  readonly folder: string
  /** Of the server engine. */
  readonly connectionString: string | undefined
  /** Makes an active account and returns its id. */
  account(login?: string): Promise<number>
  close(): Promise<void>
}

/** An index that finds nothing, for tests that are not about searching. */
export const noSearch: SearchIndex = {
  query: async () => [],
  passage: async () => undefined,
  caughtUp: async () => {},
  rebuild: async () => {},
  state: async () => ({ emails: 0, waiting: 0, documents: 0, attachmentsWait: false }),
  behind: () => false,
  health: async () => ({ accounts: 0, messages: 0, standing: [], passedOver: 0, answers: true }),
  start: () => {},
  close: async () => {},
}

export interface Driver {
  readonly name: DialectName
  /** An empty database, migrated unless told otherwise. */
  open(options?: { migrated?: boolean }): Promise<Bench>
}

/** Argon2id as everywhere, but of next to no work: what it costs is tested where it is chosen (password.test.ts). */
export const lightHash: HashCost = { memory: 64, passes: 1, lanes: 1 }

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'convergence-test-'))

/** Puts a bench together around an engine. */
export const benchOf = async (
  engine: Engine,
  folder: string,
  options: { migrated?: boolean; connectionString?: string } = {},
): Promise<Bench> => {
  if (options.migrated ?? true) await migrate(engine, { log: silentLog })
  const clock = manualClock()
  const blobDriver = createLocalDriver(join(folder, 'blobs'))
  const blobs = createBlobStore({ engine, driver: blobDriver, clock, log: silentLog })
  const bus = createMemoryBus(silentLog)
  const store = createStore({ engine, blobs, bus, search: noSearch, clock, log: silentLog })
  let accounts = 0
  return {
    engine,
    blobs,
    blobDriver,
    bus,
    store,
    clock,
    folder,
    connectionString: options.connectionString,
    account: async (login = `person${++accounts}`) => {
      const rows = await engine.write((tx) =>
        tx.query((q) =>
          q
            .insertInto('account')
            .values({
              login,
              name: login,
              kind: 'person',
              status: 'active',
              locale: 'fr',
              admin: 0,
              created_at: clock.now(),
              modseq: 0,
              low_modseq: 0,
              next_id: 1,
              quota_bytes: 0,
              used_bytes: 0,
            })
            .returning('id'),
        ),
      )
      return rows[0]?.id ?? 0
    },
    close: async () => {
      await bus.close()
      await blobs.close()
      await engine.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A database with every migration, made once for each process and copied. */
let template: Promise<string> | undefined
const makeTemplate = async (): Promise<string> => {
  const path = join(await temporaryFolder(), 'template.db')
  const engine = createSqliteEngine({ path, log: silentLog })
  await migrate(engine, { log: silentLog })
  await engine.close()
  return path
}

/** Puts a migrated, otherwise empty database there. */
export const migratedCopy = async (path: string): Promise<void> => copyFile(await (template ??= makeTemplate()), path)

export const sqliteDriver: Driver = {
  name: 'sqlite',
  open: async (options = {}) => {
    const folder = await temporaryFolder()
    const path = join(folder, 'test.db')
    const { migrated = true } = options
    if (migrated) await migratedCopy(path)
    const engine = createSqliteEngine({ path, log: silentLog })
    return benchOf(engine, folder, { migrated: false })
  },
}
