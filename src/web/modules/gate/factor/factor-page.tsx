import { useTranslation } from 'react-i18next'
import css from '../gate.module.css'
import { GateLayout } from '../gate-layout.tsx'
import { GateLink } from '../gate-link.tsx'
import { passkeyOptions, proveFactor, type Step } from '../requests.ts'
import { FactorForm } from './factor-form.tsx'

/** The second proof of a sign-in. */
export const FactorPage = ({
  step,
  onStep,
  onRestart,
}: {
  step: Extract<Step, { next: 'factor' }>
  onStep: (step: Step) => Promise<boolean>
  onRestart: () => void
}) => {
  const { t } = useTranslation()
  return (
    <GateLayout title={t('factor.title')} subtitle={t('factor.subtitle')}>
      <FactorForm
        kinds={step.factors}
        preferred={step.preferred}
        cells={step.cells}
        mayRemember={step.remember}
        options={passkeyOptions}
        prove={async (proof) => {
          const answer = await proveFactor(proof)
          if (answer.kind === 'ok') await onStep(answer.value)
          // Too old or used up: nothing can be proved any more.
          else if (answer.kind === 'refused' && answer.code === 'AUTH-06') setTimeout(onRestart, 4000)
          return answer
        }}
      />
      <hr className={css.rule} />
      <div className={css.links}>
        <GateLink to="/recover?what=factor" className={css.link ?? ''}>
          {t('factor.lost')}
        </GateLink>
        <button type="button" className={css.link} onClick={onRestart}>
          {t('gate.back')}
        </button>
      </div>
    </GateLayout>
  )
}
