import { useId } from 'react'
import type { Audience } from '../../../shell/preferences.ts'
import { audiences } from '../../../shell/preferences.ts'
import { Icon, type IconName } from '../../../ui/icon.tsx'
import { useWords } from '../use-words.ts'
import css from './audience-choice.module.css'

const icons: Readonly<Record<Audience, IconName>> = {
  staff: 'school',
  administrative: 'desk',
  pupil: 'person',
  parent: 'people',
}

/** Four native radio buttons: the arrows move between them, as everywhere. */
export const AudienceChoice = ({ value, onChange }: { value: Audience; onChange: (audience: Audience) => void }) => {
  const words = useWords()
  const name = useId()
  return (
    <fieldset className={css.group}>
      <legend className={css.legend}>{words('gate.who')}</legend>
      <div className={css.choices}>
        {audiences.map((audience) => (
          <label key={audience} className={css.choice}>
            <input
              type="radio"
              className={css.input}
              name={name}
              value={audience}
              checked={audience === value}
              onChange={() => onChange(audience)}
            />
            <span className={css.face}>
              <Icon name={icons[audience]} size={22} />
              <span>
                <span className={css.name}>{words(`gate.${audience}`)}</span>
                <span className={css.more}>{words(`gate.${audience}More`)}</span>
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
