/** The form of an event. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Calendar, CalendarEvent } from '#format/jmap/calendars.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import css from './agenda.module.css'
import { beginAt, draftOf, draftOn, type EventDraft, faultOf, membersOf, type Repeat } from './event-draft.ts'

const repeats: readonly Repeat[] = ['never', 'daily', 'weekly', 'monthly', 'yearly']
const reminders = ['', '0', '10', '15', '30', '60', '1440'] as const

export const EventForm = ({
  event,
  day,
  hour,
  calendars,
  onSave,
  onClose,
}: {
  /** Undefined: a new one, on `day`. */
  event: CalendarEvent | undefined
  day: string
  /** When it begins, if that was said. */
  hour: number | undefined
  calendars: readonly Calendar[]
  onSave: (members: Readonly<Record<string, unknown>>) => Promise<boolean>
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const first = calendars.find(({ isDefault }) => isDefault)?.id ?? calendars[0]?.id ?? ''
  const [draft, setDraft] = useState<EventDraft>(() => (event ? draftOf(event) : draftOn(day, first, hour)))
  const [isTold, setTold] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const change = (part: Partial<EventDraft>) => setDraft((now) => ({ ...now, ...part }))
  const fault = faultOf(draft)
  const save = async () => {
    setTold(true)
    if (fault !== undefined || isBusy) return
    setBusy(true)
    if (await onSave(membersOf(draft, event))) onClose()
    else setBusy(false)
  }
  // An event that ends before it begins is moved along.
  const startOn = (startDay: string) => change({ startDay, ...(draft.endDay < startDay ? { endDay: startDay } : {}) })
  return (
    <Dialog
      title={event ? t('agenda.editTitle', { title: event.title || t('agenda.untitled') }) : t('agenda.add')}
      isOpen
      onClose={onClose}
      closeLabel={t('agenda.close')}
      footer={
        <Button kind="primary" onPress={() => void save()} isDisabled={isBusy}>
          {t('app.save')}
        </Button>
      }
    >
      <div className={css.form}>
        <Field
          label={t('agenda.what')}
          value={draft.title}
          maxLength={250}
          autoComplete="off"
          note={isTold && fault === 'title' ? t('agenda.faultTitle') : undefined}
          isInvalid={isTold && fault === 'title'}
          onChange={(title) => change({ title })}
        />
        <label className={css.check}>
          <input type="checkbox" checked={draft.isDay} onChange={(one) => change({ isDay: one.target.checked })} />
          {t('agenda.wholeDay')}
        </label>
        <div className={css.when}>
          <Field label={t('agenda.startDay')} type="date" value={draft.startDay} onChange={startOn} />
          {draft.isDay ? null : (
            <Field
              label={t('agenda.startTime')}
              type="time"
              value={draft.startTime}
              onChange={(startTime) => setDraft((now) => beginAt(now, startTime))}
            />
          )}
          <Field
            label={t('agenda.endDay')}
            type="date"
            value={draft.endDay}
            onChange={(endDay) => change({ endDay })}
          />
          {draft.isDay ? null : (
            <Field
              label={t('agenda.endTime')}
              type="time"
              value={draft.endTime}
              onChange={(endTime) => change({ endTime })}
            />
          )}
        </div>
        {isTold && fault === 'times' ? <p role="alert">{t('agenda.faultTimes')}</p> : null}
        <Field
          label={t('agenda.where')}
          value={draft.place}
          maxLength={250}
          autoComplete="off"
          onChange={(place) => change({ place })}
        />
        {event?.recurrenceId ? null : draft.repeat === 'other' ? (
          <p className={css.soft}>{t('agenda.repeatsOther')}</p>
        ) : (
          <div className={css.when}>
            <Select
              label={t('agenda.repeat')}
              value={draft.repeat}
              options={repeats.map((id) => ({ id, name: t(`agenda.repeats.${id as Exclude<Repeat, 'other'>}`) }))}
              onChange={(repeat) => change({ repeat })}
            />
            {draft.repeat === 'never' ? null : (
              <Field
                label={t('agenda.until')}
                type="date"
                value={draft.until}
                onChange={(until) => change({ until })}
              />
            )}
          </div>
        )}
        {isTold && fault === 'until' ? <p role="alert">{t('agenda.faultUntil')}</p> : null}
        <Select
          label={t('agenda.remind')}
          value={draft.remind}
          options={[...new Set([...reminders, draft.remind])].map((id) => ({
            id,
            name:
              id === ''
                ? t('agenda.remindNot')
                : id === '0'
                  ? t('agenda.remindThen')
                  : t('agenda.remindBefore', { count: Number(id) }),
          }))}
          onChange={(remind) => change({ remind })}
        />
        {calendars.length > 1 ? (
          <Select
            label={t('agenda.calendar')}
            value={draft.calendarId}
            options={calendars}
            onChange={(calendarId) => change({ calendarId })}
          />
        ) : null}
        <TextArea label={t('agenda.note')} value={draft.note} onChange={(note) => change({ note })} />
      </div>
    </Dialog>
  )
}
