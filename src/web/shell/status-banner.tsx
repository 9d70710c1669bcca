import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { lazyScreen } from '../i18n/parts.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { useClient } from './client.tsx'
import css from './status-banner.module.css'
import { useLive } from './value.ts'

const OutboxDialog = lazyScreen<{ onClose: () => void }>(['device'], () =>
  import('./outbox-dialog.tsx').then((module) => module.OutboxDialog),
)

/** One calm line while the server cannot be reached, with what waits to be sent. */
export const StatusBanner = () => {
  const { t } = useTranslation()
  const client = useClient()
  const status = useLive(client.status)
  const waiting = useLive(client.waiting)?.length ?? 0
  const [isOpen, setOpen] = useState(false)
  return (
    <div className={css.region}>
      <div role="status">
        {status === 'offline' ? (
          <p className={css.banner}>
            <Icon name="offline" size={18} />
            {t('status.offline')}
            {waiting === 0 ? null : (
              <Button kind="quiet" onPress={() => setOpen(true)}>
                {t('status.waiting', { count: waiting })}
              </Button>
            )}
          </p>
        ) : null}
      </div>
      <Suspense>{isOpen ? <OutboxDialog onClose={() => setOpen(false)} /> : null}</Suspense>
    </div>
  )
}
