import { useId } from 'react'
import css from './help.module.css'

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
