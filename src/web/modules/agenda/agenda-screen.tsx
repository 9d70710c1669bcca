/** The agenda: a week side by side on a desk, below each other on a phone; an event is opened, changed, ended from there. */

import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Calendar, CalendarEvent } from '#format/jmap/calendars.ts'
import { localeOf } from '../../i18n/format.ts'
import { useOwnClient } from '../../shell/client.tsx'
import { toast } from '../../shell/toasts.tsx'
import { screenTitle } from '../../shell/use-title.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Note } from '../../ui/page.tsx'
import css from './agenda.module.css'
import { addDays, askEvent, dayAt, dayText } from './agenda-data.ts'
import { EventForm } from './event-form.tsx'
import { byDay, calendarOf, timeText } from './event-times.ts'
import { MoreMenu } from './more-menu.tsx'
import { type Agenda, useAgenda } from './use-agenda.ts'

const DAYS = 7

/** The Monday of a day's week. */
const weekOf = (day: string): string => {
  const at = dayAt(day)
  return dayText(addDays(at, -((at.getDay() + 6) % 7)))
}

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

const Opened = ({
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

type Sheet =
  | { readonly kind: 'open'; readonly event: CalendarEvent; readonly day: string }
  | { readonly kind: 'form'; readonly event: CalendarEvent | undefined; readonly day: string }
  | undefined

const DayColumn = ({
  day,
  today,
  events,
  agenda,
  onSheet,
}: {
  day: string
  today: string
  events: readonly CalendarEvent[]
  agenda: Agenda
  onSheet: (sheet: Sheet) => void
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

const Head = ({
  first,
  onDay,
  onAdd,
  agenda,
}: {
  first: string
  onDay: (day: string) => void
  onAdd: () => void
  agenda: Agenda
}) => {
  const { t, i18n } = useTranslation()
  const format = new Intl.DateTimeFormat(localeOf(i18n.language), { day: 'numeric', month: 'long', year: 'numeric' })
  return (
    <header className={css.head}>
      <h1 className={css.title}>{t('agenda.title')}</h1>
      <p className={css.range} role="status">
        {format.formatRange(dayAt(first), addDays(dayAt(first), DAYS - 1))}
      </p>
      <div className={css.tools}>
        <div className={css.together}>
          <IconButton
            icon="back"
            label={t('agenda.before')}
            onPress={() => onDay(dayText(addDays(dayAt(first), -DAYS)))}
          />
          <Button onPress={() => onDay(dayText(new Date()))}>{t('agenda.today')}</Button>
          <IconButton
            icon="next"
            label={t('agenda.after')}
            onPress={() => onDay(dayText(addDays(dayAt(first), DAYS)))}
          />
        </div>
        <Field
          label={t('agenda.goTo')}
          type="date"
          value={first}
          onChange={(day) => /^\d{4}-\d\d-\d\d$/.test(day) && onDay(day)}
        />
        <div className={css.together}>
          <Button kind="primary" icon="plus" isDisabled={!agenda.view || agenda.isOffline} onPress={onAdd}>
            {t('agenda.add')}
          </Button>
          <MoreMenu agenda={agenda} />
        </div>
      </div>
    </header>
  )
}

export const AgendaScreen = () => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const client = useOwnClient()
  const { day: asked } = useSearch({ from: '/agenda' })
  const today = dayText(new Date())
  const first = weekOf(asked ?? today)
  const agenda = useAgenda(first, dayText(addDays(dayAt(first), DAYS)), 'week')
  const [sheet, setSheet] = useState<Sheet>()
  const days = useMemo(() => byDay(agenda.view?.events ?? []), [agenda.view])
  const top = useRef<HTMLElement>(null)
  useEffect(() => {
    screenTitle.set(t('agenda.title'))
    return () => screenTitle.set('')
  }, [t])
  const close = () => setSheet(undefined)
  const open = (day: string) => void navigate({ to: '/agenda', search: { day } })
  /** The whole series is asked for: an instance does not have its rules. */
  const edit = async (event: CalendarEvent, day: string, whole: boolean) => {
    const accountId = client.session.get()?.accountId
    if (!whole || event.baseEventId === null || accountId === undefined) return setSheet({ kind: 'form', event, day })
    const base = await askEvent(client, accountId, event.baseEventId).catch(() => undefined)
    if (base) setSheet({ kind: 'form', event: base, day })
    else toast(t('agenda.offline'), { tone: 'problem' })
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <main className={css.screen} id="list" tabIndex={0} ref={top}>
      <Head
        first={first}
        agenda={agenda}
        onDay={open}
        onAdd={() =>
          setSheet({ kind: 'form', event: undefined, day: today >= first && weekOf(today) === first ? today : first })
        }
      />
      {agenda.isOld ? (
        <Note tone={agenda.view ? 'mark' : 'problem'}>
          <p>{agenda.view ? t('agenda.old') : t('agenda.failed')}</p>
          <Button onPress={agenda.retry}>{t('agenda.retry')}</Button>
        </Note>
      ) : null}
      <div className={css.week} aria-busy={agenda.view === undefined && !agenda.isOld}>
        {Array.from({ length: DAYS }, (_, n) => dayText(addDays(dayAt(first), n))).map((day) => (
          <DayColumn
            key={day}
            day={day}
            today={today}
            events={days.get(day) ?? []}
            agenda={agenda}
            onSheet={setSheet}
          />
        ))}
      </div>
      {sheet?.kind === 'open' ? (
        <Opened
          event={sheet.event}
          day={sheet.day}
          calendar={calendarOf(sheet.event, agenda.view?.calendars ?? [])}
          agenda={agenda}
          onEdit={(whole) => void edit(sheet.event, sheet.day, whole)}
          onClose={close}
        />
      ) : null}
      {sheet?.kind === 'form' ? (
        <EventForm
          key={sheet.event?.id ?? 'new'}
          event={sheet.event}
          day={sheet.day}
          calendars={agenda.view?.calendars ?? []}
          onSave={(members) => agenda.save(sheet.event, members)}
          onClose={close}
        />
      ) : null}
    </main>
  )
}
