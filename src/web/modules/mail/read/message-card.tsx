/** One message of a conversation, folded to a line or open. */
import { lazy, Suspense, useDeferredValue, useState } from 'react'
import type { EmailBody, EmailSummary } from '../../../data/index.ts'
import { messageDate } from '../../../i18n/format.ts'
import { lazyScreen, loadTexts } from '../../../i18n/parts.ts'
import { useTexts } from '../../../i18n/use-texts.ts'
import { useFound } from '../../../shell/client.tsx'
import { Avatar } from '../../../ui/avatar.tsx'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Menu } from '../../../ui/menu.tsx'
import { useActs } from '../act/use-acts.ts'
import { answer } from '../compose/answer.ts'
import { compose } from '../compose/composers.ts'
import { ReaderBars } from '../compose/reader-bars.tsx'
import { personName } from '../list/row-facts.ts'
import css from './message-card.module.css'
import { MessageDetails, RecipientLine } from './message-details.tsx'
import { OpenMessage } from './open-later.ts'

const PrintSheet = lazy(async () => {
  const [module] = await Promise.all([import('./print-sheet.tsx'), loadTexts('reading')])
  return { default: module.PrintSheet }
})
const SourceDialog = lazy(() => import('./source-dialog.tsx').then((module) => ({ default: module.SourceDialog })))

const MoreMenu = ({
  email,
  onSource,
  onPrint,
}: {
  email: EmailSummary
  onSource: (part: 'all' | 'headers') => void
  onPrint: () => void
}) => {
  const { t } = useTexts()
  const { client, navigate } = useActs()
  const flagged = Boolean(email.keywords.$flagged)
  const settle = (done: Promise<void>) => done.catch(() => undefined)
  return (
    <Menu
      label={t('app.more')}
      trigger={<IconButton icon="more" label={t('app.more')} />}
      entries={[
        {
          id: 'all',
          label: t('action.replyAll'),
          icon: 'replyAll',
          shortcut: 'A',
          onAction: () => void answer(client, email.id, 'replyAll'),
        },
        {
          id: 'forward',
          label: t('action.forward'),
          icon: 'forward',
          shortcut: 'F',
          onAction: () => void answer(client, email.id, 'forward'),
        },
        {
          id: 'flag',
          label: flagged ? t('action.unflag') : t('action.flag'),
          icon: 'flag',
          apart: true,
          onAction: () => settle(client.actions.setKeyword([email.id], '$flagged', !flagged).done),
        },
        {
          id: 'trash',
          label: t('action.trash'),
          icon: 'trash',
          onAction: () => settle(client.actions.trash([email.id]).done),
        },
        // Contacts are one's own, whoever's mailbox the message is in.
        ...(email.from?.[0] && client.account === undefined
          ? [
              {
                id: 'contact',
                label: t('message.addSender'),
                icon: 'person' as const,
                apart: true,
                onAction: () => {
                  const [sender] = email.from ?? []
                  if (sender) void import('../../contacts/add.ts').then((module) => module.addPerson(client, sender))
                },
              },
              {
                id: 'rule',
                label: t('message.makeRule'),
                icon: 'move' as const,
                onAction: () => void navigate({ to: '/rules', search: { like: email.id } }),
              },
            ]
          : []),
        { id: 'print', label: t('message.print'), icon: 'print', apart: true, onAction: onPrint },
        { id: 'headers', label: t('message.headers'), icon: 'source', onAction: () => onSource('headers') },
        { id: 'source', label: t('message.viewSource'), icon: 'source', onAction: () => onSource('all') },
        {
          id: 'eml',
          label: t('message.sourceAll'),
          icon: 'download',
          onAction: () => {
            const name = `${(email.subject ?? '').replace(/[^\p{L}\p{N} _.-]/gu, '').slice(0, 80) || 'message'}.eml`
            window.location.assign(client.downloadUrl(email.blobId, name, 'application/octet-stream'))
          },
        },
      ]}
    />
  )
}

const MemberActs = lazyScreen(['functions'], () =>
  import('../functions/member-acts.tsx').then((module) => module.MemberActs),
)

const Open = ({ email, body }: { email: EmailSummary; body: EmailBody | undefined }) => {
  const { t } = useTexts()
  const { client } = useActs()
  if (body === undefined) return <div className={css.loading} role="status" aria-label={t('app.loading')} />
  return (
    <div className={css.content}>
      {client.account === undefined ? null : (
        <Suspense>
          <MemberActs email={email} />
        </Suspense>
      )}
      <ReaderBars email={email} body={body} />
      <OpenMessage email={email} body={body} />
    </div>
  )
}

export const MessageCard = ({
  email,
  startsOpen,
  isAlone,
}: {
  email: EmailSummary
  startsOpen: boolean
  isAlone: boolean
}) => {
  const { t, i18n } = useTexts()
  const { client } = useActs()
  const [isOpen, setOpen] = useState(startsOpen)
  const [details, setDetails] = useState(false)
  const [source, setSource] = useState<'all' | 'headers'>()
  const [printing, setPrinting] = useState(false)
  // The words of the message are painted first, the buttons beside them in the next frame, in a place kept for them.
  const hasButtons = useDeferredValue(true, false)
  const body = useFound(isOpen ? email.id : undefined, (from, id) => from.body(id))
  const sender = email.from?.[0]
  const name = personName(sender) || t('list.nobody')
  const isDraft = Boolean(email.keywords.$draft)
  const toggle = () => {
    if (!isAlone) setOpen(!isOpen)
  }
  return (
    <article className={css.card} data-open={isOpen || undefined} aria-label={name}>
      <header className={css.header}>
        {isAlone ? null : (
          <button
            type="button"
            className={css.fold}
            aria-expanded={isOpen}
            aria-label={isOpen ? t('thread.collapse', { name }) : t('thread.expand', { name })}
            onClick={toggle}
          />
        )}
        <Avatar name={name} email={sender?.email ?? ''} size={isOpen ? 42 : 34} />
        <div className={css.who}>
          <p className={css.line}>
            <span className={css.name}>{name}</span>
            {isOpen && sender?.name ? <span className={css.address}>{sender.email}</span> : null}
            {isOpen && body?.reading?.external ? <span className={css.outside}>{t('message.external')}</span> : null}
            {isDraft ? <span className={css.draft}>{t('message.draft')}</span> : null}
          </p>
          {isOpen ? (
            <RecipientLine email={email} isOpen={details} onToggle={() => setDetails(!details)} />
          ) : (
            <p className={css.preview}>{email.preview}</p>
          )}
        </div>
        <div className={css.end}>
          {email.hasAttachment && !isOpen ? <Icon name="attach" size={16} /> : null}
          {email.keywords.$flagged ? (
            <span className={css.flag} role="img" aria-label={t('list.flagged')}>
              <Icon name="flag" size={16} filled />
            </span>
          ) : null}
          <time className={css.date} dateTime={email.receivedAt}>
            {messageDate(email.receivedAt, i18n.language)}
          </time>
          {isOpen && !isDraft ? (
            <span className={css.buttons}>
              {hasButtons ? (
                <>
                  <IconButton
                    icon="reply"
                    label={t('action.reply')}
                    shortcut="R"
                    onPress={() => void answer(client, email.id, 'reply')}
                  />
                  <MoreMenu email={email} onSource={setSource} onPrint={() => setPrinting(true)} />
                </>
              ) : null}
            </span>
          ) : null}
        </div>
      </header>
      {isOpen && details ? <MessageDetails email={email} body={body} /> : null}
      {isOpen ? <Open email={email} body={body} /> : null}
      {isOpen && isDraft ? (
        <Button kind="primary" icon="write" onPress={() => compose({ kind: 'draft', emailId: email.id })}>
          {t('message.edit')}
        </Button>
      ) : null}
      <Suspense>
        {source ? <SourceDialog email={email} part={source} onClose={() => setSource(undefined)} /> : null}
        {printing && body ? <PrintSheet email={email} body={body} onDone={() => setPrinting(false)} /> : null}
      </Suspense>
    </article>
  )
}
