/** Checks at RCPT TO. */
import { splitAddress } from '../envelope.ts'
import type { RecipientCheck } from '../mail.ts'
import { Refusal } from '../refusal.ts'

export const notTooMany: RecipientCheck = ({ delivery, already }) => {
  if (already >= delivery.config.maxRecipients)
    throw new Refusal('tooManyRecipients', `more than ${delivery.config.maxRecipients} recipients`)
}

const ascii = /^[\0-\x7f]*$/

export const utf8Recipient: RecipientCheck = ({ recipient, sender }) => {
  if (!sender.smtputf8 && !ascii.test(splitAddress(recipient.address).local))
    throw new Refusal('utf8Address', 'recipient needs SMTPUTF8')
}

export const knownHere: RecipientCheck = ({ route }) => {
  if (route.kind === 'unknown') throw new Refusal('unknownRecipient', 'nobody has this address')
}

/** An open relay is what spammers look for: mail for others is taken from our own people only. */
export const noRelay: RecipientCheck = ({ route }) => {
  if (route.kind === 'remote') throw new Refusal('relayDenied', `${route.domain} is not ours`)
}

/** A sender that we have written anew takes reports (the null sender) and nothing else: it is no way to write to somebody. */
export const reportsOnly: RecipientCheck = ({ route, sender }) => {
  if (route.kind === 'back' && sender.address !== '') throw new Refusal('unknownRecipient', 'it takes reports only')
}

/** Our own people have nothing to report to those whose mail we passed on. */
export const noWayBack: RecipientCheck = ({ route }) => {
  if (route.kind === 'back') throw new Refusal('unknownRecipient', 'it takes reports of other servers only')
}

export const activeAccount: RecipientCheck = ({ route }) => {
  if (route.kind === 'local' && !route.active) throw new Refusal('disabledRecipient', 'the account is disabled')
}

/** Told now rather than in a bounce to somebody who may never have written. */
export const room: RecipientCheck = ({ route, sender }) => {
  if (route.kind !== 'local' || route.quotaBytes === 0) return
  const size = sender.size ?? 0
  if (size > route.quotaBytes) throw new Refusal('largerThanMailbox', 'larger than the whole mailbox')
  if (route.usedBytes + size >= route.quotaBytes) throw new Refusal('mailboxFull', 'the mailbox is full')
}
