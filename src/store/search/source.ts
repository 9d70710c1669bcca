/** What the search thread opens for itself: a thread shares no connection, only the names of things. */
import { systemClock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { BlobDriver } from '../blobs/driver.ts'
import { createLocalDriver } from '../blobs/local.ts'
import type { S3Options } from '../blobs/s3.ts'
import { createBlobStore } from '../blobs/store.ts'
import type { Engine } from '../engine.ts'
import { createPostgresEngine } from '../postgres.ts'
import { createSqliteReader } from '../sqlite.ts'
import { createExtractor } from './attached/extractor.ts'
import type { IndexDriver } from './driver.ts'
import { createFtsDriver } from './fts.ts'
import type { InHand } from './in-hand.ts'
import { Indexer } from './indexer.ts'
import { createTsvectorDriver } from './tsvector.ts'

/** Plain data: it travels to the thread. */
export interface SearchSource {
  readonly engine:
    | { readonly kind: 'sqlite'; readonly path: string }
    | { readonly kind: 'postgres'; readonly connectionString: string }
  readonly blobs:
    | { readonly kind: 'local'; readonly folder: string }
    | { readonly kind: 's3'; readonly options: S3Options }
  /** Where the index files of SQLite go. */
  readonly folder: string
}

const openBlobs = async (blobs: SearchSource['blobs']): Promise<BlobDriver> => {
  if (blobs.kind === 'local') return createLocalDriver(blobs.folder)
  // the S3 client is large: it is loaded only where it is used
  const { createS3Driver } = await import('../blobs/s3.ts')
  return createS3Driver(blobs.options)
}

const openEngine = (source: SearchSource, log: Log): { engine: Engine; driver: IndexDriver } => {
  if (source.engine.kind === 'sqlite') {
    const engine = createSqliteReader({ path: source.engine.path })
    return { engine, driver: createFtsDriver(source.folder) }
  }
  const engine = createPostgresEngine({ connectionString: source.engine.connectionString, log, maxConnections: 3 })
  return { engine, driver: createTsvectorDriver(engine) }
}

/** Everything the thread works with. */
export const openSource = async (
  source: SearchSource,
  inHand: InHand,
  log: Log,
): Promise<{ indexer: Indexer; driver: IndexDriver; close(): Promise<void> }> => {
  const { engine, driver } = openEngine(source, log)
  const blobs = createBlobStore({ engine, driver: await openBlobs(source.blobs), clock: systemClock, log })
  const indexer = new Indexer({ engine, blobs, driver, extractor: createExtractor(), inHand, log })
  return {
    indexer,
    driver,
    close: async () => {
      await indexer.stop()
      await driver.close()
      await blobs.close()
      await engine.close()
    },
  }
}
