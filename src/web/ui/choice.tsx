import { useId } from 'react'
import css from './choice.module.css'

/** A few choices side by side, one taken. Native radio buttons: their keys are those everyone knows. */
export const Choice = ({
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
  const name = useId()
  return (
    <fieldset className={css.choice}>
      <legend className={css.label}>{label}</legend>
      <div className={css.options}>
        {options.map((option) => (
          <label key={option.id} className={css.option}>
            <input
              type="radio"
              className={css.input}
              name={name}
              value={option.id}
              checked={option.id === value}
              onChange={() => onChange(option.id)}
            />
            <span className={css.name}>{option.name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
