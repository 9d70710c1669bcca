/**
 * Reports put together: each joins the cluster it has most in common with, or begins one. Done after the report, a few at
 * a time, in the order in which they came: the same reports always make the same clusters.
 */
import { isFailure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { People } from '../people/people.ts'
import { listPlaces } from './official.ts'
import { enough, type Looked, likeness, lookedBytes, signsOf } from './signs.ts'
import { mailReporter, tellReporter } from './tell.ts'

const day = 86_400_000
/** A fraud that nobody has reported for so long is another one when it comes back. */
const clusterLife = 90 * day
const mostSigns = 300
const mostCandidates = 40
const slice = 20

const pending = statement((q, p: Params<{ limit: number }>) =>
  q
    .selectFrom('phishing_report')
    .select(['id', 'account_id', 'blob_id', 'sender', 'subject', 'at', 'undone_at', 'mail'])
    .where('cluster_id', '=', 0)
    .orderBy('id')
    .limit(p.limit),
)
const sharing = (tx: Reader, signs: readonly string[], since: number, verdict?: string) =>
  tx.query((q) => {
    const select = q
      .selectFrom('phishing_sign')
      .innerJoin('phishing_cluster', 'phishing_cluster.id', 'phishing_sign.cluster_id')
      .select(['phishing_sign.cluster_id as id'])
      .distinct()
      .where('phishing_sign.sign', 'in', [...signs])
      .where('phishing_cluster.last_at', '>', since)
      .orderBy('phishing_sign.cluster_id', 'desc')
      .limit(mostCandidates)
    return verdict === undefined ? select : select.where('phishing_cluster.verdict', '=', verdict)
  })
const signsOfCluster = statement((q, p: Params<{ id: number; limit: number }>) =>
  q.selectFrom('phishing_sign').select('sign').where('cluster_id', '=', p.id).limit(p.limit),
)
const insertCluster = statement((q, p: Params<{ subject: string; sender: string; at: number }>) =>
  q
    .insertInto('phishing_cluster')
    .values({
      subject: p.subject,
      sender: p.sender,
      first_at: p.at,
      last_at: p.at,
      verdict: '',
      judged_by: '',
      judged_at: null,
      answer: '',
    })
    .returning('id'),
)
const touchCluster = statement((q, p: Params<{ id: number; at: number }>) =>
  q.updateTable('phishing_cluster').set({ last_at: p.at }).where('id', '=', p.id).where('last_at', '<', p.at),
)
const insertSign = statement((q, p: Params<{ sign: string; cluster: number }>) =>
  q
    .insertInto('phishing_sign')
    .values({ sign: p.sign, cluster_id: p.cluster })
    .onConflict((on) => on.columns(['sign', 'cluster_id']).doNothing()),
)
const setCluster = statement((q, p: Params<{ id: number; cluster: number }>) =>
  q.updateTable('phishing_report').set({ cluster_id: p.cluster }).where('id', '=', p.id).where('cluster_id', '=', 0),
)

export interface Match {
  readonly id: number
  readonly points: number
  readonly signs: ReadonlySet<string>
}

/** The cluster a message has most in common with, the oldest of equals; undefined below what is enough. */
export const findCluster = async (
  tx: Reader,
  signs: readonly string[],
  now: number,
  verdict?: string,
): Promise<Match | undefined> => {
  if (signs.length === 0) return
  let best: Match | undefined
  for (const { id } of await sharing(tx, signs, now - clusterLife, verdict)) {
    const theirs = new Set((await tx.all(signsOfCluster, { id, limit: mostSigns })).map(({ sign }) => sign))
    const points = likeness(signs, theirs)
    if (points >= enough && (!best || points > best.points || (points === best.points && id < best.id)))
      best = { id, points, signs: theirs }
  }
  return best
}

/** What is official, as hosts that no fraud is recognised by. */
export const officialHosts = async (people: People): Promise<string[]> =>
  (await people.ctx.store.read((tx) => listPlaces(people, tx))).map(({ domain }) => domain.replace(/:\d+$/, ''))

/** Reads the signs of a stored message; undefined when its bytes are gone. */
export const lookAt = async (
  people: People,
  blobId: number,
  official: readonly string[],
): Promise<Looked | undefined> => {
  try {
    return signsOf(await people.ctx.store.blobs.bytes(blobId, { start: 0, end: lookedBytes }), official)
  } catch (error) {
    if (isFailure(error, 'notFound')) return
    throw error
  }
}

const join = async (tx: Writer, looked: Looked, at: number, now: number): Promise<number> => {
  const match = await findCluster(tx, looked.signs, now)
  const id = match?.id ?? ((await tx.first(insertCluster, { ...looked, at }))?.id as number)
  const known = match?.signs ?? new Set<string>()
  for (const sign of looked.signs.filter((one) => !known.has(one)).slice(0, mostSigns - known.size))
    await tx.run(insertSign, { sign, cluster: id })
  if (match) await tx.run(touchCluster, { id, at })
  return id
}

/** A cluster of the reports that cannot be read any more: nothing to look at, and looked at. */
const unreadable = -1

/** Puts the reports that wait into clusters. Returns how many. */
export const clusterReports = async (people: People): Promise<number> => {
  const { store, clock } = people.ctx
  const rows = await store.read((tx) => tx.all(pending, { limit: slice }))
  if (rows.length === 0) return 0
  const official = await officialHosts(people)
  for (const row of rows) {
    const looked = await lookAt(people, row.blob_id, official)
    const told = await store.writeGlobal(async (tx) => {
      const now = clock.now()
      const cluster = looked ? await join(tx, { ...looked, signs: looked.signs }, row.at, now) : unreadable
      const { changes } = await tx.run(setCluster, { id: row.id, cluster })
      // Of a fraud that is judged already, the answer comes at once.
      return changes > 0 && cluster > 0 && row.undone_at === null
        ? await tellReporter(tx, row.id, cluster, now)
        : undefined
    })
    if (told && told.mail !== '') await mailReporter(people, told)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return rows.length
}
