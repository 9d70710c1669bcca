/** Starts i18next with the language wanted; English is a chunk of its own, fetched when chosen. */
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { fr, type Texts } from './fr.ts'

export const languages = ['fr', 'en'] as const
export type Language = (typeof languages)[number]

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: Texts }
  }
}

export const isLanguage = (value: unknown): value is Language => value === 'fr' || value === 'en'

/** English only for browsers that ask for it before French; French otherwise. */
export const preferredLanguage = (asked: readonly string[]): Language => {
  const found = asked.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage)
  return found ?? 'fr'
}

/** French typography: the space before a double sign and inside guillemets never breaks a line. */
export const typeset = (text: string): string =>
  text
    .replace(/ (?=[;:!?»])/g, '\u00a0')
    .replace(/« /g, '«\u00a0')
    .replace(/ (?=%)/g, '\u202f')

const typesetAll = <T extends object>(texts: T): T =>
  Object.fromEntries(
    Object.entries(texts).map(([key, value]) => [
      key,
      typeof value === 'string' ? typeset(value) : typesetAll(value as object),
    ]),
  ) as T

const load = async (language: Language): Promise<void> => {
  if (language === 'en' && !i18next.hasResourceBundle('en', 'translation')) {
    const { en } = await import('./en.ts')
    i18next.addResourceBundle('en', 'translation', en)
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
  if (language !== 'fr') await setLanguage(language)
  else document.documentElement.lang = 'fr'
}

export const setLanguage = async (language: Language): Promise<void> => {
  await load(language)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}
