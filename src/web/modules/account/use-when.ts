import { useTranslation } from 'react-i18next'
import { messageDate } from '../../i18n/format.ts'

/** A moment in few words; empty when it is not known. */
export const useWhen = () => {
  const { i18n } = useTranslation()
  return (ms: number | undefined): string =>
    ms === undefined ? '' : messageDate(new Date(ms).toISOString(), i18n.language)
}
