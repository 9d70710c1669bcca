/** A way out of a mailing list: one press posted by the server, a message that is made ready, or a page with a warning. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EmailSummary, Reading } from '../../../data/index.ts'
import { useClient } from '../../../shell/client.tsx'
import { ask } from '../../../shell/request.ts'
import { toast } from '../../../shell/toasts.tsx'
import { useAct } from '../../../shell/use-act.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { compose } from '../compose/composers.ts'
import { readMailto } from '../compose/mailto.ts'
import css from './warning-banner.module.css'

type Ways = NonNullable<Reading['unsubscribe']>

const hostOf = (url: string | null): string => {
  try {
    return new URL(url ?? '').hostname
  } catch {
    return ''
  }
}

export const UnsubscribeLine = ({ email, ways }: { email: EmailSummary; ways: Ways }) => {
  const { t } = useTranslation()
  const { run, isBusy } = useAct()
  const { account } = useClient()
  const [asked, setAsked] = useState<'post' | 'web'>()
  const [isDone, setDone] = useState(false)
  const host = hostOf(ways.web)
  const begin = () => {
    if (ways.oneClick) setAsked('post')
    else if (ways.mail !== null) {
      const draft = readMailto(ways.mail)
      if (draft === undefined) return
      compose({
        kind: 'new',
        to: draft.to,
        subject: draft.subject ?? t('reading.unsubscribeSubject'),
        text: draft.text,
      })
      toast(t('reading.unsubscribeMail'))
    } else setAsked('web')
  }
  const post = async () => {
    const done = await run(
      () => ask('/mail/unsubscribe', { emailId: email.id, account }, () => true),
      t('reading.unsubscribed'),
    )
    if (done) setDone(true)
    setAsked(undefined)
  }
  const open = () => {
    window.open(ways.web ?? '', '_blank', 'noopener,noreferrer')
    setAsked(undefined)
  }
  return (
    <div className={css.list}>
      <Icon name="people" size={16} />
      <span>{t('reading.listed')}</span>
      <Button kind="quiet" isDisabled={isDone} onPress={begin}>
        {t('reading.unsubscribe')}
      </Button>
      <Dialog
        title={asked === 'web' ? t('reading.unsubscribeWeb') : t('reading.unsubscribeTitle')}
        isOpen={asked !== undefined}
        role="alertdialog"
        closeLabel={t('app.close')}
        onClose={() => setAsked(undefined)}
        footer={
          <>
            <Button onPress={() => setAsked(undefined)}>{t('reading.cancel')}</Button>
            <Button kind="primary" isDisabled={isBusy} onPress={asked === 'web' ? open : () => void post()}>
              {asked === 'web' ? t('reading.unsubscribeOpen') : t('reading.unsubscribe')}
            </Button>
          </>
        }
      >
        <p>{asked === 'web' ? t('reading.unsubscribeWebBody', { host }) : t('reading.unsubscribeBody', { host })}</p>
      </Dialog>
    </div>
  )
}
