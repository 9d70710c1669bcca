/** What a phone or a mail program asks for, ready to copy. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { session } from '../../shell/session.ts'
import { useLive } from '../../shell/value.ts'
import { IconButton } from '../../ui/button.tsx'
import { type Endpoint, mailEndpoints } from './mail-endpoints.ts'
import css from './settings-screen.module.css'

const Row = ({ name, value, copy = true }: { name: string; value: string; copy?: boolean }) => {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  return (
    <div className={css.row}>
      <dt>{name}</dt>
      <dd>
        {value}
        {copy ? (
          <IconButton
            icon={copied ? 'check' : 'copy'}
            size={16}
            className={css.copy}
            label={copied ? t('message.copied') : t('connect.copy', { name })}
            onPress={() => {
              void navigator.clipboard?.writeText(value).then(() => setCopied(true))
            }}
          />
        ) : null}
      </dd>
    </div>
  )
}

const Server = ({ title, endpoint }: { title: string; endpoint: Endpoint }) => {
  const { t } = useTranslation()
  return (
    <div className={css.card}>
      <h3 className={css.cardTitle}>{title}</h3>
      <dl>
        <Row name={t('connect.server')} value={endpoint.host} />
        <Row name={t('connect.port')} value={String(endpoint.port)} />
        <Row name={t('connect.security')} value={endpoint.security} copy={false} />
      </dl>
    </div>
  )
}

export const ConnectSection = () => {
  const { t } = useTranslation()
  const who = useLive(session)
  const { imap, smtp } = mailEndpoints(who?.mail, window.location.hostname)
  return (
    <section className={css.section} aria-labelledby="connect">
      <h2 className={css.heading} id="connect">
        {t('connect.title')}
      </h2>
      <p className={css.intro}>{t('connect.intro')}</p>
      <p className={css.intro}>
        <Link to="/setup">{t('connect.wizard')}</Link>
      </p>
      <div className={css.card}>
        <dl>
          <Row name={t('connect.address')} value={who?.email ?? ''} />
          <Row name={t('connect.login')} value={who?.login ?? ''} />
          <Row name={t('connect.password')} value={t('connect.passwordIs')} copy={false} />
        </dl>
      </div>
      <div className={css.cards}>
        <Server title={t('connect.incoming')} endpoint={imap} />
        <Server title={t('connect.outgoing')} endpoint={smtp} />
      </div>
      <div className={css.card}>
        <dl>
          <Row name={t('connect.contacts')} value={`${window.location.origin}/dav/`} />
        </dl>
      </div>
      <h3 className={css.cardTitle}>{t('connect.steps')}</h3>
      <ol className={css.steps}>
        <li>{t('connect.step1')}</li>
        <li>{t('connect.step2')}</li>
        <li>{t('connect.step3')}</li>
        <li>{t('connect.step4')}</li>
      </ol>
    </section>
  )
}
