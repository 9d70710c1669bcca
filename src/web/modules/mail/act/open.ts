/** Opening a conversation, and what comes before and after it. */
import type { useNavigate } from '@tanstack/react-router'
import type { EmailSummary } from '../../../data/index.ts'
import { searchIn } from '../../../shell/function-place.ts'
import { compose } from '../compose/composers.ts'
import type { ListState } from '../list/list-state.ts'
import type { Place } from '../place.ts'
import type { Acts } from './acts.ts'

export type Navigate = ReturnType<typeof useNavigate>

export interface OpenFrom {
  readonly navigate: Navigate
  readonly kind: Place['kind']
  readonly param: string
  readonly text: string
  readonly account: string | undefined
}

export const goToThread = (from: OpenFrom, threadId: string, replace = false): void => {
  if (from.kind === 'search')
    void from.navigate({
      to: '/search/$thread',
      params: { thread: threadId },
      search: searchIn(from.account, from.text),
      replace,
    })
  else void from.navigate({ to: '/mail/$mailbox/$thread', params: { mailbox: from.param, thread: threadId }, replace })
}

export const goToList = (from: OpenFrom, replace = false): void => {
  if (from.kind === 'search') void from.navigate({ to: '/search', search: searchIn(from.account, from.text), replace })
  else void from.navigate({ to: '/mail/$mailbox', params: { mailbox: from.param }, replace })
}

/** A message alone in its draft state is resumed, not read. */
export const openThread = (from: OpenFrom, email: EmailSummary, replace = false): void => {
  if (from.param === 'drafts' && email.keywords.$draft) compose({ kind: 'draft', emailId: email.id })
  else goToThread(from, email.threadId, replace)
}

export const fromOf = (acts: Acts): OpenFrom => ({
  navigate: acts.navigate,
  kind: acts.place.kind,
  param: acts.place.param,
  text: acts.place.text,
  account: acts.place.account,
})

/** @param drafts whether a draft may be opened too (Enter), or only passed over (arrows) */
export const openCursorRow = (acts: Acts, state: ListState, drafts = false): void => {
  const id = state.cursor.get()
  const email = id === undefined ? undefined : acts.client.email(id).get()
  if (email === undefined) return
  if (acts.place.param === 'drafts' && !drafts) return
  openThread(fromOf(acts), email, acts.headed().threadId !== undefined)
}

/** The row of the open conversation, or -1. */
export const openRow = (acts: Acts): number => {
  const { state, client } = acts
  const { threadId } = acts.headed()
  if (state === undefined || threadId === undefined) return -1
  const cursor = state.cursor.get()
  const isOpen = (id: string | undefined) => id !== undefined && client.email(id).get()?.threadId === threadId
  if (isOpen(cursor)) return state.list.indexOf(cursor!)
  for (let i = 0; i < Math.min(state.list.total ?? 0, 1000); i++) if (isOpen(state.list.idAt(i))) return i
  return -1
}

/** Opens the conversation `step` rows further; false at the end of the list. */
export const openNeighbour = (acts: Acts, step: number): boolean => {
  const at = openRow(acts)
  const id = at < 0 ? undefined : acts.state?.list.idAt(at + step)
  if (id === undefined || acts.state === undefined) return false
  acts.state.cursor.set(id)
  openCursorRow(acts, acts.state)
  return true
}
