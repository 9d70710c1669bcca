/** Why a message is not sent, in the words of RFC 8621 §7.5. */
import { isFailure } from '#base/failure.ts'
import { isRefusal, type RefusalReason } from '#domain/delivery/refusal.ts'
import type { SetErrorType } from '#format/jmap/core.ts'
import { invalidProperties, SetFault } from '../failure.ts'

const types: Readonly<Record<RefusalReason, SetErrorType>> = {
  noRecipients: 'noRecipients',
  invalidRecipients: 'invalidRecipients',
  unknownRecipient: 'invalidRecipients',
  disabledRecipient: 'invalidRecipients',
  utf8Address: 'invalidRecipients',
  mailboxFull: 'invalidRecipients',
  largerThanMailbox: 'invalidRecipients',
  relayDenied: 'forbiddenToSend',
  tooManyRecipients: 'tooManyRecipients',
  senderNotAllowed: 'forbiddenMailFrom',
  authorNotAllowed: 'forbiddenFrom',
  authorMissing: 'invalidEmail',
  loop: 'invalidEmail',
  bareNewline: 'invalidEmail',
  dmarcPolicy: 'forbiddenToSend',
  tooLarge: 'tooLarge',
  headerTooLarge: 'invalidEmail',
  rateLimited: 'rateLimit',
  heldTooLong: 'invalidProperties',
  outOfMemory: 'serverFail',
  filtered: 'forbiddenToSend',
}

const blamed: Partial<Record<RefusalReason, readonly string[]>> = {
  authorMissing: ['from'],
  loop: ['headers'],
  headerTooLarge: ['headers'],
  heldTooLong: ['envelope'],
}

/** The SetFault for what `submitMessage` threw; what it does not know passes through. */
export const submissionFault = (
  error: unknown,
  limits: { readonly maxRecipients: number; readonly maxSize: number },
): unknown => {
  if (isRefusal(error)) {
    const type = types[error.reason]
    const properties = blamed[error.reason]
    return new SetFault(type, error.message, {
      ...(properties ? { properties } : {}),
      ...(type === 'invalidRecipients' ? { invalidRecipients: error.addresses } : {}),
      ...(type === 'tooManyRecipients' ? { maxRecipients: limits.maxRecipients } : {}),
      ...(type === 'tooLarge' ? { maxSize: limits.maxSize } : {}),
    })
  }
  if (isFailure(error, 'notFound') && error.property !== undefined)
    return invalidProperties('There is no such object', error.property)
  return error
}
