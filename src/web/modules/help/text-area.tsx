import { useId } from 'react'
import css from './help.module.css'

/** Several lines of text with their label above. */
export const TextArea = ({
  label,
  value,
  onChange,
  maxLength = 20_000,
}: {
  label: string
  value: string
  onChange: (value: string) => void
  maxLength?: number
}) => {
  const id = useId()
  return (
    <div className={css.area}>
      <label htmlFor={id}>{label}</label>
      <textarea id={id} value={value} maxLength={maxLength} onChange={(event) => onChange(event.target.value)} />
    </div>
  )
}

/** A file to go with what is written. */
export const FileField = ({ label, onChange }: { label: string; onChange: (file: File | undefined) => void }) => {
  const id = useId()
  return (
    <div className={`${css.area} ${css.file}`}>
      <label htmlFor={id}>{label}</label>
      <input id={id} type="file" onChange={(event) => onChange(event.target.files?.[0])} />
    </div>
  )
}
