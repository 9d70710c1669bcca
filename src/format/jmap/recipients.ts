/** Recipient completion (capability `urn:convergence:recipients`), our own method in the manner of RFC 8620. */
import type { Id } from './core.ts'

export interface PersonRecipient {
  readonly name: string | null
  readonly email: string
  /** In the academy's directory, in one's own contacts, or someone this account has written to. */
  readonly kind: 'directory' | 'contact' | 'recent'
}

/** A group that the person may write to; `Recipient/expand` tells its people. */
export interface GroupRecipient {
  readonly kind: 'group'
  readonly group: string
  readonly label: { readonly fr: string; readonly en: string }
  /** Its school; empty for a group of one's own contacts. */
  readonly place: string
  /** People in it. */
  readonly count: number
}

export type Recipient = PersonRecipient | GroupRecipient

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
