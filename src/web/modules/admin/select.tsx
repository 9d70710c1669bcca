import { useId } from 'react'
import css from './admin.module.css'

/** A native list of choices: every device has its own good one. */
export const Select = ({
  label,
  value,
  options,
  onChange,
}: {
  label: string
  value: string
  options: readonly { readonly id: string; readonly name: string }[]
  onChange: (id: string) => void
}) => {
  const id = useId()
  return (
    <div className={css.select}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.name}
          </option>
        ))}
      </select>
    </div>
  )
}
