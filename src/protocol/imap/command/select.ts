/** SELECT and EXAMINE (RFC 9051 §6.3.2, §6.3.3) with CONDSTORE and QRESYNC (RFC 7162). */
import { formatId } from '#base/ids.ts'
import type { MailboxNode } from '#domain/mail/mailboxes.ts'
import { mailboxState } from '#domain/mail/view.ts'
import { bad, type Call, type Command, no, ok, type Reply, signedIn } from '../command.ts'
import { type Resynchronisation, selectParameters } from '../grammar/select.ts'
import { lowerBound } from '../grammar/sequence-set.ts'
import { locate } from '../others.ts'
import { RecentUids } from '../recent.ts'
import { listLine } from '../respond/list.ts'
import { allFlagsText } from '../respond/message.ts'
import { readResynchronisation, tellResynchronisation } from '../resynchronise.ts'
import type { Selected, Session } from '../session.ts'
import { permanentFlags } from '../synchronise.ts'
import { SequenceView } from '../view.ts'

/** Everything told about a mailbox, from one snapshot. */
const open = (session: Session, account: number, mailbox: MailboxNode, resync: Resynchronisation | undefined) =>
  session.ctx.store.read(async (tx) => {
    const state = await mailboxState(tx, account, mailbox.id)
    const { uids, keywords, firstUnseen } = await session.lists.of(tx, account, state)
    return {
      state,
      uids,
      resynced: await readResynchronisation(tx, account, { state, uids }, resync),
      keywords,
      unseen: firstUnseen,
      firstRecent: await session.recents.first(tx, account, mailbox.id, uids),
    }
  })

const leave = (session: Session): void => {
  if (session.selected === undefined) return
  session.unselect()
  // RFC 7162 §3.2.11 and RFC 9051 §7.1: what follows is about the other mailbox
  if (session.qresync || session.enabled.has('IMAP4REV2')) session.untagged('OK [CLOSED] Previous mailbox closed')
}

const recentFrom = ({ uids, firstRecent }: Awaited<ReturnType<typeof open>>): RecentUids => {
  const recent = new RecentUids()
  recent.add(firstRecent, uids.at(-1) ?? 0)
  return recent
}

const tellMailbox = (
  session: Session,
  mailbox: MailboxNode,
  { state, uids, keywords, unseen }: Awaited<ReturnType<typeof open>>,
  { readOnly, recent, view }: Selected,
): void => {
  const rev2 = session.enabled.has('IMAP4REV2')
  session.untagged(`FLAGS ${allFlagsText(keywords)}`)
  session.untagged(`OK [PERMANENTFLAGS ${readOnly ? '()' : permanentFlags(keywords)}] Flags`)
  session.untagged(`${uids.length} EXISTS`)
  if (!rev2) {
    session.untagged(`${recent.count(view)} RECENT`)
    if (unseen !== undefined && !session.uidOnly)
      session.untagged(`OK [UNSEEN ${lowerBound(uids, unseen) + 1}] First unseen`)
  }
  session.untagged(`OK [UIDVALIDITY ${state.uidValidity}] UIDs valid`)
  session.untagged(`OK [UIDNEXT ${state.uidNext}] Predicted next UID`)
  session.untagged(`OK [HIGHESTMODSEQ ${state.highestModseq}] Highest`)
  session.untagged(`OK [MAILBOXID (${formatId('mailbox', mailbox.id)})] Ok`)
}

const run = async ({ session, args }: Call, examined: boolean): Promise<Reply> => {
  args.sp()
  const name = args.astring()
  const path = session.path(name)
  const { condstore, resync } = selectParameters(args)
  args.crlf()
  // A failed SELECT leaves nothing selected (RFC 9051 §6.3.2), whatever the reason.
  leave(session)
  // RFC 7162 §3.2.5
  if (resync !== undefined && !session.qresync) return bad('ENABLE QRESYNC first', 'CLIENTBUG')
  if (resync?.matching !== undefined && session.uidOnly) return bad('Message numbers are switched off', 'UIDREQUIRED')
  const { bus } = session.ctx.store
  const found = await locate(session, path)
  if (found === undefined) return no('No such mailbox', 'NONEXISTENT')
  const { account, mailbox } = found
  const readOnly = examined || !found.rights.has('write')
  if (condstore) session.wantCondstore()
  let selected: Selected | undefined
  let early = false
  const unsubscribe = bus.subscribe(account, () => {
    early = true
    if (selected !== undefined) selected.stale = true
    session.onChange?.()
  })
  try {
    const opened = await open(session, account, mailbox, resync)
    selected = {
      account,
      mailboxId: mailbox.id,
      readOnly,
      view: new SequenceView(opened.uids),
      modseq: opened.state.highestModseq,
      vanished: [],
      told: new Map(),
      recent: recentFrom(opened),
      keywords: new Set(opened.keywords),
      stale: early,
      saved: [],
      unsubscribe,
    }
    if (!readOnly) session.recents.tell(account, mailbox.id, opened.state.uidNext)
    tellMailbox(session, mailbox, opened, selected)
    if (session.enabled.has('IMAP4REV2'))
      session.untagged(
        listLine(session, mailbox, { special: found.prefix === '', children: true, ...session.writtenName(name) }),
      )
    if (opened.resynced !== undefined) tellResynchronisation(session, selected, opened.resynced)
  } catch (error) {
    unsubscribe()
    throw error
  }
  session.selected = selected
  session.state = 'selected'
  return readOnly ? ok('Examined', 'READ-ONLY') : ok('Selected', 'READ-WRITE')
}

export const select: Command = {
  name: 'SELECT',
  states: signedIn,
  tellsExpunges: 'never',
  capabilities: [{ name: 'CONDSTORE' }, { name: 'QRESYNC' }, { name: 'OBJECTID' }],
  run: (call) => run(call, false),
}

export const examine: Command = {
  name: 'EXAMINE',
  states: signedIn,
  tellsExpunges: 'never',
  run: (call) => run(call, true),
}
