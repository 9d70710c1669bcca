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
        gathering: createValue<symbol | undefined>(undefined),
        shown: { from: 0, to: 0, top: 0 },
      }

export const toggleRow = (state: ListState, id: string): void => {
  state.whole.set(false)
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

/** At most this many rows are selected one by one: what is known of each must be in memory. Beyond, the whole list is. */
const SELECT_ALL = 1000
const PAGE = 200
/** Without an answer for so long the selection stays as far as it came. */
const STALLED_MS = 20_000

/** Resolves when the list has changed, or after a moment. */
const listChanged = (list: LiveList): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      stop()
      resolve()
    }
    const timer = setTimeout(done, 250)
    const stop = list.subscribe(done)
  })

/** The ids of the rows [from, to) once all are fetched; undefined when that does not come to pass. */
const rowsOf = async (
  client: MailClient,
  list: LiveList,
  page: { from: number; to: number },
  goesOn: () => boolean,
): Promise<readonly string[] | undefined> => {
  for (const since = Date.now(); Date.now() - since < STALLED_MS && goesOn(); await listChanged(list)) {
    const end = Math.min(page.to, list.total ?? 0)
    list.request(page.from, end)
    const ids = Array.from({ length: Math.max(0, end - page.from) }, (_, i) => list.idAt(page.from + i))
    const known = ids.filter((id) => id !== undefined && client.email(id).get() !== undefined)
    if (known.length === ids.length) return known as string[]
  }
  return undefined
}

/** Selects every row: of a short list page after page, the selection growing on screen (clearing it stops). */
export const selectAll = async (client: MailClient, state: ListState): Promise<void> => {
  const { list, selection, gathering, shown } = state
  const turn = Symbol()
  const goesOn = () => gathering.get() === turn && !list.failed
  // Of several accounts the server knows no list: the newest of them are chosen one by one.
  if ((list.total ?? 0) > SELECT_ALL && client.split === undefined) {
    const first = list.idAt(0)
    selection.set(new Set(first === undefined ? [] : [first]))
    state.whole.set(true)
    return
  }
  gathering.set(turn)
  selection.set(noSelection)
  for (let from = 0; from < Math.min(list.total ?? 0, SELECT_ALL); from += PAGE) {
    const ids = await rowsOf(client, list, { from, to: from + PAGE }, goesOn)
    if (ids === undefined || !goesOn()) break
    selection.set((now) => new Set([...now, ...ids]))
  }
  list.request(shown.from, shown.to)
  if (gathering.get() === turn) gathering.set(undefined)
}

export const clearSelection = (state: ListState): void => {
  state.gathering.set(undefined)
  state.whole.set(false)
  state.selection.set(noSelection)
  state.anchor.set(undefined)
}
