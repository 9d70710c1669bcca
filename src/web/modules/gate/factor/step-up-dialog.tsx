import { useTranslation } from 'react-i18next'
import { session } from '../../../shell/session.ts'
import { useLive } from '../../../shell/value.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import css from '../gate.module.css'
import { ProblemBox } from '../problem-box.tsx'
import { proveAgain, stepUpOptions } from '../requests.ts'
import { FactorForm } from './factor-form.tsx'
import { useStepUpWays } from './use-step-up.ts'

/** Asks again who one is, before something sensitive. */
export const StepUpDialog = ({ onEnd }: { onEnd: (proved: boolean) => void }) => {
  const { t } = useTranslation()
  const who = useLive(session)
  const { ways, problem } = useStepUpWays()
  return (
    <Dialog title={t('factor.stepUpTitle')} isOpen onClose={() => onEnd(false)} closeLabel={t('app.close')}>
      <div className={css.stack}>
        <p>{t('factor.stepUp')}</p>
        {problem === undefined ? null : <ProblemBox problem={problem} />}
        {ways === undefined ? (
          <p aria-busy="true">{problem === undefined ? t('gate.working') : ''}</p>
        ) : (
          <FactorForm
            kinds={ways.kinds}
            cells={ways.cells}
            login={who?.login ?? ''}
            options={stepUpOptions}
            prove={async (proof) => {
              const answer = await proveAgain(proof)
              if (answer.kind === 'ok') onEnd(true)
              return answer
            }}
          />
        )}
      </div>
    </Dialog>
  )
}
