/** "Which account do I have?": a few questions, one at a time, that end at the right form. */
import { useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { useTranslation } from 'react-i18next'
import { go } from '../../../shell/gate-place.ts'
import type { Audience } from '../../../shell/preferences.ts'
import { Button } from '../../../ui/button.tsx'
import { Icon } from '../../../ui/icon.tsx'
import css from '../gate.module.css'
import { GateLayout } from '../gate-layout.tsx'
import { firstQuestion, questions, resultOf } from './which-account.data.ts'

export const WhichAccount = ({
  onAudience,
  onClose,
}: {
  onAudience: (audience: Audience) => void
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const [way, setWay] = useState<readonly string[]>([firstQuestion])
  const here = way.at(-1) ?? firstQuestion
  const result = resultOf(here)
  const question = questions[here]
  return (
    <GateLayout title={t('which.title')} subtitle={t('which.intro')}>
      <div className={css.stack} aria-live="polite">
        {result !== undefined ? (
          <div className={css.box}>
            <h2 className={css.boxTitle}>{t('which.result')}</h2>
            <p>{t(`which.${result.text}`)}</p>
          </div>
        ) : question === undefined ? null : (
          <>
            <h2 className={css.boxTitle}>{t(`which.${question.ask}`)}</h2>
            {question.answers.map((answer) => (
              <AriaButton
                key={answer.to + answer.text}
                className={css.pick ?? ''}
                onPress={() => setWay([...way, answer.to])}
              >
                <span className={css.pickText}>{t(`which.${answer.text}`)}</span>
                <Icon name="next" />
              </AriaButton>
            ))}
          </>
        )}
      </div>
      <div className={css.actions}>
        {result === undefined ? null : (
          <Button
            kind="primary"
            onPress={() => {
              if (result.page !== undefined) go(result.page)
              else if (result.audience !== undefined) onAudience(result.audience)
            }}
          >
            {t('which.use')}
          </Button>
        )}
        {way.length > 1 ? <Button onPress={() => setWay(way.slice(0, -1))}>{t('which.previous')}</Button> : null}
        <Button onPress={onClose}>{t('gate.back')}</Button>
      </div>
    </GateLayout>
  )
}
