/** When a conversation comes back: a few moments, or a date and time. */

import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { clockTime, weekDay } from '../../../i18n/format.ts'
import { useLive } from '../../../shell/value.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { toLocal } from '../../../ui/local-time.ts'
import { snooze, snoozeRequest } from '../act/act.ts'
import { useActs } from '../act/use-acts.ts'
import { momentsFrom } from './moments.ts'
import css from './organise.module.css'

export const SnoozeDialog = () => {
  const { t, i18n } = useTranslation()
  const acts = useActs()
  const which = useLive(snoozeRequest)
  const [now] = useState(() => new Date())
  const [picked, setPicked] = useState(() => toLocal((momentsFrom(now).at(-1)?.when ?? now).getTime()))
  if (which === undefined) return null
  const close = () => snoozeRequest.set(undefined)
  const hour = (when: Date) => clockTime(when.getTime(), i18n.language)
  const said = (when: Date) => `${weekDay(when.getTime(), i18n.language)}, ${hour(when)}`
  const choose = (when: Date) => {
    close()
    snooze(acts, which, when, t('organise.snoozed', { when: said(when) }))
  }
  const own = new Date(picked)
  const isPast = Number.isNaN(own.getTime()) || own.getTime() <= Date.now()
  return (
    <Dialog title={t('organise.snoozeTitle')} isOpen onClose={close} closeLabel={t('app.close')}>
      <div className={css.stack}>
        <p className={css.note}>{t('organise.snoozeIntro')}</p>
        <div className={css.list}>
          {momentsFrom(now).map(({ name, when }) => (
            <button key={name} type="button" className={css.preset} onClick={() => choose(when)}>
              <span>{t(`organise.${name}`)}</span>
              <span className={css.when}>{when.toDateString() === now.toDateString() ? hour(when) : said(when)}</span>
            </button>
          ))}
        </div>
        <form
          className={css.row}
          onSubmit={(event) => {
            event.preventDefault()
            if (!isPast) choose(own)
          }}
        >
          <label className={css.field}>
            {t('organise.pick')}
            <input
              type="datetime-local"
              value={picked}
              min={toLocal(now.getTime())}
              onChange={(event) => setPicked(event.target.value)}
            />
          </label>
          <Button type="submit" isDisabled={isPast}>
            {t('organise.pickDo')}
          </Button>
        </form>
        <p className={css.note} role="status">
          {isPast ? t('organise.past') : ''}
        </p>
      </div>
    </Dialog>
  )
}
