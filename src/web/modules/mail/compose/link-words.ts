import type { TFunction } from 'i18next'
import { formatSize } from '../../../i18n/format.ts'
import type { LinkWords } from './compose-state.ts'
import { dayOf } from './day.ts'

/** How the links of a message's files are told to whoever gets it. */
export const linkWords = (t: TFunction, locale: string): LinkWords => ({
  title: t('compose.linkTitle'),
  line: ({ size, expiresAt }) =>
    t('compose.linkLine', { size: formatSize(size, t, locale), date: dayOf(expiresAt, locale) }),
})
