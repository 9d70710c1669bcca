/** Recovery messages: short paragraphs; a code or an address on a line of its own. */

import { escapeHtml } from '#format/html/escape.ts'
import type { People } from '../people.ts'
import { type Language, postMail } from '../platform-mail.ts'
import type { RecoveryText } from './texts.data.ts'

const from: Readonly<Record<Language, string>> = { fr: 'Aide à la connexion', en: 'Sign-in help' }

const htmlOf = (paragraph: string): string => {
  const text = escapeHtml(paragraph)
  if (/^https?:\/\/\S+$/.test(paragraph)) return `<p><a href="${text}">${text}</a></p>`
  // What stands alone is to be copied: a code, an identifier.
  return /\s/.test(paragraph) ? `<p>${text}</p>` : `<p style="font-size:1.5em"><strong>${text}</strong></p>`
}

/** Queues a message to one address, in the language of the account it is about. Resolves when it is durable. */
export const sendText = async (
  people: People,
  to: string,
  locale: string,
  write: (language: Language) => RecoveryText,
): Promise<void> => {
  const language: Language = locale.startsWith('en') ? 'en' : 'fr'
  const { subject, paragraphs } = write(language)
  const html = [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body>`,
    ...paragraphs.map(htmlOf),
    '</body></html>',
  ]
  await postMail(people, {
    language,
    from: from[language],
    to: [to],
    subject,
    text: paragraphs.join('\n\n'),
    html: html.join('\n'),
    mark: 'recovery',
  })
}
