/** A new password, with its strength as one types, and a phrase made on request for whoever lacks an idea. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import css from './new-password-field.module.css'
import { type Judgement, judge, type Owner, type Population, suggestPhrase } from './password-judge.ts'

export interface NewPasswordFieldProps {
  label: string
  value: string
  onChange: (value: string) => void
  population?: Population
  owner?: Owner
}

const useJudgement = (value: string, population: Population, owner: Owner): Judgement | undefined => {
  const { i18n } = useTranslation()
  const language = i18n.language === 'en' ? 'en' : 'fr'
  const [judgement, setJudgement] = useState<Judgement>()
  const key = JSON.stringify(owner)
  useEffect(() => {
    let isWanted = true
    if (value === '') setJudgement(undefined)
    else
      void judge(value, population, JSON.parse(key) as Owner, language).then((found) => {
        if (isWanted) setJudgement(found)
      })
    return () => {
      isWanted = false
    }
  }, [value, population, key, language])
  return judgement
}

export const NewPasswordField = ({
  label,
  value,
  onChange,
  population = 'staff',
  owner = {},
}: NewPasswordFieldProps) => {
  const { t } = useTranslation()
  const [isVisible, setVisible] = useState(false)
  const judgement = useJudgement(value, population, owner)
  return (
    <div>
      <Field
        label={label}
        type={isVisible ? 'text' : 'password'}
        autoComplete="new-password"
        value={value}
        onChange={onChange}
        maxLength={256}
        trailing={
          <IconButton
            icon={isVisible ? 'eyeOff' : 'eye'}
            label={isVisible ? t('gate.hide') : t('gate.show')}
            onPress={() => setVisible(!isVisible)}
          />
        }
      />
      <div className={css.meter} data-level={judgement?.score ?? 'none'} aria-hidden="true">
        <span />
        <span />
        <span />
        <span />
      </div>
      <p className={css.words} aria-live="polite">
        {judgement === undefined ? (
          t('change.hint')
        ) : (
          <>
            <strong>{t('strength.is', { word: judgement.word })}</strong>{' '}
            {judgement.isEnough ? t('strength.enough', { time: judgement.time }) : judgement.advice}
          </>
        )}
      </p>
      <button
        type="button"
        className={css.suggest}
        onClick={() =>
          void suggestPhrase().then((phrase) => {
            onChange(phrase)
            setVisible(true)
          })
        }
      >
        {t('strength.suggest')}
      </button>
    </div>
  )
}
