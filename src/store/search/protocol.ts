/** What the main thread and the search thread say to each other. */
import type { LogFields } from '#base/log.ts'
import type { Passage, SearchBound, SearchExpression, StoredEmail } from './search.ts'

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

/** Ids travel as one array that changes hands: a hundred thousand of them cost the main thread next to nothing. */
export type FromWorker =
  | { readonly kind: 'answer'; readonly id: number; readonly ids: Float64Array }
  | { readonly kind: 'passage'; readonly id: number; readonly passage: Passage | undefined }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  | { readonly kind: 'log'; readonly level: 'warn' | 'error'; readonly event: string; readonly fields: LogFields }
