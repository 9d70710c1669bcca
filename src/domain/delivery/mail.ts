/** A message in hand: what the checks of a door look at and change, between the first RCPT and the commit. */

import type { Delivery } from './delivery.ts'
import type { Client, Door, Recipient, Sender } from './envelope.ts'
import type { Header } from './header.ts'
import type { Route } from './route.ts'
import type { Spool } from './spool.ts'

/** What became of a recipient: undefined when its message is durable here, else why not. */
export type Outcome = unknown

/** A recipient that was accepted. */
export interface Accepted extends Recipient {
  readonly route: Exclude<Route, { readonly kind: 'unknown' }>
}

export interface Mail {
  readonly delivery: Delivery
  readonly door: Door
  readonly client: Client
  readonly sender: Sender
  readonly id: string
  readonly now: number
  readonly accepted: readonly Accepted[]
  readonly spool: Spool
  /** The header block as it will rest; a check that changes it puts a new one here. */
  header: Header
  /** Authentication-Results, when the origin was verified. */
  results: string
  dmarc: { readonly failed: boolean; readonly policy: 'none' | 'quarantine' | 'reject' }
  /** To the junk mailbox rather than the inbox. */
  junk: boolean
}

export type SenderCheck = (delivery: Delivery, client: Client, sender: Sender) => void | Promise<void>

/** What is known when a recipient is named. */
export interface RecipientFacts {
  readonly delivery: Delivery
  readonly client: Client
  readonly sender: Sender
  readonly recipient: Recipient
  readonly route: Route
  readonly already: number
}

export type RecipientCheck = (facts: RecipientFacts) => void

export type MessageCheck = (mail: Mail) => void | Promise<void>
