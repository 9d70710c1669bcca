/**
 * Which thread a message joins (RFC 8621 §3): the one of any message that it names, or that named it, provided the base
 * subject is the same (the references already contain it). Threads never merge: an id, once given, stays.
 */
import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'

const findRef = statement((q, p: Params<{ account: number; ref: number }>) =>
  q.selectFrom('thread_ref').select('thread_id').where('account_id', '=', p.account).where('ref', '=', p.ref),
)
const putRef = statement((q, p: Params<{ account: number; ref: number; thread: number }>) =>
  q
    .insertInto('thread_ref')
    .values({ account_id: p.account, ref: p.ref, thread_id: p.thread })
    .onConflict((oc) => oc.columns(['account_id', 'ref']).doUpdateSet({ thread_id: p.thread })),
)
const putNewRef = statement((q, p: Params<{ account: number; ref: number; thread: number }>) =>
  q
    .insertInto('thread_ref')
    .values({ account_id: p.account, ref: p.ref, thread_id: p.thread })
    .onConflict((oc) => oc.columns(['account_id', 'ref']).doNothing()),
)
const threadLives = statement((q, p: Params<{ account: number; thread: number }>) =>
  q.selectFrom('message').select('uid').where('account_id', '=', p.account).where('thread_id', '=', p.thread).limit(1),
)

interface Joined {
  readonly threadId: number
  readonly fresh: boolean
}

const begun = (tx: AccountWriter, threadId: number): Joined => {
  tx.changed('Thread', threadId, 'created')
  return { threadId, fresh: true }
}

/** The thread for a new email, recorded as changed or created. `refs` as in ParsedContent. */
export const joinThread = async (tx: AccountWriter, refs: readonly number[]): Promise<Joined> => {
  const { accountId: account } = tx
  const [only] = refs
  if (only !== undefined && refs.length === 1) {
    // Most messages answer nothing, and nothing has answered them yet: one statement instead of two.
    const thread = tx.nextId()
    if ((await tx.run(putNewRef, { account, ref: only, thread })).changes > 0) return begun(tx, thread)
  }
  const unknown: number[] = []
  let thread: number | undefined
  for (const ref of refs) {
    const row = await tx.first(findRef, { account, ref })
    if (!row) unknown.push(ref)
    else if (thread === undefined) thread = row.thread_id
  }
  if (thread !== undefined && (await tx.first(threadLives, { account, thread }))) {
    for (const ref of unknown) await tx.run(putRef, { account, ref, thread })
    tx.changed('Thread', thread, 'updated')
    return { threadId: thread, fresh: false }
  }
  // A thread whose last email is gone is not brought back: its id was told destroyed.
  const fresh = tx.nextId()
  for (const ref of refs) await tx.run(putRef, { account, ref, thread: fresh })
  return begun(tx, fresh)
}
