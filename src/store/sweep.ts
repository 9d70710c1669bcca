/**
 * Garbage collection of blobs: mark and sweep in one statement. A blob goes when nothing refers to it and nobody has
 * stored it within the hour. Both conditions are in the DELETE itself: whoever attaches the blob meanwhile touches its
 * row, and the DELETE that waited for that row looks at it again and leaves it (READ COMMITTED re-checks; SQLite has one
 * writer). The file goes after the commit, and never under a name that another copy of the content could have.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { fromHex } from '#base/bytes.ts'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { hashOfPlace, isRandomPlace, type Place } from './blobs/driver.ts'
import type { SweepableBlobs } from './blobs/store.ts'
import { type Engine, type Params, type QueryBuilder, statement } from './engine.ts'

const hour = 3_600_000
/** A blob stored or touched within this time stays; must be well above `touchInterval`. */
const keepUntouched = hour
/** Uploads that no message took are forgotten after this (RFC 8620 §6.1 asks for at least an hour). */
const keepUploads = 24 * hour
/** A file that no row names is left alone for this long: its transaction may not have come yet. */
const keepOrphans = 24 * hour
/** Rows looked at per transaction: a few milliseconds. */
const pageSize = 500

export interface SweepParts {
  readonly engine: Engine
  readonly blobs: SweepableBlobs
  readonly clock: Clock
  readonly log: Log
}

export interface Swept {
  readonly uploads: number
  readonly blobs: number
  readonly bytes: number
}

const pageOfIds = statement((q, p: Params<{ after: number; limit: number }>) =>
  q.selectFrom('blob').select('id').where('id', '>', p.after).orderBy('id').limit(p.limit),
)

type Bounds = { after: number; upTo: number; cutoff: number }

const unreferenced = (q: QueryBuilder, p: Params<Bounds>) =>
  q
    .deleteFrom('blob')
    .where('id', '>', p.after)
    .where('id', '<=', p.upTo)
    .where('touched_at', '<', p.cutoff)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('email').select('email.id').whereRef('email.blob_id', '=', 'blob.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('queue_message').select('queue_message.id').whereRef('queue_message.blob_id', '=', 'blob.id'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('ticket_file').select('ticket_file.id').whereRef('ticket_file.blob_id', '=', 'blob.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('upload').select('upload.account_id').whereRef('upload.blob_id', '=', 'blob.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('phishing_report')
            .select('phishing_report.id')
            .whereRef('phishing_report.blob_id', '=', 'blob.id'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('sieve_script').select('sieve_script.account_id').whereRef('sieve_script.blob_id', '=', 'blob.id'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('notice_file').select('notice_file.n').whereRef('notice_file.blob_id', '=', 'blob.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('notice').select('notice.id').whereRef('notice.mail_blob_id', '=', 'blob.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(selectFrom('notification').select('notification.id').whereRef('notification.blob_id', '=', 'blob.id')),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('document_request_file')
            .select('document_request_file.n')
            .whereRef('document_request_file.blob_id', '=', 'blob.id'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('contact_blob').select('contact_blob.card_id').whereRef('contact_blob.blob_id', '=', 'blob.id'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('shared_file').select('shared_file.id').whereRef('shared_file.blob_id', '=', 'blob.id'))),
    )

const deleteUnreferenced = statement((q, p: Params<Bounds>) => unreferenced(q, p).returning(['id', 'location', 'size']))
const deleteUploads = statement((q, p: Params<{ cutoff: number }>) =>
  q.deleteFrom('upload').where('created_at', '<', p.cutoff),
)
const deleteData = statement((q, p: Params<{ id: number }>) => q.deleteFrom('blob_data').where('blob_id', '=', p.id))
const deleteContent = statement((q, p: Params<{ id: number }>) => q.deleteFrom('content').where('blob_id', '=', p.id))

/** One page of rows: deletes what may go and returns what it was. */
const sweepPage = ({ engine }: SweepParts, bounds: Bounds) =>
  engine.write(async (tx) => {
    const gone = await tx.all(deleteUnreferenced, bounds)
    for (const { id } of gone) {
      await tx.run(deleteData, { id })
      await tx.run(deleteContent, { id })
    }
    return gone
  })

/** Removes the blobs that nothing refers to. May run at any time, beside anything, also in several processes. */
export const sweepBlobs = async (parts: SweepParts): Promise<Swept> => {
  const { engine, blobs, clock, log } = parts
  const now = clock.now()
  const { changes: uploads } = await engine.write((tx) => tx.run(deleteUploads, { cutoff: now - keepUploads }))
  let count = 0
  let bytes = 0
  for (let after = 0; ; ) {
    const page = await engine.read((tx) => tx.all(pageOfIds, { after, limit: pageSize }))
    const last = page.at(-1)
    if (!last) break
    for (const blob of await sweepPage(parts, { after, upTo: last.id, cutoff: now - keepUntouched })) {
      count++
      bytes += blob.size
      if (blob.location !== '') await blobs.removeLocation(blob.location)
    }
    after = last.id
    // rows first: a sweep is never in a hurry
    await sleep(1)
  }
  if (count > 0) log.info('blobs.swept', { blobs: count, bytes, uploads })
  return { uploads, blobs: count, bytes }
}

/** Those of the places that a row names. */
const namedAmong = async (engine: Engine, page: readonly Place[]): Promise<Set<string>> => {
  const hashes = page.flatMap(({ location }) => fromHex(hashOfPlace(location) ?? '-') ?? [])
  const names = page.map(({ location }) => location).filter(isRandomPlace)
  const rows = await engine.read(async (tx) => [
    ...(hashes.length === 0
      ? []
      : await tx.query((q) => q.selectFrom('blob').select('location').where('hash', 'in', hashes))),
    ...(names.length === 0
      ? []
      : await tx.query((q) =>
          // said as the index says it
          q.selectFrom('blob').select('location').where('location', 'in', names).where(sql<boolean>`location <> ''`),
        )),
  ])
  return new Set(rows.map(({ location }) => location))
}

const removeUnnamed = async ({ engine, blobs }: SweepParts, page: readonly Place[]): Promise<number> => {
  const named = await namedAmong(engine, page)
  let removed = 0
  for (const { location } of page) {
    if (named.has(location)) continue
    await blobs.removeLocation(location)
    removed++
  }
  return removed
}

/** The slow scan: removes files that no row names, left by a crash between the file and its transaction. */
export const sweepOrphans = async (parts: SweepParts): Promise<number> => {
  const cutoff = parts.clock.now() - keepOrphans
  let removed = 0
  let page: Place[] = []
  for await (const place of parts.blobs.places()) {
    if (place.modifiedAt >= cutoff) continue
    page.push(place)
    if (page.length < 200) continue
    removed += await removeUnnamed(parts, page)
    page = []
    await sleep(1)
  }
  removed += await removeUnnamed(parts, page)
  if (removed > 0) parts.log.info('blobs.orphans.removed', { files: removed })
  return removed
}

/** Sweeps every hour, and scans for orphans once a day; `stop` waits for a sweep under way. */
export const startSweeper = (parts: SweepParts): { stop(): Promise<void> } => {
  let running: Promise<unknown> = Promise.resolve()
  let rounds = 0
  const round = async (): Promise<void> => {
    try {
      await sweepBlobs(parts)
      if (rounds++ % 24 === 0) await sweepOrphans(parts)
    } catch (error) {
      parts.log.error('blobs.sweep.failed', {}, error)
    }
  }
  const timer = setInterval(() => {
    running = running.then(round)
  }, hour)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}
