import { type ReactNode, useId } from 'react'
import css from './text-area.module.css'

export interface TextAreaProps {
  label: string
  value: string
  onChange: (value: string) => void
  maxLength?: number
  rows?: number
  /** A remark under the field. */
  note?: ReactNode
  /** Addresses, metadata: letters of one width, and nothing for a dictionary. */
  isCode?: boolean
  placeholder?: string
  /** What else fills the field: a file. */
  children?: ReactNode
}

/** Several lines of text with their label above and a remark below. Native, so that every device has its own good one. */
export const TextArea = ({ label, value, onChange, note, isCode = false, children, ...rest }: TextAreaProps) => {
  const id = useId()
  return (
    <div className={css.area}>
      <label htmlFor={id}>{label}</label>
      <textarea
        rows={5}
        maxLength={20_000}
        {...rest}
        id={id}
        className={isCode ? css.code : undefined}
        value={value}
        spellCheck={!isCode}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        onChange={(event) => onChange(event.target.value)}
      />
      {note === undefined ? null : (
        <div className={css.note} id={`${id}-note`}>
          {note}
        </div>
      )}
      {children}
    </div>
  )
}
