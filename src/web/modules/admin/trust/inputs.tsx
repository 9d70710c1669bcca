/** Inputs of the declarations: several lines, sets of boxes, one box. Native, so that every device has its own good one. */
import { type ReactNode, useId } from 'react'
import css from './trust.module.css'

export const Area = ({
  label,
  value,
  onChange,
  hint,
  children,
}: {
  label: string
  value: string
  onChange: (value: string) => void
  hint?: string
  children?: ReactNode
}) => {
  const id = useId()
  return (
    <div className={css.area}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        value={value}
        spellCheck={false}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.target.value)}
      />
      {hint === undefined ? null : (
        <p className={css.hint} id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children}
    </div>
  )
}

export const Check = ({
  label,
  checked,
  onChange,
}: {
  label: string
  checked: boolean
  onChange: (checked: boolean) => void
}) => (
  <label className={css.check}>
    <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
    <span>{label}</span>
  </label>
)

/** Several of a list. */
export const Checks = ({
  label,
  options,
  value,
  onChange,
}: {
  label: string
  options: readonly { readonly id: string; readonly name: string }[]
  value: readonly string[]
  onChange: (value: readonly string[]) => void
}) => (
  <fieldset className={css.set}>
    <legend>{label}</legend>
    <div className={css.checks}>
      {options.map(({ id, name }) => (
        <Check
          key={id}
          label={name}
          checked={value.includes(id)}
          onChange={(checked) => onChange(checked ? [...value, id] : value.filter((one) => one !== id))}
        />
      ))}
    </div>
  </fieldset>
)
