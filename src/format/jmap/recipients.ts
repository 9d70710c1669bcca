/** Recipient completion (capability `urn:convergence:recipients`), our own method in the manner of RFC 8620. */
import type { Id } from './core.ts'

export interface Recipient {
  readonly name: string | null
  readonly email: string
  /** In the academy's directory, or someone this account has written to. */
  readonly kind: 'directory' | 'recent'
}

export interface RecipientQueryArguments {
  readonly accountId: Id
  /** What the person has typed so far. */
  readonly text: string
  /** Default 10. */
  readonly limit?: number
}

export interface RecipientQueryResponse {
  readonly accountId: Id
  /** Best first. */
  readonly list: readonly Recipient[]
}
