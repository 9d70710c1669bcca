/** What becomes of a notice, in words. */
import { useTranslation } from 'react-i18next'

const known = [
  'draft',
  'scheduled',
  'publishing',
  'published',
  'correcting',
  'reminding',
  'withdrawing',
  'withdrawn',
  'expiring',
  'expired',
] as const

export const useStatus = () => {
  const { t } = useTranslation()
  return (status: string): string => {
    const one = known.find((name) => name === status)
    return one === undefined ? status : t(`notices.status.${one}`)
  }
}
