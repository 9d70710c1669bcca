/**
 * What the first screen of the next start is made of, in one entry of the store: it is read and unsealed at once, where
 * all the records of the cache take a thousand times as many steps. What it holds is in the records as well, written with
 * them, so that the two never disagree.
 */
import type { Identity, Mailbox, Thread } from '#format/jmap/mail.ts'
import type { EmailSummary } from './contract.ts'
import type { QueryList, SavedList } from './list.ts'
import type { Model, RecordType } from './model.ts'

/** Rows with their records: more than a screen shows. */
const ROWS = 40

export interface FirstScreen {
  readonly accountId: string
  readonly states: Partial<Record<RecordType, string>>
  readonly mailboxes: ReadonlyMap<string, Mailbox>
  readonly identities: readonly Identity[]
  readonly list: readonly [key: string, saved: SavedList]
  readonly emails: readonly EmailSummary[]
  readonly threads: readonly Thread[]
}

/** Of the mailbox on screen; undefined when none is, or it is not known well enough. */
export const firstScreenOf = (model: Model, accountId: string, lists: Iterable<QueryList>): FirstScreen | undefined => {
  const { mailboxRecords: mailboxes } = model
  const identities = model.identities.get()
  const shown = [...lists].findLast(
    ({ users, query }) => users > 0 && query.filter !== null && 'inMailbox' in query.filter,
  )
  const saved = shown?.saved()
  if (mailboxes === undefined || identities === undefined || shown === undefined || saved === undefined) return
  const rows = saved.ids.slice(0, ROWS).flatMap((id) => model.emails.get(id) ?? [])
  const threads = rows.flatMap(({ threadId }) => model.threads.get(threadId) ?? [])
  const mates = threads.flatMap(({ emailIds }) => emailIds.flatMap((id) => model.emails.get(id) ?? []))
  return {
    accountId,
    states: { ...model.states },
    mailboxes,
    identities,
    list: [shown.key, saved],
    emails: [...new Set([...rows, ...mates])],
    threads,
  }
}

/** Lays it into a model that knows nothing yet; gives its list. */
export const layFirstScreen = (model: Model, screen: FirstScreen): FirstScreen['list'] => {
  Object.assign(model.states, screen.states)
  model.setMailboxes(screen.mailboxes)
  model.identities.set(screen.identities)
  for (const email of screen.emails) model.setEmail(email)
  for (const thread of screen.threads) model.setThread(thread)
  return screen.list
}
