/** A conversation: its subject, what can be done with it, its messages. */
import { memo, useDeferredValue, useEffect, useMemo, useState } from 'react'
import type { EmailSummary, Mailbox, ThreadView } from '../../../data/index.ts'
import { useTexts } from '../../../i18n/use-texts.ts'
import { ClientProvider, useClient, useFound, useMailboxes } from '../../../shell/client.tsx'
import { preferences } from '../../../shell/preferences.ts'
import { useLive } from '../../../shell/value.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { ActionButtons } from '../act/action-buttons.tsx'
import type { Acts } from '../act/acts.ts'
import { fromOf, goToList, openNeighbour } from '../act/open.ts'
import { ActsContext, useActs } from '../act/use-acts.ts'
import { answer } from '../compose/answer.ts'
import { LabelChips } from '../list/label-chips.tsx'
import { inboxOf } from '../mailboxes/mailbox-names.ts'
import type { ListPlace } from '../place.ts'
import { useLayout } from '../view/view.ts'
import { MessageCard } from './message-card.tsx'
import css from './thread-pane.module.css'
import { usePrefetch } from './use-prefetch.ts'

/** How long a conversation stays on screen before it counts as read. */
const READ_AFTER_MS = 700

/** What was thrown away is not part of a conversation seen elsewhere. */
export const visibleEmails = (
  thread: ThreadView,
  mailboxes: readonly Mailbox[],
  here: Mailbox | undefined,
): readonly EmailSummary[] => {
  const hidden = new Set(
    mailboxes.filter((m) => (m.role === 'trash' || m.role === 'junk') && m.id !== here?.id).map((m) => m.id),
  )
  const shown = thread.emails.filter((email) => !Object.keys(email.mailboxIds).every((id) => hidden.has(id)))
  return shown.length === 0 ? thread.emails : shown
}

const useMarkRead = (emails: readonly EmailSummary[]): void => {
  const client = useClient()
  const unread = emails.filter((email) => !email.keywords.$seen).map((email) => email.id)
  const key = unread.join(' ')
  useEffect(() => {
    if (key === '' || client.session.get()?.mayWrite === false) return
    const timer = setTimeout(() => {
      client.actions.markRead(key.split(' '), true).done.catch(() => undefined)
    }, READ_AFTER_MS)
    return () => clearTimeout(timer)
  }, [client, key])
}

interface PaneProps {
  readonly threadId: string
  /** What surrounds it reads the place from the acts: another place is another reason to render. */
  readonly place: ListPlace
}

/** It tells of the open conversation in its menu alone, and so hears of the next one after that is on the screen. */
const Toolbar = memo(({ threadId }: PaneProps) => {
  const { t } = useTexts()
  const acts = useActs()
  useFound(threadId, (client, id) => client.thread(id))
  const isSingle = useLayout() === 'alone'
  return (
    <div className={css.toolbar} role="toolbar" aria-label={t('action.toolbar')}>
      {isSingle ? <IconButton icon="back" label={t('app.back')} onPress={() => goToList(fromOf(acts))} /> : null}
      <ActionButtons isOpenThread />
      <span className={css.space} />
      <IconButton icon="up" label={t('thread.prev')} shortcut="K" onPress={() => openNeighbour(acts, -1)} />
      <IconButton icon="down" label={t('thread.next')} shortcut="J" onPress={() => openNeighbour(acts, 1)} />
    </div>
  )
})

const Loading = () => (
  <div className={css.loading} aria-hidden="true">
    <div />
    <div />
    <div />
    <div />
  </div>
)

const AnswerBar = ({ last }: { last: EmailSummary }) => {
  const { t } = useTexts()
  const { client } = useActs()
  const several = (last.to?.length ?? 0) + (last.cc?.length ?? 0) > 1
  // In the frame after the words of the message.
  if (!useDeferredValue(true, false)) return <div className={css.answers} />
  return (
    <div className={css.answers}>
      <Button icon="reply" onPress={() => void answer(client, last.id, 'reply')}>
        {t('action.reply')}
      </Button>
      {several ? (
        <Button icon="replyAll" onPress={() => void answer(client, last.id, 'replyAll')}>
          {t('action.replyAll')}
        </Button>
      ) : null}
      <Button icon="forward" onPress={() => void answer(client, last.id, 'forward')}>
        {t('action.forward')}
      </Button>
    </div>
  )
}

/** In a long conversation the read messages of the middle are folded into one line. */
const FOLD_BEYOND = 4

const Messages = ({ emails, found: now }: { emails: readonly EmailSummary[]; found: string | undefined }) => {
  const { t } = useTexts()
  // What a search found is open at once.
  const [found] = useState(now)
  const [showAll, setShowAll] = useState(false)
  // Decided at opening: marking as read must not fold what is being read.
  const [startUnread] = useState(
    () => new Set(emails.filter((email) => !email.keywords.$seen).map((email) => email.id)),
  )
  const last = emails.at(-1)
  const middle = emails.slice(1, -2)
  const foldable = !showAll && emails.length > FOLD_BEYOND && !middle.some((email) => startUnread.has(email.id))
  const isNewestFirst = useLive(preferences).threadOrder === 'newest'
  const cards = emails.map((email, index) => {
    if (foldable && index > 0 && index < emails.length - 2) {
      if (index > 1) return null
      return (
        <button key="older" type="button" className={css.older} onClick={() => setShowAll(true)}>
          {t('thread.older', { count: middle.length })}
        </button>
      )
    }
    return (
      <MessageCard
        key={email.id}
        email={email}
        startsOpen={email === last || startUnread.has(email.id) || email.id === found}
        isAlone={emails.length === 1}
      />
    )
  })
  const bar = last === undefined || last.keywords.$draft ? null : <AnswerBar key="answer" last={last} />
  return isNewestFirst ? [cards.at(-1), bar, ...cards.slice(0, -1).reverse()] : [...cards, bar]
}

/** What was searched and found, when it is in this conversation's account. */
const foundIn = ({ place, state, client }: Acts): string | undefined => {
  const cursor = place.kind === 'search' ? state?.cursor.get() : undefined
  return cursor === undefined || client.split === undefined ? cursor : client.split([cursor])[0]?.ids[0]
}

export const ThreadPane = memo(({ threadId, place }: PaneProps) => {
  const acts = useActs()
  usePrefetch(threadId)
  return (
    <>
      <Toolbar threadId={useDeferredValue(threadId)} place={place} />
      {acts.client.split === undefined ? (
        <Conversation key={threadId} threadId={threadId} found={foundIn(acts)} />
      ) : (
        <ConversationOf key={threadId} id={threadId} />
      )}
    </>
  )
})

/** From a list of several accounts: read, and acted on message by message, with the client of its own. */
const ConversationOf = ({ id }: { id: string }) => {
  const acts = useActs()
  const outer = acts.client
  const inner = useMemo((): Acts | undefined => {
    const [{ client, ids } = {}] = outer.split?.([id]) ?? []
    const { t, navigate, place } = acts
    if (client === undefined) return
    return {
      client,
      t,
      navigate,
      state: undefined,
      headed: () => ({ threadId: ids?.[0], elsewhere: false }),
      place: { ...place, mailbox: place.mailbox && inboxOf(client), account: client.account, threadId: ids?.[0] },
    }
  }, [acts, outer, id])
  if (inner?.place.threadId === undefined) return <Gone />
  return (
    <ClientProvider client={inner.client}>
      <ActsContext value={inner}>
        <Conversation threadId={inner.place.threadId} found={foundIn(acts)} />
      </ActsContext>
    </ClientProvider>
  )
}

const Gone = () => {
  const { t } = useTexts()
  return (
    <div className={css.gone}>
      <p className={css.goneTitle}>{t('thread.gone')}</p>
      <p>{t('thread.goneMore')}</p>
    </div>
  )
}

const Conversation = ({ threadId, found }: { threadId: string; found: string | undefined }) => {
  const { t } = useTexts()
  const acts = useActs()
  const mailboxes = useMailboxes()
  const thread = useFound(threadId, (client, id) => client.thread(id))
  const emails = thread === undefined ? [] : visibleEmails(thread, mailboxes, acts.place.mailbox)
  useMarkRead(emails)
  const subject = emails[0]?.subject?.trim() || (emails.length > 0 ? t('list.noSubject') : '')
  return (
    <section
      className={css.scroller}
      id="reader"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={subject || t('thread.label')}
    >
      {thread === undefined ? (
        <Loading />
      ) : emails.length === 0 && thread.complete ? (
        <Gone />
      ) : (
        <div className={css.column}>
          <h2 className={css.subject}>{subject}</h2>
          <p className={css.labels}>
            <LabelChips keywords={new Set(emails.flatMap(({ keywords }) => Object.keys(keywords)))} max={20} />
          </p>
          <Messages emails={emails} found={found} />
        </div>
      )}
    </section>
  )
}
