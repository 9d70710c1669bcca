/** What a person types in the search field -> a JMAP query. */
import type { ListQuery, Mailbox } from './contract.ts'

export interface SearchContext {
  readonly mailboxes: readonly Mailbox[]
  readonly mailboxId?: string | undefined
  /** Milliseconds since 1970. */
  readonly now: number
}

export const parseSearch = (text: string, _context: SearchContext): ListQuery => ({
  filter: { text },
  sort: [{ property: 'receivedAt', isAscending: false }],
  collapseThreads: false,
})
