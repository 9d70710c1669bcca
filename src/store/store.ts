/**
 * The store: what the domain holds. `write` is the heart of the house: one transaction on one account gives one modseq,
 * one change set and one notification (law 2), and resolves only when all of it is durable (law 3).
 */
import type { Clock } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import type { BlobStore } from './blobs/blobs.ts'
import type { Bus } from './bus/bus.ts'
import { type ChangeKind, ChangeSet, type ChangeType } from './changes.ts'
import {
  type Engine,
  type Params,
  type ParamValues,
  type Reader,
  type SqlValue,
  type Statement,
  statement,
  type Writer,
} from './engine.ts'
import type { SearchIndex } from './search/search.ts'

/** A transaction on one account. */
export interface AccountWriter extends Writer {
  readonly accountId: number
  /** The modseq that every row written in this transaction bears. */
  readonly modseq: number
  /** Milliseconds, the same throughout the transaction. */
  readonly now: number
  readonly quotaBytes: number
  /** Octets the account holds, with what this transaction has added so far. */
  readonly usedBytes: number
  /** A new object id, unique within the account. */
  nextId(): number
  /** Records a change; `countsOnly` is for mailboxes of which only counts changed. */
  changed(type: ChangeType, id: number, kind: ChangeKind, countsOnly?: boolean): void
  /** Records that a UID left a mailbox. */
  vanished(mailboxId: number, uid: number): void
  /** Adds to the octets the account holds (negative: frees). */
  addUsedBytes(bytes: number): void
  /** Runs after the commit, before `write` resolves; for side effects that must not happen otherwise. */
  afterCommit(action: () => void): void
}

export interface Store {
  /** One consistent snapshot. */
  read<T>(fn: (tx: Reader) => Promise<T>): Promise<T>
  /** One durable transaction on an account. `fn` must await nothing but its `tx`. Throws Failure notFound. */
  write<T>(account: number, fn: (tx: AccountWriter) => Promise<T>): Promise<T>
  /** One durable transaction on rows that belong to no account. */
  writeGlobal<T>(fn: (tx: Writer) => Promise<T>): Promise<T>
  readonly engine: Engine
  readonly blobs: BlobStore
  readonly bus: Bus
  readonly search: SearchIndex
  readonly clock: Clock
  readonly log: Log
}

export interface StoreParts {
  readonly engine: Engine
  readonly blobs: BlobStore
  readonly bus: Bus
  readonly search: SearchIndex
  readonly clock: Clock
  readonly log: Log
}

/** Locks the account's row on the server engine: writers of one account follow each other, others do not wait. */
const openAccount = statement((q, p: Params<{ account: number }>, dialect) => {
  const select = q
    .selectFrom('account')
    .select(['modseq', 'next_id', 'quota_bytes', 'used_bytes'])
    .where('id', '=', p.account)
  return dialect === 'postgres' ? select.forUpdate() : select
})

/** What `openAccount` selects; an array is read faster than an object. */
type AccountRow = [modseq: number, nextId: number, quotaBytes: number, usedBytes: number]

const closeAccount = statement((q, p: Params<{ account: number; modseq: number; nextId: number; used: number }>) =>
  q.updateTable('account').set({ modseq: p.modseq, next_id: p.nextId, used_bytes: p.used }).where('id', '=', p.account),
)

const appendChange = statement(
  (q, p: Params<{ account: number; modseq: number; types: number; data: string; at: number }>) =>
    q.insertInto('change').values({ account_id: p.account, modseq: p.modseq, types: p.types, data: p.data, at: p.at }),
)

class AccountTransaction implements AccountWriter {
  readonly #tx: Writer
  readonly #changes = new ChangeSet()
  readonly #afterCommit: (() => void)[] = []
  #nextId: number
  #used: number
  #touched = false
  readonly accountId: number
  readonly modseq: number
  readonly now: number
  readonly quotaBytes: number

  constructor(tx: Writer, account: number, now: number, [modseq, nextId, quotaBytes, used]: AccountRow) {
    this.#tx = tx
    this.accountId = account
    this.now = now
    this.modseq = modseq + 1
    this.#nextId = nextId
    this.quotaBytes = quotaBytes
    this.#used = used
  }

  get dialect() {
    return this.#tx.dialect
  }
  get usedBytes() {
    return this.#used
  }
  all<P extends ParamValues, Row>(query: Statement<P, Row>, params: P): Promise<Row[]> {
    return this.#tx.all(query, params)
  }
  first<P extends ParamValues, Row>(query: Statement<P, Row>, params: P): Promise<Row | undefined> {
    return this.#tx.first(query, params)
  }
  tuples<P extends ParamValues>(query: Statement<P, unknown>, params: P): Promise<SqlValue[][]> {
    return this.#tx.tuples(query, params)
  }
  query<Row>(build: Parameters<Writer['query']>[0]): Promise<Row[]> {
    return this.#tx.query(build) as Promise<Row[]>
  }
  run<P extends ParamValues>(query: Statement<P, unknown>, params: P): Promise<{ changes: number }> {
    return this.#tx.run(query, params)
  }
  insert<P extends ParamValues>(query: Statement<P, unknown>, params: P): Promise<number | undefined> {
    return this.#tx.insert(query, params)
  }
  execute(build: Parameters<Writer['execute']>[0]): Promise<{ changes: number }> {
    return this.#tx.execute(build)
  }

  nextId(): number {
    this.#touched = true
    return this.#nextId++
  }
  changed(type: ChangeType, id: number, kind: ChangeKind, countsOnly?: boolean): void {
    this.#changes.add(type, id, kind, countsOnly)
  }
  vanished(mailboxId: number, uid: number): void {
    this.#changes.vanish(mailboxId, uid)
  }
  addUsedBytes(bytes: number): void {
    this.#touched = true
    this.#used = Math.max(0, this.#used + bytes)
  }
  afterCommit(action: () => void): void {
    this.#afterCommit.push(action)
  }

  /** The last statements of the transaction: the account's counters and the change set. */
  async seal(): Promise<void> {
    const changed = !this.#changes.empty
    if (!changed && !this.#touched) return
    const { accountId: account, modseq, now: at } = this
    await this.#tx.run(closeAccount, {
      account,
      modseq: changed ? modseq : modseq - 1,
      nextId: this.#nextId,
      used: this.#used,
    })
    if (!changed) return
    await this.#tx.run(appendChange, {
      account,
      modseq,
      types: this.#changes.types,
      data: this.#changes.serialize(),
      at,
    })
  }

  /** After the commit: tells the bus, then runs what waited for it. */
  announce(bus: Bus): void {
    if (!this.#changes.empty) bus.publish({ account: this.accountId, modseq: this.modseq, types: this.#changes.types })
    for (const action of this.#afterCommit) action()
  }
}

/** Puts the store together from its drivers. */
export const createStore = (parts: StoreParts): Store => {
  const { engine, bus, clock } = parts
  return {
    ...parts,
    read: (fn) => engine.read(fn),
    writeGlobal: (fn) => engine.write(fn),
    write: async (account, fn) => {
      const { value, transaction } = await engine.write(async (tx) => {
        const [row] = (await tx.tuples(openAccount, { account })) as AccountRow[]
        if (!row) throw new Failure('notFound', `no account ${account}`)
        const transaction = new AccountTransaction(tx, account, clock.now(), row)
        const value = await fn(transaction)
        await transaction.seal()
        return { value, transaction }
      })
      transaction.announce(bus)
      return value
    },
  }
}
