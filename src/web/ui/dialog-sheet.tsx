import { Dialog as AriaDialog, Heading } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { IconButton } from './button.tsx'
import { classes } from './classes.ts'
import css from './dialog.module.css'
import type { DialogProps } from './dialog.tsx'

/** What `Dialog` shows; a chunk of its own. */
export const DialogSheet = ({
  title,
  isOpen,
  onClose,
  closeLabel,
  children,
  wide,
  isText,
  role,
  footer,
}: DialogProps) => (
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
        {isText ? (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
          <section className={css.body} aria-label={title} tabIndex={0}>
            {children}
          </section>
        ) : (
          <div className={css.body}>{children}</div>
        )}
        {footer === undefined ? null : <footer className={css.footer}>{footer}</footer>}
      </AriaDialog>
    </Modal>
  </ModalOverlay>
)
