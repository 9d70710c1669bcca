/**
 * The text of the QR code from which Thunderbird for Android makes an account: its "Export for Mobile" format, version 1
 * (thunderbird-android, feature/migration/qrcode/qr-code-format.md). JSON arrays only, in UTF-8, byte mode, level L.
 */
import type { MailAccount, Place } from './account.ts'

const version = 1
/** One code of one. */
const only = [1, 1]
const imap = 0
const smtp = 0
const security: Readonly<Record<Place['security'], number>> = { starttls: 2, tls: 3 }
const passwordInTls = 1

/** It opens the mailbox to whoever photographs it: it is shown to its owner alone, and its password can be taken back. */
export const thunderbirdCode = (account: MailAccount): string => {
  const { login, password, host, title, address, name } = account
  const incoming = [
    imap,
    host,
    account.imap.port,
    security[account.imap.security],
    passwordInTls,
    login,
    title,
    password,
  ]
  const outgoing = [smtp, host, account.smtp.port, security[account.smtp.security], passwordInTls, login, password]
  return JSON.stringify([version, only, incoming, [[outgoing, [address, name]]]])
}
