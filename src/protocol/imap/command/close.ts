/** Commands that end or empty the selection: CLOSE, UNSELECT, EXPUNGE, UID EXPUNGE (RFC 9051 §6.4.1-4, RFC 4315). */
import { expunge as expungeMessages } from '#domain/mail/expunge.ts'
import { mailboxState } from '#domain/mail/view.ts'
import { type Command, no, ok, type Reply, selectedOf } from '../command.ts'
import { chosenUids } from '../numbers.ts'
import type { Session } from '../session.ts'

export const readOnly = (): Reply => no('The mailbox is selected read-only', 'NOPERM')

/** RFC 7162 §3.2.7: the mod-sequence that the client may remember once the expunges below it are told. */
export const withHighestModseq = async (session: Session, text: string): Promise<Reply> => {
  if (!session.condstore) return ok(text)
  const { mailboxId } = selectedOf(session)
  const state = await session.ctx.store.read((tx) => mailboxState(tx, session.selectedAccount, mailboxId))
  return ok(text, `HIGHESTMODSEQ ${state.highestModseq}`)
}

export const expunge: Command = {
  name: 'EXPUNGE',
  states: ['selected'],
  withUid: 'also',
  looks: true,
  capabilities: [{ name: 'UIDPLUS' }],
  run: async ({ session, args, uid }) => {
    const selected = selectedOf(session)
    let uids: ReadonlySet<number> | undefined
    if (uid) {
      args.sp()
      uids = new Set(chosenUids(session, args, true))
    }
    args.crlf()
    if (selected.readOnly) return readOnly()
    // Only what this client has seen: a message that arrived marked \Deleted stays until it is told of.
    await expungeMessages(session.ctx, session.selectedAccount, selected.mailboxId, uids ?? new Set(selected.view.uids))
    return withHighestModseq(session, 'Expunged')
  },
}

export const close: Command = {
  name: 'CLOSE',
  states: ['selected'],
  tellsExpunges: 'never',
  run: async ({ session, args }) => {
    args.crlf()
    const { readOnly: untouchable, mailboxId, view } = selectedOf(session)
    if (!untouchable) await expungeMessages(session.ctx, session.selectedAccount, mailboxId, new Set(view.uids))
    session.unselect()
    return ok('Closed')
  },
}

export const unselect: Command = {
  name: 'UNSELECT',
  states: ['selected'],
  tellsExpunges: 'never',
  capabilities: [{ name: 'UNSELECT' }],
  run: ({ session, args }) => {
    args.crlf()
    session.unselect()
    return ok('Unselected')
  },
}
