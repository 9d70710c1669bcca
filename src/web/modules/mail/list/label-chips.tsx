import { useTexts } from '../../../i18n/use-texts.ts'
import { chipStyle } from '../organise/label-colour.ts'
import { useShownLabels } from '../organise/shown-labels.ts'
import css from './label-chips.module.css'

const MAX = 3

/** The labels among these keywords. */
export const LabelChips = ({ keywords, max = MAX }: { keywords: ReadonlySet<string>; max?: number }) => {
  const { t } = useTexts()
  const mine = useShownLabels().filter(({ keyword }) => keywords.has(keyword))
  if (mine.length === 0) return null
  return (
    <span
      className={css.chips}
      data-later=""
      role="img"
      aria-label={t('list.labels', { names: mine.map(({ name }) => name).join(', ') })}
    >
      {mine.slice(0, max).map(({ id, name, colour }) => (
        <span key={id} className={css.chip} style={chipStyle(colour)} aria-hidden="true">
          {name}
        </span>
      ))}
    </span>
  )
}
