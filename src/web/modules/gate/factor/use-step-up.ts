import { useEffect, useState } from 'react'
import type { Problem } from '../../../shell/request.ts'
import { type StepUpWays, stepUpWays } from '../requests.ts'

/** How this person may prove again who they are. */
export const useStepUpWays = (): { ways: StepUpWays | undefined; problem: Problem | undefined } => {
  const [ways, setWays] = useState<StepUpWays>()
  const [problem, setProblem] = useState<Problem>()
  useEffect(() => {
    void stepUpWays().then((answer) => {
      if (answer.kind === 'ok') setWays(answer.value)
      else setProblem(answer)
    })
  }, [])
  return { ways, problem }
}
