import { useTranslation } from 'react-i18next'
import { GateLayout } from '../gate-layout.tsx'
import { ProblemBox } from '../problem-box.tsx'
import { proveAgain, stepUpOptions } from '../requests.ts'
import { FactorForm } from './factor-form.tsx'
import { useStepUpWays } from './use-step-up.ts'

/** A service asks for a stronger proof than the session's. `strong`: one that cannot be phished. */
export const StepUpPage = ({ onDone, strong }: { onDone: () => Promise<void>; strong: boolean }) => {
  const { t } = useTranslation()
  const { ways, problem } = useStepUpWays()
  const kinds = (ways?.kinds ?? []).filter((kind) => kind !== 'password' && (!strong || kind === 'passkey'))
  return (
    <GateLayout title={t('factor.title')} subtitle={t('factor.subtitle')}>
      {problem === undefined ? null : <ProblemBox problem={problem} />}
      {ways !== undefined && kinds.length === 0 ? (
        <ProblemBox
          problem={{ kind: 'refused', code: 'AUTH-13', message: '', status: 403, retryAfter: undefined, details: {} }}
        />
      ) : null}
      {ways === undefined ? null : (
        <FactorForm
          kinds={kinds}
          cells={ways.cells}
          options={stepUpOptions}
          prove={async (proof) => {
            const answer = await proveAgain(proof)
            if (answer.kind === 'ok') await onDone()
            return answer
          }}
        />
      )}
    </GateLayout>
  )
}
