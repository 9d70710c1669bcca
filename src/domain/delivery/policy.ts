/** What each door demands, in the order it is asked: the table an auditor reads (law 11). */
import { blindCopiesHidden, completed, headerApart, ownAuthor, withinLimits } from './check/author.ts'
import { notDeliveredBefore, notTooManyHops } from './check/loop.ts'
import { dmarcHonoured, noForgedNotice, noForgedResults, originVerified } from './check/origin.ts'
import {
  activeAccount,
  knownHere,
  noRelay,
  notTooMany,
  noWayBack,
  reportsOnly,
  room,
  utf8Recipient,
} from './check/recipient.ts'
import { announcedSize, ownSender, utf8Sender } from './check/sender.ts'
import type { Door } from './envelope.ts'
import type { MessageCheck, RecipientCheck, SenderCheck } from './mail.ts'

export interface Policy {
  readonly sender: readonly SenderCheck[]
  readonly recipient: readonly RecipientCheck[]
  readonly message: readonly MessageCheck[]
}

export const policies: Record<Door, Policy> = {
  /** Strangers, for our own people. */
  mx: {
    sender: [announcedSize, utf8Sender],
    recipient: [notTooMany, utf8Recipient, noRelay, knownHere, reportsOnly, activeAccount, room],
    message: [notTooManyHops, notDeliveredBefore, noForgedResults, noForgedNotice, originVerified, dmarcHonoured],
  },
  /** Our own people, signed in, for everybody. */
  submission: {
    sender: [announcedSize, utf8Sender, ownSender],
    recipient: [notTooMany, utf8Recipient, knownHere, noWayBack, activeAccount, room],
    message: [
      headerApart,
      notTooManyHops,
      noForgedResults,
      noForgedNotice,
      ownAuthor,
      completed,
      blindCopiesHidden,
      withinLimits,
    ],
  },
  /** A mail relay we trust, for our own people; it has verified and filtered. */
  lmtp: {
    sender: [announcedSize, utf8Sender],
    recipient: [notTooMany, utf8Recipient, noRelay, knownHere, reportsOnly, activeAccount, room],
    message: [notTooManyHops, noForgedNotice],
  },
}
