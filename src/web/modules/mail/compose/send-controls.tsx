/** Send now, or later: tomorrow, Monday, or when one says. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { weekDay } from '../../../i18n/format.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { toLocal } from '../../../ui/local-time.ts'
import { Menu } from '../../../ui/menu.tsx'
import { MAX_HOLD_MS, readSchedule, scheduleChoices } from './schedule-times.ts'
import css from './send-controls.module.css'

/** Asks for a date and an hour. `start`: what is proposed. */
export const LaterDialog = ({
  start,
  onChoose,
  onClose,
}: {
  start: number
  onChoose: (until: number) => void
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const [text, setText] = useState(toLocal(start))
  const [tried, setTried] = useState(false)
  const now = Date.now()
  const read = readSchedule(text, now)
  const problem = typeof read === 'number' ? undefined : read === 'far' ? t('compose.laterFar') : t('compose.laterPast')
  return (
    <Dialog
      title={t('compose.laterTitle')}
      isOpen
      onClose={onClose}
      closeLabel={t('app.close')}
      footer={
        <>
          <Button onPress={onClose}>{t('app.cancel')}</Button>
          <Button
            kind="primary"
            icon="clock"
            onPress={() => {
              setTried(true)
              const at = readSchedule(text, Date.now())
              if (typeof at === 'number') onChoose(at)
            }}
          >
            {t('compose.laterSend')}
          </Button>
        </>
      }
    >
      <label className={css.when}>
        <span className={css.label}>{t('compose.laterWhen')}</span>
        <input
          className={css.input}
          type="datetime-local"
          value={text}
          min={toLocal(now)}
          max={toLocal(now + MAX_HOLD_MS)}
          aria-invalid={tried && problem !== undefined}
          aria-describedby="later-help"
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <p id="later-help" className={css.help} aria-live="polite">
        {tried && problem !== undefined ? problem : t('compose.laterHelp')}
      </p>
    </Dialog>
  )
}

export const SendControls = ({ onSend }: { onSend: (until?: number) => void }) => {
  const { t, i18n } = useTranslation()
  const [choosing, setChoosing] = useState(false)
  const choices = scheduleChoices(Date.now())
  const names = { tomorrow: t('compose.tomorrow'), monday: t('compose.monday') }
  return (
    <span className={css.controls}>
      <Button kind="primary" icon="sent" className={css.send} onPress={() => onSend()}>
        {t('compose.send')}
      </Button>
      <Menu
        label={t('compose.later')}
        trigger={<IconButton icon="clock" label={t('compose.later')} />}
        entries={[
          ...choices.map(({ id, at }) => ({
            id,
            label: `${names[id]} · ${weekDay(at, i18n.language)}`,
            icon: 'clock' as const,
            onAction: () => onSend(at),
          })),
          {
            id: 'other',
            label: t('compose.otherDate'),
            icon: 'calendar',
            apart: true,
            onAction: () => setChoosing(true),
          },
        ]}
      />
      {choosing ? (
        <LaterDialog
          start={choices[0]?.at ?? Date.now()}
          onClose={() => setChoosing(false)}
          onChoose={(until) => {
            setChoosing(false)
            onSend(until)
          }}
        />
      ) : null}
    </span>
  )
}
