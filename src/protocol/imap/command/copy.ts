/** COPY and MOVE with their UID forms (RFC 9051 §6.4.7, §6.4.8; COPYUID of RFC 4315). */
import { copyEntries, type UidMap } from '#domain/mail/copy.ts'
import { mailboxByPath } from '#domain/mail/mailboxes.ts'
import { moveEntries } from '#domain/mail/move.ts'
import { type Call, type Command, no, ok, type Reply, selectedOf } from '../command.ts'
import { formatSet } from '../grammar/sequence-set.ts'
import { chosenUids } from '../numbers.ts'
import { readOnly, withHighestModseq } from './close.ts'

/** The UIDs and the id of the mailbox they go to, or the refusal. */
const read = async ({ session, args, uid }: Call): Promise<{ uids: number[]; target: number } | Reply> => {
  args.sp()
  const uids = chosenUids(session, args, uid)
  args.sp()
  const path = session.path(args.astring())
  args.crlf()
  const mailbox = await session.ctx.store.read((tx) => mailboxByPath(tx, session.account, path))
  return mailbox === undefined ? no('No such mailbox', 'TRYCREATE') : { uids, target: mailbox.id }
}

const copyUid = (map: UidMap): string => `COPYUID ${map.uidValidity} ${formatSet(map.from)} ${formatSet(map.to)}`

export const copy: Command = {
  name: 'COPY',
  states: ['selected'],
  withUid: 'also',
  // The target may be the selected mailbox itself.
  looks: true,
  run: async (call) => {
    const what = await read(call)
    if ('status' in what) return what
    const { session } = call
    const map = await copyEntries(session.ctx, session.account, selectedOf(session).mailboxId, what.uids, what.target)
    return map.from.length === 0 ? ok('Nothing to copy') : ok('Copied', copyUid(map))
  },
}

export const move: Command = {
  name: 'MOVE',
  states: ['selected'],
  withUid: 'also',
  looks: true,
  capabilities: [{ name: 'MOVE' }],
  run: async (call) => {
    const what = await read(call)
    if ('status' in what) return what
    const { session } = call
    const selected = selectedOf(session)
    if (selected.readOnly) return readOnly()
    const map = await moveEntries(session.ctx, session.account, selected.mailboxId, what.uids, what.target)
    if (map.from.length === 0) return ok('Nothing to move')
    // RFC 6851 §4.3: before the EXPUNGE responses, so that the client can follow its messages
    session.untagged(`OK [${copyUid(map)}] Moved`)
    return withHighestModseq(session, 'Move completed')
  },
}
