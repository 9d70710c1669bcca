import { useEffect, useRef } from 'react'
import { Dialog as AriaDialog, Heading } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { IconButton } from './button.tsx'
import { classes } from './classes.ts'
import css from './dialog.module.css'
import type { DialogProps } from './dialog.tsx'

/**
 * What had the focus may vanish from the sheet: the keys that then go to the page are the sheet's, which takes the focus
 * back; otherwise they would act on what is below it.
 */
const useStrayKeys = (onClose: () => void) => {
  const sheet = useRef<HTMLElement>(null)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const top = [...document.querySelectorAll('[data-sheet]')].at(-1)
      if (event.target !== document.body || sheet.current === null || sheet.current !== top) return
      event.stopPropagation()
      event.preventDefault()
      if (event.key === 'Escape') onClose()
      else sheet.current.focus()
    }
    document.addEventListener('keydown', onKey, { capture: true })
    return () => document.removeEventListener('keydown', onKey, { capture: true })
  }, [onClose])
  return sheet
}

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
}: DialogProps) => {
  const sheet = useStrayKeys(onClose)
  return (
    <ModalOverlay
      className={classes(css.veil)}
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      isDismissable={role !== 'alertdialog'}
    >
      <Modal className={classes(css.modal, wide && css.wide)}>
        <AriaDialog ref={sheet} data-sheet="" className={classes(css.dialog)} role={role ?? 'dialog'}>
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
}
