import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { problemLine, useProblemText } from '../../shell/problem-text.ts'
import type { Loaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Card, Line, Note } from '../../ui/page.tsx'

/** Holds the place while something is read, says why it could not be, shows it otherwise. */
export const Loading = <T,>({ of, children }: { of: Loaded<T>; children: (value: T) => ReactNode }) => {
  const { t } = useTranslation()
  const problemText = useProblemText()
  if (of.value !== undefined) return children(of.value)
  if (of.problem === undefined)
    return (
      <Card>
        <p aria-busy="true">{t('app.loading')}</p>
      </Card>
    )
  return (
    <Note tone="problem">
      <p>{problemLine(problemText(of.problem))}</p>
      <Line>
        <span />
        <Button onPress={() => void of.reload()}>{t('account.retry')}</Button>
      </Line>
    </Note>
  )
}
