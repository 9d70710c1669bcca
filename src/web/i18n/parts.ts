/**
 * Texts that only some screens need: a file by part and language, fetched beside the screen that asks for it, so that
 * the first page carries the words of nobody else. Once loaded, their keys are those of any other text.
 */
import i18next from 'i18next'
import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import type { texts as account } from './parts/account.fr.ts'
import type { texts as admin } from './parts/admin.fr.ts'
import type { texts as agenda } from './parts/agenda.fr.ts'
import type { texts as codes } from './parts/codes.fr.ts'
import type { texts as compose } from './parts/compose.fr.ts'
import type { texts as contacts } from './parts/contacts.fr.ts'
import type { texts as device } from './parts/device.fr.ts'
import type { texts as easy } from './parts/easy.fr.ts'
import type { texts as fraud } from './parts/fraud.fr.ts'
import type { texts as functions } from './parts/functions.fr.ts'
import type { texts as gate } from './parts/gate.fr.ts'
import type { texts as guides } from './parts/guides.fr.ts'
import type { texts as notices } from './parts/notices.fr.ts'
import type { texts as organise } from './parts/organise.fr.ts'
import type { texts as portal } from './parts/portal.fr.ts'
import type { texts as reading } from './parts/reading.fr.ts'
import type { texts as rules } from './parts/rules.fr.ts'
import type { texts as setup } from './parts/setup.fr.ts'
import type { texts as support } from './parts/support.fr.ts'
import type { texts as tiles } from './parts/tiles.fr.ts'
import type { texts as trust } from './parts/trust.fr.ts'
import type { texts as usage } from './parts/usage.fr.ts'
import { typesetAll } from './typeset.ts'

export type AllTexts = typeof gate &
  typeof easy &
  typeof codes &
  typeof device &
  typeof compose &
  typeof account &
  typeof agenda &
  typeof contacts &
  typeof admin &
  typeof fraud &
  typeof functions &
  typeof guides &
  typeof notices &
  typeof organise &
  typeof portal &
  typeof reading &
  typeof rules &
  typeof setup &
  typeof support &
  typeof tiles &
  typeof trust &
  typeof usage

interface File {
  readonly texts: object
}

const files = {
  gate: { fr: () => import('./parts/gate.fr.ts'), en: () => import('./parts/gate.en.ts') },
  /** The sign-in page in plain language (short sentences, one idea each). */
  easy: { fr: () => import('./parts/easy.fr.ts'), en: () => import('./parts/easy.en.ts') },
  /** What each error code means and what to do next. */
  codes: { fr: () => import('./parts/codes.fr.ts'), en: () => import('./parts/codes.en.ts') },
  compose: { fr: () => import('./parts/compose.fr.ts'), en: () => import('./parts/compose.en.ts') },
  account: { fr: () => import('./parts/account.fr.ts'), en: () => import('./parts/account.en.ts') },
  admin: { fr: () => import('./parts/admin.fr.ts'), en: () => import('./parts/admin.en.ts') },
  agenda: { fr: () => import('./parts/agenda.fr.ts'), en: () => import('./parts/agenda.en.ts') },
  contacts: { fr: () => import('./parts/contacts.fr.ts'), en: () => import('./parts/contacts.en.ts') },
  fraud: { fr: () => import('./parts/fraud.fr.ts'), en: () => import('./parts/fraud.en.ts') },
  functions: { fr: () => import('./parts/functions.fr.ts'), en: () => import('./parts/functions.en.ts') },
  guides: { fr: () => import('./parts/guides.fr.ts'), en: () => import('./parts/guides.en.ts') },
  notices: { fr: () => import('./parts/notices.fr.ts'), en: () => import('./parts/notices.en.ts') },
  device: { fr: () => import('./parts/device.fr.ts'), en: () => import('./parts/device.en.ts') },
  organise: { fr: () => import('./parts/organise.fr.ts'), en: () => import('./parts/organise.en.ts') },
  portal: { fr: () => import('./parts/portal.fr.ts'), en: () => import('./parts/portal.en.ts') },
  reading: { fr: () => import('./parts/reading.fr.ts'), en: () => import('./parts/reading.en.ts') },
  rules: { fr: () => import('./parts/rules.fr.ts'), en: () => import('./parts/rules.en.ts') },
  setup: { fr: () => import('./parts/setup.fr.ts'), en: () => import('./parts/setup.en.ts') },
  support: { fr: () => import('./parts/support.fr.ts'), en: () => import('./parts/support.en.ts') },
  tiles: { fr: () => import('./parts/tiles.fr.ts'), en: () => import('./parts/tiles.en.ts') },
  trust: { fr: () => import('./parts/trust.fr.ts'), en: () => import('./parts/trust.en.ts') },
  usage: { fr: () => import('./parts/usage.fr.ts'), en: () => import('./parts/usage.en.ts') },
} satisfies Record<string, Record<'fr' | 'en', () => Promise<File>>>

export type Part = keyof typeof files

const wanted = new Set<Part>()
const loaded = new Set<string>()

const load = async (part: Part, language: 'fr' | 'en'): Promise<void> => {
  const key = `${part} ${language}`
  if (loaded.has(key)) return
  const { texts } = await files[part][language]()
  loaded.add(key)
  i18next.addResourceBundle(language, 'translation', language === 'fr' ? typesetAll(texts) : texts, true, true)
}

/** To be awaited before a screen of these parts is shown. */
export const loadTexts = async (...parts: readonly Part[]): Promise<void> => {
  for (const part of parts) wanted.add(part)
  const language = i18next.language === 'en' ? 'en' : 'fr'
  await Promise.all(parts.map((part) => load(part, language)))
}

/** The parts in use, in the language that is about to be shown. */
export const loadPartsOf = async (language: 'fr' | 'en'): Promise<void> => {
  await Promise.all([...wanted].map((part) => load(part, language)))
}

/** A component of its own chunk, with its texts loaded beside it. */
export const lazyScreen = <P extends object>(
  parts: readonly Part[],
  screen: () => Promise<ComponentType<P>>,
): LazyExoticComponent<ComponentType<P>> =>
  lazy(async () => {
    const [component] = await Promise.all([screen(), loadTexts(...parts)])
    return { default: component }
  })
