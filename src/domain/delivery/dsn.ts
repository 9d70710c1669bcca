/** Delivery status notifications: the message (RFC 3462, RFC 3464; RFC 6533 for addresses with UTF-8). Pure. */
import { utf8 } from '#base/bytes.ts'
import { encodeHeaderText } from '#format/mime/build.ts'
import { formatDate } from '#format/mime/headers.ts'
import { type ReportAction, reasons, reportWords } from './report.data.ts'
import { decodeXtext } from './xtext.ts'

export interface ReportedRecipient {
  readonly address: string
  /** RFC 3461 ORCPT as given, `type;xtext`. */
  readonly orcpt: string
  /** Enhanced status code. */
  readonly status: string
  /** What the remote server said; empty when nobody was reached. */
  readonly reply: string
  /** The server that said it. */
  readonly host?: string
}

export interface Report {
  readonly action: ReportAction
  readonly hostname: string
  /** Address of the server, in From. */
  readonly from: string
  /** Who it says it comes from; the program by default. */
  readonly name?: string | undefined
  readonly to: string
  readonly messageId: string
  readonly boundary: string
  readonly now: number
  readonly arrival: number
  /** RFC 3461 ENVID, as xtext. */
  readonly envid?: string
  readonly recipients: readonly ReportedRecipient[]
  /** When we shall give up, for delays. */
  readonly until?: number
  /** The original: all of it, or its header block. */
  readonly original: Uint8Array
  readonly returned: 'full' | 'headers'
  readonly originalMessageId: string | undefined
}

const ascii = /^[\x20-\x7e]*$/

/** One line of a status field: printable, bounded. */
const oneLine = (text: string): string =>
  text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 900)

/** RFC 6533 §3: an address with UTF-8 has its own type. */
const typed = (address: string): string => (ascii.test(address) ? `rfc822; ${address}` : `utf-8; ${address}`)

const originalRecipient = (orcpt: string): string => {
  const semicolon = orcpt.indexOf(';')
  return `${orcpt.slice(0, semicolon)}; ${decodeXtext(orcpt.slice(semicolon + 1)).replace(/[\r\n]+/g, ' ')}`
}

const reasonFor = (status: string): readonly [fr: string, en: string] => {
  const parts = status.split('.')
  for (let length = parts.length; length > 0; length--) {
    const found = reasons[parts.slice(0, length).join('.')]
    if (found) return found
  }
  return ['', '']
}

const humanText = (report: Report): string => {
  const parts = (['fr', 'en'] as const).map((language) => {
    const words = reportWords[report.action][language]
    const list = report.recipients.map(({ address, status, reply }) => {
      const reason = reasonFor(status)[language === 'fr' ? 0 : 1]
      const why = reason === '' ? '' : `${language === 'fr' ? ' :' : ':'} ${reason}`
      const said =
        reply === '' || report.action === 'delivered'
          ? ''
          : `\r\n      (${reply.replace(/[\r\n]+/g, ' ').slice(0, 500)})`
      return `  - ${address}${why}${said}`
    })
    return [words.opening, '', ...list, '', words.closing].join('\r\n')
  })
  return `${parts.join('\r\n\r\n----------\r\n\r\n')}\r\n`
}

const statusText = (report: Report): string => {
  const perMessage = [
    `Reporting-MTA: dns; ${report.hostname}`,
    ...(report.envid === undefined ? [] : [`Original-Envelope-Id: ${oneLine(decodeXtext(report.envid))}`]),
    `Arrival-Date: ${formatDate(report.arrival)}`,
  ]
  const perRecipient = report.recipients.map(({ address, orcpt, status, reply, host }) => [
    '',
    ...(orcpt === '' ? [] : [`Original-Recipient: ${originalRecipient(orcpt)}`]),
    `Final-Recipient: ${typed(address)}`,
    `Action: ${report.action}`,
    `Status: ${status}`,
    ...(host === undefined ? [] : [`Remote-MTA: dns; ${oneLine(host)}`]),
    ...(reply === '' ? [] : [`Diagnostic-Code: smtp; ${oneLine(reply)}`]),
    `Last-Attempt-Date: ${formatDate(report.now)}`,
    ...(report.until === undefined ? [] : [`Will-Retry-Until: ${formatDate(report.until)}`]),
  ])
  return `${[...perMessage, ...perRecipient.flat()].join('\r\n')}\r\n`
}

/** The report as a message, CRLF throughout. */
export const buildReport = (report: Report): Uint8Array => {
  const { action, boundary } = report
  const words = reportWords[action]
  const global = !report.recipients.every(({ address, orcpt }) => ascii.test(address) && ascii.test(orcpt))
  const full = report.returned === 'full'
  const head = [
    `Date: ${formatDate(report.now)}`,
    `From: ${report.name === undefined ? '"Convergence"' : encodeHeaderText(report.name)} <${report.from}>`,
    `To: <${report.to}>`,
    `Subject: ${encodeHeaderText(`${words.fr.subject} / ${words.en.subject}`)}`,
    `Message-ID: ${report.messageId}`,
    ...(report.originalMessageId === undefined
      ? []
      : [`References: ${report.originalMessageId}`, `In-Reply-To: ${report.originalMessageId}`]),
    // RFC 3834 §5: no vacation answers a report.
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status;\r\n boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    'Content-Language: fr, en',
    '',
    humanText(report),
    `--${boundary}`,
    `Content-Type: message/${global ? 'global-' : ''}delivery-status`,
    ...(global ? ['Content-Transfer-Encoding: 8bit'] : []),
    '',
    statusText(report),
    `--${boundary}`,
    `Content-Type: ${full ? 'message/rfc822' : 'text/rfc822-headers'}`,
    'Content-Transfer-Encoding: 8bit',
    '',
    '',
  ].join('\r\n')
  const before = utf8(head)
  const after = utf8(`\r\n--${boundary}--\r\n`)
  const whole = new Uint8Array(before.length + report.original.length + after.length)
  whole.set(before)
  whole.set(report.original, before.length)
  whole.set(after, before.length + report.original.length)
  return whole
}
