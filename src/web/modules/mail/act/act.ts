/** The verbs of the toolbar, the keys and the rows: apply at once, tell with Undo, then show what comes next. */
import type { MailAct } from '#format/jmap/organising.ts'
import type { AccountIds, Mailbox, MailClient, Undoable } from '../../../data/index.ts'
import { confirm } from '../../../shell/confirm.tsx'
import { progressToast, toast } from '../../../shell/toasts.tsx'
import { createValue } from '../../../shell/value.ts'
import { clearSelection } from '../list/list-state.ts'
import { mailboxName } from '../mailboxes/mailbox-names.ts'
import { organised } from '../organise/organised.ts'
import { isOnePane } from '../view/view.ts'
import type { Acts } from './acts.ts'
import { fromOf, goToList, openCursorRow, openRow } from './open.ts'

export interface Target {
  /** Rows of the list. */
  readonly rows: readonly string[]
  /** All emails concerned: those of the conversations that are in this mailbox. */
  readonly emails: readonly string[]
  /** All of the list but these emails, also what has not been fetched: the server acts on it. */
  readonly allBut?: readonly string[]
}

/** The emails behind rows: in a mailbox the whole conversation, in a search the message found. */
export const emailsOfRows = (acts: Acts, rows: readonly string[]): readonly string[] => {
  const { client, place } = acts
  if (place.query?.collapseThreads === false) return rows
  const threads = rows.flatMap((id) => client.email(id).get()?.threadId ?? [])
  const emails = client.emailsOf([...new Set(threads)], place.mailbox?.id)
  return emails.length === 0 ? rows : emails
}

const leftOut = (acts: Acts, rows: readonly string[]): readonly string[] =>
  rows.length === 0 ? [] : emailsOfRows(acts, rows)

/** The selection; else the open conversation; else the row under the cursor. Between two lists nothing. */
export const target = (acts: Acts): Target | undefined => {
  const { state, place, client } = acts
  const { threadId, elsewhere } = acts.headed()
  if (elsewhere) return
  const selected = [...(state?.selection.get() ?? [])]
  if (selected.length > 0) {
    const chosen = { rows: selected, emails: emailsOfRows(acts, selected) }
    return state?.whole.get() ? { ...chosen, allBut: leftOut(acts, [...state.left.get()]) } : chosen
  }
  if (threadId !== undefined) {
    const emails = client.emailsOf([threadId], place.mailbox?.id)
    const row = state?.list.idAt(openRow(acts))
    if (emails.length > 0) return { rows: row === undefined ? [] : [row], emails }
  }
  const cursor = state?.cursor.get()
  return cursor === undefined ? undefined : { rows: [cursor], emails: emailsOfRows(acts, [cursor]) }
}

export const settle = ({ done }: Undoable): void => {
  // A refusal is told by the data room's error events.
  done.catch(() => undefined)
}

/** Remembers what is open before rows leave; what it returns then opens the row that took the place of the open one. */
export const leaving = (acts: Acts, which: Target): (() => void) => {
  const { state } = acts
  const openAt = openRow(acts)
  const openId = openAt < 0 ? undefined : state?.list.idAt(openAt)
  const leavesOpen =
    acts.headed().threadId !== undefined &&
    (openId === undefined || which.rows.includes(openId) || which.rows.length === 0)
  const cursorAt = state === undefined ? -1 : state.list.indexOf(which.rows[0] ?? '')
  return () => {
    if (state === undefined || state !== acts.state) return
    clearSelection(state)
    const at = Math.max(0, openAt >= 0 ? openAt : cursorAt)
    const next = state.list.idAt(at) ?? state.list.idAt(at - 1)
    state.cursor.set(next)
    if (!leavesOpen) return
    if (next === undefined || isOnePane()) goToList(fromOf(acts), true)
    else openCursorRow(acts, state)
  }
}

/** Applies what takes rows away, shows what comes next, and tells it with Undo. */
const takeAway = (acts: Acts, which: Target, apply: () => Undoable, text: string): void => {
  const showNext = leaving(acts, which)
  const action = apply()
  settle(action)
  showNext()
  toast(text, { undo: () => action.undo() })
}

/** When the whole list is chosen, the server does it; true when it does. */
const wholly = (acts: Acts, { allBut }: Target, act: MailAct): boolean => {
  if (allBut === undefined) return false
  if (acts.state !== undefined) clearSelection(acts.state)
  void import('../organise/bulk.ts').then(({ runBulk }) => runBulk(acts, act, allBut))
  return true
}

/** True when the whole list is chosen, for which there is no such act: that is said. */
const tooMany = (which: Target | undefined): boolean => {
  if (which?.allBut === undefined) return false
  void import('../organise/bulk.ts').then(({ refuseWhole }) => refuseWhole())
  return true
}

/** Several actions as one. */
export const together = (all: readonly Undoable[]): Undoable => ({
  done: Promise.all(all.map(({ done }) => done)).then(() => undefined),
  undo: () => {
    for (const one of all.toReversed()) one.undo()
  },
})

/** The mailbox of an account that has a role. */
const ofRole = (client: MailClient, role: string): string | undefined =>
  client.mailboxes.get()?.find((mailbox) => mailbox.role === role)?.id

/** The messages by account: in a list of all inboxes there may be several. */
const partsOf = ({ client }: Acts, emails: readonly string[]): readonly AccountIds[] =>
  client.split?.(emails) ?? [{ client, ids: emails }]

/** Where the messages of an account are taken from. */
export const leftBy = (acts: Acts, client: MailClient): string | undefined =>
  acts.client.split && acts.place.mailbox ? ofRole(client, 'inbox') : acts.place.mailbox?.id

/** Into the archive, or within it the mailbox of the year in which each message came. */
const intoArchive = (acts: Acts, all: readonly string[]): Undoable =>
  together(partsOf(acts, all).map(({ client, ids }) => intoArchiveOf(client, ids, leftBy(acts, client), acts)))

const intoArchiveOf = (
  client: MailClient,
  emails: readonly string[],
  from: string | undefined,
  acts: Acts,
): Undoable => {
  const archiveId = ofRole(client, 'archive')
  // Preferences are those of the account on the screen; with all of them there, one's own.
  const byYear = organised.get().preferences?.archiveBy === 'year' && !(acts.client.split && client.account)
  if (!byYear || archiveId === undefined) return client.actions.archive(emails, from)
  const years = Map.groupBy(emails, (id) => client.email(id).get()?.receivedAt.slice(0, 4) ?? '')
  const inbox = ofRole(client, 'inbox')
  return together(
    [...years].flatMap(([year, ids]) => {
      const find = () => client.mailboxes.get()?.find((one) => one.parentId === archiveId && one.name === year)?.id
      const made = find() === undefined ? [client.actions.createMailbox({ name: year, parentId: archiveId })] : []
      return [...made, client.actions.move(ids, find() ?? archiveId, from ?? inbox)]
    }),
  )
}

const counted = (which: Target): number => Math.max(1, which.rows.length)

export const archive = (acts: Acts, which = target(acts)): void => {
  if (which === undefined || acts.place.mailbox?.role === 'archive') return
  if (wholly(acts, which, { kind: 'archive', fromId: acts.place.mailbox?.id ?? null })) return
  const text = acts.t('done.archived', { count: counted(which) })
  takeAway(acts, which, () => intoArchive(acts, which.emails), text)
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
  if (acts.place.mailbox?.role === 'trash') {
    // All of the trash: emptying it asks first, and says how many.
    void (which.allBut === undefined ? destroy(acts, which) : emptyMailbox(acts, acts.place.mailbox, which.allBut))
    return
  }
  if (wholly(acts, which, { kind: 'trash' })) return
  const text = acts.t('done.trashed', { count: counted(which) })
  takeAway(acts, which, () => acts.client.actions.trash(which.emails), text)
}

/** Everything in the trash or the junk, however much: asked first, then ended at the server page by page. */
export const emptyMailbox = async (
  { t, client }: Pick<Acts, 't' | 'client'>,
  mailbox: Mailbox | undefined,
  allBut: readonly string[] = [],
): Promise<void> => {
  const count = (mailbox?.totalEmails ?? 0) - allBut.length
  if (mailbox === undefined || count <= 0) return
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
    const done = await client.emptyMailbox(mailbox.id, (so) => progress.tell(said(so)), allBut)
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
  if (wholly(acts, which, { kind: 'junk', on })) return
  const inbox = acts.client.mailboxes.get()?.find((mailbox) => mailbox.role === 'inbox')
  const text = on
    ? acts.t('done.junked', { count: counted(which) })
    : acts.t('done.moved', { count: counted(which), name: inbox ? mailboxName(inbox, acts.t) : '' })
  takeAway(acts, which, () => acts.client.actions.junk(which.emails, on), text)
}

export const move = (acts: Acts, which: Target, mailboxId: string): void => {
  const to = acts.client.mailboxes.get()?.find((mailbox) => mailbox.id === mailboxId)
  if (to === undefined || wholly(acts, which, { kind: 'move', mailboxId, fromId: acts.place.mailbox?.id ?? null }))
    return
  const text = acts.t('done.moved', { count: counted(which), name: mailboxName(to, acts.t) })
  takeAway(acts, which, () => acts.client.actions.move(which.emails, mailboxId, acts.place.mailbox?.id), text)
}

/** Emails waiting for a mailbox to be chosen. */
export const moveRequest = createValue<Target | undefined>(undefined)
export const askMove = (acts: Acts, which = target(acts)): void => moveRequest.set(which)

/** A mailbox of any account that is open to the person. */
export interface Destination {
  readonly client: MailClient
  readonly mailboxId: string
  readonly name: string
}

/** Within an account a change of place; into another, a copy there and the end of it here. */
export const moveTo = (acts: Acts, which: Target, to: Destination): void => {
  if (to.client === acts.client) {
    move(acts, which, to.mailboxId)
    return
  }
  const parts = partsOf(acts, which.emails)
  const text = acts.t('done.moved', { count: counted(which), name: to.name })
  const within = parts.filter(({ client }) => client === to.client)
  const across = parts.filter(({ client }) => client !== to.client)
  if (across.length > 0) {
    void import('./transfer.ts').then(({ transfer }) => transfer(acts, { which, within, across, to, text }))
    return
  }
  takeAway(acts, which, () => together(within.map((part) => moveWithin(acts, part, to))), text)
}

/** The messages of the destination's own account. */
export const moveWithin = (acts: Acts, { client, ids }: AccountIds, { mailboxId }: Destination): Undoable =>
  client.actions.move(ids, mailboxId, leftBy(acts, client))

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

/** Of the whole list nobody knows which have it: `given` says what is wanted, otherwise the first row does. */
export const toggleFlag = (acts: Acts, which = target(acts), given?: boolean): void => {
  if (which === undefined) return
  const rows = which.rows.length > 0 ? which.rows : which.emails.slice(-1)
  const on = given ?? flagged(acts, emailsOfRows(acts, rows)).length === 0
  if (!wholly(acts, which, { kind: 'keyword', keyword: '$flagged', on })) flagRows(acts, rows, on)
}

/** Marking unread leaves the conversation, or opening it would read it again. */
export const markRead = (acts: Acts, on: boolean, which = target(acts)): void => {
  if (which === undefined || wholly(acts, which, { kind: 'keyword', keyword: '$seen', on })) return
  const emails = on ? which.emails : which.emails.slice(-1)
  const action = acts.client.actions.markRead(emails, on)
  settle(action)
  if (acts.state !== undefined) clearSelection(acts.state)
  if (!on && acts.headed().threadId !== undefined) goToList(fromOf(acts), true)
  toast(on ? acts.t('done.read') : acts.t('done.unread'), { undo: () => action.undo(), ms: 4000 })
}

/** Of the whole of a mailbox its number says it; of the whole of a search nobody knows. */
export const isUnread = (acts: Acts, which: Target): boolean =>
  which.allBut === undefined ? isUnreadIn(acts, which) : (acts.place.mailbox?.unreadEmails ?? 1) > 0

const isUnreadIn = (acts: Acts, which: Target): boolean =>
  which.emails.some((id) => acts.client.email(id).get()?.keywords.$seen !== true)

export const toggleRead = (acts: Acts): void => {
  const which = target(acts)
  if (which !== undefined) markRead(acts, isUnread(acts, which), which)
}

/** What a dialog is asked for: messages, and which dialog. */
export const labelRequest = createValue<Target | undefined>(undefined)
export const askLabels = (acts: Acts, which = target(acts)): void => labelRequest.set(which)
export const snoozeRequest = createValue<Target | undefined>(undefined)
export const askSnooze = (acts: Acts, which = target(acts)): void => {
  if (!tooMany(which)) snoozeRequest.set(which)
}

/** Puts a label on conversations, or takes it off them. */
export const label = (acts: Acts, which: Target, keyword: string, on: boolean): void => {
  if (wholly(acts, which, { kind: 'keyword', keyword, on })) return
  if (acts.client.split !== undefined) {
    void import('../all/all-labels.ts').then(({ labelAll }) => labelAll(acts, which, keyword, on))
    return
  }
  const action = acts.client.actions.setKeyword(which.emails, keyword, on)
  settle(action)
  toast(on ? acts.t('done.labelled') : acts.t('done.unlabelled'), { undo: () => action.undo(), ms: 4000 })
}

/** Out of the way until a moment; the server brings it back to the inbox, unread. */
export const snooze = (acts: Acts, which: Target, until: Date, text: string): void => {
  const put = ({ client, ids }: AccountIds): Undoable[] => {
    const name = acts.t('mailbox.snoozed')
    const find = () => ofRole(client, 'snoozed')
    const made = find() === undefined ? [client.actions.createMailbox({ name, role: 'snoozed' })] : []
    const patch = {
      mailboxIds: { [find() ?? '']: true },
      snoozed: { until: `${until.toISOString().slice(0, 19)}Z` },
    }
    return [...made, client.actions.patch('snooze', ids, () => patch)]
  }
  takeAway(acts, which, () => together(partsOf(acts, which.emails).flatMap(put)), text)
}

/** Back to the inbox now, unread. */
export const unsnooze = (acts: Acts, which = target(acts)): void => {
  const inbox = ofRole(acts.client, 'inbox')
  if (which === undefined || inbox === undefined || tooMany(which)) return
  const patch = { mailboxIds: { [inbox]: true }, snoozed: null, 'keywords/$seen': null }
  const apply = () => acts.client.actions.patch('unsnooze', which.emails, () => patch)
  takeAway(acts, which, apply, acts.t('done.unsnoozed', { count: counted(which) }))
}

export const isMuted = (acts: Acts, which: Target): boolean =>
  which.emails.some((id) => acts.client.email(id).get()?.keywords.$muted)

/** A muted conversation leaves the inbox, and what is answered there later does not come back to it. */
export const toggleMute = (acts: Acts, which = target(acts)): void => {
  if (which === undefined || tooMany(which)) return
  const { client, t } = acts
  const isOn = isMuted(acts, which)
  const threads = new Set(which.emails.flatMap((id) => client.email(id).get()?.threadId ?? []))
  const emails = client.emailsOf([...threads])
  const set = () => client.actions.setKeyword(emails, '$muted', !isOn)
  if (isOn || acts.place.mailbox?.role !== 'inbox') {
    const action = set()
    settle(action)
    toast(isOn ? t('done.unmuted') : t('done.muted'), { undo: () => action.undo() })
  } else takeAway(acts, which, () => together([set(), intoArchive(acts, which.emails)]), t('done.muted'))
}
