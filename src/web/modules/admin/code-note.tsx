import { useTranslation } from 'react-i18next'
import { Note } from '../../ui/page.tsx'
import { useWhen } from '../account/use-when.ts'
import css from './admin.module.css'
import type { Code } from './requests.ts'

/** A code to be handed over in person; shown this once. */
export const CodeNote = ({ code }: { code: Code }) => {
  const { t } = useTranslation()
  const when = useWhen()
  return (
    <Note tone="mark">
      <p>
        <strong>{t('admin.codeIs')}</strong> · {code.name} ({code.login})
      </p>
      <p className={css.code}>{code.code}</p>
      <p>{t('admin.codeMore', { when: when(code.expiresAt) })}</p>
    </Note>
  )
}
