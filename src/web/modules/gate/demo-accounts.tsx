import { Button as AriaButton } from 'react-aria-components/Button'
import { useTranslation } from 'react-i18next'
import type { DemoAccount, Session } from '../../shell/session.ts'
import { Avatar } from '../../ui/avatar.tsx'
import css from './demo-accounts.module.css'

/** The people of the demonstration academy: a press fills the form. */
export const DemoAccounts = ({
  demo,
  onChoose,
}: {
  demo: NonNullable<Session['demo']>
  onChoose: (account: DemoAccount) => void
}) => {
  const { t } = useTranslation()
  return (
    <details className={css.demo}>
      <summary className={css.summary}>{t('gate.demo')}</summary>
      <p className={css.hint}>
        {t('gate.demoHint')} {t('gate.demoPassword', { password: demo.password })}
      </p>
      {demo.services.length === 0 ? null : (
        <p className={css.hint}>
          {t('gate.demoServices')}{' '}
          {demo.services.map(({ name, url }, i) => (
            <span key={url}>
              {i === 0 ? '' : ' · '}
              <a href={url}>{name}</a>
            </span>
          ))}
        </p>
      )}
      <ul className={css.people}>
        {demo.accounts.map((account) => (
          <li key={account.login}>
            <AriaButton className={css.person ?? ''} onPress={() => onChoose(account)}>
              <Avatar name={account.name} email={account.login} size={30} />
              <span className={css.who}>
                <span className={css.name}>{account.name}</span>
                <span className={css.profile}>{account.profile}</span>
              </span>
            </AriaButton>
          </li>
        ))}
      </ul>
    </details>
  )
}
