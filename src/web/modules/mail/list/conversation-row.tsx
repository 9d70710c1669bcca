// biome-ignore-all lint/a11y/useSemanticElements: rows placed by a virtual list cannot be those of an HTML table
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus (aria-activedescendant)
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid holds the keys (use-list-keys.ts)
/** One conversation of the list. */
import { type MouseEvent, memo, useSyncExternalStore } from 'react'
import type { EmailSummary } from '../../../data/index.ts'
import { shortDate } from '../../../i18n/format.ts'
import { useTexts } from '../../../i18n/use-texts.ts'
import { useEmail, useFound } from '../../../shell/client.tsx'
import { useLive } from '../../../shell/value.ts'
import { Avatar } from '../../../ui/avatar.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { emailsOfRows, flagRows, moveTo, target } from '../act/act.ts'
import { beginDrag, endDrag } from '../act/drag.ts'
import { useActs } from '../act/use-acts.ts'
import { mailboxName } from '../mailboxes/mailbox-names.ts'
import { organised } from '../organise/organised.ts'
import { Snippet } from '../search/snippet.tsx'
import { AccountChip } from './account-chip.tsx'
import css from './conversation-row.module.css'
import { LabelChips } from './label-chips.tsx'
import { type ListState, toggleRow } from './list-state.ts'
import { type RowFacts, rowFacts } from './row-facts.ts'
import { useMyAddresses } from './use-my-addresses.ts'
import { useSwipe } from './use-swipe.ts'

export interface RowProps {
  state: ListState
  index: number
  id: string | undefined
  top: number
  height: number
  openThread: string | undefined
  showSnippet: boolean
  onOpen: (event: MouseEvent, email: EmailSummary) => void
}

export const rowElementId = (id: string): string => `row-${id}`

const Skeleton = () => (
  <div role="gridcell" className={css.skeleton}>
    <span className={css.ghostFace} />
    <span className={css.ghostLines}>
      <span />
      <span />
      <span />
    </span>
  </div>
)

const People = ({ facts }: { facts: RowFacts }) => (
  <span className={css.people}>
    {facts.people.slice(0, 4).map((person, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat and never move
      <span key={index} data-unread={person.unread || undefined}>
        {index > 0 ? ', ' : ''}
        {person.name}
      </span>
    ))}
  </span>
)

const Marks = ({ facts }: { facts: RowFacts }) => {
  const { t } = useTexts()
  return (
    <span className={css.marks}>
      {facts.draft ? <span className={css.draft}>{t('list.draft')}</span> : null}
      {facts.keywords.has('$muted') ? (
        <span className={css.mark} role="img" aria-label={t('list.muted')}>
          <Icon name="mute" size={15} />
        </span>
      ) : null}
      {facts.answered ? (
        <span className={css.mark} role="img" aria-label={t('list.answered')}>
          <Icon name="reply" size={15} />
        </span>
      ) : null}
      {facts.attachment ? (
        <span className={css.mark} role="img" aria-label={t('list.attachment')}>
          <Icon name="attach" size={15} />
        </span>
      ) : null}
    </span>
  )
}

interface FilledProps {
  state: ListState
  email: EmailSummary
  showSnippet: boolean
}

/** Apart from its row, so that opening a conversation does not say anew what every other row says. */
const Filled = memo(({ state, email, showSnippet }: FilledProps) => {
  const { t, i18n } = useTexts()
  const me = useMyAddresses()
  const acts = useActs()
  const thread = useFound(email.threadId, (client, id) => client.thread(id))
  const isWhole = useLive(state.whole)
  const left = useLive(state.left)
  const selection = useLive(state.selection)
  const selected = isWhole ? !left.has(email.id) : selection.has(email.id)
  const snoozed = useLive(organised).snoozed
  const until = state.role === 'snoozed' ? snoozed.get(email.id) : undefined
  const outgoing = state.role === 'sent' || state.role === 'drafts' || state.role === 'scheduled'
  const nobody = outgoing ? t('list.noRecipient') : t('list.nobody')
  const alone = !showSnippet && !state.list.query.collapseThreads
  const facts = rowFacts(email, alone ? undefined : thread, me, { me: t('list.me'), nobody }, outgoing)
  const subject = email.subject?.trim() || t('list.noSubject')
  return (
    <>
      <div role="gridcell" className={css.choose}>
        <span className={css.face}>
          <Avatar name={facts.first.name} email={facts.first.email} size={38} />
        </span>
        <input
          type="checkbox"
          className={css.box}
          tabIndex={-1}
          aria-label={t('list.select')}
          checked={selected}
          onChange={() => toggleRow(state, email.id)}
          onClick={(event) => event.stopPropagation()}
        />
      </div>
      <div role="gridcell" className={css.words} data-unread={facts.unread || undefined}>
        <span className={css.line}>
          <span className={css.who}>
            {facts.unread ? <span className={css.dot} role="img" aria-label={t('list.unread')} /> : null}
            <People facts={facts} />
            {facts.count > 1 ? (
              <span className={css.count}>
                <span aria-hidden="true">{facts.count}</span>
                <span className={css.spoken}>{t('list.messages', { count: facts.count })}</span>
              </span>
            ) : null}
          </span>
          <Marks facts={facts} />
          <time className={css.date} dateTime={until ?? email.receivedAt}>
            {until === undefined ? null : <Icon name="clock" size={13} />}
            {shortDate(until ?? email.receivedAt, i18n.language)}
          </time>
        </span>
        <span className={css.subject}>
          <AccountChip id={email.id} />
          <LabelChips keywords={facts.keywords} />
          {showSnippet ? (
            <Snippet query={state.list.query} id={email.id} part="subject" otherwise={subject} />
          ) : (
            subject
          )}
        </span>
        <span className={css.preview}>
          {showSnippet ? (
            <Snippet query={state.list.query} id={email.id} part="preview" otherwise={email.preview} />
          ) : (
            email.preview
          )}
        </span>
      </div>
      <div role="gridcell" className={css.end}>
        <button
          type="button"
          tabIndex={-1}
          className={css.flag}
          aria-pressed={facts.flagged}
          aria-label={facts.flagged ? t('action.unflag') : t('action.flag')}
          onClick={(event) => {
            event.stopPropagation()
            flagRows(acts, [email.id], !facts.flagged)
          }}
        >
          <Icon name="flag" size={17} filled={facts.flagged} />
        </button>
      </div>
    </>
  )
})

export const ConversationRow = memo(({ state, index, id, top, height, openThread, showSnippet, onOpen }: RowProps) => {
  const email = useEmail(id)
  const selection = useLive(state.selection)
  const hasCursor = useSyncExternalStore(state.cursor.subscribe, () => id !== undefined && state.cursor.get() === id)
  const isWhole = useLive(state.whole)
  const left = useLive(state.left)
  const isSelected = id !== undefined && (isWhole ? !left.has(id) : selection.has(id))
  const acts = useActs()
  const swipe = useSwipe(acts, id)
  // In a search a conversation may have several rows: the one opened is marked.
  const isOpen = email !== undefined && email.threadId === openThread && (state.list.query.collapseThreads || hasCursor)
  return (
    <div
      role="row"
      id={id === undefined ? undefined : rowElementId(id)}
      className={css.row}
      style={{ transform: `translateY(${top}px)`, height }}
      aria-rowindex={index + 1}
      aria-selected={isSelected}
      data-open={isOpen || undefined}
      data-cursor={hasCursor || undefined}
      data-choosing={selection.size > 0 || undefined}
      {...swipe}
      onClick={(event) => {
        if (email !== undefined) onOpen(event, email)
      }}
      draggable={email !== undefined}
      onDragStart={(event) => {
        if (email === undefined) return
        const chosen = isSelected ? target(acts) : undefined
        const which = chosen ?? { rows: [email.id], emails: emailsOfRows(acts, [email.id]) }
        const here = acts.place.mailbox?.id
        beginDrag(
          event,
          {
            accepts: (mailboxId, into) =>
              // The server moves the whole of a long list within its account only.
              mailboxId !== null && (into === acts.client ? mailboxId !== here : which.allBut === undefined),
            drop: (mailboxId, into) => {
              const mailbox = into.mailboxes.get()?.find(({ id: known }) => known === mailboxId)
              if (mailbox === undefined) return
              const to = { client: into, mailboxId: mailbox.id, name: mailboxName(mailbox, acts.t) }
              moveTo(acts, which, to)
            },
          },
          email.subject ?? '',
        )
      }}
      onDragEnd={endDrag}
    >
      {email === undefined ? <Skeleton /> : <Filled state={state} email={email} showSnippet={showSnippet} />}
    </div>
  )
})
