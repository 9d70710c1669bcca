/**
 * Tells a client what has happened in its mailbox (law 9). The store is read from the view's modseq on; what may not be
 * told yet (EXPUNGE during FETCH, STORE and SEARCH, RFC 9051 §7.5.1) waits in the session.
 */
import { isFailure } from '#base/failure.ts'
import { type ChangedMessage, changedSince, mailboxState } from '#domain/mail/view.ts'
import { formatSet } from './grammar/sequence-set.ts'
import { stillOpen } from './others.ts'
import { startPace } from './pace.ts'
import { allFlagsText, flagsItems } from './respond/message.ts'
import type { Selected, Session } from './session.ts'

export interface Telling {
  /** Read the store even when the bus has said nothing: a lost notification costs latency only. */
  readonly look: boolean
  readonly expunges: boolean
  /** The command was a UID command: its answers name the UID. */
  readonly uids: boolean
}

/** UIDs of an ascending list that are not in another ascending list. */
const missing = (from: ArrayLike<number>, uids: Iterable<number>): number[] => {
  const there = new Set(uids)
  return Array.from(from).filter((uid) => !there.has(uid))
}

interface Found {
  readonly modseq: number
  readonly changed: readonly ChangedMessage[]
  readonly vanished: readonly number[]
}

const readChanges = (session: Session, selected: Selected): Promise<Found | undefined> =>
  session.ctx.store.read(async (tx) => {
    const { mailboxId, modseq, view } = selected
    try {
      const state = await mailboxState(tx, session.selectedAccount, mailboxId)
      if (state.highestModseq === modseq) return
      const { changed, vanished } = await changedSince(tx, session.selectedAccount, mailboxId, modseq)
      if (vanished !== undefined) return { modseq: state.highestModseq, changed, vanished }
      const { uids } = await session.lists.of(tx, session.selectedAccount, state)
      return { modseq: state.highestModseq, changed, vanished: missing(view.uids, uids) }
    } catch (error) {
      if (!isFailure(error, 'notFound')) throw error
      // The mailbox was deleted elsewhere: to this client it becomes empty.
      return { modseq, changed: [], vanished: [...view.uids] }
    }
  })

const tellVanished = async (session: Session, selected: Selected): Promise<void> => {
  const uids = [...new Set(selected.vanished)].sort((a, b) => a - b)
  selected.vanished = []
  const removed = selected.view.remove(uids)
  if (removed.length === 0) return
  if (session.tellsVanished) session.untagged(`VANISHED ${formatSet(removed.map(({ uid }) => uid))}`)
  else {
    const pace = startPace()
    for (const { sequence } of removed) {
      session.untagged(`${sequence} EXPUNGE`)
      if (pace.due) await pace.rest()
    }
  }
  if (selected.saved.length === 0) return
  const gone = new Set(removed.map(({ uid }) => uid))
  selected.saved = selected.saved.filter((uid) => !gone.has(uid))
}

/** Names keywords in a FLAGS response before a FETCH uses them for the first time (RFC 9051 §7.3.5). */
export const nameKeywords = (session: Session, selected: Selected, column: string): void => {
  if (column === '') return
  const unknown = column.split(' ').filter((keyword) => !selected.keywords.has(keyword))
  if (unknown.length === 0) return
  for (const keyword of unknown) selected.keywords.add(keyword)
  session.untagged(`FLAGS ${allFlagsText(selected.keywords)}`)
  session.untagged(`OK [PERMANENTFLAGS ${selected.readOnly ? '()' : permanentFlags(selected.keywords)}] Flags`)
}

export const permanentFlags = (keywords: Iterable<string>): string => allFlagsText(keywords).replace(/\)$/, ' \\*)')

/** New messages are recent here unless another session was quicker; a read-only session takes them from nobody. */
const claimFresh = (session: Session, selected: Selected, uids: readonly number[]): void => {
  const { mailboxId, recent, readOnly } = selected
  const last = uids.at(-1)!
  recent.add(session.recents.firstFresh(session.selectedAccount, mailboxId, uids), last)
  if (!readOnly) session.recents.tell(session.selectedAccount, mailboxId, last + 1)
}

/** UIDs of new messages. */
const tellChanged = async (
  session: Session,
  selected: Selected,
  found: Found,
  uids: boolean,
): Promise<readonly number[]> => {
  const { view, told } = selected
  const known = view.lastUid
  const fresh = found.changed.filter(({ uid }) => uid > known).map(({ uid }) => uid)
  if (fresh.length > 0) {
    view.append(fresh)
    session.untagged(`${view.count} EXISTS`)
    claimFresh(session, selected, fresh)
    if (!session.enabled.has('IMAP4REV2')) session.untagged(`${selected.recent.count(view)} RECENT`)
  }
  const wish = session.watch?.selected
  // NOTIFY may ask for messages without their flags (RFC 5465 §5.1).
  if (wish?.messages === true && !wish.flags) return fresh
  let written = 0
  const pace = startPace()
  for (const message of found.changed) {
    if (pace.due) await pace.rest()
    if (message.uid > known || (told.get(message.uid) ?? 0) >= message.modseq) continue
    const sequence = view.sequenceOf(message.uid)
    if (sequence === 0) continue
    nameKeywords(session, selected, message.keywords)
    const recent = session.isRecent(message.uid)
    const uid = (uids || session.namesUids) && !session.uidOnly
    const items = flagsItems(message, { uid, modseq: session.condstore, recent })
    session.untagged(`${session.fetchStart(sequence, message.uid)}${items})`)
    if (++written % 1000 === 0) await session.output.ready()
  }
  return fresh
}

/** Brings the client's view up to date, as far as `telling` allows. Resolves to the UIDs of new messages. */
export const synchronise = async (session: Session, telling: Telling): Promise<readonly number[]> => {
  const { selected } = session
  if (selected === undefined) return []
  if ((telling.look || selected.stale) && !(await stillOpen(session))) return []
  let found: Found | undefined
  if (telling.look || selected.stale) {
    selected.stale = false
    found = await readChanges(session, selected)
  }
  if (found !== undefined) {
    selected.modseq = found.modseq
    for (const uid of found.vanished) selected.vanished.push(uid)
  }
  if (telling.expunges && selected.vanished.length > 0) await tellVanished(session, selected)
  const fresh = found === undefined ? [] : await tellChanged(session, selected, found, telling.uids)
  selected.told.clear()
  return fresh
}
