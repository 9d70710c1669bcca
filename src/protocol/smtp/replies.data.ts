/** Every answer the server can give: code (RFC 5321 §4.2), enhanced status code (RFC 3463), text. */
import type { FailureCode } from '#base/failure.ts'
import type { RefusalReason } from '#domain/delivery/refusal.ts'

export type Reply = readonly [code: number, enhanced: string, text: string]

export const replies = {
  bye:                [221, '2.0.0', 'Bye'],
  ok:                 [250, '2.0.0', 'OK'],
  senderOk:           [250, '2.1.0', 'Sender OK'],
  recipientOk:        [250, '2.1.5', 'Recipient OK'],
  reset:              [250, '2.0.0', 'Forgotten'],
  cannotVerify:       [252, '2.5.0', 'Send some mail, I will try my best'],
  help:               [214, '2.0.0', 'See RFC 5321'],
  startTls:           [220, '2.0.0', 'Go ahead'],
  authenticated:      [235, '2.7.0', 'Authentication succeeded'],
  sendData:           [354, '',      'End data with <CR><LF>.<CR><LF>'],
  shuttingDown:       [421, '4.3.2', 'Shutting down, try again in a moment'],
  tooManyConnections: [421, '4.7.0', 'Too many connections, try again later'],
  timeout:            [421, '4.4.2', 'Silent for too long, closing'],
  tooManyErrors:      [421, '4.7.0', 'Too many errors, closing'],
  revoked:            [421, '4.7.0', 'Your sign-in has been revoked'],
  tlsUnavailable:     [454, '4.7.0', 'TLS is not available'],
  tempAuthFailure:    [454, '4.7.0', 'Authentication is not possible at the moment, try again later'],
  lineTooLong:        [500, '5.5.6', 'Line too long'],
  unknownCommand:     [500, '5.5.1', 'Command not recognised'],
  bareNewlineLine:    [500, '5.5.2', 'Lines end with CR LF'],
  syntax:             [501, '5.5.4', 'Syntax error in the argument'],
  badHelo:            [501, '5.5.4', 'A domain name or address literal is needed'],
  badSender:          [501, '5.1.7', 'Syntax error in the sender address'],
  badRecipient:       [501, '5.1.3', 'Syntax error in the recipient address'],
  badBase64:          [501, '5.5.2', 'Not base64'],
  authAborted:        [501, '5.7.0', 'Authentication given up'],
  notImplemented:     [502, '5.5.1', 'Not implemented here'],
  wrongHello:         [500, '5.5.1', 'Wrong greeting for this protocol'],
  badSequence:        [503, '5.5.1', 'Bad sequence of commands'],
  helloFirst:         [503, '5.5.1', 'Say hello first'],
  mailFirst:          [503, '5.5.1', 'MAIL first'],
  recipientFirst:     [503, '5.5.1', 'RCPT first'],
  nestedMail:         [503, '5.5.1', 'Sender already given'],
  noValidRecipients:  [554, '5.5.1', 'No valid recipients'],
  alreadyTls:         [503, '5.5.1', 'TLS is already active'],
  alreadySignedIn:    [503, '5.5.1', 'Already authenticated'],
  dataWithinBdat:     [503, '5.5.1', 'Finish with BDAT LAST or RSET'],
  unknownMechanism:   [504, '5.5.4', 'Unknown authentication mechanism'],
  authRequired:       [530, '5.7.0', 'Authentication required'],
  startTlsFirst:      [530, '5.7.0', 'STARTTLS first'],
  authFailed:         [535, '5.7.8', 'Wrong identifier or password'],
  encryptionFirst:    [538, '5.7.11', 'Encryption required for authentication'],
  pipelinedTls:       [554, '5.5.1', 'Nothing may follow STARTTLS before its answer'],
  unknownParameter:   [555, '5.5.4', 'Parameter not recognised'],
  expnDenied:         [550, '5.7.2', 'Lists are not expanded'],
  requireTlsNeedsTls: [530, '5.7.10', 'REQUIRETLS needs TLS'],
} as const satisfies Record<string, Reply>

export type ReplyName = keyof typeof replies

/** Why mail is not taken, as SMTP says it. */
export const refusals: Record<RefusalReason, Reply> = {
  unknownRecipient:  [550, '5.1.1', 'No such mailbox here'],
  disabledRecipient: [550, '5.2.1', 'This mailbox takes no mail'],
  relayDenied:       [550, '5.7.1', 'Relay access denied'],
  mailboxFull:       [452, '4.2.2', 'The mailbox is full'],
  largerThanMailbox: [552, '5.2.2', 'The message is larger than the mailbox'],
  tooLarge:          [552, '5.3.4', 'The message is too large'],
  headerTooLarge:    [552, '5.3.4', 'The header of the message is too large'],
  tooManyRecipients: [452, '4.5.3', 'Too many recipients, send the rest in another transaction'],
  noRecipients:      [554, '5.5.1', 'No valid recipients'],
  invalidRecipients: [550, '5.1.1', 'Some recipients cannot be sent to'],
  loop:              [554, '5.4.6', 'The message is going round in circles'],
  senderNotAllowed:  [553, '5.7.1', 'You may not send as this address'],
  authorNotAllowed:  [550, '5.7.1', 'The From field names an address that is not yours'],
  authorMissing:     [550, '5.6.0', 'The From field cannot be read'],
  dmarcPolicy:       [550, '5.7.1', 'Refused by the DMARC policy of the author domain'],
  bareNewline:       [550, '5.6.0', 'Bare CR or LF in the message (RFC 5321 2.3.8)'],
  utf8Address:       [553, '5.6.7', 'An address with UTF-8 needs SMTPUTF8'],
  rateLimited:       [450, '4.7.1', 'Too many messages, try again later'],
  heldTooLong:       [501, '5.5.4', 'Held for too long'],
  outOfMemory:       [452, '4.3.1', 'Too much mail at once, try again later'],
  filtered:          [550, '5.7.1', 'Refused by the recipient'],
}

/** Other failures of the domain. */
export const failures: Record<FailureCode, Reply> = {
  notFound:               [550, '5.1.1', 'Not found'],
  forbidden:              [550, '5.7.1', 'Not allowed'],
  unauthenticated:        [535, '5.7.8', 'Wrong identifier or password'],
  stepUpRequired:         [550, '5.7.1', 'Not allowed'],
  appPasswordRequired:    [534, '5.7.9', 'This account has a second factor: make an app password for this program in its security settings'],
  passwordChangeRequired: [534, '5.7.9', 'Choose a new password first: sign in to the web app, then give the new one to this program'],
  overQuota:              [452, '4.2.2', 'The mailbox is full'],
  tooLarge:               [552, '5.3.4', 'Too large'],
  tooMany:                [452, '4.5.3', 'Too many'],
  conflict:               [451, '4.3.0', 'Try again'],
  alreadyExists:          [451, '4.3.0', 'Try again'],
  invalid:                [550, '5.6.0', 'The message cannot be taken as it is'],
  unsupported:            [550, '5.5.0', 'Not supported'],
  cannotCalculateChanges: [451, '4.3.0', 'Try again'],
  throttled:              [454, '4.7.0', 'Too many attempts, try again later'],
  unavailable:            [451, '4.3.0', 'A passing difficulty, try again'],
}

/** RFC 5321 §4.2.3, RFC 3463 §3.4 (X.3.1: mail system full). */
export const noRoom: Reply = [452, '4.3.1', 'Insufficient system storage, try again later']
