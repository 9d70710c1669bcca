/** Copies entries into a mailbox of another account: what IMAP COPY means between one's own mailbox and a function's. */
import { Failure } from '#base/failure.ts'
import type { Context } from '../context.ts'
import { appendMessages, type NewMessage } from './append.ts'
import { createContentReader } from './content.ts'
import type { UidMap } from './copy.ts'
import { type Entry, entriesByUid } from './entries.ts'

export interface Shelf {
  readonly account: number
  readonly mailbox: number
}

/** Messages of one command: each is read once, outside the transaction. */
const most = 2000

const carried = async (ctx: Context, entry: Entry, mailbox: number): Promise<NewMessage> => {
  const reader = createContentReader()
  for await (const chunk of ctx.store.blobs.open(entry.blobId)) reader.push(chunk)
  return {
    // The bytes are stored once, whoever holds them.
    blob: { id: entry.blobId, size: entry.size },
    content: reader.end(),
    mailboxIds: [mailbox],
    flags: entry.flags,
    receivedAt: entry.receivedAt,
  }
}

/** All or nothing. Throws Failure notFound, overQuota (of the account it goes to), tooMany. */
export const copyAcross = async (ctx: Context, from: Shelf, uids: readonly number[], to: Shelf): Promise<UidMap> => {
  if (uids.length > most) throw new Failure('tooMany', `at most ${most} messages to another account at once`)
  const entries = await ctx.store.read((tx) => entriesByUid(tx, from.account, from.mailbox, uids))
  if (entries.length === 0) return { uidValidity: 0, from: [], to: [] }
  const messages: NewMessage[] = []
  for (const entry of entries) messages.push(await carried(ctx, entry, to.mailbox))
  const places = (await appendMessages(ctx, to.account, messages)).map(({ entries: [place] }) => place)
  return {
    uidValidity: places[0]?.uidValidity ?? 0,
    from: entries.map(({ uid }) => uid),
    to: places.map((place) => place?.uid ?? 0),
  }
}
