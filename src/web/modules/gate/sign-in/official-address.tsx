import { useTranslation } from 'react-i18next'
import { Icon } from '../../../ui/icon.tsx'
import { useWords } from '../use-words.ts'
import css from './official-address.module.css'

/** The address that the browser must show. A look-alike page can copy this too, but not the browser's bar. */
export const OfficialAddress = ({ address }: { address: string }) => {
  const words = useWords()
  const { t, i18n } = useTranslation()
  const host = window.location.host
  const told = address.replace(/^https?:\/\//, '').replace(/\/.*$/, '')
  // A server on one's own machine is its own address.
  const isHere = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(host)
  const official = told === '' || isHere ? host : told
  const isOfficial = official === host
  return (
    <section className={css.box} data-wrong={!isOfficial || undefined} aria-label={t('gate.addressTitle')}>
      <Icon name={isOfficial ? 'lock' : 'warning'} />
      <div>
        <p className={css.title}>{words(isOfficial ? 'gate.addressTitle' : 'gate.addressWrong')}</p>
        <p className={css.host}>{official}</p>
        <p className={css.check}>{words('gate.addressCheck')}</p>
        <a className={css.check} href={i18n.language === 'en' ? '/help/address' : '/aide/address'}>
          {t('gate.addressOther')}
        </a>
      </div>
    </section>
  )
}
