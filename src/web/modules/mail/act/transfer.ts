/**
 * Messages into another account: the server copies them and ends the originals (Email/copy, RFC 8621 §4.7). It needs the
 * server, unlike other acts: nobody can undo here what another account would have to forget.
 */
import type { AccountIds, EmailSummary, MailClient } from '../../../data/index.ts'
import { loadTexts } from '../../../i18n/parts.ts'
import { progressToast, toast } from '../../../shell/toasts.tsx'
import { keywordsInto } from '../all/account-labels.ts'
import { type Destination, leaving, moveWithin, settle, type Target, together } from './act.ts'
import type { Acts } from './acts.ts'

/** Messages of one request. */
const BATCH = 50

/** What is needed to bring a message back: its new name, and where it was. */
interface Moved {
  readonly id: string
  readonly before: Pick<EmailSummary, 'mailboxIds' | 'keywords'>
}

const accountIdOf = (client: MailClient): string => client.session.get()?.accountId ?? ''

/** What means the same in every account, and the labels as they are called there. */
const shared = (keywords: EmailSummary['keywords'], labels: ReadonlyMap<string, string>): EmailSummary['keywords'] =>
  Object.fromEntries(
    Object.keys(keywords).flatMap((keyword) => {
      const there = keyword.startsWith('$') ? keyword : labels.get(keyword)
      return there === undefined ? [] : [[there, true]]
    }),
  )

interface Copy {
  readonly id: string
  readonly before: Moved['before']
  readonly mailboxIds: EmailSummary['mailboxIds']
  readonly keywords: EmailSummary['keywords']
}

/** Resolves with those that went; rejects when nobody can know. */
const copyOver = async (from: MailClient, to: MailClient, copies: readonly Copy[]): Promise<readonly Moved[]> => {
  const moved: Moved[] = []
  for (let at = 0; at < copies.length; at += BATCH) {
    const some = copies.slice(at, at + BATCH)
    const create = Object.fromEntries(
      some.map(({ id, mailboxIds, keywords }, i) => [`k${i}`, { id, mailboxIds, keywords }]),
    )
    const args = {
      accountId: accountIdOf(to),
      fromAccountId: accountIdOf(from),
      create,
      onSuccessDestroyOriginal: true,
    }
    const [answer] = await to.side.send([{ name: 'Email/copy', args }], { write: true })
    const created = (answer?.ok ? answer.args.created : undefined) as Record<string, { id: string }> | null | undefined
    for (const [i, { before }] of some.entries()) {
      const id = created?.[`k${i}`]?.id
      if (id !== undefined) moved.push({ id, before })
    }
  }
  return moved
}

const here = ({ client, ids }: AccountIds): readonly EmailSummary[] => ids.flatMap((id) => client.email(id).get() ?? [])

const wake = (clients: readonly MailClient[]): void => {
  for (const client of clients) client.wake()
}

/** The rows leave the list when the change has come back from the server. */
const GONE_WITHIN_MS = 3000

const rowsGone = ({ state }: Acts, rows: readonly string[]): Promise<void> =>
  new Promise((resolve) => {
    if (state === undefined) return resolve()
    const look = () => {
      if (rows.some((id) => state.list.indexOf(id) >= 0)) return
      end()
    }
    const end = () => {
      clearTimeout(timer)
      stop()
      resolve()
    }
    const timer = setTimeout(() => end(), GONE_WITHIN_MS)
    const stop = state.list.subscribe(look)
    look()
  })

interface Order {
  readonly which: Target
  /** Those that are in the destination's account already. */
  readonly within: readonly AccountIds[]
  readonly across: readonly AccountIds[]
  readonly to: Destination
  readonly text: string
}

interface Returns {
  readonly client: MailClient
  readonly moved: readonly Moved[]
}

const copyAll = async (across: readonly AccountIds[], to: Destination): Promise<readonly Returns[]> => {
  const all: Returns[] = []
  for (const part of across) {
    const emails = here(part)
    const keywords = new Set(emails.flatMap((email) => Object.keys(email.keywords)))
    const labels = await keywordsInto(part.client, to.client, keywords)
    const copies = emails.map(
      ({ id, mailboxIds, keywords }): Copy => ({
        id,
        before: { mailboxIds, keywords },
        mailboxIds: { [to.mailboxId]: true },
        keywords: shared(keywords, labels),
      }),
    )
    all.push({ client: part.client, moved: await copyOver(part.client, to.client, copies) })
  }
  return all
}

const copyBack = async (all: readonly Returns[], to: Destination): Promise<void> => {
  for (const { client, moved } of all)
    await copyOver(
      to.client,
      client,
      moved.map(({ id, before }) => ({ id, before, ...before })),
    )
}

export const transfer = async (acts: Acts, { which, within, across, to, text }: Order): Promise<void> => {
  await loadTexts('functions')
  const { t } = acts
  const problem = (words: string) => toast(words, { tone: 'problem' })
  if (acts.client.status.get() === 'offline') return void problem(t('functions.transferOffline'))
  const clients = [to.client, ...across.map(({ client }) => client)]
  const asked = across.reduce((sum, { ids }) => sum + ids.length, 0)
  const progress = asked > BATCH ? progressToast(t('functions.transferring')) : undefined
  try {
    const showNext = leaving(acts, which)
    const all = await copyAll(across, to)
    const gone = all.reduce((sum, { moved }) => sum + moved.length, 0)
    if (gone < asked) problem(t('functions.transferRefused'))
    if (gone === 0 && within.length === 0) return
    const moves = together(within.map((part) => moveWithin(acts, part, to)))
    settle(moves)
    wake(clients)
    await rowsGone(acts, which.rows)
    showNext()
    const undo = () => {
      moves.undo()
      void copyBack(all, to)
        .catch(() => problem(t('functions.transferUnknown')))
        .finally(() => wake(clients))
    }
    toast(text, { undo })
  } catch {
    problem(t('functions.transferUnknown'))
    wake(clients)
  } finally {
    progress?.end()
  }
}
