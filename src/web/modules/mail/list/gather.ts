/** Selecting more rows than are known: those missing are fetched page after page, the selection growing on screen. */
import i18next from 'i18next'
import type { LiveList, MailClient } from '../../../data/index.ts'
import { loadTexts } from '../../../i18n/parts.ts'
import { toast } from '../../../shell/toasts.tsx'
import { type ListState, noSelection } from './list-state.ts'

/** At most this many rows are selected one by one: what is known of each must be in memory. Beyond, the whole list is. */
const ONE_BY_ONE = 1000
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

/** Adds the rows [from, to) to the selection; clearing it stops. */
const gather = async (client: MailClient, state: ListState, from: number, to: number): Promise<void> => {
  const { list, selection, gathering, shown } = state
  const turn = Symbol()
  gathering.set(turn)
  const goesOn = () => gathering.get() === turn && !list.failed
  for (let at = from; at < Math.min(to, list.total ?? 0); at += PAGE) {
    const ids = await rowsOf(client, list, { from: at, to: Math.min(to, at + PAGE) }, goesOn)
    if (ids === undefined || !goesOn()) break
    selection.set((now) => new Set([...now, ...ids]))
  }
  list.request(shown.from, shown.to)
  if (gathering.get() === turn) gathering.set(undefined)
}

/** Every row: of a short list one by one, of a long one as a whole. */
export const selectEvery = async (client: MailClient, state: ListState): Promise<void> => {
  const { list, selection, left, whole } = state
  left.set(noSelection)
  // Of several accounts the server knows no list: the newest of them are chosen one by one.
  if ((list.total ?? 0) > ONE_BY_ONE && client.split === undefined) {
    const first = list.idAt(0)
    selection.set(new Set(first === undefined ? [] : [first]))
    whole.set(true)
    return
  }
  selection.set(noSelection)
  await gather(client, state, 0, ONE_BY_ONE)
}

/** The rows [from, to), some of which are not known yet; of a longer range none, and it is said why. */
export const selectRange = async (client: MailClient, state: ListState, from: number, to: number): Promise<void> => {
  if (to - from <= ONE_BY_ONE) return gather(client, state, from, to)
  await loadTexts('organise')
  const { anchor, list, selection } = state
  const start = list.idAt(list.indexOf(anchor.get() ?? ''))
  selection.set(new Set(start === undefined ? [] : [start]))
  toast(i18next.t('organise.rangeLimit', { count: ONE_BY_ONE }), { tone: 'problem', ms: 8000 })
}
