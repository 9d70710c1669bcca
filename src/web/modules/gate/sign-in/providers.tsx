/** The ways in that another service keeps: EduConnect, an ENT. Real links: they work however the page fares. */
import { useTranslation } from 'react-i18next'
import { Icon } from '../../../ui/icon.tsx'
import css from '../gate.module.css'
import type { Method } from '../methods.ts'
import { useWords } from '../use-words.ts'

const withThen = (url: string, then: string): string =>
  then === '/' ? url : `${url}${url.includes('?') ? '&' : '?'}then=${encodeURIComponent(then)}`

export const Providers = ({
  providers,
  then,
  isMain,
}: {
  providers: readonly Method[]
  then: string
  /** This is the way in for most of the audience, above the password; otherwise it comes after the password. */
  isMain: boolean
}) => {
  const words = useWords()
  const { t } = useTranslation()
  return (
    <div className={css.form}>
      {isMain ? null : <p className={css.or}>{t('gate.orPasskey')}</p>}
      <ul className={css.stack}>
        {providers.map((provider) => (
          <li key={provider.id}>
            <a className={css.provider} data-main={isMain || undefined} href={withThen(provider.url, then)}>
              <Icon name="next" />
              <span className={css.pickText}>{words('gate.with', { name: provider.name })}</span>
              {provider.incidents.length === 0 ? null : <span className={css.quiet}>{t('gate.trouble')}</span>}
            </a>
          </li>
        ))}
      </ul>
      {isMain ? <p className={css.or}>{words('gate.or')}</p> : null}
    </div>
  )
}
