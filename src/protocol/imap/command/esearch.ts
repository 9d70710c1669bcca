/** ESEARCH (RFC 7377): one search in several mailboxes, which leaves the selected one as it is. */
import { separator } from '#domain/mail/mailbox-rules.ts'
import { listMailboxes, type MailboxNode, normalizePath } from '#domain/mail/mailboxes.ts'
import { mailboxState } from '#domain/mail/view.ts'
import { bad, type Call, type Command, ok, type Reply, selectedOf, signedIn } from '../command.ts'
import { programAfterSource, type Returns, type SearchKey } from '../grammar/search.ts'
import { type Source, searchSources } from '../grammar/source.ts'
import { listOthers } from '../others.ts'
import { withProgress } from '../progress.ts'
import { RecentUids } from '../recent.ts'
import { esearchLine } from '../respond/esearch.ts'
import { mentions } from '../search/evaluate.ts'
import { runSearch, type Searched } from '../search/run.ts'
import type { Session } from '../session.ts'
import { SequenceView } from '../view.ts'
import { asksModseq, modseqOf, programIn, savedOf } from './search.ts'

/** A mailbox that can be searched, as this connection names it. */
interface Place {
  readonly account: number
  readonly own: boolean
  readonly mailbox: MailboxNode
}

const places = async (session: Session): Promise<Place[]> => {
  const { account } = session
  const own = await session.ctx.store.read((tx) => listMailboxes(tx, account))
  const others = (await listOthers(session)).filter(({ noSelect }) => !noSelect)
  return [
    ...own.map((mailbox) => ({ account, own: true, mailbox })),
    ...others.map((mailbox) => ({ account: mailbox.account, own: false, mailbox })),
  ]
}

const isBelow = (path: string, root: string): boolean => path.startsWith(root + separator)

/** Whether a mailbox is one of a source. Names that lead nowhere are passed over (RFC 7377 §2.2). */
const isIn = (session: Session, source: Source): ((place: Place) => boolean) => {
  switch (source.kind) {
    case 'selected':
      return ({ account, mailbox }) =>
        session.selected?.account === account && session.selected.mailboxId === mailbox.id
    case 'inboxes':
      return ({ own, mailbox }) => own && mailbox.role === 'inbox'
    case 'personal':
      return ({ own }) => own
    case 'subscribed':
      return ({ mailbox }) => mailbox.subscribed
    default: {
      const roots = source.names.map((name) => normalizePath(session.path(name)))
      const depthOf = (path: string): number => path.split(separator).length
      return ({ mailbox: { path } }) =>
        roots.some((root) => {
          if (path === root) return true
          if (source.kind === 'mailboxes' || !isBelow(path, root)) return false
          return source.kind === 'subtree' || depthOf(path) === depthOf(root) + 1
        })
    }
  }
}

/** The selected mailbox as this connection sees it; any other as it is now. */
const opened = async (session: Session, { account, mailbox }: Place): Promise<Searched> => {
  const { selected } = session
  if (selected?.account === account && selected.mailboxId === mailbox.id) return selected
  const { uids } = await session.ctx.store.read(async (tx) =>
    session.lists.of(tx, account, await mailboxState(tx, account, mailbox.id)),
  )
  return { account, mailboxId: mailbox.id, view: new SequenceView(uids), recent: new RecentUids(), saved: [] }
}

const all: Returns = { options: new Set(['ALL']) }

/** Searches one mailbox and tells what was found; nothing is told of a mailbox without matches (RFC 7377 §2.1). */
const searchOne = async (call: Call, place: Place, key: SearchKey, returns: Returns): Promise<void> => {
  const { session, tag } = call
  const wantsModseq = asksModseq(key)
  const target = await opened(session, place)
  const matches = await withProgress(session, tag, () => runSearch(session, target, key, wantsModseq))
  if (returns.options.has('SAVE')) selectedOf(session).saved = savedOf(matches, returns)
  if (matches.length === 0) return
  const numbers = matches.map(({ uid }) => uid)
  const modseq = wantsModseq ? modseqOf(matches, returns) : 0
  const about = `MAILBOX ${session.name(place.mailbox.path)} UIDVALIDITY ${place.mailbox.uidValidity}`
  const line = esearchLine({ tag, uid: true, numbers, modseq, about }, returns)
  if (line !== undefined) session.untagged(line)
}

/** Message numbers and `$` mean messages of the selected mailbox only. */
const asksView = (key: SearchKey): boolean => key.key === 'sequence' || (key.key === 'uid' && key.set.saved)

const run = async (call: Call): Promise<Reply> => {
  const { session, args } = call
  args.sp()
  const sources = searchSources(args) ?? [{ kind: 'selected' } as const]
  const program = programIn(() => programAfterSource(args))
  if ('status' in program) return program
  const { key, returns = all } = program
  const onlySelected = sources.every(({ kind }) => kind === 'selected')
  if (sources.some(({ kind }) => kind === 'selected') && session.selected === undefined)
    return bad('Select a mailbox first')
  if (!onlySelected && (returns.options.has('SAVE') || mentions(key, asksView)))
    return bad('Message numbers and SAVE are for the selected mailbox alone')
  if (asksModseq(key)) session.wantCondstore()
  if (returns.options.has('SAVE') && !mentions(key, (part) => 'set' in part && part.set.saved))
    selectedOf(session).saved = []
  const wanted = sources.map((source) => isIn(session, source))
  for (const place of await places(session)) {
    if (!wanted.some((matches) => matches(place))) continue
    await searchOne(call, place, key, returns)
    await session.output.ready()
  }
  return ok('Search completed')
}

export const esearch: Command = {
  name: 'ESEARCH',
  states: signedIn,
  tellsExpunges: 'uid',
  capabilities: [{ name: 'MULTISEARCH' }],
  run,
}
