/**
 * The page's words for what is made anew with every message and row. It gives what `useTranslation` gives of them, and does
 * not copy the whole of i18next for each component that asks.
 */
import i18next, { type TFunction } from 'i18next'
import { useSyncExternalStore } from 'react'

interface Texts {
  readonly t: TFunction
  readonly i18n: { readonly language: string }
}

const byLanguage = new Map<string, Texts>()

const read = (): Texts => {
  const { language } = i18next
  const known = byLanguage.get(language)
  if (known !== undefined) return known
  const texts: Texts = { t: i18next.getFixedT(language), i18n: { language } }
  byLanguage.set(language, texts)
  return texts
}

const subscribe = (fn: () => void): (() => void) => {
  i18next.on('languageChanged', fn)
  return () => i18next.off('languageChanged', fn)
}

export const useTexts = (): Texts => useSyncExternalStore(subscribe, read)
