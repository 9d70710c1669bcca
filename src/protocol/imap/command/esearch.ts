/** ESEARCH (RFC 7377): one search in several mailboxes, which leaves the selected one as it is. */
import { mailboxState } from '#domain/mail/view.ts'
import { bad, type Call, type Command, ok, type Reply, selectedOf, signedIn } from '../command.ts'
import { programAfterSource, type Returns, type SearchKey } from '../grammar/search.ts'
import { searchSources } from '../grammar/source.ts'
import { isIn, isSelected, type Place, placesOf } from '../places.ts'
import { withProgress } from '../progress.ts'
import { RecentUids } from '../recent.ts'
import { esearchLine } from '../respond/esearch.ts'
import { mentions } from '../search/evaluate.ts'
import { runSearch, type Searched } from '../search/run.ts'
import type { Session } from '../session.ts'
import { SequenceView } from '../view.ts'
import { asksModseq, checkNumbers, modseqOf, programIn, savedOf } from './search.ts'

/** The selected mailbox as this connection sees it; any other as it is now. */
const opened = async (session: Session, place: Place): Promise<Searched> => {
  const { account, mailbox } = place
  if (isSelected(session, place) && session.selected !== undefined) return session.selected
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
  const sources = searchSources(args) ?? [{ kind: 'selected', delayed: false } as const]
  const program = programIn(() => programAfterSource(args))
  if ('status' in program) return program
  const { key, returns = all } = program
  const onlySelected = sources.every(({ kind }) => kind === 'selected')
  if (sources.some(({ kind }) => kind === 'selected') && session.selected === undefined)
    return bad('Select a mailbox first')
  if (!onlySelected && (returns.options.has('SAVE') || mentions(key, asksView)))
    return bad('Message numbers and SAVE are for the selected mailbox alone')
  checkNumbers(session, key)
  if (asksModseq(key)) session.wantCondstore()
  if (returns.options.has('SAVE') && !mentions(key, (part) => 'set' in part && part.set.saved))
    selectedOf(session).saved = []
  const wanted = sources.map((source) => isIn(session, source))
  for (const place of await placesOf(session)) {
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
