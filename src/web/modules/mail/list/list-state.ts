/** A list on screen: its rows, the row under the cursor, the rows selected. Shared by the list, the reader and the keys. */
import type { LiveList, MailClient } from '../../../data/index.ts'
import { createValue, type Value } from '../../../shell/value.ts'
import type { Place } from '../place.ts'

export interface ListState {
  readonly list: LiveList
  /** Of the place only what stays while the list does. */
  readonly mailboxId: string | undefined
  readonly role: string | null
  /** Email id of the row under the keyboard cursor. */
  readonly cursor: Value<string | undefined>
  readonly selection: Value<ReadonlySet<string>>
  /** Where a range selection began. */
  readonly anchor: Value<string | undefined>
}

export const noSelection: ReadonlySet<string> = new Set()

/** The list on screen, for the keys and for actions. */
export const currentList = createValue<ListState | undefined>(undefined)

export const createListState = (client: MailClient, place: Place): ListState | undefined =>
  place.query === undefined
    ? undefined
    : {
        list: client.list(place.query),
        mailboxId: place.mailbox?.id,
        role: place.mailbox?.role ?? null,
        cursor: createValue<string | undefined>(undefined),
        selection: createValue(noSelection),
        anchor: createValue<string | undefined>(undefined),
      }

export const toggleRow = (state: ListState, id: string): void => {
  state.selection.set((now) => {
    const next = new Set(now)
    if (!next.delete(id)) next.add(id)
    return next
  })
  state.anchor.set(id)
  state.cursor.set(id)
}

/** Selects from the anchor (or the cursor) to `id`, both included. */
export const selectTo = (state: ListState, id: string): void => {
  const from = state.list.indexOf(state.anchor.get() ?? state.cursor.get() ?? id)
  const to = state.list.indexOf(id)
  if (to < 0) return
  const start = from < 0 ? to : from
  if (state.anchor.get() === undefined) state.anchor.set(state.list.idAt(start))
  state.selection.set((now) => {
    const next = new Set(now)
    for (let i = Math.min(start, to); i <= Math.max(start, to); i++) {
      const row = state.list.idAt(i)
      if (row !== undefined) next.add(row)
    }
    return next
  })
  state.cursor.set(id)
}

/** At most this many rows are selected at once: an action on them is one request. */
const SELECT_ALL = 500

export const selectAll = (state: ListState): void => {
  const ids = new Set<string>()
  const end = Math.min(state.list.total ?? 0, SELECT_ALL)
  state.list.request(0, end)
  for (let i = 0; i < end; i++) {
    const id = state.list.idAt(i)
    if (id !== undefined) ids.add(id)
  }
  state.selection.set(ids)
}

export const clearSelection = (state: ListState): void => {
  state.selection.set(noSelection)
  state.anchor.set(undefined)
}
