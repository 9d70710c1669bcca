/** Hours and days on which nobody is disturbed: of one person, or of a profile. */
import { useTranslation } from 'react-i18next'
import { list, numberOr, record } from '../../shell/request.ts'
import { Check, Checks } from '../../ui/checks.tsx'
import { Field } from '../../ui/field.tsx'
import css from './notices.module.css'

export interface Quiet {
  /** Minutes since midnight. */
  readonly from: number
  readonly to: number
  readonly days: readonly number[]
  readonly publicHolidays: boolean
  readonly schoolHolidays: boolean
}

export const readQuiet = (value: unknown): Quiet => {
  const quiet = record(value)
  return {
    from: numberOr(quiet.from, 0),
    to: numberOr(quiet.to, 0),
    days: list(quiet.days).map(Number),
    publicHolidays: quiet.publicHolidays === true,
    schoolHolidays: quiet.schoolHolidays === true,
  }
}

export const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
export const minutesOf = (value: string): number => {
  const [hour = '0', minute = '0'] = value.split(':')
  return Number(hour) * 60 + Number(minute)
}

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const

export const QuietFields = ({ quiet, onChange }: { quiet: Quiet; onChange: (quiet: Quiet) => void }) => {
  const { t } = useTranslation()
  const set = (more: Partial<Quiet>) => onChange({ ...quiet, ...more })
  return (
    <>
      <div className={css.pair}>
        <Field
          label={t('notices.quietFrom')}
          type="time"
          value={clock(quiet.from)}
          onChange={(value) => set({ from: minutesOf(value) })}
        />
        <Field
          label={t('notices.quietTo')}
          type="time"
          value={clock(quiet.to)}
          onChange={(value) => set({ to: minutesOf(value) })}
        />
      </div>
      <Checks
        label={t('notices.quietDays')}
        options={weekdays.map((name, i) => ({ id: String(i + 1), name: t(`notices.day.${name}`) }))}
        value={quiet.days.map(String)}
        onChange={(days) => set({ days: days.map(Number) })}
      />
      <div className={css.options}>
        <Check
          label={t('notices.publicHolidays')}
          checked={quiet.publicHolidays}
          onChange={(publicHolidays) => set({ publicHolidays })}
        />
        <Check
          label={t('notices.schoolHolidays')}
          checked={quiet.schoolHolidays}
          onChange={(schoolHolidays) => set({ schoolHolidays })}
        />
      </div>
    </>
  )
}
