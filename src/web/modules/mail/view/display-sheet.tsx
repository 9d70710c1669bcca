/** What the button "Display" above the list opens: the list changes behind it at each choice. */
import { type RefObject, useEffect } from 'react'
import { Dialog } from 'react-aria-components/Dialog'
import { Popover } from 'react-aria-components/Popover'
import { useTranslation } from 'react-i18next'
import { classes } from '../../../ui/classes.ts'
import css from './display-sheet.module.css'
import { ViewChoices } from './view-choices.tsx'

export const DisplaySheet = ({
  triggerRef,
  onClose,
}: {
  triggerRef: RefObject<HTMLElement | null>
  onClose: () => void
}) => {
  const { t } = useTranslation()
  // A layout without the list takes the button away too: the keyboard goes to what is left.
  useEffect(
    () => () => {
      requestAnimationFrame(() => {
        if (document.activeElement === document.body) document.getElementById('reader')?.focus()
      })
    },
    [],
  )
  return (
    <Popover
      className={classes(css.popover)}
      triggerRef={triggerRef}
      placement="bottom end"
      offset={6}
      isOpen
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
    >
      <Dialog className={classes(css.dialog)} aria-label={t('view.title')}>
        <h2 className={css.title}>{t('view.title')}</h2>
        <ViewChoices />
        <p className={css.note}>{t('view.follows')}</p>
      </Dialog>
    </Popover>
  )
}
