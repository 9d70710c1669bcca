/** What went wrong: one plain sentence, the next step, the code for the guides, and who can help now. */
import { useTranslation } from 'react-i18next'
import { useProblemText } from '../../shell/problem-text.ts'
import type { Problem } from '../../shell/request.ts'
import { Icon } from '../../ui/icon.tsx'
import { useOpening } from './contacts-card.tsx'
import css from './gate.module.css'
import type { Contact } from './methods.ts'

/** Of those who help, the one to be reached first: open now, else the next to open. */
const firstOf = (contacts: readonly Contact[]): Contact | undefined =>
  contacts.find((contact) => contact.open) ??
  [...contacts].sort((a, b) => (a.opensAt ?? Number.MAX_VALUE) - (b.opensAt ?? Number.MAX_VALUE))[0]

export const ProblemBox = ({ problem, contacts = [] }: { problem: Problem; contacts?: readonly Contact[] }) => {
  const { t } = useTranslation()
  const openingText = useOpening()
  const { what, next, code } = useProblemText()(problem)
  const contact = firstOf(contacts)
  return (
    <div className={css.problem} role="alert">
      <Icon name="warning" />
      <div>
        <p className={css.problemTitle}>{what}</p>
        <p>{next}</p>
        {contact === undefined ? null : (
          <p className={css.problemHelp}>
            {contact.name}
            {contact.phone === '' ? null : (
              <>
                {' · '}
                <a href={`tel:${contact.phone.replace(/[^+\d]/g, '')}`}>{contact.phone}</a>
              </>
            )}
            {` · ${openingText(contact)}`}
          </p>
        )}
        <p className={css.code}>{t('auth.code', { code })}</p>
      </div>
    </div>
  )
}
