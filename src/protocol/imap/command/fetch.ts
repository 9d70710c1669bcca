/** FETCH and UID FETCH (RFC 9051 §6.4.5) with CHANGEDSINCE and VANISHED (RFC 7162). */
import { fromImapFlags, seen } from '#domain/mail/flags.ts'
import { storeFlags } from '#domain/mail/setflags.ts'
import { changedSince, mailboxState, messagesByUid } from '#domain/mail/view.ts'
import { bad, type Call, type Command, no, ok, type Reply, selectedOf } from '../command.ts'
import { writeMessages } from '../fetch.ts'
import { type FetchItem, type FetchModifiers, fetchItems, fetchModifiers } from '../grammar/fetch.ts'
import { partOf } from '../grammar/partial.ts'
import { type SequenceSet, sequenceSet } from '../grammar/sequence-set.ts'
import { uidsOf } from '../numbers.ts'
import { changesFor } from '../resynchronise.ts'
import type { Session } from '../session.ts'

const uidItem: FetchItem = { kind: 'simple', name: 'UID' }
const modseqItem: FetchItem = { kind: 'simple', name: 'MODSEQ' }

const asks = (items: readonly FetchItem[], name: string): boolean =>
  items.some((item) => item.kind === 'simple' && item.name === name)

/** Reading a body sets \Seen unless the item peeks (RFC 9051 §6.4.5). */
const marksSeen = (items: readonly FetchItem[]): boolean =>
  items.some((item) => (item.kind === 'section' || item.kind === 'binary') && !item.peek)

/** Sets \Seen where it is missing and returns the UIDs that have it now. */
const markSeen = async (session: Session, uids: readonly number[]): Promise<Set<number>> => {
  const { mailboxId } = selectedOf(session)
  const { selectedAccount: account } = session
  const rows = await session.ctx.store.read((tx) => messagesByUid(tx, account, mailboxId, uids))
  const unseen = rows.filter(({ flags }) => (flags & seen) === 0).map(({ uid }) => uid)
  if (unseen.length === 0) return new Set()
  const change = fromImapFlags(['\\Seen'])
  const { done } = await storeFlags(session.ctx, account, mailboxId, unseen, { mode: 'add', change })
  return new Set(done.map(({ uid }) => uid))
}

/** The messages of a set that changed since a mod-sequence, after VANISHED (EARLIER) when asked for (RFC 7162 §3.2.6). */
const changedAmong = async (
  session: Session,
  set: SequenceSet,
  uids: readonly number[],
  { changedSince: since = 0, vanished }: FetchModifiers,
): Promise<number[]> => {
  const { mailboxId } = selectedOf(session)
  const { selectedAccount: account } = session
  const among = new Set(uids)
  const { changed, gone } = await session.ctx.store.read(async (tx) => {
    if (!vanished) return { ...(await changedSince(tx, account, mailboxId, since)), gone: '' }
    const state = await mailboxState(tx, account, mailboxId)
    const opened = { state, uids: (await session.lists.of(tx, account, state)).uids }
    const known = set.saved ? uids.map((uid) => ({ from: uid, to: uid })) : bounded(set.ranges, opened.state.uidNext)
    const found = await changesFor(tx, account, opened, { modseq: since, known, above: 0 })
    return { changed: found.changed, gone: found.vanished }
  })
  if (gone !== '') session.untagged(`VANISHED (EARLIER) ${gone}`)
  return changed.map(({ uid }) => uid).filter((uid) => among.has(uid))
}

/** Ranges with `*` read as the end of the mailbox. */
const bounded = (ranges: Extract<SequenceSet, { saved: false }>['ranges'], uidNext: number) =>
  ranges.map(({ from, to }) => ({ from: Math.min(from, uidNext), to: Math.min(to, uidNext) }))

const enableCondstore = (
  session: Session,
  items: readonly FetchItem[],
  modifiers: FetchModifiers | undefined,
): void => {
  if (asks(items, 'MODSEQ') || modifiers?.changedSince !== undefined) session.wantCondstore()
}

/**
 * Items in the order of the answer: UID first where the command implies it, MODSEQ where a modifier does, and in every
 * answer to UID FETCH of a client that has enabled QRESYNC (RFC 7162 §3.2.4).
 */
const completeItems = (session: Session, items: FetchItem[], uid: boolean, modifiers?: FetchModifiers): FetchItem[] => {
  const withUid = uid && !asks(items, 'UID') ? [uidItem, ...items] : items
  const wantsModseq = modifiers?.changedSince !== undefined || (uid && session.qresync)
  return wantsModseq && !asks(items, 'MODSEQ') ? [...withUid, modseqItem] : withUid
}

const run = async ({ session, args, uid }: Call): Promise<Reply> => {
  args.sp()
  const set = sequenceSet(args)
  args.sp()
  const asked = fetchItems(args)
  const modifiers = args.takeSp() ? fetchModifiers(args) : undefined
  args.crlf()
  const selected = selectedOf(session)
  let uids = uidsOf(session, set, uid)
  if (modifiers?.vanished && !(uid && session.qresync && modifiers.changedSince !== undefined))
    return bad('VANISHED needs UID FETCH, CHANGEDSINCE and QRESYNC enabled')
  if (modifiers?.partial !== undefined && !uid) return bad('PARTIAL needs UID FETCH')
  enableCondstore(session, asked, modifiers)
  if (modifiers?.changedSince !== undefined) uids = await changedAmong(session, set, uids, modifiers)
  if (modifiers?.partial !== undefined) uids = [...partOf(uids, modifiers.partial)]
  const reflagged = marksSeen(asked) && !selected.readOnly ? await markSeen(session, uids) : new Set<number>()
  session.unknownEncoding = false
  const items = completeItems(session, asked, uid, modifiers)
  const count = await writeMessages(session, { uids, items, reflagged })
  if (session.unknownEncoding) return no('Unknown content transfer encoding', 'UNKNOWN-CTE')
  // RFC 2180 §4.1.2: messages that others have expunged meanwhile; their EXPUNGE follows later.
  return count < uids.length ? ok('Some messages are gone', 'EXPUNGEISSUED') : ok('Fetched')
}

export const fetch: Command = {
  name: 'FETCH',
  states: ['selected'],
  withUid: 'also',
  tellsExpunges: 'uid',
  capabilities: [{ name: 'BINARY' }, { name: 'PREVIEW' }, { name: 'SAVEDATE' }],
  run,
}
