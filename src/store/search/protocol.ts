/** What the main thread and the search thread say to each other. */
import type { LogFields } from '#base/log.ts'
import type { IndexState, Passage, SearchBound, SearchExpression, SearchHealth, StoredEmail } from './search.ts'
import type { SearchSource } from './source.ts'

export type ToWorker =
  | {
      readonly kind: 'query'
      readonly id: number
      readonly account: number
      readonly expression: SearchExpression
      readonly prefix: boolean
      readonly last: SearchBound | undefined
    }
  | { readonly kind: 'caughtUp'; readonly id: number; readonly account: number }
  | { readonly kind: 'rebuild'; readonly id: number; readonly account: number }
  | { readonly kind: 'state'; readonly id: number; readonly account: number }
  | { readonly kind: 'health'; readonly id: number }
  | {
      readonly kind: 'passage'
      readonly id: number
      readonly email: StoredEmail
      readonly words: readonly string[]
      readonly withinMs: number
    }
  | { readonly kind: 'changed'; readonly accounts: readonly number[] }
  | { readonly kind: 'scan' }
  | { readonly kind: 'close' }

/** What the thread is started with. */
export interface SearchThreadData {
  readonly source: SearchSource
  readonly freshnessMs: number
  /** See in-hand.ts. */
  readonly reading: SharedArrayBuffer
  /** Blobs that ended the thread before. */
  readonly passedOver: readonly number[]
}

/** What the thread itself knows of its health. */
export type KnownHealth = Pick<SearchHealth, 'accounts' | 'messages' | 'standing'>

/** Ids travel as one array that changes hands: a hundred thousand of them cost the main thread next to nothing. */
export type FromWorker =
  | { readonly kind: 'answer'; readonly id: number; readonly ids: Float64Array; readonly complete: boolean }
  | { readonly kind: 'state'; readonly id: number; readonly state: IndexState }
  | { readonly kind: 'health'; readonly id: number; readonly health: KnownHealth }
  | { readonly kind: 'passage'; readonly id: number; readonly passage: Passage | undefined }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  | { readonly kind: 'log'; readonly level: 'warn' | 'error'; readonly event: string; readonly fields: LogFields }
