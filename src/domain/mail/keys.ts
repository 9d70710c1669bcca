/**
 * What messages of a mailbox are ordered and threaded by: keys that were worked out when they arrived, read in bulk. Every
 * function works within one snapshot that the caller opens with `store.read`.
 */
import { type Params, type ParamValues, type Reader, type SqlValue, type Statement, statement } from '#store/engine.ts'

/** Columns beyond those of the entry; each costs what it weighs. */
const columns = {
  sentAt: 'content.sent_at',
  baseSubject: 'content.base_subject',
  subject: 'content.subject',
  fromSort: 'content.from_sort',
  toSort: 'content.to_sort',
  messageId: 'content.message_id',
  envelope: 'content.envelope',
  headers: 'content.headers',
} as const

export type MessageKey = keyof typeof columns

export interface MessageKeys {
  readonly uid: number
  readonly blobId: number
  readonly size: number
  readonly receivedAt: number
  /** Those that were asked for, in that order. */
  readonly values: readonly SqlValue[]
}

type KeyParams = { account: number; mailbox: number; from: number; to: number }
type KeyStatement = Statement<KeyParams & ParamValues, unknown>

const statements = new Map<string, KeyStatement>()

const entry = ['message.uid', 'message.blob_id', 'message.size', 'message.received_at'] as const

const statementFor = (keys: readonly MessageKey[]): KeyStatement => {
  const name = keys.join(' ')
  let known = statements.get(name)
  if (known === undefined) {
    const extra = keys.map((key) => columns[key])
    known = statement((q, p: Params<KeyParams>) => {
      const base = q.selectFrom('message')
      const rows =
        extra.length === 0
          ? base.select(entry)
          : base.innerJoin('content', 'content.blob_id', 'message.blob_id').select([...entry, ...extra])
      return rows
        .where('message.account_id', '=', p.account)
        .where('message.mailbox_id', '=', p.mailbox)
        .where('message.uid', '>=', p.from)
        .where('message.uid', '<=', p.to)
        .orderBy('message.uid')
    })
    statements.set(name, known)
  }
  return known
}

/** A gap of this many UIDs is read through rather than around. */
const gap = 4

/** Keys of messages by UID (ascending, a page of some hundred); those that are not there are left out. */
export const messageKeys = async (
  tx: Reader,
  account: number,
  mailbox: number,
  uids: readonly number[],
  keys: readonly MessageKey[],
): Promise<MessageKeys[]> => {
  const found: MessageKeys[] = []
  const wanted = statementFor(keys)
  for (let i = 0; i < uids.length; ) {
    let j = i
    while (j + 1 < uids.length && uids[j + 1]! - uids[j]! <= gap) j++
    const tuples = await tx.tuples(wanted, { account, mailbox, from: uids[i]!, to: uids[j]! })
    for (const tuple of tuples) {
      const uid = tuple[0] as number
      while (uids[i]! < uid) i++
      if (uids[i] !== uid) continue
      found.push({
        uid,
        blobId: tuple[1] as number,
        size: tuple[2] as number,
        receivedAt: tuple[3] as number,
        values: tuple.slice(4),
      })
    }
    i = j + 1
  }
  return found
}
