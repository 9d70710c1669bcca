/** What can be done with a folder of one's own: the "…" beside it, the right button, Shift+F10 or the Menu key. */
import { useNavigate, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Mailbox } from '../../../data/index.ts'
import { useClient, useMailboxes } from '../../../shell/client.tsx'
import { confirm } from '../../../shell/confirm.tsx'
import { toast } from '../../../shell/toasts.tsx'
import { IconButton } from '../../../ui/button.tsx'
import { Menu } from '../../../ui/menu.tsx'
import type { Naming } from './mailbox-name.tsx'
import { mailboxParam } from './mailbox-names.ts'

/** The held deletion leaves after five seconds: undo is offered a little less. */
const UNDO_MS = 4500

/** Asks first, saying how many messages end with it; a folder with subfolders is not deleted. */
const useRemove = (mailbox: Mailbox): (() => Promise<void>) => {
  const { t } = useTranslation()
  const client = useClient()
  const mailboxes = useMailboxes()
  const navigate = useNavigate()
  const { mailbox: shown } = useParams({ strict: false })
  return async () => {
    const children = mailboxes.filter((other) => other.parentId === mailbox.id)
    if (children.length > 0) {
      const names = children.map((child) => child.name).join(', ')
      toast(t('mailbox.removeChildren', { count: children.length, names }), { tone: 'problem', ms: 8000 })
      return
    }
    const count = mailbox.totalEmails
    const sure = await confirm({
      title: t('mailbox.removeTitle', { name: mailbox.name }),
      body: count === 0 ? t('mailbox.removeEmpty') : t('mailbox.removeBody', { count }),
      action: count === 0 ? t('mailbox.remove') : t('mailbox.removeAll'),
      danger: true,
    })
    if (!sure) return
    const { undo, done } = client.actions.deleteMailbox(mailbox.id, count > 0)
    done.catch(() => undefined)
    if (shown === mailboxParam(mailbox)) void navigate({ to: '/mail/$mailbox', params: { mailbox: 'inbox' } })
    toast(t('done.folderRemoved', { name: mailbox.name }), { undo, ms: UNDO_MS })
  }
}

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
  const remove = useRemove(mailbox)
  const label = t('mailbox.menu', { name: mailbox.name })
  const { mayRename, mayCreateChild, mayDelete } = mailbox.myRights
  return (
    <Menu
      label={label}
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      trigger={<IconButton icon="more" size={16} className={className} label={label} />}
      entries={[
        {
          id: 'rename',
          label: t('mailbox.rename'),
          icon: 'write',
          disabled: !mayRename,
          onAction: () => onName({ kind: 'rename', mailbox }),
        },
        {
          id: 'createIn',
          label: t('mailbox.createIn'),
          icon: 'plus',
          disabled: !mayCreateChild,
          onAction: () => onName({ kind: 'create', parent: mailbox }),
        },
        {
          id: 'remove',
          label: t('mailbox.remove'),
          icon: 'trash',
          apart: true,
          disabled: !mayDelete,
          onAction: () => void remove(),
        },
      ]}
    />
  )
}
