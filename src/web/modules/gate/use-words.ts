/** The words of the gate: in plain language when the person asked for it and the sentence has such a form. */
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { texts } from '../../i18n/parts/gate.fr.ts'
import { preferences } from '../../shell/preferences.ts'
import { useLive } from '../../shell/value.ts'

type GateKey = `gate.${keyof (typeof texts)['gate']}`

export type Words = (key: GateKey, values?: Record<string, string | number>) => string

export const useWords = (): Words => {
  const { t, i18n } = useTranslation()
  const { easy } = useLive(preferences)
  return useCallback<Words>(
    (key, values) => {
      const simple = `easy.${key.slice('gate.'.length)}`
      // Both families of keys are checked against each other by i18n/texts.test.ts.
      const chosen = easy && i18n.exists(simple) ? (simple as 'easy.title') : (key as 'gate.title')
      return t(chosen, values ?? {})
    },
    [t, i18n, easy],
  )
}
