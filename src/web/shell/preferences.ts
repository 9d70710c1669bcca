/**
 * What a person chose on this device: language, theme, how lists look (what the server keeps of it: modules/mail/view),
 * time to undo a sending, words of the sign-in page.
 */
import { type MailView, mailDensities, mailLayouts, mailOrders } from '#format/jmap/organising.ts'
import { isLanguage, type Language, preferredLanguage, setLanguage } from '../i18n/language.ts'
import { createValue } from './value.ts'

export type Theme = 'auto' | 'light' | 'dark'
/** `auto`: as the system asks (prefers-contrast). */
export type Contrast = 'auto' | 'normal' | 'high'
/** What a finger that draws a row of the list to one side does. */
export const swipeActs = ['archive', 'trash', 'snooze', 'read', 'none'] as const
export type SwipeAct = (typeof swipeActs)[number]

/** Who one says one is on the sign-in page, before anything is known. */
export const audiences = ['staff', 'administrative', 'pupil', 'parent'] as const
export type Audience = (typeof audiences)[number]

export interface Preferences extends MailView {
  readonly language: Language
  readonly theme: Theme
  readonly contrast: Contrast
  readonly swipeRight: SwipeAct
  readonly swipeLeft: SwipeAct
  /** Single keys act (WCAG 2.1.4: they can be turned off). */
  readonly letterKeys: boolean
  /** Seconds, 0 to 30. */
  readonly undoSeconds: number
  /** Offer to let a message wait for the end of the hours of rest. */
  readonly restHint: boolean
  /** The sign-in page in plain language. */
  readonly easy: boolean
  readonly audience: Audience
}

const KEY = 'convergence.preferences'

const oneOf = <T extends string>(value: unknown, allowed: readonly T[], otherwise: T): T =>
  allowed.find((item) => item === value) ?? otherwise

/** Rows were once without preview when they were dense. */
const previewLinesOf = ({ previewLines, density }: Record<string, unknown>): number =>
  [0, 1, 2].find((lines) => lines === previewLines) ?? (density === 'compact' ? 0 : 1)

/** Reads what was kept, ignoring whatever is not a preference of ours. */
export const readPreferences = (text: string | null, asked: readonly string[]): Preferences => {
  let kept: Record<string, unknown> = {}
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    if (typeof value === 'object' && value !== null) kept = { ...value }
  } catch {
    // Not ours: the defaults.
  }
  const seconds = typeof kept.undoSeconds === 'number' ? kept.undoSeconds : 10
  return {
    language: isLanguage(kept.language) ? kept.language : preferredLanguage(asked),
    theme: oneOf(kept.theme, ['auto', 'light', 'dark'], 'auto'),
    contrast: oneOf(kept.contrast, ['auto', 'normal', 'high'], 'auto'),
    layout: oneOf(kept.layout, mailLayouts, 'beside'),
    density: oneOf(kept.density, mailDensities, 'normal'),
    previewLines: previewLinesOf(kept),
    listOrder: oneOf(kept.listOrder, mailOrders, 'newest'),
    threadOrder: oneOf(kept.threadOrder, mailOrders, 'oldest'),
    flat: kept.flat === true,
    swipeRight: oneOf(kept.swipeRight, swipeActs, 'archive'),
    swipeLeft: oneOf(kept.swipeLeft, swipeActs, 'trash'),
    letterKeys: kept.letterKeys !== false,
    undoSeconds: Math.min(30, Math.max(0, Math.round(seconds))),
    restHint: kept.restHint !== false,
    easy: kept.easy === true,
    audience: oneOf(kept.audience, audiences, 'staff'),
  }
}

const stored = (): string | null => {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

export const preferences = createValue<Preferences>(
  readPreferences(
    typeof localStorage === 'undefined' ? null : stored(),
    typeof navigator === 'undefined' ? [] : navigator.languages,
  ),
)

/** The same line is in first/first.ts, which runs before the first paint. */
const wantsContrast = (contrast: Contrast): boolean =>
  contrast === 'high' || (contrast === 'auto' && window.matchMedia('(prefers-contrast: more)').matches)

const reflect = ({ theme, contrast, density }: Preferences): void => {
  const { dataset } = document.documentElement
  if (theme === 'auto') delete dataset.theme
  else dataset.theme = theme
  if (wantsContrast(contrast)) dataset.contrast = 'high'
  else delete dataset.contrast
  if (density === 'normal') delete dataset.density
  else dataset.density = density
}

export const setPreferences = (change: Partial<Preferences>): void => {
  preferences.set((now) => ({ ...now, ...change }))
  const now = preferences.get()
  reflect(now)
  if (change.language !== undefined) void setLanguage(change.language)
  try {
    localStorage.setItem(KEY, JSON.stringify(now))
  } catch {
    // Storage refused: the choice lasts as long as the page.
  }
}

/** The system's wish may change while the page is open. */
export const followContrast = (): void =>
  window.matchMedia('(prefers-contrast: more)').addEventListener('change', () => reflect(preferences.get()))
