/** Mailbox/applySieve (`urn:convergence:filters`): a script applied to mail that is there, some messages at a time. */
import { formatId } from '#base/ids.ts'
import { type Applied, applyToNext } from '#domain/filter/apply.ts'
import { readScript } from '#domain/filter/scripts.ts'
import { toKeywords } from '#domain/mail/flags.ts'
import { FILTERS, type SieveApplied } from '#format/jmap/sieve.ts'
import { boolean, id, unsigned, withDefault } from '../check.ts'
import { invalidArguments, MethodFault, SetFault } from '../failure.ts'
import { numberOf } from '../ids.ts'
import { accountMethod } from '../method.ts'
import { scriptIn } from './content.ts'

/** Messages of one call: a script may work 200 ms on each. */
const mostMessages = 100

const members = {
  mailboxId: id,
  /** The text of a script: of a SieveScript, or uploaded. */
  blobId: id,
  after: withDefault(unsigned, 0),
  limit: withDefault(unsigned, mostMessages),
  rehearse: withDefault(boolean, false),
}

const answerOf = ({ messages, filed, flagged, faults, fault, before, next }: Applied): SieveApplied => ({
  messages,
  filed: Object.fromEntries(filed),
  flagged,
  faults,
  fault: fault ? `line ${fault.line}: ${fault.message}` : null,
  before: Object.fromEntries(
    before.map(({ emailId, mailboxIds, flags }) => [
      formatId('email', emailId),
      {
        mailboxIds: Object.fromEntries(mailboxIds.map((one) => [formatId('mailbox', one), true as const])),
        keywords: toKeywords(flags),
      },
    ]),
  ),
  next: next ?? null,
})

export const mailboxApplySieve = accountMethod('Mailbox/applySieve', FILTERS, members, async (args, call) => {
  const mailboxId = numberOf('mailbox', args.mailboxId, call)
  if (mailboxId === undefined) throw invalidArguments('There is no such mailbox')
  if (args.limit < 1 || args.limit > mostMessages) throw invalidArguments(`limit is 1 to ${mostMessages}`)
  let bytes: Uint8Array
  try {
    bytes = await scriptIn(call, args.blobId)
  } catch (error) {
    if (error instanceof SetFault) throw new MethodFault('invalidArguments', error.error.description ?? 'not a script')
    throw error
  }
  const application = {
    account: call.account,
    program: readScript(bytes),
    name: '',
    mailboxId,
    rehearse: args.rehearse,
  }
  return answerOf(await applyToNext(call.delivery, application, args.after, args.limit))
})
