/** The machine's part of a receipt, message/disposition-notification (RFC 8098 §3.1). Pure. */
import { utf8 } from '#base/bytes.ts'
import { allHeaders } from './headers.ts'

export interface DispositionFields {
  readonly reportingUA: string | null
  readonly mdnGateway: string | null
  /** `rfc822; address`, as all recipients here. */
  readonly originalRecipient: string | null
  readonly finalRecipient: string | null
  /** With its angle brackets. */
  readonly originalMessageId: string | null
  readonly disposition: {
    readonly actionMode: 'manual-action' | 'automatic-action'
    readonly sendingMode: 'mdn-sent-manually' | 'mdn-sent-automatically'
    readonly type: 'deleted' | 'dispatched' | 'displayed' | 'processed'
  }
  readonly error: readonly string[]
  readonly extensionFields: Readonly<Record<string, string>>
}

const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, 900)

/** The fields, CRLF at the end of each; a value never adds a field. */
export const writeDisposition = (fields: DispositionFields): string => {
  const { disposition } = fields
  const lines: (readonly [name: string, value: string | null])[] = [
    ['Reporting-UA', fields.reportingUA],
    ['MDN-Gateway', fields.mdnGateway],
    ['Original-Recipient', fields.originalRecipient],
    ['Final-Recipient', fields.finalRecipient],
    ['Original-Message-ID', fields.originalMessageId],
    [
      'Disposition',
      `${disposition.actionMode}/${disposition.sendingMode.replace(/^mdn-/, 'MDN-')}; ${disposition.type}`,
    ],
    ...fields.error.map((text) => ['Error', text] as const),
    ...Object.entries(fields.extensionFields),
  ]
  return lines
    .filter(([name, value]) => value !== null && /^[A-Za-z0-9-]{1,80}$/.test(name))
    .map(([name, value]) => `${name}: ${oneLine(value ?? '')}\r\n`)
    .join('')
}

const standard = new Set([
  'reporting-ua',
  'mdn-gateway',
  'original-recipient',
  'final-recipient',
  'original-message-id',
  'disposition',
  'error',
])

const wordOf = <T extends string>(words: readonly T[], text: string | undefined): T | undefined =>
  words.find((word) => word === text?.trim().toLowerCase())

/** Reads the part; undefined when it is none: the recipient and a disposition that is understood are required. */
export const readDisposition = (part: Uint8Array): DispositionFields | undefined => {
  const text = new TextDecoder().decode(part)
  const block = utf8(text.endsWith('\n') ? `${text}\r\n` : `${text}\r\n\r\n`)
  const first = (name: string): string | null => allHeaders(block, name)[0]?.trim() ?? null
  const [modes = '', kind = ''] = (first('disposition') ?? '').split(';')
  const [action, sending] = modes.split('/')
  const actionMode = wordOf(['manual-action', 'automatic-action'] as const, action)
  const sendingMode = wordOf(['mdn-sent-manually', 'mdn-sent-automatically'] as const, sending)
  // `displayed/error`: what follows the type only qualifies it.
  const type = wordOf(['deleted', 'dispatched', 'displayed', 'processed'] as const, kind.split('/')[0])
  const finalRecipient = first('final-recipient')
  if (!actionMode || !sendingMode || !type || finalRecipient === null) return undefined
  const names = new Set([...text.matchAll(/^([A-Za-z0-9-]{1,80})[ \t]*:/gm)].map((found) => found[1] ?? ''))
  const extra = [...names].filter((name) => !standard.has(name.toLowerCase())).slice(0, 50)
  return {
    reportingUA: first('reporting-ua'),
    mdnGateway: first('mdn-gateway'),
    originalRecipient: first('original-recipient'),
    finalRecipient,
    originalMessageId: first('original-message-id'),
    disposition: { actionMode, sendingMode, type },
    error: allHeaders(block, 'error').map((value) => value.trim()),
    extensionFields: Object.fromEntries(extra.map((name) => [name, first(name.toLowerCase()) ?? ''])),
  }
}
