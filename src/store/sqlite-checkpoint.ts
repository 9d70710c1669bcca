/**
 * The thread that moves committed pages from the write-ahead log into the database file. A checkpoint copies megabytes
 * and calls fsync twice: on the event loop it would stall every connection (law 10). PASSIVE waits for nobody.
 */
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

const { path } = workerData as { path: string }
const db = new DatabaseSync(path, { timeout: 0, enableForeignKeyConstraints: false })
db.exec('PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -256')

parentPort?.on('message', (message: 'checkpoint' | 'close') => {
  if (message === 'close') {
    db.close()
    parentPort?.close()
    return
  }
  try {
    const row = db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() as { log: number; checkpointed: number } | undefined
    parentPort?.postMessage({ log: row?.log ?? 0, checkpointed: row?.checkpointed ?? 0 })
  } catch (error) {
    parentPort?.postMessage({ log: 0, checkpointed: 0, error: error instanceof Error ? error.message : String(error) })
  }
})
