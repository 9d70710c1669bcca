import css from './checks.module.css'

export interface CheckProps {
  label: string
  checked: boolean
  onChange: (checked: boolean) => void
}

/** One thing that is so or not. A native box: its keys are those everyone knows. */
export const Check = ({ label, checked, onChange }: CheckProps) => (
  <label className={css.check}>
    <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
    <span>{label}</span>
  </label>
)

export interface ChecksProps {
  label: string
  options: readonly { readonly id: string; readonly name: string }[]
  value: readonly string[]
  onChange: (ids: string[]) => void
}

/** Several of a list. */
export const Checks = ({ label, options, value, onChange }: ChecksProps) => (
  <fieldset className={css.set}>
    <legend>{label}</legend>
    <div className={css.options}>
      {options.map(({ id, name }) => (
        <label key={id} className={css.option}>
          <input
            type="checkbox"
            checked={value.includes(id)}
            onChange={(event) => onChange(event.target.checked ? [...value, id] : value.filter((one) => one !== id))}
          />
          {name}
        </label>
      ))}
    </div>
  </fieldset>
)
