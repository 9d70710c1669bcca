/** STORE and UID STORE (RFC 9051 §6.4.6) with UNCHANGEDSINCE (RFC 7162 §3.1.3). */
import { fromImapFlags } from '#domain/mail/flags.ts'
import { type Flagged, storeFlags } from '#domain/mail/setflags.ts'
import { type Call, type Command, ok, type Reply, selectedOf } from '../command.ts'
import { formatSet } from '../grammar/sequence-set.ts'
import { storeArguments } from '../grammar/store.ts'
import { chosenUids } from '../numbers.ts'
import { flagsItems } from '../respond/message.ts'
import type { Session } from '../session.ts'
import { nameKeywords } from '../synchronise.ts'
import { readOnly } from './close.ts'

/** Tells the flags of messages that this client has just stored. */
const tellFlags = async (session: Session, done: readonly Flagged[], uid: boolean): Promise<void> => {
  const selected = selectedOf(session)
  let written = 0
  for (const row of done) {
    const sequence = selected.view.sequenceOf(row.uid)
    if (sequence === 0) continue
    selected.told.set(row.uid, row.modseq)
    nameKeywords(session, selected, row.keywords)
    const named = (uid || session.namesUids) && !session.uidOnly
    const items = flagsItems(row, { uid: named, modseq: session.condstore, recent: session.isRecent(row.uid) })
    session.untagged(`${session.fetchStart(sequence, row.uid)}${items})`)
    if (++written % 1000 === 0) await session.output.ready()
  }
}

/** After .SILENT: nothing, or with CONDSTORE the new mod-sequences alone (RFC 7162 §3.1.3). */
const tellSilently = (session: Session, done: readonly Flagged[], uid: boolean): void => {
  const { view, told } = selectedOf(session)
  for (const { uid: stored, modseq, changed } of done) {
    if (!changed) continue
    told.set(stored, modseq)
    const sequence = view.sequenceOf(stored)
    if (!session.condstore || sequence === 0) continue
    const named = (uid || session.namesUids) && !session.uidOnly ? `UID ${stored} ` : ''
    session.untagged(`${session.fetchStart(sequence, stored)}${named}MODSEQ (${modseq}))`)
  }
}

/** RFC 7162 §3.1.3: the numbers, of the kind the client used, of messages that had changed meanwhile. */
const modifiedSet = (session: Session, uids: readonly number[], uid: boolean): string => {
  const { view } = selectedOf(session)
  const numbers = uid ? uids : uids.map((modified) => view.sequenceOf(modified)).filter((sequence) => sequence > 0)
  return formatSet([...numbers].sort((a, b) => a - b))
}

const run = async ({ session, args, uid }: Call): Promise<Reply> => {
  args.sp()
  const uids = chosenUids(session, args, uid)
  args.sp()
  const { mode, silent, flags, unchangedSince } = storeArguments(args)
  const selected = selectedOf(session)
  if (selected.readOnly) return readOnly()
  if (unchangedSince !== undefined) session.wantCondstore()
  const request = { mode, change: fromImapFlags(flags), unchangedSince }
  const { done, modified } = await storeFlags(session.ctx, session.selectedAccount, selected.mailboxId, uids, request)
  if (silent) tellSilently(session, done, uid)
  else await tellFlags(session, done, uid)
  const failed = modifiedSet(session, modified, uid)
  return failed === '' ? ok('Stored') : ok('Some messages had changed', `MODIFIED ${failed}`)
}

export const store: Command = { name: 'STORE', states: ['selected'], withUid: 'also', tellsExpunges: 'uid', run }
