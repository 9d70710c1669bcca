/** Reads what SORT and THREAD need of messages, page by page, giving way to others between them. */
import { type MessageKey, type MessageKeys, messageKeys } from '#domain/mail/keys.ts'
import { selectedOf } from '../command.ts'
import { startPace } from '../pace.ts'
import type { Session } from '../session.ts'

const pageSize = 250

/** Hands every message of these UIDs (ascending) that is still there to `take`, in order. */
export const readKeys = async (
  session: Session,
  uids: readonly number[],
  keys: readonly MessageKey[],
  take: (message: MessageKeys) => void,
): Promise<void> => {
  const { mailboxId } = selectedOf(session)
  const pace = startPace()
  for (let i = 0; i < uids.length && !session.output.closed; i += pageSize) {
    const page = uids.slice(i, i + pageSize)
    const rows = await session.ctx.store.read((tx) => messageKeys(tx, session.selectedAccount, mailboxId, page, keys))
    for (const row of rows) {
      take(row)
      if (pace.due) await pace.rest()
    }
    if (pace.due) await pace.rest()
  }
}

/** Octets of a column as characters. */
export const octetsIn = (value: unknown): string =>
  value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1') : ''
