import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { type LabelColour, labelColours } from '#format/jmap/organising.ts'
import { colourOf } from './label-colour.ts'
import css from './organise.module.css'

/** One of the colours, by pointer or arrow keys; `none` adds the choice of no colour. */
export const Palette = ({
  value,
  onChange,
  none = false,
}: {
  value: LabelColour | undefined
  onChange: (colour: LabelColour | undefined) => void
  none?: boolean
}) => {
  const { t } = useTranslation()
  const name = useId()
  const all: readonly (LabelColour | undefined)[] = none ? [undefined, ...labelColours] : labelColours
  return (
    <fieldset className={css.palette}>
      <legend>{t('organise.colour')}</legend>
      {all.map((colour) => {
        const label = colour === undefined ? t('organise.noColour') : t(`organise.colours.${colour}`)
        return (
          <label key={colour ?? 'none'} className={css.swatch} title={label}>
            <input
              type="radio"
              name={name}
              aria-label={label}
              checked={value === colour}
              onChange={() => onChange(colour)}
            />
            <span style={colour === undefined ? undefined : { background: colourOf(colour) }} />
          </label>
        )
      })}
    </fieldset>
  )
}
