/** Starts i18next with the language wanted; English is a chunk of its own, fetched when chosen. */
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { brandInfo } from '../shell/brand-info.ts'
import { type Texts as FirstTexts, fr } from './fr.ts'
import { type AllTexts, loadPartsOf } from './parts.ts'
import { typesetAll } from './typeset.ts'

export type Language = 'fr' | 'en'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: FirstTexts & AllTexts }
  }
}

export const isLanguage = (value: unknown): value is Language => value === 'fr' || value === 'en'

/** English only for browsers that ask for it before French; French otherwise. */
export const preferredLanguage = (asked: readonly string[]): Language => {
  const found = asked.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage)
  return found ?? 'fr'
}

/** The name of an académie in place of the program's. */
const named = (language: Language): void => {
  if (brandInfo.name !== '') i18next.addResource(language, 'translation', 'app.name', brandInfo.name)
}

const load = async (language: Language): Promise<void> => {
  if (language === 'en' && !i18next.hasResourceBundle('en', 'translation')) {
    const { en } = await import('./en.ts')
    i18next.addResourceBundle('en', 'translation', en)
    named('en')
  }
}

/** To be awaited before the first render. */
export const startLanguage = async (language: Language): Promise<void> => {
  await i18next.use(initReactI18next).init({
    lng: 'fr',
    fallbackLng: 'fr',
    resources: { fr: { translation: typesetAll(fr) } },
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  named('fr')
  if (language !== 'fr') await setLanguage(language)
  else document.documentElement.lang = 'fr'
}

export const setLanguage = async (language: Language): Promise<void> => {
  await Promise.all([load(language), loadPartsOf(language)])
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}
