/** Does something on the server and tells what came of it: a notice when it worked, a sentence and a code when not. */
import { useCallback, useState } from 'react'
import { problemLine, useProblemText } from './problem-text.ts'
import type { Answer } from './request.ts'
import { toast } from './toasts.tsx'

export interface Act {
  readonly isBusy: boolean
  /** Resolves with the value, or undefined when refused (which has been told). */
  run<T>(work: () => Promise<Answer<T>>, done?: string): Promise<{ value: T } | undefined>
}

export const useAct = (): Act => {
  const [isBusy, setBusy] = useState(false)
  const problemText = useProblemText()
  const run = useCallback<Act['run']>(
    async (work, done) => {
      setBusy(true)
      const answer = await work()
      setBusy(false)
      if (answer.kind !== 'ok') {
        toast(problemLine(problemText(answer)), { tone: 'problem', ms: 9000 })
        return
      }
      if (done !== undefined) toast(done)
      return { value: answer.value }
    },
    [problemText],
  )
  return { isBusy, run }
}
