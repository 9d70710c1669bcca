/** The labels in a list of all inboxes: those of every account are shown, and each is put on messages of any account. */
import type { MailLabel } from '#format/jmap/organising.ts'
import type { AccountIds, MailClient } from '../../../data/index.ts'
import { toast } from '../../../shell/toasts.tsx'
import { settle, type Target, together } from '../act/act.ts'
import type { Acts } from '../act/acts.ts'
import { organiseData, organised } from '../organise/organised.ts'
import { joinLabels, otherLabels } from '../organise/shown-labels.ts'
import { counterpart, makeLabel, readLabels } from './account-labels.ts'

/** Changes that come together are read together. */
const GATHER_MS = 250
const RETRY_MS = 5000

const keyOf = (account: string): string => `${account}/labels`

/** Keeps the labels of one account up to date; gives what ends it. */
const follow = (client: MailClient, account: string, tell: (labels: readonly MailLabel[]) => void): (() => void) => {
  let isOver = false
  let isRead = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const { side } = client
  const read = async () => {
    try {
      const labels = await readLabels(client)
      if (isOver) return
      isRead = true
      tell(labels)
      await side.storage.write(new Map([[keyOf(account), labels]]), []).catch(() => undefined)
    } catch {
      if (!isOver) timer = setTimeout(() => void read(), RETRY_MS)
    }
  }
  const later = () => {
    clearTimeout(timer)
    timer = setTimeout(() => void read(), GATHER_MS)
  }
  const stop = side.subscribe(later)
  side.storage.read(keyOf(account)).then(
    (stored) => {
      const labels = stored.get(keyOf(account))
      if (!isOver && !isRead && Array.isArray(labels)) tell(labels as readonly MailLabel[])
    },
    () => undefined,
  )
  void read()
  return () => {
    isOver = true
    clearTimeout(timer)
    stop()
  }
}

/** Follows the labels of these mailboxes of functions for as long as the list is on the screen. */
export const followLabels = (clients: readonly MailClient[]): (() => void) => {
  const stops = clients.flatMap((client) => {
    const { account } = client
    if (account === undefined) return []
    return [follow(client, account, (labels) => otherLabels.set((now) => new Map(now).set(account, labels)))]
  })
  return () => {
    for (const stop of stops) stop()
    otherLabels.set(new Map())
  }
}

/** The keyword of a label in an account, where it is made when it is missing. */
const keywordIn = async (own: MailClient | undefined, client: MailClient, label: MailLabel): Promise<string> => {
  const labels = client.account === undefined ? organised.get().labels : (otherLabels.get().get(client.account) ?? [])
  const known = counterpart(labels, label)?.keyword
  if (known !== undefined) return known
  if (own === undefined) return makeLabel(client, label)
  const { name, colour } = label
  const { m } = await (await organiseData(own)).set('MailLabel', { create: { m: { name, colour } } })
  return m?.keyword ?? label.keyword
}

/** Puts a label on messages of several accounts, or takes it off them. */
export const labelAll = async (acts: Acts, which: Target, keyword: string, on: boolean): Promise<void> => {
  const { t, client: all } = acts
  const label = joinLabels(organised.get().labels, otherLabels.get()).find((one) => one.keyword === keyword)
  if (label === undefined) return
  try {
    const parts: (AccountIds & { keyword: string })[] = []
    for (const part of all.split?.(which.emails) ?? []) {
      const own = part.client.account === undefined ? part.client : undefined
      parts.push({ ...part, keyword: await keywordIn(own, part.client, label) })
    }
    const action = together(parts.map((one) => one.client.actions.setKeyword(one.ids, one.keyword, on)))
    settle(action)
    toast(on ? t('done.labelled') : t('done.unlabelled'), { undo: () => action.undo(), ms: 4000 })
  } catch {
    toast(t('organise.failed'), { tone: 'problem' })
  }
}
