/** Notifications as mail: one of its own, and the digest, which reads as a page. Composed before the transaction. */

import { escapeHtml } from '#format/html/escape.ts'
import type { PendingBlob } from '#store/blobs/blobs.ts'
import { type ParsedContent, readContent } from '../mail/content.ts'
import type { People } from '../people/people.ts'
import { composeForMailbox, type Language, oneLine, type PlatformMail } from '../people/platform-post.ts'
import { breathe } from '../turn.ts'
import { type Category, categoryNames, ruleOf } from './categories.data.ts'

export interface Letter {
  readonly blob: PendingBlob
  readonly content: ParsedContent
}

export interface Reader {
  readonly name: string
  readonly language: Language
  readonly email: string
}

export interface Told {
  readonly category: Category
  readonly title: string
  readonly text: string
  readonly url: string
  /** Milliseconds. */
  readonly at: number
}

/** A message ready to be put into mailboxes of ours. */
export const prepareLetter = async (people: People, mail: PlatformMail): Promise<Letter> => {
  const bytes = composeForMailbox(people, mail)
  await breathe()
  return { blob: await people.ctx.store.blobs.prepare(bytes), content: readContent(bytes) }
}

const words = {
  fr: {
    from: 'Portail',
    hello: (name: string) => `Bonjour ${name},`,
    open: 'Ouvrir',
    why: 'Vous recevez ce message parce que vous avez choisi d’être averti par messagerie. Pour changer :',
    subject: (count: number, day: string) =>
      `Votre résumé du ${day} : ${count} ${count > 1 ? 'nouvelles' : 'nouvelle'}`,
    intro: (count: number) =>
      count > 1 ? `Voici les ${count} nouvelles qui vous attendent.` : 'Voici la nouvelle qui vous attend.',
  },
  en: {
    from: 'Portal',
    hello: (name: string) => `Hello ${name},`,
    open: 'Open',
    why: 'You receive this message because you chose to be told by mail. To change that:',
    subject: (count: number, day: string) => `Your digest of ${day}: ${count} ${count > 1 ? 'items' : 'item'}`,
    intro: (count: number) => (count > 1 ? `${count} things are waiting for you.` : 'One thing is waiting for you.'),
  },
} as const

const locales = { fr: 'fr-FR', en: 'en-GB' } as const

const dayOf = (at: number, language: Language): string =>
  new Intl.DateTimeFormat(locales[language], {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'Europe/Paris',
  }).format(at)

const momentOf = (at: number, language: Language): string =>
  new Intl.DateTimeFormat(locales[language], {
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'Europe/Paris',
  }).format(at)

const page = (language: Language, title: string, body: readonly string[]): string =>
  `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head><body>\n${body.join('\n')}\n</body></html>`

const paragraph = (text: string): string => `<p>${escapeHtml(text).replaceAll('\n', '<br>')}</p>`

const footer = (people: People, language: Language) => {
  const link = `${people.options.publicUrl}/notifications`
  return {
    text: `-- \n${words[language].why} ${link}`,
    html: `<p><small>${escapeHtml(words[language].why)} <a href="${escapeHtml(link)}">${escapeHtml(link)}</a></small></p>`,
  }
}

/** One notification as a message of its own. */
export const oneLetter = (people: People, reader: Reader, told: Told): Promise<Letter> => {
  const { language } = reader
  const say = words[language]
  const foot = footer(people, language)
  const url = told.url === '' ? '' : `${people.options.publicUrl}${told.url}`
  const hello = say.hello(oneLine(reader.name, 100))
  const link = url === '' ? [] : [`<p><a href="${escapeHtml(url)}">${say.open}</a></p>`]
  return prepareLetter(people, {
    language,
    from: ruleOf(told.category).words[language],
    to: [reader.email],
    subject: told.title,
    text: [hello, told.title, told.text, url, foot.text].filter((part) => part !== '').join('\n\n'),
    html: page(language, told.title, [
      paragraph(hello),
      `<h1>${escapeHtml(told.title)}</h1>`,
      paragraph(told.text),
      ...link,
      foot.html,
    ]),
    mark: told.category,
  })
}

/** Several in one message: by category, the newest first, each with its time and where it leads. */
export const digestLetter = (people: People, reader: Reader, all: readonly Told[]): Promise<Letter> => {
  const { language } = reader
  const say = words[language]
  const now = people.ctx.clock.now()
  const foot = footer(people, language)
  const subject = say.subject(all.length, dayOf(now, language))
  const groups = categoryNames.flatMap((category) => {
    const here = all.filter((one) => one.category === category).toSorted((a, b) => b.at - a.at)
    return here.length === 0 ? [] : [{ name: ruleOf(category).words[language], here }]
  })
  const absolute = (url: string): string => (url === '' ? '' : `${people.options.publicUrl}${url}`)
  const text = groups.map(({ name, here }) =>
    [
      name.toLocaleUpperCase(locales[language]),
      ...here.map(({ title, text: body, url, at }) =>
        [`• ${title} (${momentOf(at, language)})`, body, absolute(url)]
          .filter((part) => part !== '')
          .join('\n')
          .replaceAll('\n', '\n  '),
      ),
    ].join('\n\n'),
  )
  const html = groups.map(({ name, here }) => {
    const items = here.map(({ title, text: body, url, at }) => {
      const head = url === '' ? escapeHtml(title) : `<a href="${escapeHtml(absolute(url))}">${escapeHtml(title)}</a>`
      const more = body === '' ? '' : `<br>${escapeHtml(body).replaceAll('\n', '<br>')}`
      return `<li><strong>${head}</strong> <small>${escapeHtml(momentOf(at, language))}</small>${more}</li>`
    })
    return `<h2>${escapeHtml(name)}</h2><ul>${items.join('')}</ul>`
  })
  const hello = say.hello(oneLine(reader.name, 100))
  const intro = say.intro(all.length)
  return prepareLetter(people, {
    language,
    from: say.from,
    to: [reader.email],
    subject,
    text: [hello, intro, ...text, foot.text].join('\n\n'),
    html: page(language, subject, [paragraph(hello), paragraph(intro), ...html, foot.html]),
    mark: 'digest',
  })
}
