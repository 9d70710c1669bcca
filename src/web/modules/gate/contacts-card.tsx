import { useTranslation } from 'react-i18next'
import css from './contacts.module.css'
import type { Contact } from './methods.ts'
import { openingOf } from './opening.ts'
import { useWords } from './use-words.ts'

/** `ouvert jusqu’à 18 h`, in the language of the page. */
export const useOpening = () => {
  const { t, i18n } = useTranslation()
  return (contact: Contact): string => {
    const opening = openingOf(contact, Date.now(), i18n.language)
    switch (opening.key) {
      case 'openUntil':
        return t('gate.openUntil', { hour: opening.hour })
      case 'opensToday':
        return t('gate.opensToday', { hour: opening.hour })
      case 'opensTomorrow':
        return t('gate.opensTomorrow', { hour: opening.hour })
      case 'opensDay':
        return t('gate.opensDay', { day: opening.day, hour: opening.hour })
      case 'openNow':
        return t('gate.openNow')
      case 'closed':
        return t('gate.closed')
    }
  }
}

/** Who answers, when, and how to reach them. Nothing when nobody is known. */
export const ContactsCard = ({ contacts }: { contacts: readonly Contact[] }) => {
  const words = useWords()
  const openingText = useOpening()
  if (contacts.length === 0) return null
  return (
    <section aria-labelledby="contacts">
      <h2 id="contacts" className={css.title}>
        {words('gate.contacts')}
      </h2>
      <ul className={css.list}>
        {contacts.slice(0, 6).map((contact) => (
          <li key={`${contact.name} ${contact.phone}`} className={css.contact}>
            <p className={css.name}>{contact.name}</p>
            <p className={css.hours} data-open={contact.open || undefined}>
              {openingText(contact)}
            </p>
            <p className={css.ways}>
              {contact.phone === '' ? null : (
                <a href={`tel:${contact.phone.replace(/[^+\d]/g, '')}`}>{contact.phone}</a>
              )}
              {contact.mail === '' ? null : <a href={`mailto:${contact.mail}`}>{contact.mail}</a>}
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}
