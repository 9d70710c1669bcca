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
  /** All rows are chosen, also those not fetched: what is done then is done by the server (organise/bulk.ts). */
  readonly whole: Value<boolean>
  /** Those left out of it again. */
  readonly left: Value<ReadonlySet<string>>
  /** Set while all rows are being selected, page after page. */
  readonly gathering: Value<symbol | undefined>
  /** The rows on screen, and how far they were scrolled (pixels): where the list is when one comes back to it. */
  readonly shown: { from: number; to: number; top: number }
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
        whole: createValue(false),
        left: createValue(noSelection),
        gathering: createValue<symbol | undefined>(undefined),
        shown: { from: 0, to: 0, top: 0 },
      }

/** When all rows are chosen, a row is left out and taken in again. */
const toggleLeft = (state: ListState, id: string): void => {
  state.left.set((now) => {
    const next = new Set(now)
    if (!next.delete(id)) next.add(id)
    return next
  })
  if (state.left.get().size >= (state.list.total ?? 0)) clearSelection(state)
}

export const toggleRow = (state: ListState, id: string): void => {
  if (state.whole.get()) toggleLeft(state, id)
  else
    state.selection.set((now) => {
      const next = new Set(now)
      if (!next.delete(id)) next.add(id)
      return next
    })
  state.anchor.set(id)
  state.cursor.set(id)
}

/** Selects from the anchor (or the cursor) to `id`, both included; rows that have not been fetched follow. */
export const selectTo = (client: MailClient, state: ListState, id: string): void => {
  const from = state.list.indexOf(state.anchor.get() ?? state.cursor.get() ?? id)
  const to = state.list.indexOf(id)
  if (to < 0 || state.whole.get()) return
  const start = from < 0 ? to : from
  if (state.anchor.get() === undefined) state.anchor.set(state.list.idAt(start))
  const [first, last] = [Math.min(start, to), Math.max(start, to)]
  const rows = Array.from({ length: last - first + 1 }, (_, i) => state.list.idAt(first + i))
  const known = rows.filter((row) => row !== undefined)
  state.selection.set((now) => new Set([...now, ...known]))
  state.cursor.set(id)
  if (known.length < rows.length || known.some((row) => client.email(row).get() === undefined))
    void import('./gather.ts').then(({ selectRange }) => selectRange(client, state, first, last + 1))
}

/** Selects every row, in a short list page after page. */
export const selectAll = async (client: MailClient, state: ListState): Promise<void> => {
  const { selectEvery } = await import('./gather.ts')
  await selectEvery(client, state)
}

/** How many rows are chosen. */
export const chosenIn = ({ list, selection, whole, left }: ListState): number =>
  whole.get() ? (list.total ?? 0) - left.get().size : selection.get().size

export const clearSelection = (state: ListState): void => {
  state.gathering.set(undefined)
  state.whole.set(false)
  state.left.set(noSelection)
  state.selection.set(noSelection)
  state.anchor.set(undefined)
}
