/** REPLACE and UID REPLACE (RFC 8508). */
import { isFailure } from '#base/failure.ts'
import { replaceEntry } from '#domain/mail/replace.ts'
import { bad, type Call, type Command, no, type Reply, selectedOf } from '../command.ts'
import { BadSyntax } from '../grammar/scanner.ts'
import { star } from '../grammar/sequence-set.ts'
import { notAllowed, placeOf } from '../others.ts'
import { gather, messageHead, noMailbox, targetMissing } from './append.ts'
import { readOnly, withHighestModseq } from './close.ts'

/** The UID of the message that gives way; undefined when there is none of that number. */
const oldUid = ({ session, args, uid }: Call): number | undefined => {
  const { view } = selectedOf(session)
  const number = args.take('*') ? star : args.nzNumber()
  if (number === star) return view.uidAt(view.count)
  if (uid) return view.sequenceOf(number) === 0 ? undefined : number
  const found = view.uidAt(number)
  if (found === undefined) throw new BadSyntax('There is no message of this number')
  return found
}

const run = async (call: Call): Promise<Reply> => {
  const { session, args, message } = call
  args.sp()
  const uid = oldUid(call)
  args.sp()
  const path = session.path(args.astring())
  if (message === undefined) return bad('Expected a message literal')
  const head = messageHead(args)
  const selected = selectedOf(session)
  if (uid === undefined) return no('No such message', 'NONEXISTENT')
  if (selected.readOnly) return readOnly()
  const place = await placeOf(session, path)
  if (place === undefined || (await targetMissing(call, place, message))) return noMailbox
  if (!place.rights.has('write')) return notAllowed()
  if (place.account !== selected.account) return no('A message is replaced among the mailboxes of its owner', 'CANNOT')
  const gathered = await gather(session, head, message)
  if (gathered === 'gone') {
    session.state = 'logout'
    return no('Connection lost')
  }
  if ('status' in gathered) return gathered
  const [replacement] = gathered
  if (replacement === undefined || gathered.length > 1) return bad('One message replaces one')
  const old = { mailbox: selected.mailboxId, uid }
  try {
    const appended = await replaceEntry(session.ctx, place.account, old, place.path, replacement)
    if (appended === undefined) return noMailbox
    const entry = appended.entries[0]!
    // RFC 8508 §3.4: before the EXPUNGE, so that the client can follow its message
    session.untagged(`OK [APPENDUID ${entry.uidValidity} ${entry.uid}] Replacement is there`)
    return withHighestModseq(session, 'Replaced')
  } catch (error) {
    if (isFailure(error, 'notFound') && error.property === 'message') return no('The message is gone', 'NONEXISTENT')
    throw error
  }
}

export const replace: Command = {
  name: 'REPLACE',
  states: ['selected'],
  withUid: 'also',
  looks: true,
  capabilities: [{ name: 'REPLACE' }],
  run,
}
