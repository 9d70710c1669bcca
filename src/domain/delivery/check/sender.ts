/** Checks at MAIL FROM. */
import { writeAs } from '../../access/mailboxes/write-as.ts'
import { splitAddress, writerOf } from '../envelope.ts'
import type { SenderCheck } from '../mail.ts'
import { Refusal } from '../refusal.ts'

/** RFC 1870 §6.1: refused before it is sent. */
export const announcedSize: SenderCheck = (delivery, _client, { size }) => {
  if (size !== undefined && size > delivery.config.maxSize) throw new Refusal('tooLarge', `${size} octets announced`)
}

const ascii = /^[\0-\x7f]*$/

/** RFC 6531 §3.4: a local part with UTF-8 travels only under SMTPUTF8; a domain can be written in ASCII. */
export const utf8Sender: SenderCheck = (_delivery, _client, { address, smtputf8 }) => {
  if (!smtputf8 && !ascii.test(splitAddress(address).local)) throw new Refusal('utf8Address', 'sender needs SMTPUTF8')
}

/**
 * Who signed in may send as the addresses of the account, and of functions that let them; the null sender is for
 * notifications.
 */
export const ownSender: SenderCheck = async ({ ctx, people }, { account }, { address }) => {
  if (address === '') return
  const way =
    account &&
    (await ctx.store.read((tx) => writeAs(tx, writerOf(account), address, ctx.clock.now(), people.options.subaddress)))
  if (!way) throw new Refusal('senderNotAllowed', 'the sender address is not one of the account')
}
