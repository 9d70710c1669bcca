/** QRESYNC's answer to a returning client: what vanished and what changed while it was away (RFC 7162 §3.2.5). */
import { type ChangedMessage, changedSince, type MailboxState } from '#domain/mail/view.ts'
import type { Resynchronisation } from './grammar/select.ts'
import { formatSet, lowerBound, membership, mergeRanges, type Range } from './grammar/sequence-set.ts'
import { flagsItems } from './respond/message.ts'
import type { Selected, Session } from './session.ts'

/** A read transaction. */
type Snapshot = Parameters<typeof changedSince>[0]

export interface Resynchronised {
  /** UIDs to tell as VANISHED (EARLIER), in the notation of a set; empty when there are none. */
  readonly vanished: string
  readonly changed: readonly ChangedMessage[]
}

/** The numbers of ranges in order, at most `max` of them. */
function* numbers(ranges: readonly Range[], max: number): Generator<number> {
  let left = max
  for (const { from, to } of ranges) {
    const step = from <= to ? 1 : -1
    for (let n = from; left > 0; n += step, left--) {
      yield n
      if (n === to) break
    }
  }
}

const maxMatching = 10_000

/**
 * RFC 7162 §3.2.5.2: the client shows message numbers with the UIDs they had. As long as they agree with today's numbers
 * nothing below has vanished, so that VANISHED need only speak of what lies above. Returns the highest agreeing UID.
 */
const lastAgreement = (uids: ArrayLike<number>, { matching }: Resynchronisation): number => {
  if (matching === undefined) return 0
  let agreed = 0
  const theirs = numbers(matching.uids, maxMatching)
  for (const sequence of numbers(matching.sequence, maxMatching)) {
    const uid = theirs.next().value
    if (uid === undefined || uids[sequence - 1] !== uid) break
    agreed = uid
  }
  return agreed
}

/** Every number below `next` that is not a UID: what has vanished when nobody remembers when. */
const allGaps = (uids: ArrayLike<number>, next: number, known: readonly Range[] | undefined, above: number): string => {
  const wanted = known === undefined ? [{ from: 1, to: next - 1 }] : mergeRanges(known)
  const gaps: string[] = []
  const add = (from: number, to: number): void => {
    if (from <= to) gaps.push(from === to ? `${from}` : `${from}:${to}`)
  }
  for (const range of wanted) {
    const low = Math.max(range.from, above + 1)
    const high = Math.min(range.to, next - 1)
    let at = low
    for (let i = lowerBound(uids, low); i < uids.length && uids[i]! <= high; i++) {
      add(at, uids[i]! - 1)
      at = uids[i]! + 1
    }
    add(at, high)
  }
  return gaps.join(',')
}

/** What has happened since `modseq` to the UIDs in `known` (all when undefined). */
export const changesFor = async (
  tx: Snapshot,
  account: number,
  opened: { readonly state: MailboxState; readonly uids: ArrayLike<number> },
  since: { readonly modseq: number; readonly known: readonly Range[] | undefined; readonly above: number },
): Promise<Resynchronised> => {
  const { changed, vanished } = await changedSince(tx, account, opened.state.id, since.modseq)
  const isKnown = since.known === undefined ? () => true : membership(since.known)
  const unique = vanished && [...new Set(vanished)].filter((uid) => uid > since.above && isKnown(uid))
  return {
    changed: changed.filter(({ uid }) => isKnown(uid)),
    vanished:
      unique === undefined ? allGaps(opened.uids, opened.state.uidNext, since.known, since.above) : formatSet(unique),
  }
}

/** Undefined when the mailbox is another one than the client knew: it must begin anew. */
export const readResynchronisation = async (
  tx: Snapshot,
  account: number,
  opened: { readonly state: MailboxState; readonly uids: ArrayLike<number> },
  resync: Resynchronisation | undefined,
): Promise<Resynchronised | undefined> => {
  if (resync === undefined || resync.uidValidity !== opened.state.uidValidity) return
  const above = lastAgreement(opened.uids, resync)
  return changesFor(tx, account, opened, { modseq: resync.modseq, known: resync.knownUids, above })
}

export const tellResynchronisation = (
  session: Session,
  selected: Selected,
  { vanished, changed }: Resynchronised,
): void => {
  if (vanished !== '') session.untagged(`VANISHED (EARLIER) ${vanished}`)
  for (const message of changed) {
    const sequence = selected.view.sequenceOf(message.uid)
    if (sequence === 0) continue
    const recent = selected.recent.has(message.uid)
    const items = flagsItems(message, { uid: !session.uidOnly, modseq: true, recent })
    session.untagged(`${session.fetchStart(sequence, message.uid)}${items})`)
  }
}
