/** The open message and its words, fetched before the first one is opened. */
import { loadTexts } from '../../../i18n/parts.ts'
import { later } from '../../../ui/later.tsx'

export const OpenMessage = later(async () => {
  const [module] = await Promise.all([import('./open-message.tsx'), loadTexts('reading', 'codes')])
  return module.OpenMessage
})
