import { useId } from 'react'
import css from './select.module.css'

/** A native list of choices: every device has its own good one. */
export const Select = <T extends string>({
  label,
  hideLabel,
  value,
  options,
  onChange,
}: {
  label: string
  /** The label is read aloud only, where what stands around it says it already. */
  hideLabel?: boolean
  value: T
  options: readonly { readonly id: T; readonly name: string }[]
  onChange: (id: T) => void
}) => {
  const id = useId()
  return (
    <div className={css.select}>
      <label className={hideLabel ? css.hidden : css.label} htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        className={css.native}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.id === event.target.value)
          if (chosen) onChange(chosen.id)
        }}
      >
        {options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.name}
          </option>
        ))}
      </select>
    </div>
  )
}
