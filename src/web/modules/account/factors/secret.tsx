import { useTranslation } from 'react-i18next'
import { toast } from '../../../shell/toasts.tsx'
import { IconButton } from '../../../ui/button.tsx'
import css from './factors.module.css'

/** A key or password to be copied, in letters that cannot be mistaken for each other. */
export const Secret = ({ text }: { text: string }) => {
  const { t } = useTranslation()
  return (
    <p className={css.secret}>
      <code>{text}</code>
      <IconButton
        icon="copy"
        size={17}
        label={t('account.copy')}
        onPress={() => void navigator.clipboard?.writeText(text).then(() => toast(t('account.copied'), { ms: 2000 }))}
      />
    </p>
  )
}
