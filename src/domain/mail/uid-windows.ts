/** A mailbox in windows of UIDs: what has no index of its own is looked for in parts, giving way to others between them. */
import { type Params, type Reader, statement } from '#store/engine.ts'
import { breathe } from '../turn.ts'

/** Rows that one statement looks at: two or three milliseconds. */
const windowLength = 2_000

const windowEnd = statement((q, p: Params<{ account: number; mailbox: number; after: number; length: number }>) =>
  q
    .selectFrom('message')
    .select('uid')
    .where('account_id', '=', p.account)
    .where('mailbox_id', '=', p.mailbox)
    .where('uid', '>', p.after)
    .orderBy('uid')
    .limit(1)
    .offset(p.length),
)

export interface UidWindow {
  /** Above this. */
  readonly after: number
  /** Up to this. */
  readonly upTo: number
}

/** Windows that together hold every UID of a mailbox, ascending. */
export async function* uidWindows(tx: Reader, account: number, mailbox: number): AsyncGenerator<UidWindow> {
  for (let after = 0; ; ) {
    const last = await tx.first(windowEnd, { account, mailbox, after, length: windowLength })
    if (last === undefined) {
      yield { after, upTo: Number.MAX_SAFE_INTEGER }
      return
    }
    yield { after, upTo: last.uid }
    after = last.uid
    await breathe()
  }
}
