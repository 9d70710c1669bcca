/** MDN/send (RFC 9007 §2.1): a receipt for a message that asks for one. */
import { isFailure } from '#base/failure.ts'
import { type ReceiptRequest, type SentReceipt, sendReceipt } from '#domain/delivery/receipt.ts'
import type { Id, SetError } from '#format/jmap/core.ts'
import { type Disposition, MDN } from '#format/jmap/mdn.ts'
import { anyObject, boolean, type Check, Invalid, id, isObject, mapOf, nullable, oneOf, text } from '../check.ts'
import { setEmails } from '../email/set.ts'
import { invalidProperties, MethodFault, SetFault } from '../failure.ts'
import { dereference, numberOf } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { checkProperty } from '../set.ts'

const disposition: Check<Disposition> = (value, path) => {
  if (!isObject(value)) throw new Invalid(path, 'must be a Disposition')
  return {
    actionMode: oneOf('manual-action', 'automatic-action')(value.actionMode, `${path}/actionMode`),
    sendingMode: oneOf('mdn-sent-manually', 'mdn-sent-automatically')(value.sendingMode, `${path}/sendingMode`),
    type: oneOf('deleted', 'dispatched', 'displayed', 'processed')(value.type, `${path}/type`),
  }
}

const settable = [
  'forEmailId',
  'subject',
  'textBody',
  'includeOriginalMessage',
  'reportingUA',
  'disposition',
  'finalRecipient',
  'extensionFields',
]
const maxExtensions = 20

const read = (call: AccountCall, identityId: number, object: Readonly<Record<string, unknown>>): ReceiptRequest => {
  const refused = Object.keys(object).filter((name) => !settable.includes(name) && object[name] !== null)
  if (refused.length > 0) throw invalidProperties('These are not for the client to set', ...refused)
  const emailId = numberOf('email', checkProperty('forEmailId', id, object.forEmailId), call)
  if (emailId === undefined) throw new SetFault('notFound', 'There is no such email')
  const extensionFields = checkProperty('extensionFields', nullable(mapOf(text)), object.extensionFields) ?? {}
  if (Object.keys(extensionFields).length > maxExtensions)
    throw invalidProperties(`At most ${maxExtensions} fields`, 'extensionFields')
  return {
    emailId,
    identityId,
    disposition: checkProperty('disposition', disposition, object.disposition),
    subject: checkProperty('subject', nullable(text), object.subject),
    text: checkProperty('textBody', nullable(text), object.textBody),
    includeOriginal: checkProperty('includeOriginalMessage', nullable(boolean), object.includeOriginalMessage) ?? false,
    reportingUA: checkProperty('reportingUA', nullable(text), object.reportingUA),
    extensionFields,
  }
}

/** What the server has set (§2.1: `sent` holds the properties the client does not know). */
const told = ({ subject, text: textBody, fields }: SentReceipt, object: Readonly<Record<string, unknown>>): object => {
  const { reportingUA, originalRecipient, finalRecipient, originalMessageId } = fields
  const all = { subject, textBody, reportingUA, originalRecipient, finalRecipient, originalMessageId }
  return Object.fromEntries(Object.entries(all).filter(([name, value]) => object[name] !== value))
}

const faultOf = (error: unknown): SetError | undefined => {
  if (error instanceof SetFault) return error.error
  if (isFailure(error, 'alreadyExists')) return { type: 'mdnAlreadySent', description: error.message }
  if (isFailure(error, 'notFound') && error.property === 'forEmailId')
    return { type: 'notFound', description: error.message }
  if (isFailure(error, 'invalid'))
    return { type: 'invalidProperties', description: error.message, properties: [error.property ?? 'forEmailId'] }
  return undefined
}

const identityOf = (identityId: Id, call: AccountCall): number => {
  const identity = numberOf('identity', identityId, call)
  if (identity === undefined) throw new MethodFault('invalidArguments', 'There is no such identity')
  return identity
}

export const mdnSend = accountMethod(
  'MDN/send',
  MDN,
  { identityId: id, send: mapOf(anyObject, id), onSuccessUpdateEmail: nullable(mapOf(anyObject, id)) },
  async (args, call) => {
    const identity = identityOf(args.identityId, call)
    if (Object.keys(args.send).length > call.limits.maxObjectsInSet)
      throw new MethodFault('requestTooLarge', `At most ${call.limits.maxObjectsInSet} receipts`)
    const sent: Record<Id, object> = Object.create(null)
    const notSent: Record<Id, SetError> = Object.create(null)
    const update: Record<Id, Record<string, unknown>> = {}
    for (const [creation, object] of Object.entries(args.send)) {
      try {
        sent[creation] = told(await sendReceipt(call.delivery, call.account, read(call, identity, object)), object)
        const patch = args.onSuccessUpdateEmail?.[`#${creation}`]
        const email = dereference(String(object.forEmailId), call)
        if (patch && email !== undefined) update[email] = { ...update[email], ...patch }
      } catch (error) {
        if (isFailure(error, 'notFound') && error.property === 'identityId')
          throw new MethodFault('invalidArguments', 'There is no such identity')
        const fault = faultOf(error)
        if (!fault) throw error
        notSent[creation] = fault
      }
    }
    if (Object.keys(update).length > 0) {
      const response = await setEmails({ ifInState: null, create: null, update, destroy: null }, call)
      call.implicit.push(['Email/set', { accountId: call.accountId, ...response }])
    }
    const orNull = <T extends object>(map: T) => (Object.keys(map).length === 0 ? null : map)
    return { sent: orNull(sent), notSent: orNull(notSent) }
  },
)
