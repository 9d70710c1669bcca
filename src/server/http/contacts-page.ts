/** `/aide/contacts`, `/help/contacts`: who helps whom and when, as a table to print; it needs no clock, so that paper stays true. */
import { type Audience, audiences, contactsFor, type SupportContact } from '#domain/support/contacts.ts'
import type { Hours, Range } from '#domain/support/hours.ts'
import { escapeXml } from '#format/xml/write.ts'
import { guideRoots } from './guides-page.ts'
import { readerWords } from './guides-words.data.ts'

type PageLanguage = 'fr' | 'en'

const words = {
  title: { fr: 'Vos contacts d’assistance', en: 'Your support contacts' },
  lead: {
    fr: 'À imprimer ou à garder. Les jours fériés sont fermés.',
    en: 'To print or to keep. Public holidays are closed.',
  },
  for: { fr: 'Contacts pour', en: 'Contacts for' },
  department: { fr: 'Département', en: 'Département' },
  everywhere: { fr: 'Tous', en: 'All' },
  who: { fr: 'Contact', en: 'Contact' },
  ways: { fr: 'Joindre', en: 'Reach' },
  hours: { fr: 'Horaires', en: 'Hours' },
  noHours: { fr: 'sans horaires', en: 'no hours given' },
  noHolidays: { fr: 'fermé pendant les vacances scolaires', en: 'closed during school holidays' },
  none: { fr: 'Adressez-vous au secrétariat de votre établissement.', en: 'Turn to the office of your school.' },
  level: { fr: 'niveau', en: 'level' },
} as const

const dayNames = {
  fr: ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi', 'dimanche'],
  en: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
} as const

const timeText = (minutes: number, language: PageLanguage): string => {
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60]
  const two = String(minute).padStart(2, '0')
  if (language === 'en') return `${hour}:${two}`
  return minute === 0 ? `${hour}\u00a0h` : `${hour}\u00a0h\u00a0${two}`
}

const rangesText = (ranges: readonly Range[], language: PageLanguage): string =>
  ranges
    .map(([from, to]) => `${timeText(from, language)}–${timeText(to, language)}`)
    .join(language === 'fr' ? ' et ' : ' and ')

/** `lundi à vendredi 8 h–12 h et 13 h 30–17 h 30`. */
export const hoursText = (hours: Hours, language: PageLanguage): string => {
  const groups: { from: number; to: number; text: string }[] = []
  for (const [day, ranges] of hours.week.entries()) {
    const text = rangesText(ranges, language)
    const last = groups.at(-1)
    if (text === '') continue
    if (last?.text === text && last.to === day - 1) last.to = day
    else groups.push({ from: day, to: day, text })
  }
  if (groups.length === 0) return words.noHours[language]
  const names = dayNames[language]
  const lines = groups.map(({ from, to, text }) => {
    const days = from === to ? names[from] : `${names[from]}${language === 'fr' ? ' à ' : ' to '}${names[to]}`
    return `${days} ${text}`
  })
  return [...lines, ...(hours.schoolHolidays ? [] : [words.noHolidays[language]])].join(', ')
}

const departments = ['25', '39', '70', '90'] as const

const waysOf = ({ phone, mail, url }: SupportContact): string =>
  [
    phone && `<a href="tel:${escapeXml(phone.replace(/[^\d+]/g, ''))}">${escapeXml(phone)}</a>`,
    mail && `<a href="mailto:${escapeXml(mail)}">${escapeXml(mail)}</a>`,
    url && `<a href="${escapeXml(url)}">${escapeXml(url)}</a>`,
  ]
    .filter(Boolean)
    .join('<br>')

const tableOf = (contacts: readonly SupportContact[], language: PageLanguage): string => {
  if (contacts.length === 0) return `<p>${words.none[language]}</p>`
  const rows = contacts.map(
    (one) =>
      `<tr><th scope="row">${escapeXml(one.name)}<br><span class="soft">${words.level[language]} ${one.level}</span></th><td>${waysOf(one)}</td><td>${escapeXml(hoursText(one.hours, language))}</td></tr>`,
  )
  return `<div class="wide" tabindex="0" role="region" aria-label="${words.title[language]}"><table class="card"><thead><tr><th scope="col">${words.who[language]}</th><th scope="col">${words.ways[language]}</th><th scope="col">${words.hours[language]}</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

/** The contacts of an audience and département; each audience's own part when none is named. */
export const contactsBody = (
  contacts: readonly SupportContact[],
  language: PageLanguage,
  asked: { readonly audience?: Audience | undefined; readonly department?: string | undefined } = {},
  paper = false,
): string => {
  const { audience, department } = asked
  const root = `${guideRoots[language]}/contacts`
  const link = (text: string, query: Record<string, string | undefined>, chosen: boolean): string => {
    const given = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]))
    const href = given.length === 0 ? root : `${root}?${given.join('&amp;')}`
    return `<li><a href="${href}"${chosen ? ' aria-current="true"' : ''}>${escapeXml(text)}</a></li>`
  }
  const choice = paper
    ? ''
    : `<nav aria-label="${words.for[language]}"><ul class="profiles">${audiences
        .map((one) => link(readerWords[one][language], { profile: one, department }, one === audience))
        .join(
          '',
        )}</ul></nav><nav aria-label="${words.department[language]}"><ul class="profiles">${link(words.everywhere[language], { profile: audience }, department === undefined)}${departments
        .map((one) => link(one, { profile: audience, department: one }, one === department))
        .join('')}</ul></nav>`
  const parts = audiences
    .filter((one) => audience === undefined || one === audience)
    .map(
      (one) =>
        `<section><h2>${escapeXml(readerWords[one][language])}</h2>${tableOf(contactsFor(contacts, { audience: one, department }), language)}</section>`,
    )
  return `<h1>${words.title[language]}</h1><p class="lead">${words.lead[language]}</p>${choice}${parts.join('')}`
}

export const contactsTitle = words.title
