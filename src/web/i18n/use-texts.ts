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

/** Texts without values are the same each time, and i18next looks them up anew for each row. */
const remembered = (t: TFunction): TFunction => {
  const known = new Map<string, string>()
  const look = (key: string, values?: object): string => {
    if (values !== undefined) return String(t(key as never, values as never))
    const found = known.get(key) ?? String(t(key as never))
    // A text that is not loaded yet is its own key.
    if (found !== key) known.set(key, found)
    return found
  }
  return look as TFunction
}

const read = (): Texts => {
  const { language } = i18next
  const known = byLanguage.get(language)
  if (known !== undefined) return known
  const texts: Texts = { t: remembered(i18next.getFixedT(language)), i18n: { language } }
  byLanguage.set(language, texts)
  return texts
}

const subscribe = (fn: () => void): (() => void) => {
  i18next.on('languageChanged', fn)
  return () => i18next.off('languageChanged', fn)
}

export const useTexts = (): Texts => useSyncExternalStore(subscribe, read)
