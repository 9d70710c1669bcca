/**
 * A fraud taken back from every mailbox that has it, and given back. First it is counted, over the messages of late, a
 * slice at a time; then somebody confirms the number they were shown; then mailbox after mailbox moves it to the junk, each
 * in one transaction with the row that says so. A kill costs nothing, and all of it can be undone.
 */
import { Failure } from '#base/failure.ts'
import { type Params, statement, type Writer } from '#store/engine.ts'
import type { Actor } from '../directory/delegation.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { requireFraudAct } from './rights.ts'
import { countSlice, lastBlobBefore } from './sweep-count.ts'
import { moveSlice } from './sweep-move.ts'
import { type SweepRow, type SweepState, setState, sweepColumns } from './sweep-rows.ts'

const day = 86_400_000
/** How long before its first report a fraud is looked for. */
const before = 14 * day
const undoWithin = 30 * day
const keepFor = 60 * day

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

const ofCluster = statement((q, p: Params<{ cluster: number }>) =>
  q
    .selectFrom('phishing_sweep')
    .select(sweepColumns)
    .where('cluster_id', '=', p.cluster)
    .orderBy('id', 'desc')
    .limit(10),
)
const byId = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('phishing_sweep').select(sweepColumns).where('id', '=', p.id),
)
const clusterById = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('phishing_cluster').select(['verdict', 'first_at']).where('id', '=', p.id),
)
const lastBlob = statement((q) => q.selectFrom('blob').select((eb) => eb.fn.max('id').as('id')))
const insert = statement(
  (q, p: Params<{ cluster: number; reached: number; upto: number; since: number; by: string; now: number }>) =>
    q
      .insertInto('phishing_sweep')
      .values({
        cluster_id: p.cluster,
        state: 'counting',
        reached: p.reached,
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
const sweepOf = ({ cluster_id, actor, id, state, found, mailboxes, moved, at }: SweepRow): Sweep => ({
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
    const since = row.first_at - before
    const reached = await lastBlobBefore(tx, since, upto)
    const made = await tx.first(insert, { cluster, reached, upto, since, by: actor.login, now })
    return (made as { id: number }).id
  })

const step = (
  people: People,
  actor: Actor,
  id: number,
  [was, next]: readonly [SweepState, SweepState],
  action: 'phishing.take-back' | 'phishing.give-back',
  check: (row: SweepRow, now: number, tx: Writer) => Promise<void>,
): Promise<void> =>
  people.ctx.store.writeGlobal(async (tx) => {
    const now = people.ctx.clock.now()
    await requireFraudAct(tx, actor, 'takeBack', now)
    const row = await tx.first(byId, { id })
    if (!row) throw new Failure('notFound', 'no such act')
    await check(row, now, tx)
    const { changes } = await tx.run(setState, { id, state: next, was, now })
    if (changes === 0) throw new Failure('conflict', `it is ${row.state}`)
    const target = `#${row.cluster_id}`
    await appendAudit(tx, now, { actor: actor.login, action, target, detail: `${row.found} / ${row.mailboxes}` })
  })

/**
 * Takes the fraud back from the mailboxes that were counted. `mailboxes` is the number that whoever confirms was shown.
 * Throws Failure forbidden, notFound, conflict (not counted, another number, no fraud any more).
 */
export const takeBack = (people: People, actor: Actor, id: number, mailboxes: number): Promise<void> =>
  step(people, actor, id, ['counted', 'running'], 'phishing.take-back', async (row, _now, tx) => {
    // Judged otherwise since it was counted.
    if ((await tx.first(clusterById, { id: row.cluster_id }))?.verdict !== 'fraud')
      throw new Failure('conflict', 'it is not judged a fraud', { property: 'verdict' })
    if (row.mailboxes !== mailboxes) throw new Failure('conflict', 'that is not the number', { property: 'mailboxes' })
  })

/** Puts everything back where it was. Throws Failure forbidden, notFound, conflict (not done, or too long ago). */
export const giveBack = (people: People, actor: Actor, id: number): Promise<void> =>
  step(people, actor, id, ['done', 'undoing'], 'phishing.give-back', async (row, now) => {
    if (row.at < now - undoWithin) throw new Failure('conflict', 'that was too long ago')
  })

const underWay = statement((q) =>
  q
    .selectFrom('phishing_sweep')
    .select(sweepColumns)
    .where('state', 'in', ['counting', 'running', 'undoing'])
    .orderBy('id')
    .limit(20),
)
const oldSweeps = statement((q, p: Params<{ before: number }>) =>
  q
    .selectFrom('phishing_sweep')
    .select('id')
    .where('updated_at', '<', p.before)
    // Those already forgotten would hide the others behind the limit.
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('phishing_sweep_mail').select('sweep_id').whereRef('sweep_id', '=', 'phishing_sweep.id')),
    )
    .orderBy('id')
    .limit(20),
)
const dropMails = statement((q, p: Params<{ id: number }>) =>
  q.deleteFrom('phishing_sweep_mail').where('sweep_id', '=', p.id),
)

/** Advances every act under way by one slice. Returns how many there were. */
export const advanceSweeps = async (people: People): Promise<number> => {
  const rows = await people.ctx.store.read((tx) => tx.all(underWay, {}))
  for (const row of rows)
    if (row.state === 'counting') await countSlice(people, row)
    else await moveSlice(people, row)
  return rows.length
}

/** Forgets where messages were, when nothing can be undone any more. */
export const forgetSweeps = async (people: People): Promise<void> => {
  const { store, clock } = people.ctx
  await store.writeGlobal(async (tx) => {
    for (const { id } of await tx.all(oldSweeps, { before: clock.now() - keepFor })) await tx.run(dropMails, { id })
  })
}
