/** SEARCH and UID SEARCH (RFC 9051 §6.4.4) with ESEARCH, SEARCHRES, WITHIN and MODSEQ. */
import { type Call, type Command, no, ok, type Reply, selectedOf } from '../command.ts'
import { type ReturnOption, type SearchProgram, searchProgram, UnknownCharset } from '../grammar/search.ts'
import { formatSet } from '../grammar/sequence-set.ts'
import { stringOf } from '../respond/text.ts'
import { mentions } from '../search/evaluate.ts'
import { type Match, runSearch } from '../search/run.ts'
import type { Session } from '../session.ts'

/** Numbers of the kind the command asked for, ascending. */
const numbersOf = (session: Session, matches: readonly Match[], uid: boolean): number[] => {
  const { view } = selectedOf(session)
  return matches.map((match) => (uid ? match.uid : view.sequenceOf(match.uid)))
}

/** RFC 7162 §3.1.5 and RFC 4731 §3.2: highest mod-sequence of what is returned. */
const modseqOf = (matches: readonly Match[], returns: ReadonlySet<ReturnOption> | undefined): number => {
  const ends = returns !== undefined && !returns.has('ALL') && !returns.has('COUNT')
  const told = !ends
    ? matches
    : [returns.has('MIN') ? matches[0] : undefined, returns.has('MAX') ? matches.at(-1) : undefined]
  return told.reduce((highest, match) => Math.max(highest, match?.modseq ?? 0), 0)
}

/** RFC 5182 §2.1: what `$` becomes; MIN and MAX alone save only those messages. */
const savedOf = (matches: readonly Match[], returns: ReadonlySet<ReturnOption>): number[] => {
  const uids = matches.map(({ uid }) => uid)
  const ends = (returns.has('MIN') || returns.has('MAX')) && !returns.has('ALL') && !returns.has('COUNT')
  if (!ends || uids.length === 0) return uids
  const chosen = [returns.has('MIN') ? uids[0]! : undefined, returns.has('MAX') ? uids.at(-1)! : undefined]
  return [...new Set(chosen.filter((uid) => uid !== undefined))]
}

const extended = (
  { session, tag, uid }: Call,
  returns: ReadonlySet<ReturnOption>,
  numbers: readonly number[],
  modseq: number,
): void => {
  if (returns.size === 1 && returns.has('SAVE')) return
  let text = `ESEARCH (TAG ${stringOf(tag)})${uid ? ' UID' : ''}`
  if (numbers.length > 0) {
    if (returns.has('MIN')) text += ` MIN ${numbers[0]}`
    if (returns.has('MAX')) text += ` MAX ${numbers.at(-1)}`
    if (returns.has('ALL')) text += ` ALL ${formatSet(numbers)}`
  }
  if (returns.has('COUNT')) text += ` COUNT ${numbers.length}`
  if (modseq > 0) text += ` MODSEQ ${modseq}`
  session.untagged(text)
}

const answer = (call: Call, { returns }: SearchProgram, matches: readonly Match[], asksModseq: boolean): void => {
  const { session, uid } = call
  const numbers = numbersOf(session, matches, uid)
  const modseq = asksModseq ? modseqOf(matches, returns) : 0
  const form = returns ?? (session.enabled.has('IMAP4REV2') ? new Set<ReturnOption>(['ALL']) : undefined)
  if (form !== undefined) extended(call, form, numbers, modseq)
  else session.untagged(['SEARCH', ...numbers, ...(modseq > 0 ? [`(MODSEQ ${modseq})`] : [])].join(' '))
}

const run = async (call: Call): Promise<Reply> => {
  const { session, args } = call
  let program: SearchProgram
  try {
    program = searchProgram(args)
  } catch (error) {
    if (error instanceof UnknownCharset) return no('Unknown charset', 'BADCHARSET (US-ASCII UTF-8)')
    throw error
  }
  const { key, returns } = program
  const selected = selectedOf(session)
  const asksModseq = mentions(key, (part) => part.key === 'modseq')
  if (asksModseq) session.wantCondstore()
  const saves = returns?.has('SAVE') === true
  // RFC 5182 §2.1: a SEARCH that fails leaves nothing behind
  if (saves && !mentions(key, (part) => 'set' in part && part.set.saved)) selected.saved = []
  const matches = await runSearch(session, key, asksModseq)
  if (saves) selected.saved = savedOf(matches, returns)
  answer(call, program, matches, asksModseq)
  return ok('Search completed')
}

export const search: Command = {
  name: 'SEARCH',
  states: ['selected'],
  withUid: 'also',
  tellsExpunges: 'uid',
  capabilities: [{ name: 'ESEARCH' }, { name: 'SEARCHRES' }, { name: 'WITHIN' }],
  run,
}
