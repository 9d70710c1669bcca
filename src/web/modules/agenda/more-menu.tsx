/** What is done with a whole calendar: a file brought in, or taken along. */
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useRef, useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../ui/icon.tsx'
import { Menu } from '../../ui/menu.tsx'
import css from './agenda.module.css'
import type { Agenda } from './use-agenda.ts'
import { useCalendarFile } from './use-calendar-file.ts'

/** The browser takes the file. */
const takeAlong = (calendarId: string): void => {
  const link = document.createElement('a')
  link.href = `/auth/calendar/export?calendar=${encodeURIComponent(calendarId)}`
  link.download = ''
  link.click()
}

const CalendarsDialog = lazy(() =>
  import('./calendars-dialog.tsx').then((module) => ({ default: module.CalendarsDialog })),
)

export const MoreMenu = ({ agenda }: { agenda: Agenda }) => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const bring = useCalendarFile(agenda.again)
  const input = useRef<HTMLInputElement>(null)
  const calendars = agenda.view?.calendars ?? []
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".ics,.ical,text/calendar"
        hidden
        aria-label={t('agenda.import')}
        onChange={(event) => {
          const chosen = event.target.files?.[0]
          event.target.value = ''
          void chosen?.text().then(bring)
        }}
      />
      <Menu
        label={t('agenda.more')}
        trigger={
          <AriaButton className={css.moreButton ?? ''} aria-label={t('agenda.more')}>
            <Icon name="more" size={20} />
          </AriaButton>
        }
        entries={[
          {
            id: 'calendars',
            label: t('agenda.calendars.title'),
            icon: 'settings',
            disabled: agenda.isOffline || agenda.view === undefined,
            onAction: () => setOpen(true),
          },
          {
            id: 'import',
            label: t('agenda.import'),
            icon: 'attach',
            disabled: agenda.isOffline,
            onAction: () => input.current?.click(),
          },
          ...calendars.map(({ id, name }) => ({
            id,
            label: t('agenda.export', { name }),
            icon: 'download' as const,
            disabled: agenda.isOffline,
            onAction: () => takeAlong(id),
          })),
          {
            id: 'phones',
            label: t('agenda.phones'),
            icon: 'phone',
            apart: true,
            onAction: () => void navigate({ to: '/settings', hash: 'connect' }),
          },
        ]}
      />
      <Suspense>{isOpen ? <CalendarsDialog agenda={agenda} onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  )
}
