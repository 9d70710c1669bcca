/** Where the person is: a mailbox or a search, and the conversation that is open. */
import { useParams, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { ListQuery, Mailbox } from '../../data/index.ts'
import { useClient, useMailboxes } from '../../shell/client.tsx'
import { splitPlace } from '../../shell/function-place.ts'
import { preferences } from '../../shell/preferences.ts'
import { useLive } from '../../shell/value.ts'
import { focusOn, followedIn } from './list/focus.ts'
import { findMailbox } from './mailboxes/mailbox-names.ts'
import { organised } from './organise/organised.ts'

export interface Place {
  readonly kind: 'mailbox' | 'search'
  /** The mailbox, once known. */
  readonly mailbox: Mailbox | undefined
  /** The mailbox's name in the address. */
  readonly param: string
  readonly text: string
  readonly query: ListQuery | undefined
  readonly threadId: string | undefined
  /** The mailbox of a function; undefined in one's own. */
  readonly account: string | undefined
}

export const usePlace = (): Place => {
  const client = useClient()
  const mailboxes = useMailboxes()
  const { mailbox: param, thread } = useParams({ strict: false })
  const { q } = useSearch({ strict: false })
  const isSearch = param === undefined
  const text = (q ?? '').trim()
  const mailbox = isSearch ? undefined : findMailbox(mailboxes, splitPlace(param).mailbox)
  const mailboxId = mailbox?.id
  const known = mailboxes.length > 0
  const { labels } = useLive(organised)
  const isFocused = useLive(focusOn) && mailbox?.role === 'inbox'
  const { flat: isFlat, listOrder } = useLive(preferences)
  const query = useMemo(() => {
    if (isSearch) return text === '' || !known ? undefined : client.search(text, undefined, labels)
    if (mailboxId === undefined) return
    const whole = client.mailboxQuery(mailboxId)
    const isOldest = listOrder === 'oldest'
    if (!isFocused && !isFlat && !isOldest) return whole
    return {
      filter: isFocused ? followedIn(mailboxId) : whole.filter,
      sort: whole.sort.map((by) => ({ ...by, isAscending: isOldest })),
      collapseThreads: !isFlat,
    }
  }, [client, isSearch, text, mailboxId, known, labels, isFocused, isFlat, listOrder])
  return {
    kind: isSearch ? 'search' : 'mailbox',
    mailbox,
    param: param ?? '',
    text,
    query,
    account: client.account,
    threadId: thread,
  }
}
