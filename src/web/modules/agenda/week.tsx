/** A week: seven days of hours side by side on a desk, lists below each other on a phone. One structure for both. */
import { type CSSProperties, type MouseEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Calendar, CalendarEvent } from '#format/jmap/calendars.ts'
import { localeOf } from '../../i18n/format.ts'
import { IconButton } from '../../ui/button.tsx'
import { dayAt } from './agenda-data.ts'
import { calendarOf, timeText } from './event-times.ts'
import { type Hours, hoursAround, isWhole, type Placed, placeEvents } from './hour-grid.ts'
import type { ShownDays } from './shown-days.ts'
import css from './week.module.css'

/** Numbers that the style sheet reckons with; where there are no hours it passes over them. */
const reckoned = (numbers: Readonly<Record<`--${string}`, number>>): CSSProperties => ({ ...numbers })

const EventCard = ({
  event,
  day,
  calendar,
  placed,
  onOpen,
}: {
  event: CalendarEvent
  day: string
  calendar: Calendar | undefined
  /** Its place in the hours; undefined: it takes the whole day. */
  placed?: Placed
  onOpen: () => void
}) => {
  const { t, i18n } = useTranslation()
  const place =
    placed &&
    reckoned({ '--from': placed.from, '--to': placed.to, '--column': placed.column, '--columns': placed.columns })
  return (
    <li className={placed && css.placed} style={place}>
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

const minutesNow = (): number => new Date().getHours() * 60 + new Date().getMinutes()

/** Minutes since midnight, told anew each minute. */
const useMinutes = (): number => {
  const [minutes, setMinutes] = useState(minutesNow)
  useEffect(() => {
    const timer = setInterval(() => setMinutes(minutesNow()), 60_000)
    return () => clearInterval(timer)
  }, [])
  return minutes
}

const Now = ({ hours }: { hours: Hours }) => {
  const minutes = useMinutes()
  if (minutes < hours.first * 60 || minutes > hours.last * 60) return null
  return <div className={css.now} style={reckoned({ '--from': minutes })} aria-hidden="true" />
}

interface Day {
  readonly day: string
  readonly whole: readonly CalendarEvent[]
  readonly placed: readonly Placed[]
}

const DayColumn = ({
  day: { day, whole, placed },
  hours,
  shown: { agenda, today, onSheet },
}: {
  day: Day
  hours: Hours
  shown: Omit<ShownDays, 'events'>
}) => {
  const { t, i18n } = useTranslation()
  const name = new Intl.DateTimeFormat(localeOf(i18n.language), {
    weekday: 'long',
    day: 'numeric',
    month: 'short',
  }).format(dayAt(day))
  const canAdd = agenda.view !== undefined && !agenda.isOffline
  const card = (event: CalendarEvent, at?: Placed) => (
    <EventCard
      key={event.id}
      event={event}
      day={day}
      calendar={calendarOf(event, agenda.view?.calendars ?? [])}
      {...(at ? { placed: at } : {})}
      onOpen={() => onSheet({ kind: 'open', event, day })}
    />
  )
  /** A press on a free place; on an event, it is the event's. */
  const addAt = ({ target, currentTarget, clientY }: MouseEvent<HTMLElement>) => {
    if (target !== currentTarget || !canAdd) return
    const { top, height } = currentTarget.getBoundingClientRect()
    const hour = Math.floor(hours.first + ((hours.last - hours.first) * (clientY - top)) / height)
    onSheet({ kind: 'form', event: undefined, day, hour: Math.min(Math.max(hour, hours.first), hours.last - 1) })
  }
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
          isDisabled={!canAdd}
          onPress={() => onSheet({ kind: 'form', event: undefined, day })}
        />
      </div>
      <div>
        {whole.length + placed.length === 0 ? <p className={css.none}>{t('agenda.dayNone')}</p> : null}
        {whole.length === 0 ? null : <ul className={css.events}>{whole.map((event) => card(event))}</ul>}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a short way for the mouse; the button above is everybody's */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the same */}
      <div className={css.hours} onClick={addAt}>
        {placed.length === 0 ? null : <ul className={css.timed}>{placed.map((at) => card(at.event, at))}</ul>}
        {day === today ? <Now hours={hours} /> : null}
      </div>
    </section>
  )
}

/** The hours beside the days; each event says its own. */
const Axis = ({ hours }: { hours: Hours }) => {
  const { i18n } = useTranslation()
  const format = new Intl.DateTimeFormat(localeOf(i18n.language), { hour: '2-digit', minute: '2-digit' })
  return (
    <div className={css.axis} aria-hidden="true">
      {Array.from({ length: hours.last - hours.first }, (_none, i) => hours.first + i).map((hour) => (
        <span key={hour}>{format.format(new Date(2026, 0, 1, hour))}</span>
      ))}
    </div>
  )
}

export const Week = ({ days, events, ...shown }: ShownDays & { days: readonly string[] }) => {
  const all = days.map((day): Day => {
    const here = events.get(day) ?? []
    return { day, whole: here.filter((event) => isWhole(event, day)), placed: placeEvents(here, day) }
  })
  const hours = hoursAround(all.flatMap(({ placed }) => placed))
  return (
    <div
      className={css.week}
      style={reckoned({ '--first': hours.first, '--last': hours.last })}
      aria-busy={shown.agenda.view === undefined && !shown.agenda.isOld}
    >
      <Axis hours={hours} />
      {all.map((day) => (
        <DayColumn key={day.day} day={day} hours={hours} shown={shown} />
      ))}
    </div>
  )
}
