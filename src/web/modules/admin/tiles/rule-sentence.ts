/** Rules as an administrator reads them. */
import { useTranslation } from 'react-i18next'
import { useWords } from '../../portal/tile-card.tsx'
import type { RuleWords } from './tile-requests.ts'

/** `Proposé à : … Sauf : …` */
export const useRuleSentence = () => {
  const { t } = useTranslation()
  const say = useWords()
  return ({ include, exclude }: RuleWords): string => {
    const shown = include.length === 0 ? t('tiles.everybody') : include.map(say).join(t('tiles.or'))
    const hidden = exclude.length === 0 ? '' : t('tiles.except', { rules: exclude.map(say).join(t('tiles.or')) })
    return [t('tiles.shownTo', { rules: shown }), hidden].filter((part) => part !== '').join(' ')
  }
}
