/** Whether a message that somebody reads is one of a fraud that was judged: shared immunity, before they are harmed. */
import { type Params, statement } from '#store/engine.ts'
import type { People } from '../people/people.ts'
import { findCluster, lookAt, officialHosts } from './clusters.ts'
import { enough, type Looked } from './signs.ts'

/** How long the question whether there are frauds at all is answered from memory, in milliseconds. */
const life = 15_000
const since = 90 * 86_400_000

const anyFraud = statement((q, p: Params<{ since: number }>) =>
  q.selectFrom('phishing_cluster').select('id').where('verdict', '=', 'fraud').where('last_at', '>', p.since).limit(1),
)

interface Known {
  readonly at: number
  readonly official: readonly string[] | undefined
}

const known = new WeakMap<People, Known>()

/** Hosts that no fraud is recognised by, or undefined while no fraud is known. */
const watching = async (people: People): Promise<readonly string[] | undefined> => {
  const { store, clock } = people.ctx
  const now = clock.now()
  const before = known.get(people)
  if (before && now >= before.at && now - before.at < life) return before.official
  const some = await store.read((tx) => tx.first(anyFraud, { since: now - since }))
  const official = some ? await officialHosts(people) : undefined
  known.set(people, { at: now, official })
  return official
}

/** A verdict counts from the next message on, in this process. */
export const forgetJudged = (people: People): void => {
  known.delete(people)
}

/** What a colleague wrote must be much alike: they answer, and quote, what they were sent. */
const enoughOfOurs = 6

/** Whether these signs are those of a fraud. `ours`: written by somebody who was signed in here. */
export const isFraud = async (people: People, { signs }: Looked, ours: boolean): Promise<boolean> => {
  const { store, clock } = people.ctx
  const match = await store.read((tx) => findCluster(tx, signs, clock.now(), 'fraud'))
  return match !== undefined && match.points >= (ours ? enoughOfOurs : enough)
}

/** The verdict on a stored message, null when nobody judged it or anything like it. */
export const judgedOf = async (people: People, blobId: number, ours: boolean): Promise<'fraud' | null> => {
  const official = await watching(people)
  if (official === undefined) return null
  const looked = await lookAt(people, blobId, official)
  return looked && (await isFraud(people, looked, ours)) ? 'fraud' : null
}
