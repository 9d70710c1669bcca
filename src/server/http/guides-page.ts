/** The public pages of help as HTML: no script, no cookie, the language by the path. */
import type { Decoded } from '#domain/guides/decode.ts'
import { type Guide, type GuideLanguage, type Reader, themes } from '#domain/guides/guide.ts'
import type { Library } from '#domain/guides/library.ts'
import type { Audience } from '#domain/support/contacts.ts'
import { audiences } from '#domain/support/contacts.ts'
import type { AnsweringContact, Help } from '#domain/support/help.ts'
import { typeset, typesetEnglish } from '#format/html/typeset.ts'
import { escapeXml } from '#format/xml/write.ts'
import { guideWords, readerWords, themeWords } from './guides-words.data.ts'

/** Where the pages of each language are. */
export const guideRoots: Readonly<Record<GuideLanguage, string>> = { fr: '/aide', en: '/help' }

/** Who asked, of what is known of them: a door of the sign-in page. */
export interface Asking {
  readonly language: GuideLanguage
  readonly audience: Audience | undefined
  readonly help: Help
  readonly now: number
  /** True in a copy that is read when nothing answers: no form, contacts with their hours on a page of their own. */
  readonly paper?: boolean
  /** Of such a copy, one in a browser that searches it by itself. */
  readonly offline?: boolean
}

type Name = keyof typeof guideWords

const say = (name: Name, language: GuideLanguage): string => escapeXml(guideWords[name][language])

export interface Shown {
  readonly title: string
  /** HTML. */
  readonly body: string
  /** Path below the root of each language, for the link to the other one: `/forgotten-password`, or empty. */
  readonly path: string
}

/** The whole document. */
export const guideDocument = ({ title, body, path }: Shown, language: GuideLanguage, style: string): string => {
  const other = language === 'fr' ? 'en' : 'fr'
  const home = title === guideWords.help[language]
  const html = `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(title)}${home ? '' : ` – ${say('help', language)}`} – Convergence</title>
<link rel="stylesheet" href="${style}">
<link rel="alternate" hreflang="${other}" href="${escapeXml(guideRoots[other] + path)}">
</head>
<body>
<a class="skip" href="#main">${say('skip', language)}</a>
<header><a class="home" href="${guideRoots[language]}">Convergence – ${say('help', language)}</a>
<nav aria-label="${say('menu', language)}"><a href="/login">${say('signIn', language)}</a><a href="${escapeXml(guideRoots[other] + path)}" lang="${other}" hreflang="${other}">${say('other', language)}</a></nav></header>
<main id="main" tabindex="-1">
<!--news-->${body}
</main>
<footer><a href="${guideRoots[language]}">${say('all', language)}</a> · <a href="${language === 'fr' ? '/etat' : '/status'}">${say('status', language)}</a></footer>
</body>
</html>
`
  return language === 'fr' ? typeset(html) : typesetEnglish(html)
}

const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit' })

/** `8 h 30`, `18 h`; in English `18:00`. */
const hourText = (at: number, language: GuideLanguage): string => {
  const [hour = '', minute = ''] = clock.format(at).split(':')
  if (language === 'en') return `${hour}:${minute}`
  return `${Number(hour)}\u00a0h${minute === '00' ? '' : `\u00a0${minute}`}`
}

const days = {
  fr: new Intl.DateTimeFormat('fr-FR', { timeZone: 'Europe/Paris', weekday: 'long', day: 'numeric', month: 'long' }),
  en: new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', weekday: 'long', day: 'numeric', month: 'long' }),
} as const

/** `ouvert jusqu’à 18 h`, as HTML. */
export const openingText = (contact: AnsweringContact, { language, now }: Pick<Asking, 'language' | 'now'>): string => {
  if (contact.open)
    return `<span class="open">${say('openUntil', language)} ${hourText(contact.until, language)}</span>`
  if (contact.opensAt === undefined) return say('closed', language)
  const [today, day] = [now, contact.opensAt].map((at) => days[language].format(at))
  const hour = hourText(contact.opensAt, language)
  const at = language === 'fr' ? `à ${hour}` : `at ${hour}`
  return `${say('opens', language)} ${day === today ? '' : `${day} `}${at}`
}

const mostContacts = 8

/** To the page of all contacts, which can be printed. */
const contactsLink = (language: GuideLanguage): string =>
  `<p><a href="${guideRoots[language]}/contacts">${say('contactsAll', language)}</a></p>`

const contactsPart = (asking: Asking): string => {
  const { language } = asking
  if (asking.paper)
    return `<section aria-labelledby="contacts"><h2 id="contacts">${say('contacts', language)}</h2>${contactsLink(language)}</section>`
  const lines = [...asking.help.contacts]
    .sort((a, b) => Number(b.open) - Number(a.open))
    .slice(0, mostContacts)
    .map((contact) => {
      const ways = [
        contact.phone &&
          `<a href="tel:${escapeXml(contact.phone.replace(/[^\d+]/g, ''))}">${escapeXml(contact.phone)}</a>`,
        contact.mail && `<a href="mailto:${escapeXml(contact.mail)}">${escapeXml(contact.mail)}</a>`,
        contact.url && `<a href="${escapeXml(contact.url)}">${escapeXml(contact.url)}</a>`,
      ].filter(Boolean)
      return `<li><strong>${escapeXml(contact.name)}</strong> <span>${openingText(contact, asking)}</span><br>${ways.join(' · ')}</li>`
    })
  const body =
    lines.length === 0 ? `<p>${say('contactsNone', language)}</p>` : `<ul class="contacts">${lines.join('')}</ul>`
  return `<section aria-labelledby="contacts"><h2 id="contacts">${say('contacts', language)}</h2>${body}${contactsLink(language)}</section>`
}

const incidentsPart = ({ help, language }: Asking): string =>
  help.incidents.length === 0
    ? ''
    : `<section class="incidents" aria-labelledby="incidents"><h2 id="incidents">${say('incidents', language)}</h2>${help.incidents
        .slice(0, 5)
        .map(({ title, body }) => `<p><strong>${escapeXml(title[language])}</strong> ${escapeXml(body[language])}</p>`)
        .join('')}</section>`

const guideLine = (guide: Guide): string =>
  `<li><a href="${guideRoots[guide.language]}/${guide.id}">${escapeXml(guide.title)}</a><p>${escapeXml(guide.summary)}</p></li>`

const listOf = (guides: readonly Guide[]): string => `<ul class="guides">${guides.map(guideLine).join('')}</ul>`

const searchForm = (language: GuideLanguage, typed: string): string =>
  `<form method="get" action="${guideRoots[language]}" role="search"><label for="q">${say('search', language)}</label>` +
  `<input id="q" name="q" type="search" maxlength="200" value="${escapeXml(typed)}"><button type="submit">${say('searchGo', language)}</button></form>`

const decoderForm = ({ language, audience }: Asking, typed = '', problem = ''): string => {
  const option = (value: string, text: string): string =>
    `<option value="${value}"${value === (audience ?? '') ? ' selected' : ''}>${escapeXml(text)}</option>`
  return (
    `<section aria-labelledby="decoder"><h2 id="decoder">${say('decoder', language)}</h2>${problem}` +
    `<form method="post" action="${guideRoots[language]}/decoder"><label for="text">${say('paste', language)}</label>` +
    `<p class="soft" id="text-hint">${say('pasteHint', language)}</p>` +
    `<textarea id="text" name="text" maxlength="8000" rows="4" aria-describedby="text-hint" spellcheck="false" autocomplete="off">${escapeXml(typed)}</textarea>` +
    `<label for="audience">${say('youAre', language)}</label><select id="audience" name="audience">` +
    option('', guideWords.youAreAny[language]) +
    audiences.map((one) => option(one, readerWords[one][language])).join('') +
    `</select><br><button type="submit">${say('decode', language)}</button></form></section>`
  )
}

const profileLinks = (language: GuideLanguage, chosen: Reader | undefined): string => {
  const link = (reader: Reader | undefined, text: string): string =>
    `<li><a href="${guideRoots[language]}${reader === undefined ? '' : `?profile=${reader}`}"${reader === chosen ? ' aria-current="true"' : ''}>${escapeXml(text)}</a></li>`
  const readers = Object.keys(readerWords) as Reader[]
  return `<nav aria-label="${say('for', language)}"><ul class="profiles">${link(undefined, guideWords.everybody[language])}${readers
    .map((reader) => link(reader, readerWords[reader][language]))
    .join('')}</ul></nav>`
}

/** To the official-address card. */
const addressPart = (language: GuideLanguage): string =>
  `<section aria-labelledby="address"><h2 id="address"><a href="${guideRoots[language]}/address">${say('address', language)}</a></h2>` +
  `<p>${say('addressText', language)}</p></section>`

/** The start page: search, list by theme, decoder, contacts. */
export const helpHome = (
  library: Library,
  asking: Asking,
  reader: Reader | undefined,
  typed: string,
  problem?: { readonly title: Name; readonly text: Name },
): Shown => {
  const { language } = asking
  const guides = library
    .list(language)
    .filter(({ profiles }) => reader === undefined || profiles.length === 0 || profiles.includes(reader))
  const found = typed === '' ? undefined : library.search(typed, language)
  const results =
    found === undefined
      ? profileLinks(language, reader) +
        themes
          .map((theme) => ({ theme, of: guides.filter((guide) => guide.theme === theme) }))
          .filter(({ of }) => of.length > 0)
          .map(({ theme, of }) => `<section><h2>${escapeXml(themeWords[theme][language])}</h2>${listOf(of)}</section>`)
          .join('')
      : `<section aria-labelledby="found"><h2 id="found">${say('found', language)}</h2>${
          found.length === 0 ? `<p role="status">${say('foundNone', language)}</p>` : listOf(found)
        }</section>`
  const title = guideWords[problem?.title ?? 'help'][language]
  return {
    title,
    path: '',
    body:
      incidentsPart(asking) +
      `<h1>${escapeXml(title)}</h1><p class="lead">${say(problem?.text ?? 'intro', language)}</p>` +
      (asking.paper && !asking.offline ? '' : searchForm(language, typed)) +
      (problem === undefined ? results : '') +
      (asking.paper ? '' : decoderForm(asking)) +
      addressPart(language) +
      contactsPart(asking),
  }
}

const nextPart = (guide: Guide): string =>
  `<div class="next"><p><strong>${say('nextStep', guide.language)}</strong></p><p>${escapeXml(guide.next)}</p></div>`

const votePart = ({ id, language }: Guide, thanked: boolean): string =>
  thanked
    ? `<section class="vote"><p role="status">${say('thanks', language)}</p></section>`
    : `<section class="vote" aria-labelledby="vote"><h2 id="vote">${say('helped', language)}</h2>` +
      `<form method="post" action="${guideRoots[language]}/${id}/vote"><button name="helped" value="1">${say('yes', language)}</button>` +
      `<button name="helped" value="0">${say('no', language)}</button></form></section>`

/** One guide; `code`: the code that led to it, whose meaning comes first. */
export const guideShown = (
  library: Library,
  asking: Asking,
  guide: Guide,
  { code, thanked = false }: { readonly code?: string | undefined; readonly thanked?: boolean } = {},
): Shown => {
  const { language } = asking
  const meaning = code === undefined ? undefined : guide.codes.get(code)
  const related = library.list(language).filter((one) => one.theme === guide.theme && one.id !== guide.id)
  const codes = [...guide.codes]
    .map(([name, text]) => `<li><strong>${name}</strong> – ${escapeXml(text)}</li>`)
    .join('')
  return {
    title: guide.title,
    path: `/${guide.id}`,
    body:
      incidentsPart(asking) +
      `<article><h1>${escapeXml(guide.title)}</h1>` +
      (meaning === undefined
        ? ''
        : `<p><strong>${say('code', language)} ${escapeXml(code ?? '')}</strong> – ${escapeXml(meaning)}</p>`) +
      `<p class="lead">${escapeXml(guide.summary)}</p>${nextPart(guide)}${guide.html}` +
      (codes === '' ? '' : `<h2>${say('codes', language)}</h2><ul>${codes}</ul>`) +
      `<p><small>${say('updated', language)} <time datetime="${guide.updated}">${guide.updated.split('-').reverse().join('/')}</time>, ${say('version', language)} ${guide.version}</small></p></article>` +
      (asking.paper ? '' : votePart(guide, thanked)) +
      contactsPart(asking) +
      (related.length === 0
        ? ''
        : `<section class="related"><h2>${say('related', language)}</h2><ul>${related
            .slice(0, 6)
            .map((one) => `<li><a href="${guideRoots[language]}/${one.id}">${escapeXml(one.title)}</a></li>`)
            .join('')}</ul></section>`),
  }
}

const decodedPart = ({ how, found, from, meaning, guide }: Decoded, at: number): string => {
  const { language } = guide
  const label =
    how === 'words'
      ? say('maybe', language)
      : how === 'code'
        ? `${escapeXml(from)} – ${escapeXml(found)}`
        : escapeXml(from)
  return (
    `<section aria-labelledby="answer-${at}"><h2 id="answer-${at}">${escapeXml(guide.title)}</h2><p class="soft">${label}</p>` +
    `<p>${escapeXml(meaning)}</p>${nextPart(guide)}` +
    `<p><a href="${guideRoots[language]}/${guide.id}">${say('readGuide', language)}<span class="soft"> : ${escapeXml(guide.title)}</span></a></p></section>`
  )
}

/** What the decoder answers. */
export const decodedShown = (asking: Asking, typed: string, answers: readonly Decoded[]): Shown => {
  const { language } = asking
  const title = guideWords.decoded[language]
  const body =
    answers.length > 0
      ? answers.map(decodedPart).join('')
      : `<p role="status">${say(typed.trim() === '' ? 'nothingPasted' : 'decodedNone', language)}</p>`
  return {
    title,
    path: '',
    body: `${incidentsPart(asking)}<h1>${escapeXml(title)}</h1>${body}${contactsPart(asking)}${decoderForm(asking, typed.slice(0, 2000))}`,
  }
}
