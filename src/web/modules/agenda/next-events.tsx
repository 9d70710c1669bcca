/** The portal's card of what comes in the next seven days. */

import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { localeOf } from '../../i18n/format.ts'
import css from './agenda.module.css'
import { addDays, dayAt, dayText } from './agenda-data.ts'
import { byDay, calendarOf, endOf, shownOf, timeText } from './event-times.ts'
import { useAgenda } from './use-agenda.ts'

const DAYS = 7
const SHOWN = 6

export const NextEvents = () => {
  const { t, i18n } = useTranslation()
  const today = dayText(new Date())
  const { view, isOld } = useAgenda(today, dayText(addDays(dayAt(today), DAYS)), 'next')
  const lines = useMemo(() => {
    const now = new Date()
    const days = byDay(shownOf(view).filter((event) => endOf(event) > now && event.status !== 'cancelled'))
    // What lasts for days is told once: holidays would fill the card.
    const told = new Set<string>()
    return Array.from({ length: DAYS }, (_, n) => dayText(addDays(dayAt(today), n))).flatMap((day) =>
      (days.get(day) ?? []).flatMap((event) => {
        if (told.has(event.id)) return []
        told.add(event.id)
        return [{ day, event }]
      }),
    )
  }, [view, today])
  const dayName = (day: string): string => {
    if (day === today) return t('agenda.today')
    if (day === dayText(addDays(dayAt(today), 1))) return t('agenda.tomorrow')
    return new Intl.DateTimeFormat(localeOf(i18n.language), { weekday: 'long', day: 'numeric', month: 'long' }).format(
      dayAt(day),
    )
  }
  return (
    <section className={css.next} aria-labelledby="portal-agenda">
      <h2 className={css.nextTitle} id="portal-agenda">
        {t('agenda.next')}
      </h2>
      {!view ? (
        <p className={css.soft}>{isOld ? t('agenda.failed') : t('agenda.loading')}</p>
      ) : lines.length === 0 ? (
        <p className={css.soft}>{t('agenda.nextNone')}</p>
      ) : (
        <ul className={css.nextList}>
          {lines.slice(0, SHOWN).map(({ day, event }) => (
            <li
              key={`${day} ${event.id}`}
              className={css.nextItem}
              style={{ borderColor: calendarOf(event, view.calendars)?.color }}
            >
              <Link to="/agenda" search={{ day }} className={css.nextLink}>
                <span className={css.nextWhen}>
                  {dayName(day)}, {timeText(event, day, i18n.language, t('agenda.wholeDay').toLowerCase())}
                </span>
                <span className={css.nextWhat}>{event.title || t('agenda.untitled')}</span>
                {event.locations ? <span className={css.soft}>{Object.values(event.locations)[0]?.name}</span> : null}
              </Link>
            </li>
          ))}
        </ul>
      )}
      <p className={css.more}>
        <Link to="/agenda" search={{}}>
          {lines.length > SHOWN ? t('agenda.nextMore', { count: lines.length - SHOWN }) : t('agenda.open')}
        </Link>
      </p>
    </section>
  )
}
