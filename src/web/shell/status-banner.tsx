import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/icon.tsx'
import { useClient } from './client.tsx'
import css from './status-banner.module.css'
import { useLive } from './value.ts'

/** One calm line while the server cannot be reached. */
export const StatusBanner = () => {
  const { t } = useTranslation()
  const status = useLive(useClient().status)
  return (
    <div role="status" className={css.region}>
      {status === 'offline' ? (
        <p className={css.banner}>
          <Icon name="offline" size={18} />
          {t('status.offline')}
        </p>
      ) : null}
    </div>
  )
}
