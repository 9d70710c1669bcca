/** From the message numbers or UIDs that a client writes to the UIDs of its view. */
import { selectedOf } from './command.ts'
import { BadSyntax, type Scanner } from './grammar/scanner.ts'
import { pick, type SequenceSet, sequenceSet, sequenceSpans, uidSpans } from './grammar/sequence-set.ts'
import type { Session } from './session.ts'

/** UIDs of a set, ascending. BadSyntax for message numbers that do not exist (RFC 9051 §9, `seq-number`). */
export const uidsOf = (session: Session, set: SequenceSet, uid: boolean): number[] => {
  const { view, saved } = selectedOf(session)
  if (set.saved) return [...saved]
  const { uids } = view
  if (uid) return pick(uids, uidSpans(set.ranges, uids))
  const { spans, outside } = sequenceSpans(set.ranges, view.count)
  if (outside) throw new BadSyntax('There is no message of this number')
  return pick(uids, spans)
}

/** Reads a set and returns its UIDs. */
export const chosenUids = (session: Session, args: Scanner, uid: boolean): number[] =>
  uidsOf(session, sequenceSet(args), uid)
