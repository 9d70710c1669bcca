/** A rule as a person makes one: some conditions, some actions. What it is in Sieve: read.ts, print.ts. */

import type { ExternalList } from '../lists.data.ts'

/** How the words of a field are compared: RFC 5228 §2.7.1. `domain` compares what follows the @ of addresses. */
export const comparisons = ['contains', 'is', 'matches', 'domain'] as const
export type Comparison = (typeof comparisons)[number]

/** Fields that hold addresses. */
export const addressFields = ['from', 'to', 'cc', 'bcc', 'sender', 'reply-to'] as const

interface Negatable {
  /** True: the condition holds when the test fails. */
  readonly not: boolean
}

export type Condition =
  | ({
      readonly kind: 'field'
      /** Names of header fields in lower case; several: any of them. */
      readonly fields: readonly string[]
      /** What of them is compared: the field with its names and words, or each address alone. */
      readonly part: 'whole' | 'address'
      readonly how: Comparison
      /** Any of them. */
      readonly values: readonly string[]
    } & Negatable)
  | ({ readonly kind: 'exists'; readonly fields: readonly string[] } & Negatable)
  | ({ readonly kind: 'body'; readonly values: readonly string[] } & Negatable)
  /** Octets. */
  | ({ readonly kind: 'size'; readonly how: 'over' | 'under'; readonly octets: number } & Negatable)
  | ({ readonly kind: 'attachment' } & Negatable)
  | ({ readonly kind: 'sender'; readonly list: ExternalList } & Negatable)
  /** The day it arrives, `2026-12-01`; both included. */
  | ({ readonly kind: 'day'; readonly how: 'from' | 'until'; readonly day: string } & Negatable)

export type RuleAction =
  | {
      readonly kind: 'file'
      /** Where, as a path; a mailbox that is renamed is still found by its id (RFC 9042). */
      readonly mailbox: string
      readonly mailboxId: string | undefined
      /** True: it stays in the inbox as well. */
      readonly copy: boolean
      /** True: made when it is missing (RFC 5490). */
      readonly create: boolean
    }
  /** IMAP flags and keywords. */
  | { readonly kind: 'flag'; readonly flags: readonly string[] }
  | { readonly kind: 'redirect'; readonly address: string; readonly copy: boolean }
  | { readonly kind: 'reject'; readonly text: string }
  | { readonly kind: 'keep' }
  | { readonly kind: 'discard' }
  /** No rule after this one is looked at. */
  | { readonly kind: 'stop' }

export interface Rule {
  readonly name: string
  readonly enabled: boolean
  /** Which conditions must hold; a rule without conditions is for every message. */
  readonly match: 'all' | 'any'
  readonly conditions: readonly Condition[]
  readonly actions: readonly RuleAction[]
}

export const ruleLimits = { name: 200, conditions: 50, actions: 20, values: 200, value: 998 } as const
