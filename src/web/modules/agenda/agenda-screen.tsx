/** The agenda: a week or a month; an event is opened, changed, ended from there. */

import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CalendarEvent } from '#format/jmap/calendars.ts'
import { useOwnClient } from '../../shell/client.tsx'
import { toast } from '../../shell/toasts.tsx'
import { screenTitle } from '../../shell/use-title.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/page.tsx'
import css from './agenda.module.css'
import { addDays, askEvent, dayAt, dayText } from './agenda-data.ts'
import { AgendaHead } from './agenda-head.tsx'
import { type AgendaKind, ownDay, windowOf } from './agenda-window.ts'
import { EventForm } from './event-form.tsx'
import { byDay, calendarOf, shownOf } from './event-times.ts'
import { Month } from './month.tsx'
import { OpenedEvent } from './opened-event.tsx'
import type { Sheet } from './shown-days.ts'
import { useAgenda } from './use-agenda.ts'
import { Week } from './week.tsx'

export const AgendaScreen = () => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const client = useOwnClient()
  const { day: asked, view: kind = 'week' } = useSearch({ from: '/agenda' })
  const today = dayText(new Date())
  const window = useMemo(() => windowOf(kind, asked ?? today), [kind, asked, today])
  const agenda = useAgenda(window.days[0]!, dayText(addDays(dayAt(window.days.at(-1)!), 1)), kind)
  const [sheet, setSheet] = useState<Sheet>()
  const events = useMemo(() => byDay(shownOf(agenda.view)), [agenda.view])
  const top = useRef<HTMLElement>(null)
  useEffect(() => {
    screenTitle.set(t('agenda.title'))
    return () => screenTitle.set('')
  }, [t])
  const close = () => setSheet(undefined)
  const go = (day: string, view: AgendaKind) =>
    void navigate({ to: '/agenda', search: view === 'month' ? { day, view } : { day } })
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
      <AgendaHead
        kind={kind}
        window={window}
        agenda={agenda}
        onGo={go}
        onAdd={() => setSheet({ kind: 'form', event: undefined, day: ownDay(window, today) })}
      />
      {agenda.isOld ? (
        <Note tone={agenda.view ? 'mark' : 'problem'}>
          <p>{agenda.view ? t('agenda.old') : t('agenda.failed')}</p>
          <Button onPress={agenda.retry}>{t('agenda.retry')}</Button>
        </Note>
      ) : null}
      {kind === 'month' ? (
        <Month window={window} today={today} events={events} agenda={agenda} onSheet={setSheet} />
      ) : (
        <Week days={window.days} today={today} events={events} agenda={agenda} onSheet={setSheet} />
      )}
      {sheet?.kind === 'open' ? (
        <OpenedEvent
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
          hour={sheet.hour}
          calendars={agenda.view?.calendars ?? []}
          onSave={(members) => agenda.save(sheet.event, members)}
          onClose={close}
        />
      ) : null}
    </main>
  )
}
