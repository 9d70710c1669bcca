/** STORE and UID STORE (RFC 9051 §6.4.6) with UNCHANGEDSINCE (RFC 7162 §3.1.3). */
import { fromImapFlags } from '#domain/mail/flags.ts'
import { storeFlags } from '#domain/mail/setflags.ts'
import { messagesByUid } from '#domain/mail/view.ts'
import { type Call, type Command, ok, type Reply, selectedOf } from '../command.ts'
import { formatSet } from '../grammar/sequence-set.ts'
import { storeArguments } from '../grammar/store.ts'
import { chosenUids } from '../numbers.ts'
import { flagsFetch } from '../respond/message.ts'
import type { Session } from '../session.ts'
import { nameKeywords } from '../synchronise.ts'
import { readOnly } from './close.ts'

const pageSize = 1000

/** Tells the flags of messages that this client has just stored. */
const tellFlags = async (session: Session, uids: readonly number[], uid: boolean): Promise<void> => {
  const selected = selectedOf(session)
  for (let i = 0; i < uids.length; i += pageSize) {
    const page = uids.slice(i, i + pageSize)
    const rows = await session.ctx.store.read((tx) =>
      messagesByUid(tx, session.selectedAccount, selected.mailboxId, page),
    )
    for (const row of rows) {
      const sequence = selected.view.sequenceOf(row.uid)
      if (sequence === 0) continue
      selected.told.set(row.uid, row.modseq)
      nameKeywords(session, selected, row.keywords)
      const show = { uid: uid || session.namesUids, modseq: session.condstore, recent: session.isRecent(row.uid) }
      session.untagged(flagsFetch(sequence, row, show))
    }
    await session.output.ready()
  }
}

/** After .SILENT: nothing, or with CONDSTORE the new mod-sequences alone (RFC 7162 §3.1.3). */
const tellSilently = (session: Session, written: ReadonlyMap<number, number>, uid: boolean): void => {
  const { view, told } = selectedOf(session)
  for (const [changed, modseq] of [...written].sort(([a], [b]) => a - b)) {
    told.set(changed, modseq)
    const sequence = view.sequenceOf(changed)
    if (session.condstore && sequence > 0)
      session.untagged(`${sequence} FETCH (${uid || session.namesUids ? `UID ${changed} ` : ''}MODSEQ (${modseq}))`)
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
  const written = new Map<number, number>()
  const request = { mode, change: fromImapFlags(flags), unchangedSince, written }
  const { done, modified } = await storeFlags(session.ctx, session.selectedAccount, selected.mailboxId, uids, request)
  if (silent) tellSilently(session, written, uid)
  else await tellFlags(session, done, uid)
  const failed = modifiedSet(session, modified, uid)
  return failed === '' ? ok('Stored') : ok('Some messages had changed', `MODIFIED ${failed}`)
}

export const store: Command = { name: 'STORE', states: ['selected'], withUid: 'also', tellsExpunges: 'uid', run }
