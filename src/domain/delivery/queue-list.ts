/** What waits to leave, for operators: one line for each recipient, without a word of the message. */
import { type Params, type Reader, statement } from '#store/engine.ts'

export interface WaitingMail {
  readonly id: number
  /** Milliseconds. */
  readonly createdAt: number
  /** Empty for messages of the server itself. */
  readonly sender: string
  readonly recipient: string
  readonly status: 'pending' | 'held' | 'sending'
  readonly attempts: number
  readonly nextAt: number
  /** What the last server answered, or why none did; empty before the first try. */
  readonly lastReply: string
}

const waiting = statement((q, p: Params<{ limit: number }>) =>
  q
    .selectFrom('queue_recipient')
    .innerJoin('queue_message', 'queue_message.id', 'queue_recipient.queue_id')
    .select([
      'queue_message.id as id',
      'queue_message.created_at as createdAt',
      'queue_message.sender as sender',
      'queue_recipient.address as recipient',
      'queue_recipient.status as status',
      'queue_recipient.attempts as attempts',
      'queue_recipient.next_at as nextAt',
      'queue_recipient.last_reply as lastReply',
    ])
    .where('queue_recipient.status', 'in', ['pending', 'held', 'sending'])
    .orderBy('queue_recipient.next_at')
    .orderBy('queue_message.id')
    .orderBy('queue_recipient.n')
    .limit(p.limit),
)

const waitingForTls = statement((q, _p: Params<Record<never, never>>) =>
  q
    .selectFrom('queue_recipient')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('status', '=', 'pending')
    .where((e) => e.or([e('last_reply', 'like', '%MTA-STS)%'), e('last_reply', 'like', '%DANE)%')])),
)

/** Recipients whose domain asks for a TLS that its servers did not give at the last try. */
export const waitingForPolicy = async (tx: Reader): Promise<number> =>
  Number((await tx.first(waitingForTls, {}))?.count ?? 0)

/** Recipients that wait, those tried next first. */
export const waitingMail = async (tx: Reader, limit: number): Promise<WaitingMail[]> =>
  (await tx.all(waiting, { limit })).map((row) => ({
    ...row,
    status: row.status === 'sending' || row.status === 'held' ? row.status : 'pending',
  }))
