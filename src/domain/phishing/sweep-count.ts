/** Which mailboxes have a fraud: the messages of late are looked at, a slice at a time. */
import { type Params, type Reader, statement } from '#store/engine.ts'
import { bodyStart, Header } from '../delivery/header.ts'
import type { People } from '../people/people.ts'
import { authorOf, proofOf } from '../reading/proof.ts'
import { findCluster, lookAt, officialHosts } from './clusters.ts'
import { enough, subjectForm } from './signs.ts'
import type { SweepRow } from './sweep-rows.ts'

const contentSlice = 200

const blobAfter = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('blob').select(['id', 'touched_at']).where('id', '>=', p.id).orderBy('id').limit(1),
)

/**
 * The number after which all blobs first stored since then come, found by halving: numbers are given in the order of
 * storing, and an old blob that was stored again only makes it smaller.
 */
export const lastBlobBefore = async (tx: Reader, since: number, newest: number): Promise<number> => {
  let before = 0
  let after = newest + 1
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    const found = await tx.first(blobAfter, { id: middle })
    if (found === undefined || found.touched_at >= since) after = middle
    else before = found.id
  }
  return before
}

const contents = statement((q, p: Params<{ after: number; upto: number; limit: number }>) =>
  q
    .selectFrom('content')
    .select(['blob_id as blob', 'headers', 'subject'])
    .where('blob_id', '>', p.after)
    .where('blob_id', '<=', p.upto)
    .orderBy('blob_id')
    .limit(p.limit),
)
const holders = statement((q, p: Params<{ blob: number; since: number }>) =>
  q
    .selectFrom('email')
    .select(['account_id as account', 'id as email'])
    .where('blob_id', '=', p.blob)
    .where('received_at', '>=', p.since)
    // What the platform itself wrote quotes frauds, and is none.
    .where('mark', '=', '')
    .limit(100_000),
)
const insertMail = statement((q, p: Params<{ sweep: number; account: number; email: number }>) =>
  q
    .insertInto('phishing_sweep_mail')
    .values({ sweep_id: p.sweep, account_id: p.account, email_id: p.email, before: '' })
    .onConflict((on) => on.columns(['sweep_id', 'account_id', 'email_id']).doNothing()),
)
const setReached = statement((q, p: Params<{ id: number; reached: number; was: number; now: number }>) =>
  q
    .updateTable('phishing_sweep')
    .set({ reached: p.reached, updated_at: p.now })
    .where('id', '=', p.id)
    .where('state', '=', 'counting')
    .where('reached', '=', p.was),
)
const tally = statement((q, p: Params<{ id: number }>) =>
  q
    .selectFrom('phishing_sweep_mail')
    .select((eb) => [
      eb.fn.countAll<number>().as('found'),
      eb.fn.count<number>('account_id').distinct().as('mailboxes'),
    ])
    .where('sweep_id', '=', p.id),
)
const setCounted = statement((q, p: Params<{ id: number; found: number; mailboxes: number; now: number }>) =>
  q
    .updateTable('phishing_sweep')
    .set({ state: 'counted', found: p.found, mailboxes: p.mailboxes, updated_at: p.now })
    .where('id', '=', p.id)
    .where('state', '=', 'counting'),
)
const reportedBlobs = statement((q, p: Params<{ cluster: number }>) =>
  q
    .selectFrom('phishing_report')
    .select(['blob_id as blob', 'sender', 'subject'])
    .where('cluster_id', '=', p.cluster)
    .limit(2000),
)

/** Of whom a message is, or what it is about, as its reports say: only those are read whole. */
const fits = async (people: People, cluster: number) => {
  const reports = await people.ctx.store.read((tx) => tx.all(reportedBlobs, { cluster }))
  const blobs = new Set(reports.map(({ blob }) => blob))
  const senders = new Set(
    reports.map(({ sender }) => sender.slice(sender.lastIndexOf('@') + 1)).filter((one) => one !== ''),
  )
  const subjects = new Set(reports.map(({ subject }) => subjectForm(subject)).filter((one) => one !== ''))
  return {
    exactly: (blob: number) => blobs.has(blob),
    perhaps: (header: Header, subject: string) =>
      senders.has(authorOf(header)?.domain ?? '') || subjects.has(subjectForm(subject)),
  }
}

const isOfCluster = async (
  people: People,
  cluster: number,
  blob: number,
  header: Header,
  official: readonly string[],
) => {
  const looked = await lookAt(people, blob, official)
  if (!looked) return false
  const { store, clock } = people.ctx
  const match = await store.read((tx) => findCluster(tx, looked.signs, clock.now(), 'fraud'))
  if (match?.id !== cluster) return false
  const ours = proofOf(header, authorOf(header), people.options.hostname).proof === 'own'
  return match.points >= (ours ? enough + 2 : enough)
}

/** Counts the next slice; after the last one, says how many there are. */
export const countSlice = async (people: People, row: SweepRow): Promise<void> => {
  const { store, clock } = people.ctx
  const { id, cluster_id: cluster, reached, upto, since } = row
  const found = await store.read((tx) => tx.all(contents, { after: reached, upto, limit: contentSlice }))
  const last = found.at(-1)
  if (!last) {
    await store.writeGlobal(async (tx) => {
      const { found: mails = 0, mailboxes = 0 } = (await tx.first(tally, { id })) ?? {}
      await tx.run(setCounted, { id, found: Number(mails), mailboxes: Number(mailboxes), now: clock.now() })
    })
    return
  }
  const fit = await fits(people, cluster)
  const official = await officialHosts(people)
  const hits: number[] = []
  for (const { blob, headers, subject } of found) {
    const block = headers ?? new Uint8Array()
    const header = new Header(block.subarray(0, bodyStart(block)))
    if (fit.exactly(blob)) hits.push(blob)
    else if (fit.perhaps(header, subject) && (await isOfCluster(people, cluster, blob, header, official)))
      hits.push(blob)
  }
  await store.writeGlobal(async (tx) => {
    const { changes } = await tx.run(setReached, { id, reached: last.blob, was: reached, now: clock.now() })
    // Another process has done this slice.
    if (changes === 0) return
    for (const blob of hits)
      for (const { account, email } of await tx.all(holders, { blob, since }))
        await tx.run(insertMail, { sweep: id, account, email })
  })
}
