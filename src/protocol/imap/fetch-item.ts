/** What each item of FETCH becomes once, before messages run through it. */
import type { ContentNeeds, ViewedMessage } from '#domain/mail/view.ts'

/** Writes one item of a message: at once as text, or, when its content must be read, by itself. */
export type ItemWriter = {
  readonly needs: ContentNeeds
  /** Text of the item, or undefined when only `write` can. */
  readonly text: (message: ViewedMessage) => string | undefined
  readonly write?: (message: ViewedMessage) => Promise<void>
}
