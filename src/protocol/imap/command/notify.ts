/** NOTIFY (RFC 5465): what is told of which mailboxes without being asked for. */
import { watchGrants } from '#domain/access/mailboxes/open.ts'
import { type Call, type Command, no, ok, type Reply, signedIn } from '../command.ts'
import { knownEvents, type NotifyArguments, notifyArguments, UnknownEvent } from '../grammar/notify.ts'
import { Watch } from '../notify.ts'

const read = (call: Call): NotifyArguments | undefined | Reply => {
  try {
    return notifyArguments(call.args)
  } catch (error) {
    if (error instanceof UnknownEvent) return no('Such events are not told', `BADEVENT (${knownEvents})`)
    throw error
  }
}

const run = async (call: Call): Promise<Reply> => {
  const { session } = call
  const wanted = read(call)
  if (wanted !== undefined && !('groups' in wanted)) return wanted
  const groups = wanted?.groups ?? []
  const watch = new Watch(session, groups)
  if (watch.selected.items.some((item) => item.kind === 'simple' && item.name === 'MODSEQ')) session.wantCondstore()
  session.watch?.end()
  session.watch = watch
  if (groups.some(({ source }) => source.kind !== 'selected')) {
    session.atSignOut.push(watchGrants(session.ctx, () => session.watch?.wake()))
    await watch.begin(wanted?.status === true)
  }
  return ok(wanted === undefined ? 'Nothing will be told' : 'Events will be told')
}

export const notify: Command = { name: 'NOTIFY', states: signedIn, capabilities: [{ name: 'NOTIFY' }], run }
