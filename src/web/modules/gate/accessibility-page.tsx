/** The declaration that the law asks for (RGAA 4.1): what is known to be right, what is not, and whom to tell. */
import { useTranslation } from 'react-i18next'
import { preferences } from '../../shell/preferences.ts'
import { useLive } from '../../shell/value.ts'
import { ContactsCard } from './contacts-card.tsx'
import css from './gate.module.css'
import { GateLayout } from './gate-layout.tsx'
import { useContacts } from './use-contacts.ts'

const parts = ['state', 'tests', 'known', 'tech', 'contact', 'rights'] as const

export const AccessibilityPage = () => {
  const { t } = useTranslation()
  const contacts = useContacts(useLive(preferences).audience)
  return (
    <GateLayout title={t('access.title')} subtitle={t('gate.accessibility')} wide>
      <div className={css.prose}>
        {parts.map((part) => (
          <section key={part}>
            <h2>{t(`access.${part}`)}</h2>
            <p>{t(`access.${part}Text`)}</p>
          </section>
        ))}
        <hr className={css.rule} />
        <ContactsCard contacts={contacts} />
        <hr className={css.rule} />
        <a href="/">{t('gate.back')}</a>
      </div>
    </GateLayout>
  )
}
