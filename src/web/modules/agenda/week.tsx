/** A week: seven days side by side on a desk, below each other on a phone. */
import { useTranslation } from 'react-i18next'
import type { Calendar, CalendarEvent } from '#format/jmap/calendars.ts'
import { localeOf } from '../../i18n/format.ts'
import { IconButton } from '../../ui/button.tsx'
import css from './agenda.module.css'
import { dayAt } from './agenda-data.ts'
import { calendarOf, timeText } from './event-times.ts'
import type { ShownDays } from './shown-days.ts'

const EventCard = ({
  event,
  day,
  calendar,
  onOpen,
}: {
  event: CalendarEvent
  day: string
  calendar: Calendar | undefined
  onOpen: () => void
}) => {
  const { t, i18n } = useTranslation()
  return (
    <li>
      <button
        type="button"
        className={css.event}
        data-off={event.status === 'cancelled' ? '' : undefined}
        style={{ borderInlineStartColor: calendar?.color }}
        onClick={onOpen}
      >
        <span className={css.eventTime}>{timeText(event, day, i18n.language, t('agenda.wholeDay'))}</span>
        <span className={css.eventTitle}>{event.title || t('agenda.untitled')}</span>
        {event.status === 'cancelled' ? <span className={css.soft}>{t('agenda.cancelled')}</span> : null}
        {event.status === 'tentative' ? <span className={css.soft}>{t('agenda.tentative')}</span> : null}
        {event.locations ? <span className={css.soft}>{Object.values(event.locations)[0]?.name}</span> : null}
      </button>
    </li>
  )
}

const DayColumn = ({
  day,
  today,
  events,
  shown: { agenda, onSheet },
}: {
  day: string
  today: string
  events: readonly CalendarEvent[]
  shown: ShownDays
}) => {
  const { t, i18n } = useTranslation()
  const name = new Intl.DateTimeFormat(localeOf(i18n.language), {
    weekday: 'long',
    day: 'numeric',
    month: 'short',
  }).format(dayAt(day))
  return (
    <section className={css.day} aria-labelledby={`day-${day}`} data-today={day === today ? '' : undefined}>
      <div className={css.dayHead}>
        <h2 className={css.dayName} id={`day-${day}`} aria-current={day === today ? 'date' : undefined}>
          {name}
        </h2>
        <IconButton
          icon="plus"
          size={16}
          label={t('agenda.addOn', { day: name })}
          isDisabled={!agenda.view || agenda.isOffline}
          onPress={() => onSheet({ kind: 'form', event: undefined, day })}
        />
      </div>
      {events.length === 0 ? (
        <p className={css.none}>{t('agenda.dayNone')}</p>
      ) : (
        <ul className={css.events}>
          {events.map((event) => (
            <EventCard
              key={event.id}
              event={event}
              day={day}
              calendar={calendarOf(event, agenda.view?.calendars ?? [])}
              onOpen={() => onSheet({ kind: 'open', event, day })}
            />
          ))}
        </ul>
      )}
    </section>
  )
}

export const Week = ({ days, ...shown }: ShownDays & { days: readonly string[] }) => (
  <div className={css.week} aria-busy={shown.agenda.view === undefined && !shown.agenda.isOld}>
    {days.map((day) => (
      <DayColumn key={day} day={day} today={shown.today} events={shown.events.get(day) ?? []} shown={shown} />
    ))}
  </div>
)
