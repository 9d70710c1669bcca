import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../../ui/button.tsx'
import type { Quote } from './compose-state.ts'
import css from './quote-block.module.css'

/** The message answered, folded; sent with the answer unless it is taken out. Shown as text: its HTML is not run here. */
export const QuoteBlock = ({
  quote,
  onEdit,
  onRemove,
}: {
  quote: Quote
  /** Makes it part of what is written. */
  onEdit: () => void
  onRemove: () => void
}) => {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  return (
    <div className={css.quote}>
      <div className={css.bar}>
        <button
          type="button"
          className={css.fold}
          aria-expanded={isOpen}
          aria-label={t('compose.quoteShow')}
          title={t('compose.quoteShow')}
          onClick={() => setOpen(!isOpen)}
        >
          <span aria-hidden="true">···</span>
        </button>
        {isOpen ? (
          <>
            <IconButton icon="write" size={15} className={css.remove} label={t('compose.quoteEdit')} onPress={onEdit} />
            <IconButton
              icon="close"
              size={14}
              className={css.remove}
              label={t('compose.removeQuote')}
              onPress={onRemove}
            />
          </>
        ) : null}
      </div>
      {isOpen ? (
        <blockquote className={css.text}>
          {quote.intro}
          {'\n\n'}
          {quote.text.slice(0, 20_000)}
        </blockquote>
      ) : null}
    </div>
  )
}
