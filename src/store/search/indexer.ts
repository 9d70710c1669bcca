/**
 * Keeps the index of each account up with its change log (law 7): reads what was created and destroyed since the modseq
 * that the index has reached, and applies it in batches. Everything is idempotent, so that a crash costs a repetition.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isFailure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { parseMime } from '#format/mime/parse.ts'
import { decodeStructure, type MimeStructure } from '#format/mime/structure.ts'
import type { BlobStore } from '../blobs/blobs.ts'
import { type ChangePoint, readChanges, readState } from '../changes.ts'
import { type Engine, type Params, statement } from '../engine.ts'
import type { Extractor } from './attached/extractor.ts'
import { type AttachedText, attachedTerms, attachedTexts, documentOf, hasAttached, type ReadRange } from './document.ts'
import type { IndexDocument, IndexDriver } from './driver.ts'
import type { InHand } from './in-hand.ts'
import { passageOf } from './passage.ts'
import type { IndexState, Passage, StoredEmail } from './search.ts'

const pageSize = 100
/** Emails whose attachments are read before that is noted. */
const attachedPage = 20
/** Terms held before they are written. */
const maxHeldTerms = 200_000
/** A message up to this size is read at once, a larger one part by part. */
const readWhole = 262_144
const maxRemembered = 20_000
/** Waiting messages of one account are counted up to here. */
const mostCounted = 100_000

export interface IndexerParts {
  readonly engine: Engine
  readonly blobs: BlobStore
  readonly driver: IndexDriver
  readonly extractor: Extractor
  readonly inHand: InHand
  readonly log: Log
}

interface EmailRow {
  readonly id: number
  readonly blob_id: number
  readonly size: number
}

const emailsAfter = statement((q, p: Params<{ account: number; after: number; limit: number }>) =>
  q
    .selectFrom('email')
    .select(['id', 'blob_id', 'size'])
    .where('account_id', '=', p.account)
    .where('id', '>', p.after)
    .orderBy('id')
    .limit(p.limit),
)

/** Emails that have something attached. */
const attachedAfter = statement((q, p: Params<{ account: number; after: number; limit: number }>) =>
  q
    .selectFrom('email')
    .innerJoin('content', 'content.blob_id', 'email.blob_id')
    .select(['email.id', 'email.blob_id', 'email.size'])
    .where('email.account_id', '=', p.account)
    .where('email.id', '>', p.after)
    .where('content.has_attachment', '=', 1)
    .orderBy('email.id')
    .limit(p.limit),
)
const newestEmail = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('email').select('id').where('account_id', '=', p.account).orderBy('id', 'desc').limit(1),
)

const emailCount = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('email')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', p.account),
)

const structureOf = statement((q, p: Params<{ blob: number }>) =>
  q.selectFrom('content').select('structure').where('blob_id', '=', p.blob),
)

const accounts = statement((q, p: Params<{ after: number; limit: number }>) =>
  q.selectFrom('account').select('id').where('id', '>', p.after).orderBy('id').limit(p.limit),
)

const termCount = ({ fields }: IndexDocument): number =>
  Object.values(fields).reduce((sum, terms) => sum + terms.length, 0)

export class Indexer {
  readonly #engine: Engine
  readonly #blobs: BlobStore
  readonly #driver: IndexDriver
  readonly #extractor: Extractor
  readonly #inHand: InHand
  readonly #log: Log
  readonly #running = new Map<number, Promise<void>>()
  /** How far each account has come; the driver knows it too, but for an account without mail. */
  readonly #points = new Map<number, ChangePoint>()
  /** The last contents, by blob: a notice to a thousand people is read once. */
  readonly #recent = new Map<number, IndexDocument>()
  /** Terms of the attachments of the last contents, by blob. */
  readonly #recentAttached = new Map<number, readonly string[]>()
  /** Texts of the attachments last shown in a result, by blob: somebody who types a word asks at each letter. */
  readonly #recentTexts = new Map<number, readonly AttachedText[]>()
  readonly #attaching = new Map<number, Promise<void>>()
  readonly #attachedUpTo = new Map<number, number>()
  #stopped = false
  #rebuilds = 0

  constructor(parts: IndexerParts) {
    this.#engine = parts.engine
    this.#blobs = parts.blobs
    this.#driver = parts.driver
    this.#extractor = parts.extractor
    this.#inHand = parts.inHand
    this.#log = parts.log
  }

  /** Resolves when all that was committed before the call is indexed. An account that is gone has nothing to index. */
  async catchUp(account: number): Promise<void> {
    const target = await this.#modseq(account)
    while (!this.#stopped) {
      const { modseq, skip } = await this.#point(account)
      if (modseq >= target && skip === 0) return this.#checkPast(account, modseq)
      await this.#alone(account, () => this.#page(account))
    }
  }

  /**
   * Resolves when the attachments of all that is indexed are searched too. They come after the messages themselves, which
   * must not wait for a slow document: ids of emails only grow, so the last one read says how far this has come.
   */
  async readAttachments(account: number): Promise<void> {
    const running = this.#attaching.get(account)
    if (running) return running
    const started = this.#readAttachments(account).finally(() => this.#attaching.delete(account))
    this.#attaching.set(account, started)
    return started
  }

  async #readAttachments(account: number): Promise<void> {
    for (let after = await this.#attachedPoint(account); !this.#stopped; ) {
      const { rows, newest } = await this.#engine.read(async (tx) => ({
        rows: await tx.all(attachedAfter, { account, after, limit: attachedPage }),
        newest: (await tx.first(newestEmail, { account }))?.id ?? 0,
      }))
      const last = rows.length < attachedPage ? newest : (rows.at(-1)?.id ?? 0)
      if (last <= after) return
      const documents: IndexDocument[] = []
      for (const row of rows) {
        const document = await this.#withAttachments(row)
        if (this.#stopped) return
        if (document) documents.push(document)
      }
      await this.#driver.attach(account, documents, last)
      after = last
      this.#attachedUpTo.set(account, after)
      await nextTurn()
    }
  }

  async #attachedPoint(account: number): Promise<number> {
    if (this.#attachedUpTo.size > maxRemembered) this.#attachedUpTo.clear()
    const known = this.#attachedUpTo.get(account) ?? (await this.#driver.attachedUpTo(account))
    this.#attachedUpTo.set(account, known)
    return known
  }

  /** The whole document of an email with attachments that can be read; undefined for all others. */
  async #withAttachments(row: EmailRow): Promise<IndexDocument | undefined> {
    if (this.#inHand.refuses(row.blob_id)) return undefined
    try {
      return await this.#inHand.hold(row.blob_id, () => this.#readAttached(row))
    } catch (error) {
      if (isFailure(error, 'unavailable')) throw error
      if (!isFailure(error, 'notFound')) this.#log.error('search.attachment.unreadable', { email: row.id }, error)
      return undefined
    }
  }

  async #readAttached(row: EmailRow): Promise<IndexDocument | undefined> {
    const { structure, read } = await this.#opened(row)
    if (!hasAttached(structure)) return undefined
    const known = this.#recentAttached.get(row.blob_id)
    const attached = known ?? attachedTerms(await attachedTexts(structure, read, this.#extractor))
    if (attached.length === 0) return undefined
    if (!known) this.#recentAttached.set(row.blob_id, attached)
    const oldest = this.#recentAttached.size > 16 ? this.#recentAttached.keys().next().value : undefined
    if (oldest !== undefined) this.#recentAttached.delete(oldest)
    const document = await documentOf(row.id, structure, read)
    return { id: row.id, fields: { ...document.fields, attached } }
  }

  /** Where one of the words is in what is attached to an email; undefined when it is in none of it. */
  async passage({ id, blob, size }: StoredEmail, words: readonly string[]): Promise<Passage | undefined> {
    const known = this.#recentTexts.get(blob)
    if (known) return passageOf(known, words)
    const { structure, read } = await this.#opened({ id, blob_id: blob, size })
    if (!hasAttached(structure)) return undefined
    const texts = await attachedTexts(structure, read, this.#extractor)
    this.#recentTexts.set(blob, texts)
    const oldest = this.#recentTexts.size > 12 ? this.#recentTexts.keys().next().value : undefined
    if (oldest !== undefined) this.#recentTexts.delete(oldest)
    return passageOf(texts, words)
  }

  /** How far the account's index has come, whoever built it. */
  async state(account: number): Promise<IndexState> {
    const { position, documents, attached } = await this.#driver.look(account)
    return this.#engine.read(async (tx) => {
      const emails = Number((await tx.first(emailCount, { account }))?.count ?? 0)
      const newest = (await tx.first(newestEmail, { account }))?.id ?? 0
      const since = { modseq: position, skip: 0 }
      let waiting = emails
      try {
        // An index ahead of its account is of another past (see #checkPast): all is to be done again.
        waiting = (await readChanges(tx, account, 'Email', since, mostCounted)).created.length
      } catch (error) {
        if (!isFailure(error, 'cannotCalculateChanges') && !isFailure(error, 'notFound')) throw error
      }
      return { emails, waiting, documents, attachmentsWait: emails > 0 && attached < newest }
    })
  }

  /** An index ahead of its account has seen another past: the store was restored from a backup. */
  async #checkPast(account: number, modseq: number): Promise<void> {
    if (modseq > 0 && modseq > (await this.#modseq(account))) await this.rebuild(account)
  }

  /** Grows whenever an index is begun anew: an answer read across that may miss everything. */
  get rebuilds(): number {
    return this.#rebuilds
  }

  /** Builds the index of an account again from its emails. */
  async rebuild(account: number): Promise<void> {
    while (this.#running.has(account)) await this.#running.get(account)
    await this.#alone(account, () => this.#rebuild(account))
    await this.catchUp(account)
  }

  /** Every account's id, for a first look at who is behind. */
  async *everyAccount(): AsyncIterable<number> {
    for (let after = 0; !this.#stopped; ) {
      const page = await this.#engine.read((tx) => tx.all(accounts, { after, limit: 500 }))
      yield* page.map((row) => row.id)
      if (page.length === 0) return
      after = page.at(-1)?.id ?? 0
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#extractor.close()
    await Promise.allSettled([...this.#running.values(), ...this.#attaching.values()])
  }

  /** One piece of work at a time per account; who comes meanwhile waits for that one. */
  #alone(account: number, work: () => Promise<void>): Promise<void> {
    const running = this.#running.get(account)
    if (running) return running
    const started = work().finally(() => this.#running.delete(account))
    this.#running.set(account, started)
    return started
  }

  async #modseq(account: number): Promise<number> {
    try {
      return (await this.#engine.read((tx) => readState(tx, account))).modseq
    } catch (error) {
      if (isFailure(error, 'notFound')) return 0
      throw error
    }
  }

  async #point(account: number): Promise<ChangePoint> {
    return (
      this.#points.get(account) ?? this.#remember(account, { modseq: await this.#driver.position(account), skip: 0 })
    )
  }

  #remember(account: number, point: ChangePoint): ChangePoint {
    this.#points.delete(account)
    this.#points.set(account, point)
    const oldest = this.#points.size > maxRemembered ? this.#points.keys().next().value : undefined
    if (oldest !== undefined) this.#points.delete(oldest)
    return point
  }

  async #page(account: number): Promise<void> {
    const from = await this.#point(account)
    let page: { created: EmailRow[]; destroyed: number[]; until: ChangePoint }
    try {
      page = await this.#engine.read(async (tx) => {
        const { created, destroyed, until } = await readChanges(tx, account, 'Email', from, pageSize)
        const rows =
          created.length === 0
            ? []
            : await tx.query((q) =>
                q
                  .selectFrom('email')
                  .select(['id', 'blob_id', 'size'])
                  .where('account_id', '=', account)
                  .where('id', 'in', created),
              )
        return { created: rows, destroyed, until }
      })
    } catch (error) {
      if (isFailure(error, 'cannotCalculateChanges')) return this.#rebuild(account)
      throw error
    }
    await this.#write(account, from.modseq, page.created, page.destroyed, page.until)
  }

  async #rebuild(account: number): Promise<void> {
    this.#rebuilds++
    // Before anything is gone: who asks from now on waits for all of it.
    this.#remember(account, { modseq: 0, skip: 0 })
    this.#attachedUpTo.delete(account)
    await this.#driver.clear(account)
    const target = await this.#modseq(account)
    for (let after = 0; !this.#stopped; ) {
      const page = await this.#engine.read((tx) => tx.all(emailsAfter, { account, after, limit: pageSize }))
      if (page.length === 0) break
      await this.#write(account, 0, page, [], { modseq: 0, skip: 0 })
      after = page.at(-1)?.id ?? 0
    }
    if (!this.#stopped) await this.#write(account, 0, [], [], { modseq: target, skip: 0 })
  }

  /** Writes documents as they are made; only the last batch moves the position. */
  async #write(
    account: number,
    from: number,
    rows: readonly EmailRow[],
    destroyed: readonly number[],
    until: ChangePoint,
  ): Promise<void> {
    let documents: IndexDocument[] = []
    let held = 0
    for (const row of rows) {
      const document = await this.#document(row)
      // requests of the main thread come in between
      await nextTurn()
      if (this.#stopped) return
      if (!document) continue
      documents.push(document)
      held += termCount(document)
      if (held < maxHeldTerms) continue
      await this.#driver.apply(account, { from, to: from, documents, destroyed: [] })
      documents = []
      held = 0
    }
    await this.#driver.apply(account, { from, to: until.modseq, documents, destroyed })
    const reached = await this.#driver.position(account)
    // Behind: there is nothing to keep (no mail, no file). Elsewhere: another process did the same work.
    const empty = reached === 0 && rows.length === 0
    this.#remember(account, reached === until.modseq || empty ? until : { modseq: reached, skip: 0 })
  }

  async #document(row: EmailRow): Promise<IndexDocument | undefined> {
    const recent = this.#recent.get(row.blob_id)
    if (recent) return { ...recent, id: row.id }
    if (this.#inHand.refuses(row.blob_id)) return undefined
    try {
      const document = await this.#inHand.hold(row.blob_id, () => this.#read(row))
      if (termCount(document) < 5_000) this.#recent.set(row.blob_id, document)
      const oldest = this.#recent.size > 32 ? this.#recent.keys().next().value : undefined
      if (oldest !== undefined) this.#recent.delete(oldest)
      return document
    } catch (error) {
      // destroyed and swept since; or a message that cannot be read must not keep the others from being found
      if (!isFailure(error, 'notFound')) {
        if (isFailure(error, 'unavailable')) throw error
        this.#log.error('search.message.unreadable', { email: row.id }, error)
      }
      return undefined
    }
  }

  async #read(row: EmailRow): Promise<IndexDocument> {
    const { structure, read } = await this.#opened(row)
    return documentOf(row.id, structure, read)
  }

  async #opened({ blob_id: blob, size }: EmailRow): Promise<{ structure: MimeStructure; read: ReadRange }> {
    const stored = await this.#engine.read((tx) => tx.first(structureOf, { blob }))
    if (size > readWhole && stored) {
      const read: ReadRange = (start, end) => this.#blobs.bytes(blob, { start, end })
      return { structure: decodeStructure(stored.structure), read }
    }
    const bytes = await this.#blobs.bytes(blob)
    const structure = stored ? decodeStructure(stored.structure) : parseMime(bytes)
    return { structure, read: async (start, end) => bytes.subarray(start, end) }
  }
}
