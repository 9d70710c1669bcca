import { type RefObject, Suspense, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { lazyScreen } from '../../../i18n/parts.ts'
import { IconButton } from '../../../ui/button.tsx'

const DisplaySheet = lazyScreen<{ triggerRef: RefObject<HTMLElement | null>; onClose: () => void }>(['device'], () =>
  import('./display-sheet.tsx').then((module) => module.DisplaySheet),
)

/** Opens the choices of how the list looks. */
export const DisplayButton = () => {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const button = useRef<HTMLElement>(null)
  return (
    <>
      <IconButton
        icon="view"
        label={t('list.display')}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPress={({ target }) => {
          if (target instanceof HTMLElement) button.current = target
          setOpen(true)
        }}
      />
      <Suspense>{isOpen ? <DisplaySheet triggerRef={button} onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  )
}
