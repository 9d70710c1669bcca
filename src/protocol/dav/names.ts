/** Namespaces of WebDAV, CardDAV, CalDAV, Apple and CalendarServer, and elements in them. Every answer declares the prefixes. */
import { element } from '#format/xml/write.ts'

export const DAV = 'DAV:'
export const CARDDAV = 'urn:ietf:params:xml:ns:carddav'
export const CALDAV = 'urn:ietf:params:xml:ns:caldav'
export const APPLE = 'http://apple.com/ns/ical/'
export const CALENDARSERVER = 'http://calendarserver.org/ns/'

const prefixes: Readonly<Record<string, string>> = {
  [DAV]: 'D',
  [CARDDAV]: 'C',
  [CALDAV]: 'L',
  [APPLE]: 'A',
  [CALENDARSERVER]: 'S',
}

const declarations = Object.fromEntries(Object.entries(prefixes).map(([ns, prefix]) => [`xmlns:${prefix}`, ns]))

export interface Name {
  readonly ns: string
  readonly name: string
}

export const keyOf = ({ ns, name }: Name): string => `{${ns}}${name}`

/** An element of any namespace, in one of ours by its prefix. */
export const named = ({ ns, name }: Name, ...children: readonly string[]): string => {
  const prefix = Object.hasOwn(prefixes, ns) ? prefixes[ns] : undefined
  return prefix === undefined
    ? element(name, { xmlns: ns }, ...children)
    : element(`${prefix}:${name}`, {}, ...children)
}

export const dav = (name: string, ...children: readonly string[]): string => named({ ns: DAV, name }, ...children)
export const card = (name: string, ...children: readonly string[]): string => named({ ns: CARDDAV, name }, ...children)

const head = '<?xml version="1.0" encoding="utf-8"?>\n'

/** A whole document. */
export const documentOf = (ns: string, name: string, ...children: readonly string[]): string =>
  `${head}${element(`${prefixes[ns]}:${name}`, declarations, ...children)}\n`

const [opening = '', closing = ''] = element('D:multistatus', declarations, '\u0001').split('\u0001')

/** A multistatus whose responses come one by one. */
export async function* multistatus(
  responses: AsyncIterable<string> | Iterable<string>,
  last: () => string = () => '',
): AsyncGenerator<string> {
  yield head + opening
  for await (const response of responses) yield response
  yield `${last()}${closing}\n`
}
