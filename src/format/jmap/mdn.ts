/** JMAP wire types of receipts (RFC 9007). */
import type { Id } from './core.ts'

export const MDN = 'urn:ietf:params:jmap:mdn'

export interface Disposition {
  readonly actionMode: 'manual-action' | 'automatic-action'
  readonly sendingMode: 'mdn-sent-manually' | 'mdn-sent-automatically'
  readonly type: 'deleted' | 'dispatched' | 'displayed' | 'processed'
}

export interface Mdn {
  readonly forEmailId: Id | null
  readonly subject: string | null
  readonly textBody: string | null
  readonly includeOriginalMessage: boolean
  readonly reportingUA: string | null
  readonly disposition: Disposition
  readonly mdnGateway: string | null
  readonly originalRecipient: string | null
  readonly finalRecipient: string | null
  readonly originalMessageId: string | null
  readonly error: readonly string[] | null
  readonly extensionFields: Readonly<Record<string, string>> | null
}
