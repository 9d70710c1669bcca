import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { IconButton } from './button.tsx'
import { classes } from './classes.ts'
import css from './dialog.module.css'

export interface DialogProps {
  title: string
  isOpen: boolean
  onClose: () => void
  closeLabel: string
  children: ReactNode
  /** `wide` for sheets with columns. `alertdialog` when something irreversible is asked. */
  wide?: boolean
  role?: 'dialog' | 'alertdialog'
  footer?: ReactNode
}

/** A modal sheet: Escape and a press outside close it; focus returns where it was. */
export const Dialog = ({ title, isOpen, onClose, closeLabel, children, wide, role, footer }: DialogProps) => (
  <ModalOverlay
    className={classes(css.veil)}
    isOpen={isOpen}
    onOpenChange={(open) => {
      if (!open) onClose()
    }}
    isDismissable={role !== 'alertdialog'}
  >
    <Modal className={classes(css.modal, wide && css.wide)}>
      <AriaDialog className={classes(css.dialog)} role={role ?? 'dialog'}>
        <header className={css.header}>
          <Heading slot="title" className={classes(css.title)}>
            {title}
          </Heading>
          <IconButton icon="close" label={closeLabel} onPress={onClose} />
        </header>
        <div className={css.body}>{children}</div>
        {footer === undefined ? null : <footer className={css.footer}>{footer}</footer>}
      </AriaDialog>
    </Modal>
  </ModalOverlay>
)
