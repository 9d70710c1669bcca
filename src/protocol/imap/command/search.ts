/** SEARCH and UID SEARCH (RFC 9051 §6.4.4) with ESEARCH, SEARCHRES, WITHIN, PARTIAL and MODSEQ. */
import { type Call, type Command, no, ok, type Reply, selectedOf } from '../command.ts'
import { BadSyntax } from '../grammar/scanner.ts'
import { type Returns, type SearchKey, type SearchProgram, searchProgram, UnknownCharset } from '../grammar/search.ts'
import { withProgress } from '../progress.ts'
import { esearchLine, namedBy } from '../respond/esearch.ts'
import { mentions } from '../search/evaluate.ts'
import { type Match, runSearch } from '../search/run.ts'
import type { Session } from '../session.ts'

/** Numbers of the kind the command asked for, in the order of the matches. */
export const numbersOf = (session: Session, matches: readonly Match[], uid: boolean): number[] => {
  const { view } = selectedOf(session)
  return matches.map((match) => (uid ? match.uid : view.sequenceOf(match.uid)))
}

/** RFC 7162 §3.1.5 and RFC 4731 §3.2: highest mod-sequence of what is returned. */
export const modseqOf = (matches: readonly Match[], returns: Returns | undefined): number => {
  const told = returns === undefined ? matches : namedBy(matches, returns)
  return told.reduce((highest, match) => Math.max(highest, match.modseq), 0)
}

/** RFC 5182 §2.1: what `$` becomes; MIN and MAX alone save only those messages. */
export const savedOf = (matches: readonly Match[], returns: Returns): number[] =>
  namedBy(matches, returns)
    .map(({ uid }) => uid)
    .sort((a, b) => a - b)

export const asksModseq = (key: SearchKey): boolean => mentions(key, (part) => part.key === 'modseq')

/** RFC 9586 §3.2: a client that has given up message numbers does not search for them either. */
export const checkNumbers = (session: Session, key: SearchKey): void => {
  if (session.uidOnly && mentions(key, (part) => part.key === 'sequence' && !part.set.saved))
    throw new BadSyntax('Message numbers are switched off', 'UIDREQUIRED')
}

/** The arguments of a search, or the answer to a charset that nobody knows. */
export const programIn = <T>(read: () => T): T | Reply => {
  try {
    return read()
  } catch (error) {
    if (error instanceof UnknownCharset) return no('Unknown charset', 'BADCHARSET (US-ASCII UTF-8)')
    throw error
  }
}

/** Finds what a program asks for. `saves`: the result becomes `$`, and until it is there nothing is. */
export const find = (call: Call, key: SearchKey, returns: Returns | undefined): Promise<Match[]> => {
  const { session, tag } = call
  const wantsModseq = asksModseq(key)
  checkNumbers(session, key)
  if (wantsModseq) session.wantCondstore()
  // RFC 5182 §2.1: a SEARCH that fails leaves nothing behind
  if (returns?.options.has('SAVE') && !mentions(key, (part) => 'set' in part && part.set.saved))
    selectedOf(session).saved = []
  return withProgress(session, tag, () => runSearch(session, selectedOf(session), key, wantsModseq))
}

const allOf: Returns = { options: new Set(['ALL']) }

const answer = (call: Call, { returns, key }: SearchProgram, matches: readonly Match[]): void => {
  const { session, tag, uid } = call
  const numbers = numbersOf(session, matches, uid)
  const modseq = asksModseq(key) ? modseqOf(matches, returns) : 0
  const form = returns ?? (session.enabled.has('IMAP4REV2') ? allOf : undefined)
  if (form !== undefined) {
    const line = esearchLine({ tag, uid, numbers, modseq }, form)
    if (line !== undefined) session.untagged(line)
  } else session.untagged(['SEARCH', ...numbers, ...(modseq > 0 ? [`(MODSEQ ${modseq})`] : [])].join(' '))
}

const run = async (call: Call): Promise<Reply> => {
  const program = programIn(() => searchProgram(call.args))
  if ('status' in program) return program
  const { key, returns } = program
  const matches = await find(call, key, returns)
  if (returns?.options.has('SAVE')) selectedOf(call.session).saved = savedOf(matches, returns)
  answer(call, program, matches)
  return ok('Search completed')
}

export const search: Command = {
  name: 'SEARCH',
  states: ['selected'],
  withUid: 'also',
  tellsExpunges: 'uid',
  capabilities: [
    { name: 'ESEARCH' },
    { name: 'SEARCHRES' },
    { name: 'WITHIN' },
    { name: 'PARTIAL' },
    { name: 'INPROGRESS' },
  ],
  run,
}
