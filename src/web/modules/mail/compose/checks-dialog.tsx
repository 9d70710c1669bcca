/** What may be mistaken in a message about to leave, all of it at once, and what can be done. */
import { useTranslation } from 'react-i18next'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Icon } from '../../../ui/icon.tsx'
import type { Warning } from './checks.ts'
import css from './checks-dialog.module.css'
import type { SendQuestion } from './use-send.ts'

const keyOf = (warning: Warning): string => `${warning.kind} ${'email' in warning ? warning.email : ''}`

export const ChecksDialog = ({ question }: { question: SendQuestion }) => {
  const { t } = useTranslation()
  const { warnings, answer } = question
  const sentence = (warning: Warning): string => {
    switch (warning.kind) {
      case 'subject':
        return t('compose.check.subject')
      case 'attachment':
        return t('compose.check.attachment')
      case 'placeholder':
        return t('compose.check.placeholder', { text: warning.text })
      case 'lookAlike':
        return t('compose.check.lookAlike', { email: warning.email, like: warning.like })
      case 'outside':
        return t('compose.check.outside', { emails: warning.emails.slice(0, 5).join(', ') })
      case 'visible':
        return t('compose.check.visible', { count: warning.count })
    }
  }
  return (
    <Dialog
      title={t('compose.checkTitle')}
      isOpen
      role="alertdialog"
      onClose={() => answer('back')}
      closeLabel={t('app.close')}
      footer={
        <>
          <Button onPress={() => answer('back')} autoFocus>
            {t('compose.goBack')}
          </Button>
          {warnings.some(({ kind }) => kind === 'visible') ? (
            <Button onPress={() => answer('bcc')}>{t('compose.useBcc')}</Button>
          ) : null}
          <Button kind="primary" onPress={() => answer('send')}>
            {t('compose.sendAnyway')}
          </Button>
        </>
      }
    >
      <ul className={css.list}>
        {warnings.map((warning) => (
          <li key={keyOf(warning)} className={css.line}>
            <Icon name="warning" size={18} />
            <span>{sentence(warning)}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
