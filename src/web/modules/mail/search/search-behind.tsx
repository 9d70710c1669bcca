/** After the number of results, while the server has not yet read everything that is searched: calmly, and only then. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../../shell/client.tsx'
import { isIncomplete } from './search-state.ts'

/** Asked again while results are incomplete; what comes in meanwhile is found by searching again. */
const EVERY_MS = 10_000

export const SearchBehind = ({ version }: { version: number }) => {
  const { t } = useTranslation()
  const client = useClient()
  const [isBehind, setBehind] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer of the search (version) asks again
  useEffect(() => {
    let isGone = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async () => {
      const behind = await isIncomplete(client)
      if (isGone) return
      setBehind(behind)
      if (behind) timer = setTimeout(ask, EVERY_MS)
    }
    void ask()
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [client, version])
  return isBehind ? <> · {t('organise.searchBehind')}</> : null
}
