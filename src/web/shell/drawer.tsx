/** The mailboxes on a phone: a sheet from the side. */
import { Dialog as AriaDialog } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { useTranslation } from 'react-i18next'
import { MailboxSidebar } from '../modules/mail/mailboxes/mailbox-sidebar.tsx'
import css from './frame.module.css'
import { drawerOpen } from './open-parts.ts'

export const Drawer = () => {
  const { t } = useTranslation()
  return (
    <ModalOverlay className={css.veil ?? ''} isOpen onOpenChange={drawerOpen.set} isDismissable>
      <Modal className={css.drawer ?? ''}>
        <AriaDialog className={css.drawerInside ?? ''} aria-label={t('mailbox.nav')}>
          <MailboxSidebar />
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
