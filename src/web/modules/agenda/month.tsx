/** A month: a table of weeks. On a phone a day tells how much there is, and leads to its week. */
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { CalendarEvent } from '#format/jmap/calendars.ts'
import { localeOf } from '../../i18n/format.ts'
import { dayAt } from './agenda-data.ts'
import type { AgendaWindow } from './agenda-window.ts'
import { calendarOf, startOf } from './event-times.ts'
import css from './month.module.css'
import type { ShownDays } from './shown-days.ts'

/** Events that a day has room for; if there are more, one fewer and how many are left. */
const ROOM = 4

const Chip = ({ event, day, shown }: { event: CalendarEvent; day: string; shown: ShownDays }) => {
  const { t, i18n } = useTranslation()
  const color = calendarOf(event, shown.agenda.view?.calendars ?? [])?.color
  const time = new Intl.DateTimeFormat(localeOf(i18n.language), { timeStyle: 'short' })
  return (
    <button
      type="button"
      className={css.chip}
      data-whole={event.showWithoutTime ? '' : undefined}
      data-off={event.status === 'cancelled' ? '' : undefined}
      style={{ borderInlineStartColor: color }}
      onClick={() => shown.onSheet({ kind: 'open', event, day })}
    >
      {event.showWithoutTime ? null : <span className={css.time}>{time.format(startOf(event))}</span>}{' '}
      {event.title || t('agenda.untitled')}
      {event.status === 'cancelled' ? <span className={css.aloud}>, {t('agenda.cancelled')}</span> : null}
    </button>
  )
}

const Cell = ({ day, window, shown }: { day: string; window: AgendaWindow; shown: ShownDays }) => {
  const { t, i18n } = useTranslation()
  const events = shown.events.get(day) ?? []
  const fitting = events.length > ROOM ? events.slice(0, ROOM - 1) : events
  const name = new Intl.DateTimeFormat(localeOf(i18n.language), { dateStyle: 'full' }).format(dayAt(day))
  return (
    <td
      className={css.cell}
      data-today={day === shown.today ? '' : undefined}
      data-beside={day < window.first || day > window.last ? '' : undefined}
    >
      <Link
        to="/agenda"
        search={{ day }}
        className={css.number}
        aria-current={day === shown.today ? 'date' : undefined}
        aria-label={t('agenda.dayCount', { day: name, count: events.length })}
      >
        {dayAt(day).getDate()}
      </Link>
      {events.length > 0 ? <span className={css.dots}>{'•'.repeat(Math.min(3, events.length))}</span> : null}
      <ul className={css.list}>
        {fitting.map((event) => (
          <li key={event.id}>
            <Chip event={event} day={day} shown={shown} />
          </li>
        ))}
        {events.length > fitting.length ? (
          <li>
            <Link to="/agenda" search={{ day }} className={css.rest}>
              {t('agenda.dayMore', { count: events.length - fitting.length })}
            </Link>
          </li>
        ) : null}
      </ul>
    </td>
  )
}

export const Month = ({ window, ...shown }: ShownDays & { window: AgendaWindow }) => {
  const { t, i18n } = useTranslation()
  const locale = localeOf(i18n.language)
  const long = new Intl.DateTimeFormat(locale, { weekday: 'long' })
  const short = new Intl.DateTimeFormat(locale, { weekday: 'short' })
  const { days } = window
  const weeks = Array.from({ length: days.length / 7 }, (_none, n) => days.slice(n * 7, n * 7 + 7))
  return (
    <table className={css.month} aria-busy={shown.agenda.view === undefined && !shown.agenda.isOld}>
      <caption className={css.aloud}>{t('agenda.monthCaption')}</caption>
      <thead>
        <tr>
          {weeks[0]?.map((day) => (
            <th key={day} scope="col" className={css.weekday} abbr={long.format(dayAt(day))}>
              {short.format(dayAt(day))}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]}>
            {week.map((day) => (
              <Cell key={day} day={day} window={window} shown={shown} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
