/** The official-address card as a page: what is pasted is judged letter by letter; without script, cookie or fetching. */
import type { ListedPlace, PlaceSource } from '#domain/phishing/official.ts'
import { type Assessed, longestPaste, type Piece } from '#format/warning/official.ts'
import { escapeXml } from '#format/xml/write.ts'
import {
  addressWords,
  nextWords,
  scriptWords,
  sourceWords,
  trickWords,
  verdictText,
  verdictWords,
} from './address-words.data.ts'
import { guideRoots, type Shown } from './guides-page.ts'

type PageLanguage = 'fr' | 'en'
type Name = keyof typeof addressWords

const say = (name: Name, language: PageLanguage): string => escapeXml(addressWords[name][language])

/** Below the root of each language. */
export const addressPath = '/address'

const quoted = (text: string, language: PageLanguage): string =>
  language === 'fr' ? `«\u202f${escapeXml(text)}\u202f»` : `“${escapeXml(text)}”`

const scriptOf = (text: string, language: PageLanguage): string => {
  const [, words] = scriptWords.find(([form]) => form.test(text)) ?? []
  return words === undefined ? '' : ` (${escapeXml(words[language])})`
}

/** `« rn » à la place de « m »`, for whoever does not see the marks. */
const differenceText = ({ text, instead = '' }: Piece, language: PageLanguage): string => {
  if (text === '') return `${say('missing', language)} ${quoted(instead, language)}`
  const mine = `${quoted(text, language)}${scriptOf(text, language)}`
  return instead === ''
    ? `${mine} ${say('added', language)}`
    : `${mine} ${say('insteadOf', language)} ${quoted(instead, language)}`
}

const marked = (pieces: readonly Piece[], of: (piece: Piece) => string): string =>
  pieces
    .map((piece) => (piece.instead === undefined ? escapeXml(piece.text) : `<mark>${escapeXml(of(piece))}</mark>`))
    .join('')

const comparison = ({ pieces }: Assessed, language: PageLanguage): string => {
  if (pieces.length === 0) return ''
  const different = pieces.filter(({ instead }) => instead !== undefined)
  return (
    `<dl class="compare"><dt>${say('difference', language)}</dt><dd><code>${marked(pieces, ({ text }) => text)}</code></dd>` +
    `<dt>${say('real', language)}</dt><dd><code>${marked(pieces, ({ instead = '' }) => instead)}</code></dd></dl>` +
    `<ul>${different.map((piece) => `<li>${differenceText(piece, language)}</li>`).join('')}</ul>`
  )
}

const placeText = ({ verdict, place }: Assessed, language: PageLanguage): string => {
  const text = escapeXml(verdictText[verdict][language])
  if (!place) return text
  return `${text}${language === 'fr' ? '\u00a0:' : ':'} <strong>${escapeXml(place.name[language])}</strong> (<code>${escapeXml(place.domain)}</code>).`
}

const stopHere: ReadonlySet<string> = new Set(['inside', 'joined', 'local', 'userinfo', 'ending'])

const resultPart = (one: Assessed, at: number, language: PageLanguage): string => {
  const { given, host, ascii, counts, verdict, tricks } = one
  const shortly = given.length > 160 ? `${given.slice(0, 160)}…` : given
  const colon = language === 'fr' ? '\u00a0:' : ':'
  const where = host === '' ? say('nowhere', language) : `<code>${escapeXml(host)}</code>`
  const end = tricks.some((trick) => stopHere.has(trick)) && host !== '' ? counts : ''
  return (
    `<section class="verdict ${verdict}" aria-labelledby="result-${at}"><h2 id="result-${at}">${escapeXml(verdictWords[verdict][language])}</h2>` +
    `<p class="given"><code>${escapeXml(shortly)}</code></p><p>${placeText(one, language)}</p>` +
    `<p>${say('leads', language)}${colon} ${where}${ascii === '' ? '' : `<br><span class="soft">${say('written', language)}${colon} <code>${escapeXml(ascii)}</code></span>`}` +
    `${end === '' ? '' : `<br>${say('counts', language)}${colon} <strong><code>${escapeXml(end)}</code></strong>`}</p>` +
    (tricks.length === 0
      ? ''
      : `<ul>${tricks.map((trick) => `<li>${escapeXml(trickWords[trick][language])}</li>`).join('')}</ul>`) +
    comparison(one, language) +
    `<p class="do">${escapeXml(nextWords[verdict][language])}${verdict === 'look-alike' ? ` <a href="${guideRoots[language]}/gave-password">${language === 'fr' ? 'J’ai donné mon mot de passe' : 'I gave my password'}</a>` : ''}</p></section>`
  )
}

const formPart = (language: PageLanguage, typed: string): string =>
  `<form method="post" action="${guideRoots[language]}${addressPath}"><label for="text">${say('paste', language)}</label>` +
  `<p class="soft" id="text-hint">${say('pasteHint', language)}</p>` +
  `<textarea id="text" name="text" maxlength="${longestPaste}" rows="3" aria-describedby="text-hint" spellcheck="false" autocomplete="off" autocapitalize="none" required>${escapeXml(typed)}</textarea>` +
  `<br><button type="submit">${say('check', language)}</button></form>`

const sources: readonly PlaceSource[] = ['own', 'service', 'added', 'national']

const listPart = (places: readonly ListedPlace[], language: PageLanguage, open: boolean): string => {
  const groups = sources
    .map((source) => ({ source, of: places.filter((one) => one.source === source) }))
    .filter(({ of }) => of.length > 0)
    .map(
      ({ source, of }) =>
        `<h3>${escapeXml(sourceWords[source][language])}</h3><ul class="places">${of
          .map(({ domain, name }) => `<li><code>${escapeXml(domain)}</code> ${escapeXml(name[language])}</li>`)
          .join('')}</ul>`,
    )
    .join('')
  return `<details${open ? ' open' : ''}><summary><h2>${say('list', language)}</h2></summary><p class="soft">${say('listLead', language)}</p>${groups}</details>`
}

export interface AddressAnswer {
  readonly typed: string
  readonly found: readonly Assessed[]
}

/** The card; `answer`: what was found in what was pasted. `paper`: of a copy in which nothing can be asked: the list alone. */
export const addressShown = (
  places: readonly ListedPlace[],
  language: PageLanguage,
  { answer, paper = false }: { readonly answer?: AddressAnswer; readonly paper?: boolean } = {},
): Shown => {
  const results =
    answer === undefined
      ? ''
      : answer.found.length === 0
        ? `<p role="status">${say('none', language)}</p>`
        : answer.found.map((one, at) => resultPart(one, at, language)).join('')
  return {
    title: addressWords.title[language],
    path: addressPath,
    body:
      `<h1>${say('title', language)}</h1>${answer === undefined && !paper ? `<p class="lead">${say('lead', language)}</p>` : ''}` +
      `${results}${paper ? '' : formPart(language, answer?.typed.slice(0, 4000) ?? '')}${listPart(places, language, paper)}`,
  }
}
