/** Runs a search program over the view of a connection. */
import { messagesByUid, type ViewedMessage } from '#domain/mail/view.ts'
import { selectedOf } from '../command.ts'
import type { SearchKey } from '../grammar/search.ts'
import { lowerBound, pick, type SequenceSet, type Spans, sequenceSpans, uidSpans } from '../grammar/sequence-set.ts'
import { startPace } from '../pace.ts'
import type { Session } from '../session.ts'
import { type Circumstances, evaluate, type Facts, type TextKey, textKeys } from './evaluate.ts'
import { headerFacts, textFacts } from './read.ts'

export interface Match {
  readonly uid: number
  /** Set when rows were read. */
  readonly modseq: number
}

/** Texts are looked for in the messages themselves while they are few and small; beyond, the index answers. */
const exactMessages = 200
const exactBytes = 24 * 1024 * 1024

const pageSize = 1000

const spansOf = (session: Session, key: { readonly key: 'sequence' | 'uid'; readonly set: SequenceSet }): Spans => {
  const { view, saved } = selectedOf(session)
  const { uids } = view
  const { set } = key
  if (set.saved) return saved.map((uid) => [lowerBound(uids, uid), lowerBound(uids, uid + 1)] as const)
  // Numbers beyond the mailbox match nothing here; they are no error as in FETCH.
  return key.key === 'uid' ? uidSpans(set.ranges, uids) : sequenceSpans(set.ranges, view.count).spans
}

/** The UIDs that can match at all: those of the sets that the program demands. */
const candidates = (session: Session, key: SearchKey): number[] => {
  const { uids } = selectedOf(session).view
  const demanded = key.key === 'and' ? key.keys : [key]
  let chosen: number[] | undefined
  for (const part of demanded) {
    if (part.key !== 'sequence' && part.key !== 'uid') continue
    const here = pick(uids, spansOf(session, part))
    const before = chosen && new Set(chosen)
    chosen = before === undefined ? here : here.filter((uid) => before.has(uid))
  }
  return chosen ?? Array.from(uids)
}

const circumstances = (session: Session): Circumstances => {
  const sets = new Map<SearchKey, ReadonlySet<number>>()
  return {
    now: session.ctx.clock.now(),
    isRecent: (uid) => selectedOf(session).recent.has(uid),
    contains: (key, uid) => {
      let uids = sets.get(key)
      if (uids === undefined) {
        uids = new Set(pick(selectedOf(session).view.uids, spansOf(session, key)))
        sets.set(key, uids)
      }
      return uids.has(uid)
    },
  }
}

type Undecided = ViewedMessage

/** Sorts messages into matches and those that need a closer look, page by page. */
const sift = async (
  session: Session,
  uids: readonly number[],
  needs: { readonly headers?: boolean; readonly structure?: boolean },
  decide: (row: ViewedMessage) => boolean | undefined | Promise<boolean | undefined>,
): Promise<{ matches: Match[]; undecided: Undecided[] }> => {
  const { mailboxId } = selectedOf(session)
  const matches: Match[] = []
  const undecided: Undecided[] = []
  const pace = startPace()
  for (let i = 0; i < uids.length && !session.output.closed; i += pageSize) {
    const page = uids.slice(i, i + pageSize)
    const rows = await session.ctx.store.read((tx) => messagesByUid(tx, session.account, mailboxId, page, needs))
    for (const row of rows) {
      if (pace.due) await pace.rest()
      const decided = decide(row)
      const answer = decided instanceof Promise ? await decided : decided
      if (answer === true) matches.push({ uid: row.uid, modseq: row.modseq })
      else if (answer === undefined) undecided.push({ ...row, headers: null })
    }
  }
  return { matches, undecided }
}

const maxHeaderRead = 1024 * 1024

const headersOf = async (session: Session, row: ViewedMessage): Promise<Uint8Array> => {
  if (row.headers !== null) return row.headers
  const head = await session.ctx.store.blobs.bytes(row.blobId, { start: 0, end: Math.min(row.size, maxHeaderRead) })
  return head
}

/** A decider of body and text keys for the undecided: exact when they are few, else by the index. */
const textDecider = async (
  session: Session,
  keys: readonly TextKey[],
  undecided: readonly Undecided[],
): Promise<(row: ViewedMessage) => Promise<(key: TextKey) => boolean>> => {
  const bytes = undecided.reduce((sum, { size }) => sum + size, 0)
  const { blobs, search } = session.ctx.store
  if (undecided.length <= exactMessages && bytes <= exactBytes)
    return async (row) => {
      return textFacts(await blobs.bytes(row.blobId), row.structure)
    }
  const found = new Map<TextKey, Set<number>>()
  for (const key of keys)
    found.set(key, new Set(await search.query(session.account, { field: key.key, words: key.text })))
  return async (row) => (key) => found.get(key)?.has(row.emailId) === true
}

/** The matching messages, by UID. `wantsModseq`: their mod-sequences are needed too. */
export const runSearch = async (session: Session, key: SearchKey, wantsModseq: boolean): Promise<Match[]> => {
  const around = circumstances(session)
  const answer = (facts: Facts) => evaluate(key, facts, around)
  const uids = candidates(session, key)
  const matches: Match[] = []
  const unsure: number[] = []
  const pace = startPace()
  for (const uid of uids) {
    if (pace.due) await pace.rest()
    const decided = answer({ uid })
    if (decided === undefined || (decided && wantsModseq)) unsure.push(uid)
    else if (decided) matches.push({ uid, modseq: 0 })
  }
  const byRow = await sift(session, unsure, {}, (row) => answer({ uid: row.uid, row }))
  matches.push(...byRow.matches)
  if (byRow.undecided.length > 0) matches.push(...(await closer(session, key, byRow.undecided, answer)))
  return matches.sort((a, b) => a.uid - b.uid)
}

/** Headers, and for what is still open the text. */
const closer = async (
  session: Session,
  key: SearchKey,
  rows: readonly Undecided[],
  answer: (facts: Facts) => boolean | undefined,
): Promise<Match[]> => {
  const uids = rows.map(({ uid }) => uid)
  const byHeader = await sift(session, uids, { headers: true }, async (row) =>
    answer({ uid: row.uid, row, header: headerFacts(await headersOf(session, row)) }),
  )
  if (byHeader.undecided.length === 0) return byHeader.matches
  const decider = await textDecider(session, textKeys(key), byHeader.undecided)
  const left = byHeader.undecided.map(({ uid }) => uid)
  const byText = await sift(session, left, { headers: true, structure: true }, async (row) =>
    answer({
      uid: row.uid,
      row,
      header: headerFacts(await headersOf(session, row)),
      matchesText: await decider(row),
    }),
  )
  return [...byHeader.matches, ...byText.matches]
}
