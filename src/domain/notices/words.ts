/** A notice as people read it: safe HTML of its Markdown, and the one message that all its mailboxes share. */

import { formatId } from '#base/ids.ts'
import { escapeHtml } from '#format/html/escape.ts'
import type { Words } from '#format/jmap/portal.ts'
import { renderMarkdown } from '#format/markdown/render.ts'
import { type Letter, prepareLetter } from '../notify/letter.ts'
import type { People } from '../people/people.ts'
import { breathe } from '../turn.ts'
import type { NoticeFile, StoredNotice } from './notice.ts'

/** HTML of Markdown; its headings stand below the title of the notice. */
export const noticeHtml = (markdown: string): string =>
  renderMarkdown(markdown).replace(/<(\/?)h([1-6])>/g, (_whole, slash: string, level: string) => {
    return `<${slash}h${Math.min(6, Number(level) + 2)}>`
  })

export const bodyHtml = ({ fr, en }: Words): Words => ({
  fr: noticeHtml(fr),
  en: en === '' ? '' : noticeHtml(en),
})

export const noticePath = (id: number): string => `/notices?id=${formatId('notice', id)}`

const nobody = { fr: 'Académie', en: 'Académie' } as const

export const senderName = (notice: Pick<StoredNotice, 'sender'>): string => notice.sender || nobody.fr

const markOf = (notice: StoredNotice, language: keyof Words): string => {
  const urgent = { fr: 'Information officielle urgente', en: 'Urgent official notice' }
  const plain = { fr: 'Information officielle', en: 'Official notice' }
  return (notice.urgent ? urgent : plain)[language]
}

const askWords = {
  fr: 'Il vous est demandé de confirmer votre lecture sur le portail.',
  en: 'You are asked to confirm on the portal that you have read this.',
} as const

const partOf = (notice: StoredNotice, language: keyof Words, link: string, files: readonly NoticeFile[]) => {
  const title = notice.title[language]
  const names = files.map(({ name }) => `• ${name}`)
  const filesTitle = language === 'fr' ? 'Pièces jointes, sur le portail :' : 'Files, on the portal:'
  const ask = notice.acknowledge ? askWords[language] : ''
  return {
    text: [
      `${markOf(notice, language)} – ${senderName(notice)}`,
      title,
      notice.body[language],
      names.length === 0 ? '' : [filesTitle, ...names].join('\n'),
      ask,
      link,
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
    html: [
      `<p><small>${escapeHtml(`${markOf(notice, language)} – ${senderName(notice)}`)}</small></p>`,
      `<h2>${escapeHtml(title)}</h2>`,
      noticeHtml(notice.body[language]).replaceAll(' href="/', ` href="${escapeHtml(new URL(link).origin)}/`),
      names.length === 0
        ? ''
        : `<p>${escapeHtml(filesTitle)}</p><ul>${files.map(({ name }) => `<li>${escapeHtml(name)}</li>`).join('')}</ul>`,
      ask === '' ? '' : `<p><strong>${escapeHtml(ask)}</strong></p>`,
      `<p><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>`,
    ].join('\n'),
  }
}

/** The message of a notice: the French, then the translation when there is one; addressed to nobody by name. */
export const noticeLetter = async (
  people: People,
  notice: StoredNotice,
  files: readonly NoticeFile[],
): Promise<Letter> => {
  const link = `${people.options.publicUrl}${noticePath(notice.id)}`
  // Twenty thousand characters may be in each: others get their turn between the languages.
  const parts = [partOf(notice, 'fr', link, files)]
  await breathe()
  if (notice.title.en !== '') parts.push(partOf(notice, 'en', link, files))
  await breathe()
  const urgent = notice.urgent ? 'Urgent : ' : ''
  return prepareLetter(people, {
    language: 'fr',
    from: senderName(notice),
    to: [],
    subject: `${urgent}${notice.title.fr}`,
    text: parts.map(({ text }) => text).join('\n\n— — —\n\n'),
    html: `<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>${escapeHtml(notice.title.fr)}</title></head><body>\n${parts.map(({ html }) => html).join('\n<hr>\n')}\n</body></html>`,
    mark: 'notice',
  })
}
