/** The status as feeds: Atom (RFC 4287) and RSS 2.0 of every step of every incident, iCalendar (RFC 5545) of maintenance. */
import type { ShownIncident, Status } from '#domain/status/snapshot.ts'
import { phaseWords } from '#domain/status/words.data.ts'
import { writeCalendar } from '#format/icalendar/write.ts'
import { element, textElement } from '#format/xml/write.ts'
import { type PageLanguage, statusRoots } from './status-page.ts'
import { statusWords } from './status-words.data.ts'

const mostEntries = 50

const everyStep = (status: Status) =>
  [...status.current, ...status.planned, ...status.past]
    .flatMap((incident) => incident.updates.map((update) => ({ incident, update })))
    .sort((a, b) => b.update.at - a.update.at || b.update.id - a.update.id)
    .slice(0, mostEntries)

/** `base`: our public address, without a slash at the end. */
export const statusAtom = (status: Status, language: PageLanguage, base: string): string => {
  const root = `${base}${statusRoots[language]}`
  const host = URL.parse(base)?.hostname ?? 'localhost'
  const steps = everyStep(status)
  const iso = (at: number) => new Date(at).toISOString()
  const entries = steps.map(({ incident, update }) =>
    element(
      'entry',
      {},
      textElement('title', `${phaseWords[update.phase][language]} – ${incident.title[language]}`),
      textElement('id', `tag:${host},2026:status:${incident.id}:${update.id}`),
      textElement('updated', iso(update.at)),
      element('link', { href: `${root}#i${incident.id}` }),
      textElement('content', update.body[language] || incident.body[language], { type: 'text' }),
    ),
  )
  return `<?xml version="1.0" encoding="utf-8"?>\n${element(
    'feed',
    { xmlns: 'http://www.w3.org/2005/Atom', 'xml:lang': language },
    textElement('title', statusWords.title[language]),
    textElement('id', `tag:${host},2026:status`),
    textElement('updated', iso(steps[0]?.update.at ?? 0)),
    element('link', { href: root }),
    element('link', { rel: 'self', href: `${root}/atom.xml` }),
    element('author', {}, textElement('name', 'Convergence')),
    ...entries,
  )}\n`
}

/** The same for readers that know RSS only. */
export const statusRss = (status: Status, language: PageLanguage, base: string): string => {
  const root = `${base}${statusRoots[language]}`
  const host = URL.parse(base)?.hostname ?? 'localhost'
  const items = everyStep(status).map(({ incident, update }) =>
    element(
      'item',
      {},
      textElement('title', `${phaseWords[update.phase][language]} – ${incident.title[language]}`),
      textElement('link', `${root}#i${incident.id}`),
      textElement('guid', `tag:${host},2026:status:${incident.id}:${update.id}`, { isPermaLink: 'false' }),
      // RFC 822 §5, as RSS 2.0 wants it.
      textElement('pubDate', new Date(update.at).toUTCString()),
      textElement('description', update.body[language] || incident.body[language]),
    ),
  )
  const channel = element(
    'channel',
    {},
    textElement('title', statusWords.title[language]),
    textElement('link', root),
    textElement('description', statusWords.followText[language]),
    textElement('language', language),
    ...items,
  )
  return `<?xml version="1.0" encoding="utf-8"?>\n${element('rss', { version: '2.0' }, channel)}\n`
}

const isMaintenance = ({ kind }: ShownIncident): boolean => kind === 'maintenance'

/** Maintenance that is planned, under way, or was within the history. */
export const statusCalendar = (status: Status, language: PageLanguage, base: string): string => {
  const host = URL.parse(base)?.hostname ?? 'localhost'
  const root = `${base}${statusRoots[language]}`
  return writeCalendar({
    name: statusWords.planned[language],
    events: [...status.planned, ...status.current, ...status.past].filter(isMaintenance).map((one) => ({
      uid: `status-${one.id}@${host}`,
      stamp: one.updates[0]?.at ?? one.startsAt,
      // Each step is a new version of the event (RFC 5545 §3.8.7.4).
      sequence: Math.max(0, one.updates.length - 1),
      start: one.startsAt,
      end: one.endsAt ?? one.startsAt,
      summary: one.title[language],
      description: one.body[language],
      url: `${root}#i${one.id}`,
      cancelled: one.phase === 'cancelled',
      remindMinutes: 60,
    })),
  })
}
