/** The public page of the status as HTML: no script, no cookie, the language by the path; also what the static copy is made of. */

import { places } from '#domain/status/components.data.ts'
import type { Day, ShownComponent, ShownIncident, Status } from '#domain/status/snapshot.ts'
import type { State } from '#domain/status/state.ts'
import { overallWords, phaseWords, placeWords, stateWords } from '#domain/status/words.data.ts'
import { type Audience, audiences } from '#domain/support/contacts.ts'
import { type IncidentUpdate, isFor } from '#domain/support/incidents.ts'
import { zone } from '#domain/support/paris.ts'
import { typeset, typesetEnglish } from '#format/html/typeset.ts'
import { escapeXml } from '#format/xml/write.ts'
import { readerWords } from './guides-words.data.ts'
import { statusWords } from './status-words.data.ts'

export type PageLanguage = 'fr' | 'en'

/** Where the pages of each language are. */
export const statusRoots: Readonly<Record<PageLanguage, string>> = { fr: '/etat', en: '/status' }

/** Where help is, in each language. */
const helpRoots: Readonly<Record<PageLanguage, string>> = { fr: '/aide', en: '/help' }

/** Stands in every document where a copy says how old it is. */
export const newsPlace = '<!--news-->'

type Name = keyof typeof statusWords

export const sayStatus = (name: Name, language: PageLanguage): string => escapeXml(statusWords[name][language])

/** The whole document. `path`: below the root of each language, for the link to the other one. */
export const statusDocument = (
  { title, body, path = '' }: { readonly title: string; readonly body: string; readonly path?: string },
  language: PageLanguage,
  style: string,
): string => {
  const other = language === 'fr' ? 'en' : 'fr'
  const say = (name: Name) => sayStatus(name, language)
  const root = statusRoots[language]
  const html = `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(title)} – Convergence</title>
<link rel="stylesheet" href="${style}">
<link rel="alternate" hreflang="${other}" href="${statusRoots[other]}${escapeXml(path)}">
<link rel="alternate" type="application/atom+xml" title="${say('title')}" href="${root}/atom.xml">
</head>
<body>
<a class="skip" href="#main">${say('skip')}</a>
<header><a class="home" href="${root}">${say('home')}</a>
<nav aria-label="${say('menu')}"><a href="${helpRoots[language]}">${say('help')}</a><a href="/login">${say('signIn')}</a><a href="${statusRoots[other]}${escapeXml(path)}" lang="${other}" hreflang="${other}">${say('other')}</a></nav></header>
<main id="main" tabindex="-1">
${newsPlace}${body}
</main>
<footer><a href="${helpRoots[language]}">${say('help')}</a> · <a href="${helpRoots[language]}/contacts">${say('contacts')}</a></footer>
</body>
</html>
`
  return language === 'fr' ? typeset(html) : typesetEnglish(html)
}

const formats = (language: PageLanguage) => {
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB'
  return {
    moment: new Intl.DateTimeFormat(locale, { timeZone: zone, dateStyle: 'long', timeStyle: 'short' }),
    day: new Intl.DateTimeFormat(locale, { timeZone: 'UTC', dateStyle: 'long' }),
    percent: new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }),
  }
}

const format = { fr: formats('fr'), en: formats('en') }

/** A moment, in Paris, in words that machines read too. */
export const momentText = (at: number, language: PageLanguage): string =>
  `<time datetime="${new Date(at).toISOString()}">${escapeXml(format[language].moment.format(at))}</time>`

/** How old a copy is, and why one sees it. */
export const newsPart = (why: 'noNews' | 'oldNews' | 'storeGone', at: number, language: PageLanguage): string => {
  const text =
    why === 'storeGone'
      ? sayStatus(why, language)
      : `<strong>${sayStatus(why, language)}</strong> ${sayStatus('newsSince', language)}`
  return `<div class="news" role="status"><p>${text} ${momentText(at, language)}.</p></div>`
}

const dayState = (day: Day | undefined): State | 'unknown' => {
  if (!day) return 'unknown'
  const checks = day.operational + day.degraded + day.down
  if (checks === 0) return day.maintenance > 0 ? 'maintenance' : 'unknown'
  // A minute of a day is no bad day: the colour tells what people will remember.
  if (day.down / checks > 0.02) return 'down'
  return (day.down + day.degraded) / checks > 0.01 ? 'degraded' : 'operational'
}

const barsPart = ({ days, uptime }: ShownComponent, dayNames: readonly string[], language: PageLanguage): string => {
  const seen = days.map(dayState)
  const bad = seen.flatMap((state, n) =>
    state === 'degraded' || state === 'down' || state === 'maintenance' ? [[dayNames[n] ?? '', state] as const] : [],
  )
  const share =
    uptime === undefined
      ? sayStatus('noHistory', language)
      : `${escapeXml(format[language].percent.format(Math.floor(uptime * 10_000) / 10_000))} ${sayStatus('uptime', language)}`
  // One shape a state: ninety bars of ten components are a page of their own otherwise.
  const bars = (['unknown', 'operational', 'degraded', 'down', 'maintenance'] as const)
    .map((state) => {
      const path = seen.flatMap((one, n) => (one === state ? [`M${n * 4} 0h3v24h-3z`] : [])).join('')
      return path === '' ? '' : `<path class="${state}" d="${path}"/>`
    })
    .join('')
  const list = bad
    .slice(-20)
    .reverse()
    .map(
      ([day, state]) =>
        `<li>${escapeXml(format[language].day.format(Date.parse(`${day}T12:00:00Z`)))} : ${escapeXml(stateWords[state][language])}</li>`,
    )
    .join('')
  return (
    `<p class="share">${share}</p><svg class="bars" viewBox="0 0 359 24" preserveAspectRatio="none" aria-hidden="true" focusable="false">${bars}</svg>` +
    (list === '' ? '' : `<details><summary>${sayStatus('badDays', language)}</summary><ul>${list}</ul></details>`)
  )
}

const componentPart = (component: ShownComponent, { days }: Status, language: PageLanguage): string =>
  `<li class="component"><p class="line"><span class="name">${escapeXml(component.name[language])}</span> ` +
  `<span class="state ${component.state}">${escapeXml(stateWords[component.state][language])}</span></p>${barsPart(component, days, language)}</li>`

const componentsPart = (status: Status, language: PageLanguage): string => {
  const groups = places
    .map((place) => ({ place, of: status.components.filter((one) => one.place === place) }))
    .filter(({ of }) => of.length > 0)
    .map(
      ({ place, of }) =>
        `<h3>${escapeXml(placeWords[place][language])}</h3><ul class="components">${of.map((one) => componentPart(one, status, language)).join('')}</ul>`,
    )
  return `<section aria-labelledby="components"><h2 id="components">${sayStatus('components', language)}</h2>${groups.join('')}</section>`
}

const stepPart = ({ at, phase, body }: IncidentUpdate, language: PageLanguage): string =>
  `<li><p><strong>${escapeXml(phaseWords[phase][language])}</strong> <span class="soft">${momentText(at, language)}</span></p>` +
  `${body[language] === '' ? '' : `<p>${escapeXml(body[language])}</p>`}</li>`

const periodText = ({ startsAt, endsAt }: ShownIncident, language: PageLanguage): string =>
  endsAt === undefined
    ? `${sayStatus('since', language)} ${momentText(startsAt, language)}`
    : `${sayStatus('from', language)} ${momentText(startsAt, language)} ${sayStatus('to', language)} ${momentText(endsAt, language)}`

const concernedText = ({ components, audience }: ShownIncident, status: Status, language: PageLanguage): string => {
  const names = components.includes('*')
    ? [statusWords.all[language]]
    : components.map((key) => status.components.find((one) => one.key === key)?.name[language] ?? key)
  const door = audiences.find((one) => one === audience)
  const whom = door ? ` (${readerWords[door][language].toLowerCase()})` : ''
  return escapeXml(`${statusWords.concerns[language]}${language === 'fr' ? ' :' : ':'} ${names.join(', ')}${whom}`)
}

const incidentPart = (incident: ShownIncident, status: Status, language: PageLanguage, level = 3): string => {
  const { id, title, body, kind, severity, updates } = incident
  // The first step repeats what the incident says of itself.
  const steps = updates.filter(
    (step) => step.body[language] !== body[language] || step !== updates.at(-1) || updates.length > 1,
  )
  return (
    `<article class="incident ${kind === 'maintenance' ? 'maintenance' : severity}" id="i${id}"><h${level}>${escapeXml(title[language])}</h${level}>` +
    `<p class="soft">${periodText(incident, language)}<br>${concernedText(incident, status, language)}</p>` +
    (body[language] === '' ? '' : `<p>${escapeXml(body[language])}</p>`) +
    (steps.length === 0 ? '' : `<ol class="steps">${steps.map((step) => stepPart(step, language)).join('')}</ol>`) +
    '</article>'
  )
}

const incidentsPart = (
  incidents: readonly ShownIncident[],
  status: Status,
  language: PageLanguage,
  { id, none }: { readonly id: 'current' | 'planned' | 'history'; readonly none?: Name },
): string => {
  if (incidents.length === 0 && none === undefined) return ''
  const inside =
    incidents.length === 0 && none !== undefined
      ? `<p>${sayStatus(none, language)}</p>`
      : incidents.map((one) => incidentPart(one, status, language)).join('')
  return `<section aria-labelledby="${id}"><h2 id="${id}">${sayStatus(id, language)}</h2>${inside}</section>`
}

const doorsPart = (chosen: Audience | undefined, language: PageLanguage): string => {
  const link = (door: Audience | undefined, text: string): string =>
    `<li><a href="${statusRoots[language]}${door === undefined ? '' : `?profile=${door}`}"${door === chosen ? ' aria-current="true"' : ''}>${escapeXml(text)}</a></li>`
  return `<nav aria-label="${sayStatus('for', language)}"><ul class="profiles">${link(undefined, statusWords.everybody[language])}${audiences
    .map((door) => link(door, readerWords[door][language]))
    .join('')}</ul></nav>`
}

const followPart = (audience: Audience | undefined, language: PageLanguage, paper: boolean): string => {
  const root = statusRoots[language]
  const form = paper
    ? ''
    : `<p>${sayStatus('followText', language)}</p><form method="post" action="${root}/subscribe">` +
      `<input type="hidden" name="profile" value="${audience ?? ''}"><label for="mail">${sayStatus('mail', language)}</label>` +
      `<input id="mail" name="mail" type="email" required maxlength="254" autocomplete="email"><button type="submit">${sayStatus('subscribe', language)}</button></form>` +
      `<p>${sayStatus('devices', language)} <a href="/notifications">${sayStatus('devicesGo', language)}</a></p>`
  return (
    `<section class="follow" aria-labelledby="follow"><h2 id="follow">${sayStatus('follow', language)}</h2>${form}` +
    `<p>${sayStatus('feeds', language)} <a href="${root}/rss.xml">${sayStatus('rss', language)}</a> · <a href="${root}/atom.xml">${sayStatus('atom', language)}</a> · <a href="${root}/maintenance.ics">${sayStatus('calendar', language)}</a></p></section>`
  )
}

/** What the page says for an audience. `paper`: of a copy, in which nothing can be asked. */
export const statusBody = (
  status: Status,
  language: PageLanguage,
  { audience, paper = false }: { readonly audience?: Audience | undefined; readonly paper?: boolean } = {},
): string => {
  const mine = (incidents: readonly ShownIncident[]) => incidents.filter((one) => isFor(one, audience))
  const checked = Math.max(0, ...status.components.map(({ checkedAt }) => checkedAt))
  return (
    `<h1>${sayStatus('title', language)}</h1>` +
    `<p class="overall ${status.state}">${escapeXml(overallWords[status.state][language])}</p>` +
    `<p class="soft">${checked === 0 ? sayStatus('never', language) : `${sayStatus('seen', language)} ${momentText(checked, language)}`}</p>` +
    (paper ? '' : doorsPart(audience, language)) +
    incidentsPart(mine(status.current), status, language, { id: 'current' }) +
    componentsPart(status, language) +
    incidentsPart(mine(status.planned), status, language, { id: 'planned', none: 'plannedNone' }) +
    incidentsPart(mine(status.past), status, language, { id: 'history', none: 'historyNone' }) +
    followPart(audience, language, paper)
  )
}

/** A page that says one thing, perhaps with one button. */
export const noticeBody = (
  language: PageLanguage,
  { title, text, form = '' }: { readonly title: Name; readonly text: Name; readonly form?: string },
): string =>
  `<h1>${sayStatus(title, language)}</h1><p>${sayStatus(text, language)}</p>${form}<p><a href="${statusRoots[language]}">${sayStatus('title', language)}</a></p>`
