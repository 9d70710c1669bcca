/** What a mail program must know to open somebody's mailbox. */

export interface Place {
  readonly port: number
  readonly security: 'tls' | 'starttls'
}

export interface MailAccount {
  /** Shown as the sender. */
  readonly name: string
  readonly address: string
  /** What the program signs in with. */
  readonly login: string
  readonly password: string
  readonly host: string
  readonly imap: Place
  readonly smtp: Place
  /** Where contacts are found (CardDAV, RFC 6764): an https: address. */
  readonly contacts: string
  /** Name of the account in the program. */
  readonly title: string
}
