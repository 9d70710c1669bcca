/** Where the person is: a mailbox or a search, and the conversation that is open. */
import { useParams, useRouter, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo, useSyncExternalStore } from 'react'
import type { ListQuery, Mailbox } from '../../data/index.ts'
import { useClient, useMailboxes } from '../../shell/client.tsx'
import { accountIn, splitPlace } from '../../shell/function-place.ts'
import { preferences } from '../../shell/preferences.ts'
import { useLive } from '../../shell/value.ts'
import { headedIn } from './act/headed.ts'
import { focusOn, followedIn } from './list/focus.ts'
import { findMailbox } from './mailboxes/mailbox-names.ts'
import { useShownLabels } from './organise/shown-labels.ts'

/** The list alone: it stays the same object while one conversation after the other is opened. */
export interface ListPlace {
  readonly kind: 'mailbox' | 'search'
  /** The mailbox, once known. */
  readonly mailbox: Mailbox | undefined
  /** The mailbox's name in the address. */
  readonly param: string
  readonly text: string
  readonly query: ListQuery | undefined
  /** The mailbox of a function; undefined in one's own. */
  readonly account: string | undefined
}

export interface Place extends ListPlace {
  readonly threadId: string | undefined
}

/**
 * The conversation of the address. It is read there and not awaited from the routes, which are shown all together in a
 * transition some frames later; a list that is being left keeps the conversation that it had.
 */
const useThreadAhead = ({ kind, param, account }: ListPlace, routed: string | undefined): string | undefined => {
  const { history } = useRouter()
  return useSyncExternalStore(
    useCallback((fn: () => void) => history.subscribe(fn), [history]),
    () => {
      const { pathname, search } = history.location
      const { threadId, elsewhere } = headedIn(pathname, { kind, param })
      return elsewhere || accountIn({ pathname, search }) !== account ? routed : threadId
    },
  )
}

export const usePlace = (): [place: Place, list: ListPlace] => {
  const client = useClient()
  const mailboxes = useMailboxes()
  const { mailbox: param, thread } = useParams({ strict: false })
  const q = useSearch({ strict: false, select: (search) => search.q })
  const isSearch = param === undefined
  const text = (q ?? '').trim()
  const mailbox = isSearch ? undefined : findMailbox(mailboxes, splitPlace(param).mailbox)
  const mailboxId = mailbox?.id
  const known = mailboxes.length > 0
  const labels = useShownLabels()
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
  const { account } = client
  const list = useMemo(
    (): ListPlace => ({ kind: isSearch ? 'search' : 'mailbox', mailbox, param: param ?? '', text, query, account }),
    [isSearch, mailbox, param, text, query, account],
  )
  const threadId = useThreadAhead(list, thread)
  return [useMemo(() => ({ ...list, threadId }), [list, threadId]), list]
}
