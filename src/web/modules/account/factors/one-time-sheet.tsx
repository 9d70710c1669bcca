/** Something shown once: to be copied, printed or downloaded, then gone. */
import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from '../../../shell/toasts.tsx'
import { Button } from '../../../ui/button.tsx'
import { Line, Note, Stack } from '../../../ui/page.tsx'
import css from './factors.module.css'

const download = (name: string, text: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}

export const OneTimeSheet = ({
  intro,
  text,
  fileName,
  children,
  onDone,
}: {
  intro: string
  /** The same in plain text, for the clipboard and the file. */
  text: string
  fileName: string
  children: ReactNode
  onDone: () => void
}) => {
  const { t } = useTranslation()
  const sheet = useRef<HTMLDivElement>(null)
  useEffect(() => {
    sheet.current?.scrollIntoView({ block: 'center' })
    sheet.current?.focus({ preventScroll: true })
  }, [])
  return (
    <Note tone="mark">
      <Stack>
        <div className={css.sheet} data-print-sheet="" ref={sheet} tabIndex={-1}>
          <p>
            <strong>{intro}</strong>
          </p>
          {children}
        </div>
        <Line>
          <Button icon="print" onPress={() => window.print()}>
            {t('account.print')}
          </Button>
          <Button
            icon="copy"
            onPress={() =>
              void navigator.clipboard?.writeText(text).then(() => toast(t('account.copied'), { ms: 2000 }))
            }
          >
            {t('account.copy')}
          </Button>
          <Button icon="download" onPress={() => download(fileName, text)}>
            {t('account.download')}
          </Button>
          <Button kind="primary" onPress={onDone}>
            {t('account.done')}
          </Button>
        </Line>
      </Stack>
    </Note>
  )
}
