import { type ReactNode, useId } from 'react'
import css from './notices.module.css'

/** A text of several lines with its label above. */
export const TextArea = ({
  label,
  value,
  onChange,
  maxLength,
  note,
  rows = 8,
}: {
  label: string
  value: string
  onChange: (value: string) => void
  maxLength: number
  note?: ReactNode
  rows?: number
}) => {
  const id = useId()
  return (
    <div className={css.area}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={rows}
        value={value}
        maxLength={maxLength}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        onChange={(event) => onChange(event.target.value)}
      />
      {note === undefined ? null : (
        <p className={css.soft} id={`${id}-note`}>
          {note}
        </p>
      )}
    </div>
  )
}

export interface Option {
  readonly id: string
  readonly name: string
}

/** Several of a few. Native boxes: their keys are those everyone knows. */
export const Checks = ({
  label,
  options,
  chosen,
  onChange,
}: {
  label: string
  options: readonly Option[]
  chosen: readonly string[]
  onChange: (ids: string[]) => void
}) => (
  <fieldset className={css.checks}>
    <legend>{label}</legend>
    <div className={css.options}>
      {options.map(({ id, name }) => (
        <label key={id} className={css.option}>
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={(event) => onChange(event.target.checked ? [...chosen, id] : chosen.filter((one) => one !== id))}
          />
          {name}
        </label>
      ))}
    </div>
  </fieldset>
)

/** One thing that is so or not. */
export const Check = ({
  label,
  checked,
  onChange,
}: {
  label: string
  checked: boolean
  onChange: (checked: boolean) => void
}) => (
  <label className={css.option}>
    <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
    {label}
  </label>
)

const two = (n: number): string => String(n).padStart(2, '0')

/** Milliseconds as the value of a field of type `datetime-local`, in the browser's own time; and back. */
export const toLocal = (at: number | null | undefined): string => {
  if (at === null || at === undefined) return ''
  const d = new Date(at)
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}`
}
export const fromLocal = (value: string): number | null => {
  const at = value === '' ? Number.NaN : new Date(value).getTime()
  return Number.isNaN(at) ? null : at
}
