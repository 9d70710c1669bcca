/** Words of mail transport that every way in and out shares (RFC 5321, RFC 3461, RFC 4865, RFC 8689). */

/** Doors through which mail comes in. */
export type Door = 'mx' | 'submission' | 'lmtp'

/** Whose message it is: the account it is sent from, and the person who sends it when the account is a function's. */
export interface SignedIn {
  readonly id: number
  readonly login: string
  readonly person?: number
}

/** The account that must have the right to write. */
export const writerOf = ({ id, person }: SignedIn): number => person ?? id

/** Who speaks to us. */
export interface Client {
  readonly ip: string
  /** The name it gave in EHLO. */
  readonly helo: string
  /** RFC 3848: which protocol the Received field names. */
  readonly protocol: 'SMTP' | 'ESMTP' | 'ESMTPS' | 'ESMTPA' | 'ESMTPSA' | 'LMTP' | 'LMTPS' | 'UTF8SMTP' | string
  /** Version and cipher, when the connection is encrypted. */
  readonly tls?: string
  /** Who signed in, on the submission door. */
  readonly account?: SignedIn
}

export type Ret = 'FULL' | 'HDRS'

/** MAIL FROM with its parameters. */
export interface Sender {
  /** Empty for the null reverse-path. */
  readonly address: string
  /** Octets announced (RFC 1870). */
  readonly size?: number
  readonly smtputf8?: boolean
  readonly eightBit?: boolean
  /** RFC 3461: what a report returns, and the sender's own name for the message. */
  readonly ret?: Ret
  readonly envid?: string
  /** RFC 8689: only to hops that prove who they are. */
  readonly requireTls?: boolean
  /** RFC 4865: not before this time, in milliseconds. */
  readonly holdUntil?: number
}

export type Notify = 'NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY'

/** RCPT TO with its parameters. */
export interface Recipient {
  readonly address: string
  /** RFC 3461 §4.1; empty when the client did not say. */
  readonly notify: readonly Notify[]
  /** RFC 3461 §4.2: `rfc822;alice@example.org`, as xtext; empty when not given. */
  readonly orcpt: string
}

/** The local part of an address, as given (with its quotes), and its domain in lower case. */
export const splitAddress = (address: string): { readonly local: string; readonly domain: string } => {
  const at = address.lastIndexOf('@')
  return at < 0
    ? { local: address, domain: '' }
    : { local: address.slice(0, at), domain: address.slice(at + 1).toLowerCase() }
}

/** One spelling per mailbox: what makes two recipients the same for delivery. */
export const foldAddress = (address: string): string => address.normalize('NFC').toLowerCase()
