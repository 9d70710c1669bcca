/** Asks before what cannot be undone. */
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { createValue, useLive } from './value.ts'

export interface Question {
  readonly title: string
  readonly body: string
  readonly action: string
  readonly danger?: boolean
  /** The way back; default "Cancel". */
  readonly cancel?: string
}

const asked = createValue<(Question & { answer: (yes: boolean) => void }) | undefined>(undefined)

export const confirm = (question: Question): Promise<boolean> =>
  new Promise((resolve) => {
    asked.get()?.answer(false)
    asked.set({
      ...question,
      answer: (yes) => {
        asked.set(undefined)
        resolve(yes)
      },
    })
  })

export const Confirmation = () => {
  const { t } = useTranslation()
  const question = useLive(asked)
  if (question === undefined) return null
  return (
    <Dialog
      title={question.title}
      isOpen
      role="alertdialog"
      onClose={() => question.answer(false)}
      closeLabel={t('app.close')}
      footer={
        <>
          <Button onPress={() => question.answer(false)}>{question.cancel ?? t('app.cancel')}</Button>
          <Button kind={question.danger ? 'danger' : 'primary'} onPress={() => question.answer(true)} autoFocus>
            {question.action}
          </Button>
        </>
      }
    >
      <p>{question.body}</p>
    </Dialog>
  )
}
