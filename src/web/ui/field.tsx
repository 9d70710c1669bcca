import type { ReactNode, Ref } from 'react'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { Text } from 'react-aria-components/Text'
import { TextField, type TextFieldProps } from 'react-aria-components/TextField'
import { classes } from './classes.ts'
import css from './field.module.css'

export interface FieldProps extends Omit<TextFieldProps, 'children' | 'className'> {
  label: string
  /** A remark under the field (a stray space, Caps Lock); announced politely. */
  note?: ReactNode
  /** What helps to fill it, while there is nothing to remark. */
  hint?: ReactNode
  /** A control inside the field, at its end. */
  trailing?: ReactNode
  inputRef?: Ref<HTMLInputElement>
  placeholder?: string
  /** `none` where a capital would be wrong. */
  autoCapitalize?: 'none'
}

/** One line of text with its label above and a remark below. */
export const Field = ({ label, note, hint, trailing, inputRef, placeholder, autoCapitalize, ...rest }: FieldProps) => (
  <TextField {...rest} className={classes(css.field)}>
    <Label className={css.label}>{label}</Label>
    <div className={css.box}>
      <Input
        ref={inputRef}
        className={classes(css.input)}
        {...(placeholder === undefined ? {} : { placeholder })}
        {...(autoCapitalize === undefined ? {} : { autoCapitalize })}
      />
      {trailing}
    </div>
    <Text slot="description" className={classes(css.note, note ? css.remark : undefined)} aria-live="polite">
      {note || hint}
    </Text>
  </TextField>
)
