/**
 * What surrounds the form of those who run no script: what does not work at present, the ways in of each audience, the
 * address that the browser must show, and who can help now. The same as the web app's own page says (methods.ts).
 */
import { providersFor } from '#domain/federation/providers.ts'
import type { People } from '#domain/people/people.ts'
import { type Audience, audiences } from '#domain/support/contacts.ts'
import { type AnsweringContact, helpFor } from '#domain/support/help.ts'
import { concerns, type Incident } from '#domain/support/incidents.ts'
import { escapeXml } from '#format/xml/write.ts'
import { openingText } from './guides-page.ts'
import type { Body } from './owner.ts'
import { plainHelpWords } from './plain-sign-in.data.ts'
import { safeThen } from './then.ts'

type Language = 'fr' | 'en'

/** Parts of the page, as HTML. */
export interface PlainHelp {
  /** Who is served by this page at present. */
  readonly audience: Audience
  /** Above the form: other audiences, what does not work. */
  readonly above: string
  /** Below it: the other ways in, the address, who helps. */
  readonly below: string
  /** In the box of an error: who can be asked now. */
  readonly contact: string
}

/** Kinds of profile that come by another door than the staff's. */
const doors: Readonly<Record<string, Audience>> = {
  pupil: 'pupil',
  parent: 'parent',
  administrative: 'administrative',
  technical: 'administrative',
}

const audienceIn = ({ audience, profile }: Body): Audience =>
  audiences.find((one) => one === audience) ?? doors[typeof profile === 'string' ? profile : ''] ?? 'staff'

const listOf = (items: readonly string[]): string =>
  items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`

const linkOf = (href: string, text: string, rest = ''): string =>
  `<a href="${escapeXml(href)}"${rest}>${escapeXml(text)}</a>`

const audienceLinks = (chosen: Audience, after: string, language: Language): string => {
  const then = after === '/' ? '' : `&then=${encodeURIComponent(after)}`
  const links = audiences.map((one) =>
    linkOf(
      `/login/plain?audience=${one}${then}`,
      plainHelpWords[language].audiences[one],
      one === chosen ? ' aria-current="true"' : '',
    ),
  )
  return `<nav aria-label="${plainHelpWords[language].who}"><p>${plainHelpWords[language].who}${language === 'fr' ? ' : ' : ': '}${links.join(' · ')}</p></nav>`
}

const incidentText = (incident: Incident, names: ReadonlyMap<string, string>, language: Language): string => {
  const words = plainHelpWords[language]
  const ways = [...names].filter(([id]) => incident.components.includes(id)).map(([, name]) => name)
  const about = ways.length === 0 ? '' : ` (${ways.join(', ')})`
  const kind = incident.kind === 'maintenance' ? words.maintenance : words.trouble
  const colon = language === 'fr' ? ' : ' : ': '
  return `<strong>${escapeXml(`${kind}${colon}${incident.title[language]}${about}`)}</strong> ${escapeXml(incident.body[language])}`
}

const contactText = (contact: AnsweringContact, language: Language, now: number): string => {
  const { name, phone, mail } = contact
  const ways = [
    phone && linkOf(`tel:${phone.replace(/[^\d+]/g, '')}`, phone),
    mail && linkOf(`mailto:${mail}`, mail),
  ].filter(Boolean)
  return [escapeXml(name), ...ways, openingText(contact, { language, now })].join(' · ')
}

/** The one to be reached first: open now, else the next to open. */
const firstOf = (contacts: readonly AnsweringContact[]): AnsweringContact | undefined => {
  const opensAt = (one: AnsweringContact): number => (one.open ? 0 : (one.opensAt ?? Number.MAX_VALUE))
  return contacts.find(({ open }) => open) ?? contacts.toSorted((a, b) => opensAt(a) - opensAt(b))[0]
}

const mostContacts = 6

/** Reads what the page says to the audience that `given` (its query or form) names. */
export const plainHelp = async (people: People, language: Language, given: Body): Promise<PlainHelp> => {
  const { ctx, options } = people
  const audience = audienceIn(given)
  const after = safeThen(given.then)
  const now = ctx.clock.now()
  const [help, providers] = await Promise.all([
    helpFor(ctx, { audience, topic: 'account' }),
    ctx.store.read((tx) => providersFor(tx, audience)),
  ])
  const words = plainHelpWords[language]
  const names = new Map([...Object.entries(words.methods), ...providers.map(({ id, name }) => [id, name] as const)])
  const known = (incident: Incident): boolean =>
    incident.components.includes('*') || [...names.keys()].some((id) => concerns(incident, id))
  const incidents = [...help.incidents.filter(known), ...help.planned]
  const status = linkOf(language === 'en' ? '/status' : '/etat', words.status)
  const then = after === '/' ? '' : `?then=${encodeURIComponent(after)}`
  const ways = providers.map(({ url, name }) => linkOf(`${url}${then}`, words.with(name)))
  const contacts = help.contacts.slice(0, mostContacts).map((one) => contactText(one, language, now))
  const first = firstOf(help.contacts)
  const { host } = new URL(options.publicUrl)
  return {
    audience,
    above:
      audienceLinks(audience, after, language) +
      (incidents.length === 0
        ? ''
        : `<div role="status">${listOf(incidents.map((one) => incidentText(one, names, language)))}<p>${status}</p></div>`),
    below:
      (ways.length === 0 ? '' : `<h2>${words.others}</h2>${listOf(ways)}`) +
      `<h2>${words.address}</h2><p><strong>${escapeXml(host)}</strong><br>${escapeXml(words.addressCheck)}</p>` +
      `<h2>${words.help}</h2>${listOf(contacts)}<p>${escapeXml(words.forgotten)} ${linkOf(language === 'en' ? '/help' : '/aide', words.guides)}</p>`,
    contact: first === undefined ? '' : `<p>${contactText(first, language, now)}</p>`,
  }
}
