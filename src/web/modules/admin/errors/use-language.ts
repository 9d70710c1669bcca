import { useTranslation } from 'react-i18next'
import type { Language } from './error-requests.ts'

/** The language in which meanings and guides are named. */
export const useLanguage = (): Language => (useTranslation().i18n.language === 'en' ? 'en' : 'fr')
