/**
 * Sensitive acts ask again who one is. A request refused for that reason (AUTH-12) opens a dialog; once proved, the
 * same request is sent again, so that no screen has to think of it.
 */
import { Suspense } from 'react'
import { lazyScreen } from '../i18n/parts.ts'
import { type Answer, ask, type Body } from './request.ts'
import { createValue, useLive } from './value.ts'

const asked = createValue<{ readonly answer: (proved: boolean) => void } | undefined>(undefined)

const STEP_UP = 'AUTH-12'

/** Opens the dialog; resolves true once the person has proved who they are, false when they gave up. */
export const stepUp = (): Promise<boolean> =>
  new Promise((resolve) => {
    asked.get()?.answer(false)
    asked.set({
      answer: (proved) => {
        asked.set(undefined)
        resolve(proved)
      },
    })
  })

/** As `ask`, proving again who one is when the server wants it. */
export const askSurely = async <T,>(url: string, body: unknown, read: (answer: Body) => T): Promise<Answer<T>> => {
  const first = await ask(url, body, read)
  if (first.kind !== 'refused' || first.code !== STEP_UP) return first
  return (await stepUp()) ? ask(url, body, read) : first
}

const StepUpDialog = lazyScreen<{ onEnd: (proved: boolean) => void }>(['gate', 'codes'], () =>
  import('../modules/gate/factor/step-up-dialog.tsx').then((module) => module.StepUpDialog),
)

export const StepUpHost = () => {
  const now = useLive(asked)
  return now === undefined ? null : (
    <Suspense>
      <StepUpDialog onEnd={now.answer} />
    </Suspense>
  )
}
