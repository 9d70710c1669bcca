/** The verbs of the toolbar, the keys and the rows: apply at once, tell with Undo, then show what comes next. */
import type { Undoable } from '../../../data/index.ts'
import { confirm } from '../../../shell/confirm.tsx'
import { matches, SINGLE_PANE } from '../../../shell/media.ts'
import { progressToast, toast } from '../../../shell/toasts.tsx'
import { createValue } from '../../../shell/value.ts'
import { clearSelection } from '../list/list-state.ts'
import { mailboxName } from '../mailboxes/mailbox-names.ts'
import type { Acts } from './acts.ts'
import { fromOf, goToList, openCursorRow, openRow } from './open.ts'

export interface Target {
  /** Rows of the list. */
  readonly rows: readonly string[]
  /** All emails concerned: those of the conversations that are in this mailbox. */
  readonly emails: readonly string[]
}

/** The emails behind rows: in a mailbox the whole conversation, in a search the message found. */
export const emailsOfRows = (acts: Acts, rows: readonly string[]): readonly string[] => {
  const { client, place } = acts
  if (place.query?.collapseThreads === false) return rows
  const threads = rows.flatMap((id) => client.email(id).get()?.threadId ?? [])
  const emails = client.emailsOf([...new Set(threads)], place.mailbox?.id)
  return emails.length === 0 ? rows : emails
}

/** The selection; else the open conversation; else the row under the cursor. */
export const target = (acts: Acts): Target | undefined => {
  const { state, place, client } = acts
  const selected = [...(state?.selection.get() ?? [])]
  if (selected.length > 0) return { rows: selected, emails: emailsOfRows(acts, selected) }
  if (place.threadId !== undefined) {
    const emails = client.emailsOf([place.threadId], place.mailbox?.id)
    const row = state?.list.idAt(openRow(acts))
    if (emails.length > 0) return { rows: row === undefined ? [] : [row], emails }
  }
  const cursor = state?.cursor.get()
  return cursor === undefined ? undefined : { rows: [cursor], emails: emailsOfRows(acts, [cursor]) }
}

const settle = ({ done }: Undoable): void => {
  // A refusal is told by the data room's error events.
  done.catch(() => undefined)
}

/** Applies what takes rows away, then opens the row that took the place of the open one. */
const takeAway = (acts: Acts, which: Target, apply: () => Undoable, text: string): void => {
  const { state, place } = acts
  const openAt = openRow(acts)
  const openId = openAt < 0 ? undefined : state?.list.idAt(openAt)
  const leavesOpen =
    place.threadId !== undefined && (openId === undefined || which.rows.includes(openId) || which.rows.length === 0)
  const cursorAt = state === undefined ? -1 : state.list.indexOf(which.rows[0] ?? '')
  const action = apply()
  settle(action)
  if (state !== undefined) {
    clearSelection(state)
    const at = Math.max(0, openAt >= 0 ? openAt : cursorAt)
    const next = state.list.idAt(at) ?? state.list.idAt(at - 1)
    state.cursor.set(next)
    if (leavesOpen) {
      if (next === undefined || matches(SINGLE_PANE)) goToList(fromOf(acts), true)
      else openCursorRow(acts, state)
    }
  }
  toast(text, { undo: () => action.undo() })
}

const counted = (which: Target): number => Math.max(1, which.rows.length)

export const archive = (acts: Acts, which = target(acts)): void => {
  if (which === undefined || acts.place.mailbox?.role === 'archive') return
  takeAway(
    acts,
    which,
    () => acts.client.actions.archive(which.emails, acts.place.mailbox?.id),
    acts.t('done.archived', { count: counted(which) }),
  )
}

const destroy = async (acts: Acts, which: Target): Promise<void> => {
  const { t } = acts
  const sure = await confirm({
    title: t('action.destroyTitle'),
    body: t('action.destroyBody', { count: which.emails.length }),
    action: t('action.destroy'),
    danger: true,
  })
  if (!sure) return
  takeAway(
    acts,
    which,
    () => acts.client.actions.destroy(which.emails),
    t('done.destroyed', { count: which.emails.length }),
  )
}

/** To the trash; from the trash, for good (asked first). */
export const trash = (acts: Acts, which = target(acts)): void => {
  if (which === undefined) return
  if (acts.place.mailbox?.role === 'trash') void destroy(acts, which)
  else
    takeAway(
      acts,
      which,
      () => acts.client.actions.trash(which.emails),
      acts.t('done.trashed', { count: counted(which) }),
    )
}

/** Everything in the trash or the junk, however much: asked first, then ended at the server page by page. */
export const emptyMailbox = async (acts: Acts): Promise<void> => {
  const { t, client } = acts
  const { mailbox } = acts.place
  const count = mailbox?.totalEmails ?? 0
  if (mailbox === undefined || count === 0) return
  const sure = await confirm({
    title: t('mailbox.emptyTitle', { name: mailboxName(mailbox, t) }),
    body: t('mailbox.emptyBody', { count }),
    action: t('action.destroy'),
    danger: true,
  })
  if (!sure) return
  const said = (done: number) => t('done.working', { done, total: count })
  const progress = progressToast(said(0))
  try {
    const done = await client.emptyMailbox(mailbox.id, (so) => progress.tell(said(so)))
    toast(t('done.destroyed', { count: done }))
  } catch {
    toast(t('done.emptyFailed'), { tone: 'problem' })
  } finally {
    progress.end()
  }
}

export const junk = (acts: Acts, which = target(acts)): void => {
  if (which === undefined) return
  const on = acts.place.mailbox?.role !== 'junk'
  const inbox = acts.client.mailboxes.get()?.find((mailbox) => mailbox.role === 'inbox')
  const text = on
    ? acts.t('done.junked', { count: counted(which) })
    : acts.t('done.moved', { count: counted(which), name: inbox ? mailboxName(inbox, acts.t) : '' })
  takeAway(acts, which, () => acts.client.actions.junk(which.emails, on), text)
}

export const move = (acts: Acts, which: Target, mailboxId: string): void => {
  const to = acts.client.mailboxes.get()?.find((mailbox) => mailbox.id === mailboxId)
  if (to === undefined) return
  const text = acts.t('done.moved', { count: counted(which), name: mailboxName(to, acts.t) })
  takeAway(acts, which, () => acts.client.actions.move(which.emails, mailboxId, acts.place.mailbox?.id), text)
}

/** Emails waiting for a mailbox to be chosen. */
export const moveRequest = createValue<Target | undefined>(undefined)
export const askMove = (acts: Acts, which = target(acts)): void => moveRequest.set(which)

/** A flag belongs to the row's message; taking it away clears the whole conversation. */
export const flagRows = (acts: Acts, rows: readonly string[], on: boolean): void => {
  const emails = on ? rows : flagged(acts, emailsOfRows(acts, rows))
  if (emails.length === 0) return
  const action = acts.client.actions.setKeyword(emails, '$flagged', on)
  settle(action)
  toast(on ? acts.t('done.flagged') : acts.t('done.unflagged'), { undo: () => action.undo(), ms: 4000 })
}

const flagged = (acts: Acts, emails: readonly string[]): string[] =>
  emails.filter((id) => acts.client.email(id).get()?.keywords.$flagged)

export const toggleFlag = (acts: Acts, which = target(acts)): void => {
  if (which === undefined) return
  const rows = which.rows.length > 0 ? which.rows : which.emails.slice(-1)
  flagRows(acts, rows, flagged(acts, emailsOfRows(acts, rows)).length === 0)
}

/** Marking unread leaves the conversation, or opening it would read it again. */
export const markRead = (acts: Acts, on: boolean, which = target(acts)): void => {
  if (which === undefined) return
  const emails = on ? which.emails : which.emails.slice(-1)
  const action = acts.client.actions.markRead(emails, on)
  settle(action)
  if (acts.state !== undefined) clearSelection(acts.state)
  if (!on && acts.place.threadId !== undefined) goToList(fromOf(acts), true)
  toast(on ? acts.t('done.read') : acts.t('done.unread'), { undo: () => action.undo(), ms: 4000 })
}

export const isUnread = (acts: Acts, which: Target): boolean =>
  which.emails.some((id) => acts.client.email(id).get()?.keywords.$seen !== true)

export const toggleRead = (acts: Acts): void => {
  const which = target(acts)
  if (which !== undefined) markRead(acts, isUnread(acts, which), which)
}
