/** What can be done with a folder of one's own: the "…" beside it, the right button, Shift+F10 or the Menu key. */
import { useNavigate, useParams } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Mailbox } from '../../../data/index.ts'
import { lazyScreen } from '../../../i18n/parts.ts'
import { useClient, useMailboxes } from '../../../shell/client.tsx'
import { confirm } from '../../../shell/confirm.tsx'
import { joinPlace } from '../../../shell/function-place.ts'
import { toast } from '../../../shell/toasts.tsx'
import { IconButton } from '../../../ui/button.tsx'
import { Menu } from '../../../ui/menu.tsx'
import { emptyMailbox } from '../act/act.ts'
import type { Naming } from './mailbox-name.tsx'
import { below, isOwn, mailboxParam } from './mailbox-names.ts'

const PlaceDialog = lazyScreen<{ mailbox: Mailbox; onClose: () => void }>(['organise'], () =>
  import('./mailbox-place.tsx').then((module) => module.MailboxPlaceDialog),
)
const ColourDialog = lazyScreen<{ mailbox: Mailbox; onClose: () => void }>(['organise'], () =>
  import('./mailbox-place.tsx').then((module) => module.MailboxColourDialog),
)
const RemoveDialog = lazyScreen<{
  mailbox: Mailbox
  onClose: () => void
  onRemove: (to: 'trash' | 'nowhere') => void
}>(['organise'], () => import('./mailbox-place.tsx').then((module) => module.MailboxRemoveDialog))

/** The held deletion leaves after five seconds: undo is offered a little less. */
const UNDO_MS = 4500

/** Deletes it at once, with Undo; a folder with subfolders is not deleted. */
const useRemove = (mailbox: Mailbox): ((to: 'trash' | 'nowhere') => void) => {
  const { t } = useTranslation()
  const client = useClient()
  const mailboxes = useMailboxes()
  const navigate = useNavigate()
  const shown = useParams({ strict: false, select: ({ mailbox: param }) => param })
  return (to) => {
    const trash = mailboxes.find(({ role }) => role === 'trash')?.id
    const moveTo = to === 'trash' ? trash : undefined
    const within = below(mailboxes, mailbox.id)
    const all = [mailbox, ...within]
    const { undo, done } = client.actions.deleteMailbox(
      mailbox.id,
      all.some(({ totalEmails }) => totalEmails > 0),
      { moveTo, below: within.map(({ id }) => id) },
    )
    done.catch(() => undefined)
    if (all.some((one) => shown === mailboxParam(one, client.account)))
      void navigate({ to: '/mail/$mailbox', params: { mailbox: joinPlace(client.account, 'inbox') } })
    toast(t('done.folderRemoved', { name: mailbox.name }), { undo, ms: UNDO_MS })
  }
}

type Opened = 'place' | 'colour' | 'remove' | undefined

export const MailboxMenu = ({
  mailbox,
  className,
  isOpen,
  onOpenChange,
  onName,
}: {
  mailbox: Mailbox
  className: string | undefined
  isOpen: boolean
  onOpenChange: (open: boolean) => void
  onName: (naming: Naming) => void
}) => {
  const { t } = useTranslation()
  const client = useClient()
  const remove = useRemove(mailbox)
  const mailboxes = useMailboxes()
  const [opened, setOpened] = useState<Opened>(undefined)
  const own = isOwn(mailbox)
  const close = () => setOpened(undefined)
  const askRemove = async () => {
    // What is within it ends with it: that is said, and what becomes of the messages is asked.
    if (mailbox.totalEmails > 0 || mailboxes.some(({ parentId }) => parentId === mailbox.id)) return setOpened('remove')
    const { name } = mailbox
    const question = { title: t('mailbox.removeTitle', { name }), body: t('mailbox.removeEmpty'), danger: true }
    if (await confirm({ ...question, action: t('mailbox.remove') })) remove('nowhere')
  }
  const label = t('mailbox.menu', { name: mailbox.name })
  const { mayRename, mayCreateChild, mayDelete } = mailbox.myRights
  const createIn = {
    id: 'createIn',
    label: t('mailbox.createIn'),
    icon: 'plus' as const,
    disabled: !mayCreateChild,
    onAction: () => onName({ kind: 'create', parent: mailbox }),
  }
  const colour = {
    id: 'colour',
    label: t('mailbox.look'),
    icon: 'label' as const,
    onAction: () => setOpened('colour'),
  }
  const acts = { client, t }
  const readAll = {
    id: 'readAll',
    label: t('mailbox.readAll'),
    icon: 'read' as const,
    disabled: mailbox.unreadEmails === 0,
    onAction: () => void import('../organise/bulk.ts').then(({ readAllOf }) => readAllOf(acts, mailbox)),
  }
  const empty =
    mailbox.role === 'trash' || mailbox.role === 'junk'
      ? [
          {
            id: 'empty',
            label: t(mailbox.role === 'trash' ? 'mailbox.emptyTrash' : 'mailbox.emptyJunk'),
            icon: 'trash' as const,
            apart: true,
            disabled: mailbox.totalEmails === 0,
            onAction: () => void emptyMailbox(acts, mailbox),
          },
        ]
      : []
  return (
    <>
      <Menu
        label={label}
        isOpen={isOpen}
        onOpenChange={onOpenChange}
        trigger={<IconButton icon="more" size={16} className={className} label={label} />}
        entries={
          own
            ? [
                readAll,
                {
                  id: 'rename',
                  label: t('mailbox.rename'),
                  icon: 'write',
                  disabled: !mayRename,
                  onAction: () => onName({ kind: 'rename', mailbox }),
                },
                createIn,
                {
                  id: 'place',
                  label: t('mailbox.moveTo'),
                  icon: 'move',
                  disabled: !mayRename,
                  onAction: () => setOpened('place'),
                },
                colour,
                {
                  id: 'remove',
                  label: t('mailbox.remove'),
                  icon: 'trash',
                  apart: true,
                  disabled: !mayDelete,
                  onAction: () => void askRemove(),
                },
              ]
            : [readAll, createIn, colour, ...empty]
        }
      />
      <Suspense>
        {opened === 'place' ? <PlaceDialog mailbox={mailbox} onClose={close} /> : null}
        {opened === 'colour' ? <ColourDialog mailbox={mailbox} onClose={close} /> : null}
        {opened === 'remove' ? <RemoveDialog mailbox={mailbox} onClose={close} onRemove={remove} /> : null}
      </Suspense>
    </>
  )
}
