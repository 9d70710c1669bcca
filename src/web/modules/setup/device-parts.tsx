/** What each device is given: a code to scan, a profile, a password, settings. */
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { Card, Section } from '../../ui/page.tsx'
import { Secret } from '../account/factors/secret.tsx'
import css from './setup.module.css'
import type { DeviceLink, ReadyDevice } from './setup-requests.ts'

const picture = (svg: string): string => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`

export const ScanPart = ({ link, onAgain }: { link: DeviceLink; onAgain: () => void }) => {
  const { t } = useTranslation()
  return (
    <div className={css.code}>
      <h2>{t('setup.scan')}</h2>
      <img className={css.qr} src={picture(link.qr)} alt={t('setup.qr', { url: link.url })} width={240} height={240} />
      <p className={css.soft}>{t('setup.scanMore')}</p>
      <p className={css.soft}>{t('setup.orLink')}</p>
      <p className={css.address}>{link.url}</p>
      <Button onPress={onAgain}>{t('setup.newCode')}</Button>
    </div>
  )
}

export const ThunderbirdPart = ({ svg }: { svg: string }) => {
  const { t } = useTranslation()
  return (
    <div className={css.code}>
      <h2>{t('setup.thunderbird')}</h2>
      <img className={css.qr} src={picture(svg)} alt={t('setup.thunderbirdQr')} width={240} height={240} />
      <p className={css.soft}>{t('setup.thunderbirdMore')}</p>
    </div>
  )
}

/** The password and the settings, whatever the device: a key in text is always there. */
export const ByHand = ({ device }: { device: ReadyDevice }) => {
  const { t } = useTranslation()
  const { host, imap, smtp } = device
  return (
    <>
      <Section id="password" title={t('setup.password')} intro={t('setup.passwordMore')}>
        <Card>
          <Secret text={device.password} />
        </Card>
      </Section>
      <Section id="manual" title={t('setup.manual')}>
        <Card>
          <dl className={css.rows}>
            <dt>{t('setup.address')}</dt>
            <dd>{device.address}</dd>
            <dt>{t('setup.login')}</dt>
            <dd>{device.login}</dd>
            <dt>{t('setup.incoming')}</dt>
            <dd>{`${host}, ${imap.port}, ${imap.security}`}</dd>
            <dt>{t('setup.outgoing')}</dt>
            <dd>{`${host}, ${smtp.port}, ${smtp.security}`}</dd>
            <dt>{t('setup.contacts')}</dt>
            <dd>{device.contacts}</dd>
          </dl>
        </Card>
      </Section>
    </>
  )
}

/** What to do in a program that takes no profile. */
export const Steps = ({ isPhone }: { isPhone: boolean }) => {
  const { t } = useTranslation()
  return (
    <Section id="steps" title={t('setup.steps')}>
      <ul className={css.stack}>
        <li>{t('setup.programs.thunderbird')}</li>
        {isPhone ? null : <li>{t('setup.programs.outlook')}</li>}
        <li>{t('setup.programs.other')}</li>
      </ul>
    </Section>
  )
}

export const ProfilePart = ({ path }: { path: string }) => {
  const { t } = useTranslation()
  return (
    <div className={css.code}>
      <a className={css.guide} href={path} download>
        {t('setup.profile')}
      </a>
      <p className={css.soft}>{t('setup.profileMore')}</p>
    </div>
  )
}
