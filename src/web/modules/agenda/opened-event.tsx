/** One event, opened: when, where, with whom, and what can be done with it. */
import { useTranslation } from 'react-i18next'
import type { Calendar, CalendarEvent } from '#format/jmap/calendars.ts'
import { localeOf } from '../../i18n/format.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import css from './agenda.module.css'
import { dayAt } from './agenda-data.ts'
import { timeText } from './event-times.ts'
import type { Agenda } from './use-agenda.ts'

export const OpenedEvent = ({
  event,
  day,
  calendar,
  agenda,
  onEdit,
  onClose,
}: {
  event: CalendarEvent
  day: string
  calendar: Calendar | undefined
  agenda: Agenda
  onEdit: (whole: boolean) => void
  onClose: () => void
}) => {
  const { t, i18n } = useTranslation()
  const date = new Intl.DateTimeFormat(localeOf(i18n.language), { dateStyle: 'full' }).format(dayAt(day))
  const people = Object.values(event.participants ?? {})
  const link = Object.values(event.links ?? {})[0]?.href
  const repeats = event.recurrenceId !== undefined
  const remove = (whole: boolean) => {
    onClose()
    void agenda.remove(event, whole)
  }
  return (
    <Dialog
      title={event.title || t('agenda.untitled')}
      isOpen
      onClose={onClose}
      closeLabel={t('agenda.close')}
      footer={
        <div className={css.acts}>
          {repeats ? (
            <>
              <Button isDisabled={agenda.isOffline} onPress={() => onEdit(false)}>
                {t('agenda.editOne')}
              </Button>
              <Button isDisabled={agenda.isOffline} onPress={() => onEdit(true)}>
                {t('agenda.editAll')}
              </Button>
              <Button isDisabled={agenda.isOffline} onPress={() => remove(false)}>
                {t('agenda.removeOne')}
              </Button>
              <Button isDisabled={agenda.isOffline} onPress={() => remove(true)}>
                {t('agenda.removeAll')}
              </Button>
            </>
          ) : (
            <>
              <Button isDisabled={agenda.isOffline} onPress={() => onEdit(true)}>
                {t('agenda.edit')}
              </Button>
              <Button icon="trash" isDisabled={agenda.isOffline} onPress={() => remove(true)}>
                {t('agenda.remove')}
              </Button>
            </>
          )}
        </div>
      }
    >
      <dl className={css.facts}>
        <dt>{t('agenda.when')}</dt>
        <dd>
          {date}, {timeText(event, day, i18n.language, t('agenda.wholeDay'))}
          {repeats ? ` · ${t('agenda.repeated')}` : ''}
        </dd>
        {event.locations ? (
          <>
            <dt>{t('agenda.where')}</dt>
            <dd>{Object.values(event.locations)[0]?.name}</dd>
          </>
        ) : null}
        <dt>{t('agenda.calendar')}</dt>
        <dd>{calendar?.name}</dd>
        {people.length > 0 ? (
          <>
            <dt>{t('agenda.people')}</dt>
            <dd className={css.lines}>{people.map(({ name, email }) => name ?? email).join('\n')}</dd>
          </>
        ) : null}
        {link ? (
          <>
            <dt>{t('agenda.link')}</dt>
            <dd>
              <a href={link} target="_blank" rel="noreferrer">
                {link}
              </a>
            </dd>
          </>
        ) : null}
      </dl>
      {event.description ? <p className={css.lines}>{event.description}</p> : null}
    </Dialog>
  )
}
