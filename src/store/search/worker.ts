/** The search thread: one per process. It owns the index files, and all indexing and querying happens here (law 10). */
import { setPriority } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { type Log, type LogFields, silentLog } from '#base/log.ts'
import type { FromWorker, ToWorker } from './protocol.ts'
import type { Passage } from './search.ts'
import { openSource, type SearchSource } from './source.ts'

const port = parentPort
if (!port) throw new Error('this file runs as a thread')
const say = (message: FromWorker): void =>
  port.postMessage(message, message.kind === 'answer' ? [message.ids.buffer as ArrayBuffer] : [])

const tell = (level: 'warn' | 'error') => (event: string, fields?: LogFields, cause?: unknown) =>
  say({ kind: 'log', level, event, fields: { ...fields, ...(cause instanceof Error && { message: cause.message }) } })
const log: Log = { ...silentLog, warn: tell('warn'), error: tell('error'), with: () => log }

// On Linux this concerns the calling thread alone: indexing yields to deliveries. Not to the last: people's searches are
// answered here too, and on a busy machine a thread of niceness 10 gets a fortieth of a processor.
if (process.platform === 'linux') setPriority(4)

const { source, freshnessMs } = workerData as { source: SearchSource; freshnessMs: number }
const opened = await openSource(source, log)
const { indexer, driver } = opened

/** Accounts that changed, indexed one after another in the background. */
const behind = new Set<number>()
let busy = false
/**
 * What arrives in a burst is indexed after it, each account once: deliveries have the processor first. A burst that does
 * not end is interrupted after a while. A query does not wait for any of this: it brings its own account up to date.
 */
const settleMs = 500
const patienceMs = 10_000
let lastChange = 0

const settled = async (): Promise<void> => {
  const limit = performance.now() + patienceMs
  while (performance.now() < Math.min(lastChange + settleMs, limit))
    await sleep(settleMs / 4, undefined, { ref: false })
}

const attempt = (account: number, work: Promise<void>): Promise<void> =>
  work.catch((error: unknown) => log.error('search.index.failed', { account }, error))

const work = async (): Promise<void> => {
  if (busy) return
  busy = true
  while (behind.size > 0) {
    await settled()
    const accounts = [...behind]
    behind.clear()
    for (const account of accounts) await attempt(account, indexer.catchUp(account))
    for (const account of accounts) await attempt(account, indexer.readAttachments(account))
  }
  busy = false
}

/** At the start: whoever changed while nobody was indexing. */
const scan = async (): Promise<void> => {
  for await (const account of indexer.everyAccount()) {
    await indexer.catchUp(account)
    await sleep(1)
  }
  for await (const account of indexer.everyAccount()) {
    await indexer.readAttachments(account)
    await sleep(1)
  }
}

type Asked = Extract<ToWorker, { id: number }>

/** A document that takes long is read to its end all the same: the next who asks has it at once. */
const passage = ({ email, words, withinMs }: Extract<Asked, { kind: 'passage' }>): Promise<Passage | undefined> =>
  Promise.race([
    indexer.passage(email, words).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error)
      log.warn('search.passage.failed', { email: email.id, message })
      return undefined
    }),
    sleep(withinMs, undefined, { ref: false }),
  ])

const answer = async (message: Exclude<Asked, { kind: 'passage' }>): Promise<number[] | undefined> => {
  const { account } = message
  switch (message.kind) {
    case 'query': {
      await Promise.race([attempt(account, indexer.catchUp(account)), sleep(freshnessMs, undefined, { ref: false })])
      // A backlog of documents is no reason to wait long for an answer that mostly does not need them.
      const attached = attempt(account, indexer.readAttachments(account))
      await Promise.race([attached, sleep(freshnessMs / 4, undefined, { ref: false })])
      return driver.query(account, message.expression, message.prefix, message.last)
    }
    case 'caughtUp':
      await indexer.catchUp(account)
      return undefined
    case 'rebuild':
      await indexer.rebuild(account)
      return undefined
  }
}

port.on('message', (message: ToWorker) => {
  if (message.kind === 'changed') {
    for (const account of message.accounts) behind.add(account)
    lastChange = performance.now()
    void work()
  } else if (message.kind === 'scan') {
    scan().catch((error: unknown) => log.error('search.scan.failed', {}, error))
  } else if (message.kind === 'close') {
    void opened.close().finally(() => port.close())
  } else {
    const { id } = message
    const said: Promise<FromWorker> =
      message.kind === 'passage'
        ? passage(message).then((found) => ({ kind: 'passage', id, passage: found }))
        : answer(message).then((ids) => ({ kind: 'answer', id, ids: Float64Array.from(ids ?? []) }))
    said.then(say, (error: unknown) =>
      say({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) }),
    )
  }
})
