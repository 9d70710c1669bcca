/**
 * A fraud taken back from every mailbox that has it, and given back. First it is counted, over the messages of late, a
 * slice at a time; then somebody confirms the number they were shown; then mailbox after mailbox moves it to the junk, each
 * in one transaction with the row that says so. A kill costs nothing, and all of it can be undone.
 */
import { Failure, isFailure } from '#base/failure.ts'
import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import { bodyStart, Header } from '../delivery/header.ts'
import type { Actor } from '../directory/delegation.ts'
import { Tally } from '../mail/tally.ts'
import { changeEmailsWithin } from '../mail/update.ts'
import { notify } from '../notify/notify.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { authorOf, proofOf } from '../reading/proof.ts'
import { findCluster, lookAt, officialHosts } from './clusters.ts'
import { requireFraudAct } from './rights.ts'
import { enough, subjectForm } from './signs.ts'
import { compromisePath, languageOfLocale } from './tell.ts'
import { taken } from './words.data.ts'

const day = 86_400_000
/** How long before its first report a fraud is looked for. */
const before = 14 * day
const contentSlice = 200
const mailSlice = 50
const undoWithin = 30 * day
const keepFor = 60 * day

export type SweepState = 'counting' | 'counted' | 'running' | 'done' | 'undoing' | 'undone'

export interface Sweep {
  readonly id: number
  readonly clusterId: number
  readonly state: SweepState
  readonly found: number
  readonly mailboxes: number
  readonly moved: number
  readonly askedBy: string
  readonly at: number
}

const columns = [
  'id',
  'cluster_id',
  'state',
  'reached',
  'upto',
  'since',
  'found',
  'mailboxes',
  'moved',
  'actor',
  'at',
] as const

const ofCluster = statement((q, p: Params<{ cluster: number }>) =>
  q.selectFrom('phishing_sweep').select(columns).where('cluster_id', '=', p.cluster).orderBy('id', 'desc').limit(10),
)
const byId = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('phishing_sweep').select(columns).where('id', '=', p.id),
)
const clusterById = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('phishing_cluster').select(['verdict', 'first_at']).where('id', '=', p.id),
)
const lastBlob = statement((q) => q.selectFrom('blob').select((eb) => eb.fn.max('id').as('id')))
const insert = statement((q, p: Params<{ cluster: number; upto: number; since: number; by: string; now: number }>) =>
  q
    .insertInto('phishing_sweep')
    .values({
      cluster_id: p.cluster,
      state: 'counting',
      reached: 0,
      upto: p.upto,
      since: p.since,
      found: 0,
      mailboxes: 0,
      moved: 0,
      actor: p.by,
      at: p.now,
      updated_at: p.now,
    })
    .returning('id'),
)
const setState = statement((q, p: Params<{ id: number; state: string; was: string; now: number }>) =>
  q
    .updateTable('phishing_sweep')
    .set({ state: p.state as 'running', updated_at: p.now })
    .where('id', '=', p.id)
    .where('state', '=', p.was as 'running'),
)

type Row = {
  readonly id: number
  readonly cluster_id: number
  readonly state: SweepState
  readonly reached: number
  readonly upto: number
  readonly since: number
  readonly found: number
  readonly mailboxes: number
  readonly moved: number
  readonly actor: string
  readonly at: number
}

const sweepOf = ({ cluster_id, actor, id, state, found, mailboxes, moved, at }: Row): Sweep => ({
  id,
  clusterId: cluster_id,
  state,
  found,
  mailboxes,
  moved,
  askedBy: actor,
  at,
})

/** The acts on a cluster, the latest first. Throws Failure forbidden. */
export const listSweeps = (people: People, actor: Actor, cluster: number): Promise<Sweep[]> =>
  people.ctx.store.read(async (tx) => {
    await requireFraudAct(tx, actor, 'see', people.ctx.clock.now())
    return (await tx.all(ofCluster, { cluster })).map(sweepOf)
  })

const live: ReadonlySet<SweepState> = new Set(['counting', 'running', 'undoing'])

/**
 * Begins to count the mailboxes that have a fraud. Throws Failure forbidden, notFound, conflict (no verdict of fraud, or
 * another count or act is under way).
 */
export const countMailboxes = (people: People, actor: Actor, cluster: number): Promise<number> =>
  people.ctx.store.writeGlobal(async (tx) => {
    const now = people.ctx.clock.now()
    await requireFraudAct(tx, actor, 'takeBack', now)
    const row = await tx.first(clusterById, { id: cluster })
    if (!row) throw new Failure('notFound', 'no such reports')
    if (row.verdict !== 'fraud') throw new Failure('conflict', 'it is not judged a fraud', { property: 'verdict' })
    const earlier = await tx.all(ofCluster, { cluster })
    if (earlier.some(({ state }) => live.has(state))) throw new Failure('conflict', 'one is under way')
    const upto = Number((await tx.first(lastBlob, {}))?.id ?? 0)
    const made = await tx.first(insert, { cluster, upto, since: row.first_at - before, by: actor.login, now })
    return (made as { id: number }).id
  })

const step = (
  people: People,
  actor: Actor,
  id: number,
  [was, next]: readonly [SweepState, SweepState],
  action: 'phishing.take-back' | 'phishing.give-back',
  check: (row: Row, now: number) => void = () => {},
): Promise<void> =>
  people.ctx.store.writeGlobal(async (tx) => {
    const now = people.ctx.clock.now()
    await requireFraudAct(tx, actor, 'takeBack', now)
    const row = await tx.first(byId, { id })
    if (!row) throw new Failure('notFound', 'no such act')
    check(row, now)
    const { changes } = await tx.run(setState, { id, state: next, was, now })
    if (changes === 0) throw new Failure('conflict', `it is ${row.state}`)
    const target = `#${row.cluster_id}`
    await appendAudit(tx, now, { actor: actor.login, action, target, detail: `${row.found} / ${row.mailboxes}` })
  })

/**
 * Takes the fraud back from the mailboxes that were counted. `mailboxes` is the number that whoever confirms was shown.
 * Throws Failure forbidden, notFound, conflict (not counted, or another number).
 */
export const takeBack = (people: People, actor: Actor, id: number, mailboxes: number): Promise<void> =>
  step(people, actor, id, ['counted', 'running'], 'phishing.take-back', (row) => {
    if (row.mailboxes !== mailboxes) throw new Failure('conflict', 'that is not the number', { property: 'mailboxes' })
  })

/** Puts everything back where it was. Throws Failure forbidden, notFound, conflict (not done, or too long ago). */
export const giveBack = (people: People, actor: Actor, id: number): Promise<void> =>
  step(people, actor, id, ['done', 'undoing'], 'phishing.give-back', (row, now) => {
    if (row.at < now - undoWithin) throw new Failure('conflict', 'that was too long ago')
  })

// -- counting ------------------------------------------------------------------------------------------------------------

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

const count = async (people: People, row: Row): Promise<void> => {
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

// -- moving --------------------------------------------------------------------------------------------------------------

const nextMails = statement((q, p: Params<{ sweep: number; limit: number }>) =>
  q
    .selectFrom('phishing_sweep_mail')
    .select(['account_id as account', 'email_id as email', 'before'])
    .where('sweep_id', '=', p.sweep)
    .where('before', '=', '')
    .orderBy('account_id')
    .limit(p.limit),
)
const movedMails = statement((q, p: Params<{ sweep: number; limit: number }>) =>
  q
    .selectFrom('phishing_sweep_mail')
    .select(['account_id as account', 'email_id as email', 'before'])
    .where('sweep_id', '=', p.sweep)
    .where('before', 'like', '[%')
    .orderBy('account_id')
    .limit(p.limit),
)
const noteMail = statement(
  (q, p: Params<{ sweep: number; account: number; email: number; before: string; was: string }>) =>
    q
      .updateTable('phishing_sweep_mail')
      .set({ before: p.before })
      .where('sweep_id', '=', p.sweep)
      .where('account_id', '=', p.account)
      .where('email_id', '=', p.email)
      .where('before', '=', p.was),
)
const addMoved = statement((q, p: Params<{ id: number; by: number; now: number }>) =>
  q
    .updateTable('phishing_sweep')
    .set((eb) => ({ moved: eb('moved', '+', p.by), updated_at: p.now }))
    .where('id', '=', p.id),
)
const mailboxesOf = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('mailbox').select(['id', 'role']).where('account_id', '=', p.account),
)
const placesOf = statement((q, p: Params<{ account: number; email: number }>) =>
  q
    .selectFrom('message')
    .select('mailbox_id as id')
    .where('account_id', '=', p.account)
    .where('email_id', '=', p.email),
)
const localeOf = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('account').select('locale').where('id', '=', p.account),
)

/** What somebody wrote, or has thrown away, is theirs. */
const untouched: ReadonlySet<string> = new Set(['sent', 'drafts', 'trash', 'junk', 'templates'])

const place = async (tx: AccountWriter, email: number, mailboxIds: readonly number[]): Promise<void> => {
  const counts = new Tally(tx)
  const { updated } = await changeEmailsWithin(tx, counts, { update: new Map([[email, { mailboxIds }]]), destroy: [] })
  const failure = updated.get(email)
  if (failure) throw failure
  await counts.flush()
}

const takeOne = async (tx: AccountWriter, sweep: number, email: number): Promise<void> => {
  const account = tx.accountId
  const boxes = await tx.all(mailboxesOf, { account })
  const junk = boxes.find(({ role }) => role === 'junk')?.id
  const here = [...new Set((await tx.all(placesOf, { account, email })).map(({ id }) => id))]
  const own = here.some((id) => untouched.has(boxes.find((box) => box.id === id)?.role ?? ''))
  const moves = junk !== undefined && here.length > 0 && !own
  const { changes } = await tx.run(noteMail, {
    sweep,
    account,
    email,
    was: '',
    before: moves ? JSON.stringify(here) : '-',
  })
  if (changes === 0 || !moves) return
  await place(tx, email, [junk])
  await tx.run(addMoved, { id: sweep, by: 1, now: tx.now })
  const locale = (await tx.first(localeOf, { account }))?.locale ?? 'fr'
  const once = `fraud:${sweep}`
  await notify(
    tx,
    { account, category: 'ticket', ...taken[languageOfLocale(locale)], url: compromisePath, once },
    tx.now,
  )
}

const putBack = async (tx: AccountWriter, sweep: number, email: number, was: string): Promise<void> => {
  const account = tx.accountId
  const { changes } = await tx.run(noteMail, { sweep, account, email, was, before: '-' })
  if (changes === 0) return
  await tx.run(addMoved, { id: sweep, by: -1, now: tx.now })
  const boxes = await tx.all(mailboxesOf, { account })
  const junk = boxes.find(({ role }) => role === 'junk')?.id
  const here = (await tx.all(placesOf, { account, email })).map(({ id }) => id)
  // Its owner has done something else with it since.
  if (here.length !== 1 || here[0] !== junk) return
  const old = (JSON.parse(was) as number[]).filter((id) => boxes.some((box) => box.id === id))
  const inbox = boxes.find(({ role }) => role === 'inbox')?.id
  await place(tx, email, old.length > 0 ? old : inbox === undefined ? here : [inbox])
}

const move = async (people: People, row: Row): Promise<void> => {
  const { store, clock } = people.ctx
  const isBack = row.state === 'undoing'
  const mails = await store.read((tx) => tx.all(isBack ? movedMails : nextMails, { sweep: row.id, limit: mailSlice }))
  if (mails.length === 0) {
    const next = isBack ? 'undone' : 'done'
    await store.writeGlobal((tx) => tx.run(setState, { id: row.id, state: next, was: row.state, now: clock.now() }))
    return
  }
  for (const { account, email, before: was } of mails)
    try {
      await store.write(account, (tx) => (isBack ? putBack(tx, row.id, email, was) : takeOne(tx, row.id, email)))
    } catch (error) {
      if (!isFailure(error)) throw error
      // Gone, or no room: nothing to be done there, and the others do not wait.
      await store.writeGlobal((tx) => tx.run(noteMail, { sweep: row.id, account, email, was, before: '-' }))
    }
}

const underWay = statement((q) =>
  q
    .selectFrom('phishing_sweep')
    .select(columns)
    .where('state', 'in', ['counting', 'running', 'undoing'])
    .orderBy('id')
    .limit(20),
)
const oldSweeps = statement((q, p: Params<{ before: number }>) =>
  q.selectFrom('phishing_sweep').select('id').where('updated_at', '<', p.before).limit(20),
)
const dropMails = statement((q, p: Params<{ id: number }>) =>
  q.deleteFrom('phishing_sweep_mail').where('sweep_id', '=', p.id),
)

/** Advances every act under way by one slice. Returns how many there were. */
export const advanceSweeps = async (people: People): Promise<number> => {
  const rows = await people.ctx.store.read((tx) => tx.all(underWay, {}))
  for (const row of rows)
    if (row.state === 'counting') await count(people, row)
    else await move(people, row)
  return rows.length
}

/** Forgets where messages were, when nothing can be undone any more. */
export const forgetSweeps = async (people: People): Promise<void> => {
  const { store, clock } = people.ctx
  await store.writeGlobal(async (tx) => {
    for (const { id } of await tx.all(oldSweeps, { before: clock.now() - keepFor })) await tx.run(dropMails, { id })
  })
}
