/** Runs a search program over the view of a connection. */
import { slices } from '#domain/mail/slices.ts'
import { messagesByUid, messagesOfEmails, type ViewedMessage } from '#domain/mail/view.ts'
import type { SearchKey } from '../grammar/search.ts'
import { lowerBound, pick, type SequenceSet, type Spans, sequenceSpans, uidSpans } from '../grammar/sequence-set.ts'
import { startPace } from '../pace.ts'
import type { Selected, Session } from '../session.ts'
import {
  asksNumber,
  type Circumstances,
  evaluate,
  type Facts,
  mentions,
  needsHeader,
  needsRow,
  type TextKey,
  textKeys,
} from './evaluate.ts'
import { headerFacts, textFacts } from './read.ts'

/** A mailbox to be searched: the selected one, or another that was opened for this. */
export type Searched = Pick<Selected, 'account' | 'mailboxId' | 'view' | 'recent' | 'saved'>

export interface Match {
  readonly uid: number
  /** Set when rows were read. */
  readonly modseq: number
}

/** Texts are looked for in the messages themselves while they are few and small; beyond, the index answers. */
const exactMessages = 200
const exactBytes = 24 * 1024 * 1024

const pageSize = 1000

const spansOf = (
  { view, saved }: Searched,
  key: { readonly key: 'sequence' | 'uid'; readonly set: SequenceSet },
): Spans => {
  const { uids } = view
  const { set } = key
  if (set.saved) return saved.map((uid) => [lowerBound(uids, uid), lowerBound(uids, uid + 1)] as const)
  // Numbers beyond the mailbox match nothing here; they are no error as in FETCH.
  return key.key === 'uid' ? uidSpans(set.ranges, uids) : sequenceSpans(set.ranges, view.count).spans
}

/** The UIDs that can match at all: those of the sets that the program demands. */
const candidates = (target: Searched, key: SearchKey): number[] => {
  const { uids } = target.view
  const demanded = key.key === 'and' ? key.keys : [key]
  let chosen: number[] | undefined
  for (const part of demanded) {
    if (part.key !== 'sequence' && part.key !== 'uid') continue
    const here = pick(uids, spansOf(target, part))
    const before = chosen && new Set(chosen)
    chosen = before === undefined ? here : here.filter((uid) => before.has(uid))
  }
  return chosen ?? Array.from(uids)
}

const circumstances = (session: Session, target: Searched): Circumstances => {
  const sets = new Map<SearchKey, ReadonlySet<number>>()
  return {
    now: session.ctx.clock.now(),
    isRecent: (uid) => target.recent.has(uid),
    contains: (key, uid) => {
      let uids = sets.get(key)
      if (uids === undefined) {
        uids = new Set(pick(target.view.uids, spansOf(target, key)))
        sets.set(key, uids)
      }
      return uids.has(uid)
    },
  }
}

/** What a program asks for, and its answer to what is known of a message. */
interface Search {
  readonly session: Session
  readonly target: Searched
  readonly key: SearchKey
  readonly texts: readonly TextKey[]
  readonly asksRow: boolean
  readonly asksHeader: boolean
  readonly answer: (facts: Facts) => boolean | undefined
}

const prepare = (session: Session, target: Searched, key: SearchKey, wantsModseq: boolean): Search => {
  const around = circumstances(session, target)
  return {
    session,
    target,
    key,
    texts: textKeys(key),
    asksRow: wantsModseq || mentions(key, needsRow),
    asksHeader: mentions(key, needsHeader),
    answer: (facts) => evaluate(key, facts, around),
  }
}

interface Sifted {
  readonly matches: Match[]
  /** Rows that need a closer look. */
  readonly undecided: ViewedMessage[]
  /** UIDs that were not looked at because enough was undecided. */
  readonly rest: readonly number[]
}

/** Sorts messages into matches and those that need a closer look, page by page, until more than `most` need one. */
const sift = async (
  { session, target }: Search,
  uids: readonly number[],
  needs: { readonly headers?: boolean; readonly structure?: boolean },
  decide: (row: ViewedMessage) => boolean | undefined | Promise<boolean | undefined>,
  most = Number.POSITIVE_INFINITY,
): Promise<Sifted> => {
  const { account, mailboxId } = target
  const matches: Match[] = []
  const undecided: ViewedMessage[] = []
  const pace = startPace()
  let at = 0
  while (at < uids.length && undecided.length <= most && !session.output.closed) {
    const page = uids.slice(at, at + pageSize)
    at += page.length
    const rows = await session.ctx.store.read((tx) => messagesByUid(tx, account, mailboxId, page, needs))
    for (const row of rows) {
      if (pace.due) await pace.rest()
      const decided = decide(row)
      const answer = decided instanceof Promise ? await decided : decided
      if (answer === true) matches.push({ uid: row.uid, modseq: row.modseq })
      else if (answer === undefined) undecided.push(row.headers === null ? row : { ...row, headers: null })
    }
  }
  return { matches, undecided, rest: uids.slice(at) }
}

const maxHeaderRead = 1024 * 1024

const headersOf = async (session: Session, row: ViewedMessage): Promise<Uint8Array> => {
  if (row.headers !== null) return row.headers
  return session.ctx.store.blobs.bytes(row.blobId, { start: 0, end: Math.min(row.size, maxHeaderRead) })
}

type MatchesText = (key: TextKey) => boolean

/** Decides messages by row and, where the program asks for them, header fields; then text as far as it is known. */
const siftWith = (
  search: Search,
  uids: readonly number[],
  matchesText?: (row: ViewedMessage) => MatchesText,
  most?: number,
): Promise<Sifted> => {
  const { session, asksHeader, answer } = search
  const facts = (row: ViewedMessage): Facts => ({ uid: row.uid, row, matchesText: matchesText?.(row) })
  if (!asksHeader) return sift(search, uids, {}, (row) => answer(facts(row)), most)
  return sift(
    search,
    uids,
    { headers: true },
    (row) => {
      const given = { ...facts(row), header: undefined }
      if (row.headers !== null) return answer({ ...given, header: headerFacts(row.headers) })
      return headersOf(session, row).then((block) => answer({ ...given, header: headerFacts(block) }))
    },
    most,
  )
}

/** Reads the messages themselves: a match is exact. */
const byReading = async (search: Search, rows: readonly ViewedMessage[]): Promise<Match[]> => {
  const { session, answer } = search
  const uids = rows.map(({ uid }) => uid)
  const { blobs } = session.ctx.store
  const sifted = await sift(search, uids, { headers: true, structure: true }, async (row) =>
    answer({
      uid: row.uid,
      row,
      header: headerFacts(await headersOf(session, row)),
      matchesText: textFacts(await blobs.bytes(row.blobId), row.structure),
    }),
  )
  return sifted.matches
}

/** The emails that every match must be among, when the program demands one of its texts. */
const demandedEmails = (key: SearchKey, found: ReadonlyMap<SearchKey, ReadonlySet<number>>) => {
  const demanded = key.key === 'and' ? key.keys : [key]
  let fewest: ReadonlySet<number> | undefined
  for (const part of demanded) {
    const emails = found.get(part)
    if (emails !== undefined && emails.size < (fewest?.size ?? Number.POSITIVE_INFINITY)) fewest = emails
  }
  return fewest
}

/** Beyond this many emails, reading the rows of the mailbox in order is cheaper than looking each of them up. */
const maxLookups = 2000

/** Emails looked up before others have their turn. */
const lookupsAtOnce = 100

/** Asks the full-text index. Few emails found lead to their entries; nothing else of the mailbox is read. */
const byIndex = async (search: Search, uids: readonly number[]): Promise<Match[]> => {
  const { key, answer } = search
  const { account, mailboxId } = search.target
  const { store } = search.session.ctx
  const found = new Map<SearchKey, ReadonlySet<number>>()
  for (const text of search.texts)
    found.set(text, new Set(await store.search.query(account, { field: text.key, words: text.text })))
  // RFC 9051 §7.1: a human reader learns why a message is not among the results.
  if (search.texts.length > 0 && store.search.behind(account))
    search.session.untagged('OK The full-text index is behind: newest messages may be missing in this search')
  const matchesText = (row: ViewedMessage) => (text: TextKey) => found.get(text)?.has(row.emailId) === true
  const emails = demandedEmails(key, found)
  if (emails === undefined || emails.size > Math.min(maxLookups, uids.length))
    return (await siftWith(search, uids, matchesText)).matches
  const rows: ViewedMessage[] = []
  for await (const some of slices([...emails], lookupsAtOnce))
    rows.push(...(await store.read((tx) => messagesOfEmails(tx, account, mailboxId, some))))
  const among = rows.filter(({ uid }) => uids[lowerBound(uids, uid)] === uid)
  if (search.asksHeader) {
    const chosen = among.map(({ uid }) => uid).sort((a, b) => a - b)
    return (await siftWith(search, chosen, matchesText)).matches
  }
  return among
    .filter((row) => answer({ uid: row.uid, row, matchesText: matchesText(row) }) === true)
    .map(({ uid, modseq }) => ({ uid, modseq }))
}

/** Decides messages by rows, then header fields, then text; each step sees only what the one before left open. */
const lookAt = async (search: Search, uids: readonly number[]): Promise<Match[]> => {
  const { texts, answer } = search
  const tooMany = texts.length > 0 ? exactMessages : Number.POSITIVE_INFINITY
  // Nothing but texts is asked: the number of messages says already who answers.
  if (!search.asksRow && !search.asksHeader && uids.length > tooMany) return byIndex(search, uids)
  let last = await sift(
    search,
    uids,
    {},
    (row) => answer({ uid: row.uid, row }),
    search.asksHeader ? Number.POSITIVE_INFINITY : tooMany,
  )
  const matches = last.matches
  if (search.asksHeader && last.undecided.length > 0) {
    const open = last.undecided.map(({ uid }) => uid)
    last = await siftWith(search, open, undefined, tooMany)
    matches.push(...last.matches)
  }
  if (last.undecided.length === 0) return matches
  const bytes = last.undecided.reduce((sum, { size }) => sum + size, 0)
  const few = last.undecided.length <= exactMessages && bytes <= exactBytes
  const open = last.undecided.map(({ uid }) => uid)
  const byText = few ? await byReading(search, last.undecided) : await byIndex(search, open.concat(last.rest))
  return matches.concat(byText)
}

/** What is decided by the number of a message alone. A program that asks for none has one answer for all. */
const sortByNumber = async (search: Search, uids: readonly number[], wantsModseq: boolean) => {
  const matches: Match[] = []
  const unsure: number[] = []
  const sure = (uid: number): Match => ({ uid, modseq: 0 })
  const [first] = uids
  if (first !== undefined && !mentions(search.key, asksNumber)) {
    const decided = search.answer({ uid: first })
    if (decided === undefined || (decided && wantsModseq)) return { matches, unsure: uids }
    return { matches: decided ? uids.map(sure) : [], unsure }
  }
  const pace = startPace()
  for (const uid of uids) {
    if (pace.due) await pace.rest()
    const decided = search.answer({ uid })
    if (decided === undefined || (decided && wantsModseq)) unsure.push(uid)
    else if (decided) matches.push(sure(uid))
  }
  return { matches, unsure }
}

/** The matching messages, by UID. `wantsModseq`: their mod-sequences are needed too. */
export const runSearch = async (
  session: Session,
  target: Searched,
  key: SearchKey,
  wantsModseq: boolean,
): Promise<Match[]> => {
  const search = prepare(session, target, key, wantsModseq)
  const { matches, unsure } = await sortByNumber(search, candidates(target, key), wantsModseq)
  if (unsure.length === 0) return matches
  const found = await lookAt(search, unsure)
  return matches.concat(found).sort((a, b) => a.uid - b.uid)
}
