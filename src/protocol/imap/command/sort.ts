/** SORT, THREAD and their UID forms (RFC 5256), with ESORT (RFC 5267 §3) and SORT=DISPLAY (RFC 5957). */
import { type Call, type Command, ok, type Reply, selectedOf } from '../command.ts'
import { sortProgram, threadProgram } from '../grammar/sort.ts'
import { withProgress } from '../progress.ts'
import { esearchLine } from '../respond/esearch.ts'
import { sortMatches } from '../sort/sort.ts'
import { threadText } from '../sort/thread-text.ts'
import { threadsOf } from '../sort/threads.ts'
import { asksModseq, find, modseqOf, numbersOf, programIn, savedOf } from './search.ts'

const runSort = async (call: Call): Promise<Reply> => {
  const { session, tag, uid } = call
  const program = programIn(() => sortProgram(call.args))
  if ('status' in program) return program
  const { criteria, key, returns } = program
  const matches = await find(call, key, returns)
  const sorted = await withProgress(session, tag, () => sortMatches(session, matches, criteria))
  if (returns?.options.has('SAVE')) selectedOf(session).saved = savedOf(sorted, returns)
  const numbers = numbersOf(session, sorted, uid)
  const modseq = asksModseq(key) ? modseqOf(sorted, returns) : 0
  if (returns === undefined)
    session.untagged(['SORT', ...numbers, ...(modseq > 0 ? [`(MODSEQ ${modseq})`] : [])].join(' '))
  else {
    const line = esearchLine({ tag, uid, numbers, modseq }, returns)
    if (line !== undefined) session.untagged(line)
  }
  return ok('Sort completed')
}

export const sort: Command = {
  name: 'SORT',
  states: ['selected'],
  withUid: 'also',
  tellsExpunges: 'uid',
  capabilities: [{ name: 'SORT' }, { name: 'SORT=DISPLAY' }, { name: 'ESORT' }],
  run: runSort,
}

const runThread = async (call: Call): Promise<Reply> => {
  const { session, tag, uid } = call
  const program = programIn(() => threadProgram(call.args))
  if ('status' in program) return program
  const matches = await find(call, program.key, undefined)
  const threads = await withProgress(session, tag, () => threadsOf(session, matches, program.algorithm))
  const { view } = selectedOf(session)
  const lists = await threadText(threads, (each) => (uid ? each : view.sequenceOf(each)))
  session.untagged(lists === '' ? 'THREAD' : `THREAD ${lists}`)
  return ok('Thread completed')
}

export const thread: Command = {
  name: 'THREAD',
  states: ['selected'],
  withUid: 'also',
  tellsExpunges: 'uid',
  capabilities: [{ name: 'THREAD=ORDEREDSUBJECT' }, { name: 'THREAD=REFERENCES' }, { name: 'THREAD=REFS' }],
  run: runThread,
}
