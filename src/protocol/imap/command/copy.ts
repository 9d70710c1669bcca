/** COPY and MOVE with their UID forms (RFC 9051 §6.4.7, §6.4.8; COPYUID of RFC 4315). */
import { copyEntries, type UidMap } from '#domain/mail/copy.ts'
import { copyAcross } from '#domain/mail/copy-across.ts'
import { expunge as expungeMessages } from '#domain/mail/expunge.ts'
import { fromImapFlags } from '#domain/mail/flags.ts'
import { moveEntries } from '#domain/mail/move.ts'
import { storeFlags } from '#domain/mail/setflags.ts'
import { type Call, type Command, no, ok, type Reply, selectedOf } from '../command.ts'
import { formatSet } from '../grammar/sequence-set.ts'
import { chosenUids } from '../numbers.ts'
import { type Located, locate, notAllowed } from '../others.ts'
import { withProgress } from '../progress.ts'
import type { Session } from '../session.ts'
import { readOnly, withHighestModseq } from './close.ts'

/** The UIDs and the id of the mailbox they go to, or the refusal. */
const read = async ({ session, args, uid }: Call): Promise<{ uids: number[]; to: Located } | Reply> => {
  args.sp()
  const uids = chosenUids(session, args, uid)
  args.sp()
  const path = session.path(args.astring())
  args.crlf()
  const to = await locate(session, path)
  if (to === undefined) return no('No such mailbox', 'TRYCREATE')
  return to.rights.has('write') ? { uids, to } : notAllowed()
}

/** Within an account the copy is the same email; between two it is another one with the same bytes. */
const copyTo = (session: Session, uids: readonly number[], { account, mailbox }: Located): Promise<UidMap> => {
  const from = selectedOf(session)
  if (account === from.account) return copyEntries(session.ctx, account, from.mailboxId, uids, mailbox.id)
  const source = { account: from.account, mailbox: from.mailboxId }
  return copyAcross(session.ctx, source, uids, { account, mailbox: mailbox.id })
}

/** Between two accounts: copied, and only then gone from the first. */
const moveTo = async (session: Session, uids: readonly number[], to: Located): Promise<UidMap> => {
  const { account, mailboxId } = selectedOf(session)
  if (to.account === account) return moveEntries(session.ctx, account, mailboxId, uids, to.mailbox.id)
  const map = await copyTo(session, uids, to)
  await storeFlags(session.ctx, account, mailboxId, map.from, { mode: 'add', change: fromImapFlags(['\\Deleted']) })
  await expungeMessages(session.ctx, account, mailboxId, new Set(map.from))
  return map
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
    const map = await withProgress(session, call.tag, () => copyTo(session, what.uids, what.to))
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
    const map = await withProgress(session, call.tag, () => moveTo(session, what.uids, what.to))
    if (map.from.length === 0) return ok('Nothing to move')
    // RFC 6851 §4.3: before the EXPUNGE responses, so that the client can follow its messages
    session.untagged(`OK [${copyUid(map)}] Moved`)
    return withHighestModseq(session, 'Move completed')
  },
}
