import type { EmailAddress, EmailBody, EmailSummary } from '../../../data/index.ts'
import { longDate } from '../../../i18n/format.ts'
import { useTexts } from '../../../i18n/use-texts.ts'
import { Icon } from '../../../ui/icon.tsx'
import { personName } from '../list/row-facts.ts'
import { useMyAddresses } from '../list/use-my-addresses.ts'
import css from './message-details.module.css'

/** "to me, Claire and 3 others": pressing it shows every address. */
export const RecipientLine = ({
  email,
  isOpen,
  onToggle,
}: {
  email: EmailSummary
  isOpen: boolean
  onToggle: () => void
}) => {
  const { t } = useTexts()
  const me = useMyAddresses()
  const all = [...(email.to ?? []), ...(email.cc ?? [])]
  const names = all.slice(0, 3).map((who) => (me.has(who.email.toLowerCase()) ? t('list.me') : personName(who)))
  const rest = all.length - names.length
  const text = [names.join(', '), rest > 0 ? t('message.andMore', { count: rest }) : ''].filter(Boolean).join(' ')
  return (
    <button type="button" className={css.toggle} aria-expanded={isOpen} onClick={onToggle}>
      <span className={css.text}>{text === '' ? t('message.details') : t('message.toLine', { names: text })}</span>
      <Icon name={isOpen ? 'up' : 'down'} size={13} />
    </button>
  )
}

const People = ({ label, people }: { label: string; people: readonly EmailAddress[] | null | undefined }) =>
  people?.length ? (
    <div className={css.row}>
      <dt>{label}</dt>
      <dd>
        {people.slice(0, 200).map((who, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an address may be given twice
          <span key={index} className={css.person}>
            {who.name ? <strong>{who.name}</strong> : null} {who.email}
          </span>
        ))}
      </dd>
    </div>
  ) : null

export const MessageDetails = ({ email, body }: { email: EmailSummary; body: EmailBody | undefined }) => {
  const { t, i18n } = useTexts()
  return (
    <dl className={css.details}>
      <People label={t('message.from')} people={email.from} />
      <People label={t('message.replyTo')} people={body?.replyTo} />
      <People label={t('message.to')} people={email.to} />
      <People label={t('message.cc')} people={email.cc} />
      <People label={t('message.bcc')} people={body?.bcc} />
      {body?.reading ? (
        <div className={css.row}>
          <dt>{t('message.proof')}</dt>
          <dd>{t(`message.proved.${body.reading.proof}`, { domain: body.reading.provedBy ?? '' })}</dd>
        </div>
      ) : null}
      <div className={css.row}>
        <dt>{t('message.date')}</dt>
        <dd>{longDate(email.sentAt ?? email.receivedAt, i18n.language)}</dd>
      </div>
    </dl>
  )
}
