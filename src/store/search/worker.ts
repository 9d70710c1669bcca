/** The search thread: one per process. It owns the index files, and all indexing and querying happens here (law 10). */
import { setPriority } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { type Log, type LogFields, silentLog } from '#base/log.ts'
import { openInHand } from './in-hand.ts'
import type { FromWorker, KnownHealth, SearchThreadData, ToWorker } from './protocol.ts'
import type { Passage } from './search.ts'
import { openSource } from './source.ts'
import { type IndexPart, Standing } from './standing.ts'

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

const { source, freshnessMs, reading, passedOver } = workerData as SearchThreadData
const opened = await openSource(source, openInHand(reading, passedOver), log)
const { indexer, driver } = opened

/** Accounts that changed, indexed one after another in the background. */
const behind = new Set<number>()
/** Those whose turn it is. */
const atWork = new Set<number>()
const standing = new Standing()
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

/** Tries; what fails is tried again later by itself, ever more rarely. Resolves to whether it was done. */
const attempt = async (account: number, part: IndexPart): Promise<boolean> => {
  try {
    await (part === 'text' ? indexer.catchUp(account) : indexer.readAttachments(account))
    standing.recovered(account, part)
    return true
  } catch (error) {
    log.error('search.index.failed', { account, part }, error)
    const again = () => {
      behind.add(account)
      void work()
    }
    setTimeout(again, standing.failed(account, part, error)).unref()
    return false
  }
}

const work = async (): Promise<void> => {
  if (busy) return
  busy = true
  while (behind.size > 0) {
    await settled()
    const accounts = [...behind]
    behind.clear()
    for (const account of accounts) atWork.add(account)
    for (const account of accounts) await attempt(account, 'text')
    for (const account of accounts) {
      await attempt(account, 'attachments')
      atWork.delete(account)
    }
  }
  busy = false
}

/** At the start: whoever changed while nobody was indexing. */
const scan = async (): Promise<void> => {
  for (const part of ['text', 'attachments'] as const)
    for await (const account of indexer.everyAccount()) {
      atWork.add(account)
      await attempt(account, part)
      atWork.delete(account)
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

const within = (milliseconds: number, done: Promise<boolean>): Promise<boolean> =>
  Promise.race([done, sleep(milliseconds, false, { ref: false })])

const query = async (
  asked: Extract<Asked, { kind: 'query' }>,
  again = true,
): Promise<{ ids: Float64Array; complete: boolean }> => {
  const { account, expression, prefix, last } = asked
  const { rebuilds } = indexer
  const text = await within(freshnessMs, attempt(account, 'text'))
  // A backlog of documents is no reason to wait long for an answer that mostly does not need them.
  const attachments = await within(freshnessMs / 4, attempt(account, 'attachments'))
  const ids = await driver.query(account, expression, prefix, last)
  // Somebody had an index emptied meanwhile, perhaps this one: it is asked again, after that.
  if (indexer.rebuilds !== rebuilds && again) return query(asked, false)
  return { ids: Float64Array.from(ids), complete: text && attachments && indexer.rebuilds === rebuilds }
}

/** Accounts of which the waiting messages are counted when somebody asks how the index fares. */
const mostLookedAt = 50

const health = async (): Promise<KnownHealth> => {
  const stand = standing.list()
  const accounts = new Set([...stand.map(({ account }) => account), ...atWork, ...behind])
  let messages = 0
  let looked = 0
  for (const account of accounts) {
    const exact = looked++ < mostLookedAt ? await indexer.state(account).catch(() => undefined) : undefined
    messages += exact?.waiting ?? 1
  }
  return { accounts: accounts.size, messages, standing: stand.slice(0, mostLookedAt) }
}

const done = (id: number): FromWorker => ({ kind: 'answer', id, ids: new Float64Array(), complete: true })

const answer = async (message: Asked): Promise<FromWorker> => {
  const { id } = message
  switch (message.kind) {
    case 'query':
      return { kind: 'answer', id, ...(await query(message)) }
    case 'caughtUp':
      await indexer.catchUp(message.account)
      return done(id)
    case 'rebuild':
      await indexer.rebuild(message.account)
      standing.recovered(message.account, 'text')
      return done(id)
    case 'state':
      return { kind: 'state', id, state: await indexer.state(message.account) }
    case 'health':
      return { kind: 'health', id, health: await health() }
    case 'passage':
      return { kind: 'passage', id, passage: await passage(message) }
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
  } else
    answer(message).then(say, (error: unknown) =>
      say({ kind: 'failed', id: message.id, message: error instanceof Error ? error.message : String(error) }),
    )
})
