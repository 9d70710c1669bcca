/** What is known of a message beyond its own words (capability `urn:convergence:reading`), our own type in the manner of RFC 8620. */
import type { Id } from './core.ts'

export const READING = 'urn:convergence:reading'

/**
 * Whether the sender is who it says. `own`: submitted here by its author, or of the platform; `verified`: the author's
 * domain vouches for it; `failed`: the domain says that it is not; `unverified`: nothing vouches; `unknown`: it was not
 * evaluated (an import, a relay that tells nothing, no answer of the DNS).
 */
export type SenderProof = 'own' | 'verified' | 'unverified' | 'failed' | 'unknown'

export interface UnsubscribeWays {
  /** One press is enough (RFC 8058): the server posts. */
  readonly oneClick: boolean
  /** A page to open. */
  readonly web: string | null
  /** A `mailto:` address to write to. */
  readonly mail: string | null
}

export interface MemberAct {
  readonly name: string
  /** UTCDate. */
  readonly at: string
}

/** The id is that of the Email. */
export interface Reading {
  readonly id: Id
  /** What kind of message of the platform it is; empty for every other message. Given at internal delivery only. */
  readonly platform: string
  readonly proof: SenderProof
  /** The domain that vouches for the message, when one does. */
  readonly provedBy: string | null
  /** The sender's address is of none of our domains. */
  readonly external: boolean
  /** The reader wrote to the sender, had mail from them before, or finds them in the directory. */
  readonly known: boolean
  /** The domain that the sender's is made to be taken for. */
  readonly lookAlike: string | null
  /** The sender's domain is written in two alphabets. */
  readonly mixed: boolean
  /** Whom the display name imitates: an address of ours, a person of the directory, the platform. */
  readonly imitates: { readonly kind: 'address' | 'person' | 'platform'; readonly name: string } | null
  /** What those who look after frauds say of it, or of messages just like it. */
  readonly judged: 'fraud' | null
  /** Remote pictures: `allowed` when the reader trusts this sender or all, and the sender is proved. */
  readonly images: 'ask' | 'allowed' | 'off'
  readonly unsubscribe: UnsubscribeWays | null
  /** Mailbox of a function: which of its members sent this email. */
  readonly sentBy: MemberAct | null
  /** Mailbox of a function: which of its members answered it, oldest first. */
  readonly answeredBy: readonly MemberAct[]
}

export interface ReadingGetArguments {
  readonly accountId: Id
  readonly ids: readonly Id[]
}
