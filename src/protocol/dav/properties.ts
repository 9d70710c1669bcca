/**
 * Live properties: which resource has which, and its value (RFC 4918 §15, RFC 3744 read only, RFC 5397, RFC 6352 §6 and
 * §7, RFC 4791 §5.2, RFC 6578, CalendarServer's getctag). One table; what is not in it is 404 in a propstat.
 */
import { maxMediaOctets } from '#domain/contacts/limits.data.ts'
import { escapeXml } from '#format/xml/write.ts'
import { addressBooks } from './address-books.ts'
import { calendars } from './calendars.ts'
import { APPLE, CALDAV, CALENDARSERVER, CARDDAV, card, DAV, dav, keyOf, type Name, named } from './names.ts'
import { acl, privilegeSet, supportedPrivileges } from './privileges.ts'
import { supportedReportsOf } from './report/supported.ts'
import type { DavPrincipal } from './request.ts'
import { etagOf, hrefOf, hrefs, type Resource } from './resources.ts'
import { tokenOf } from './sync-token.ts'

/** What a property may need that is not at hand. */
export interface Loaded {
  /** Of a card in the version asked for. */
  readonly text?: string
  /** What of the text was asked for, when it is not all of it. */
  readonly part?: string
}

type Value = (resource: Resource, principal: DavPrincipal, loaded: Loaded) => string | undefined

const href = (path: string): string => dav('href', escapeXml(path))

const forKinds =
  (kinds: readonly Resource['kind'][], value: Value): Value =>
  (resource, principal, loaded) =>
    kinds.includes(resource.kind) ? value(resource, principal, loaded) : undefined

type OfKind<K extends Resource['kind']> = Extract<Resource, { kind: K }>

/** Of collections; with `ns`, of those of one area. */
const ofBook =
  (value: (resource: OfKind<'book'>) => string | undefined, ns?: string): Value =>
  (resource) =>
    resource.kind === 'book' && (ns === undefined || resource.area.ns === ns) ? value(resource) : undefined

const ofCard =
  (value: (resource: OfKind<'card'>, loaded: Loaded) => string | undefined, ns?: string): Value =>
  (resource, _principal, loaded) =>
    resource.kind === 'card' && (ns === undefined || resource.area.ns === ns) ? value(resource, loaded) : undefined

const resourceType: Value = (resource) => {
  if (resource.kind === 'card') return ''
  if (resource.kind === 'principal') return dav('collection') + dav('principal')
  if (resource.kind !== 'book') return dav('collection')
  return dav('collection') + named({ ns: resource.area.ns, name: resource.area.resourceType })
}

const displayName: Value = (resource, principal) => {
  switch (resource.kind) {
    case 'book':
      return escapeXml(resource.book.name)
    case 'principal':
    case 'home':
      return escapeXml(principal.name || principal.login)
    default:
      return undefined
  }
}

const supportedReports: Value = (resource) =>
  supportedReportsOf(resource)
    .map((one) => dav('supported-report', dav('report', named(one))))
    .join('')

const components = ['VEVENT', 'VTODO', 'VJOURNAL'].map((name) => `<L:comp name="${name}"/>`).join('')
const calendarData = '<L:calendar-data content-type="text/calendar" version="2.0"/>'

const collations = ['i;ascii-casemap', 'i;octet', 'i;unicode-casemap']

const addressData = ['3.0', '4.0']
  .map((version) => `<C:address-data-type content-type="text/vcard" version="${version}"/>`)
  .join('')

const httpDate = (ms: number): string => new Date(ms).toUTCString()

const table: readonly (readonly [Name, Value, isCheap?: boolean])[] = [
  [{ ns: DAV, name: 'resourcetype' }, resourceType, true],
  [{ ns: DAV, name: 'displayname' }, displayName, true],
  [{ ns: DAV, name: 'getetag' }, ofCard(({ place }) => escapeXml(etagOf(place))), true],
  [{ ns: DAV, name: 'getcontenttype' }, ofCard(({ area }) => area.type), true],
  [{ ns: DAV, name: 'getlastmodified' }, ofCard(({ place }) => httpDate(place.updatedAt)), true],
  [{ ns: DAV, name: 'creationdate' }, ofCard(({ place }) => new Date(place.createdAt).toISOString()), true],
  [
    { ns: DAV, name: 'getcontentlength' },
    ofCard((_card, { text }) => (text === undefined ? undefined : String(Buffer.byteLength(text)))),
    true,
  ],
  [{ ns: CARDDAV, name: 'address-data' }, ofCard((_card, { text, part = text }) => part && escapeXml(part), CARDDAV)],
  [{ ns: CALDAV, name: 'calendar-data' }, ofCard((_card, { text, part = text }) => part && escapeXml(part), CALDAV)],
  [{ ns: DAV, name: 'current-user-principal' }, (_resource, principal) => href(hrefs.principal(principal))],
  [
    { ns: DAV, name: 'principal-URL' },
    forKinds(['principal'], (_resource, principal) => href(hrefs.principal(principal))),
  ],
  [{ ns: DAV, name: 'principal-collection-set' }, () => href(hrefs.principals)],
  [{ ns: DAV, name: 'alternate-URI-set' }, forKinds(['principal'], () => '')],
  [{ ns: DAV, name: 'group-member-set' }, forKinds(['principal'], () => '')],
  [{ ns: DAV, name: 'group-membership' }, forKinds(['principal'], () => '')],
  [
    { ns: DAV, name: 'owner' },
    forKinds(['home', 'book', 'card'], (_resource, principal) => href(hrefs.principal(principal))),
  ],
  [{ ns: DAV, name: 'current-user-privilege-set' }, privilegeSet],
  [{ ns: DAV, name: 'supported-privilege-set' }, supportedPrivileges],
  [{ ns: DAV, name: 'acl' }, (resource, principal) => acl(resource, hrefs.principal(principal))],
  [{ ns: DAV, name: 'acl-restrictions' }, () => dav('grant-only') + dav('no-invert')],
  [{ ns: DAV, name: 'inherited-acl-set' }, () => ''],
  [{ ns: DAV, name: 'supported-report-set' }, supportedReports],
  [
    { ns: CARDDAV, name: 'addressbook-home-set' },
    forKinds(['principal'], (_resource, principal) => href(hrefs.home(principal, addressBooks))),
  ],
  [
    { ns: CALDAV, name: 'calendar-home-set' },
    forKinds(['principal'], (_resource, principal) => href(hrefs.home(principal, calendars))),
  ],
  [
    { ns: CALDAV, name: 'calendar-user-address-set' },
    forKinds(['principal'], (_resource, principal) => href(`mailto:${principal.email}`)),
  ],
  [{ ns: CARDDAV, name: 'addressbook-description' }, ofBook(({ book }) => escapeXml(book.description), CARDDAV)],
  [{ ns: CALDAV, name: 'calendar-description' }, ofBook(({ book }) => escapeXml(book.description), CALDAV)],
  [{ ns: CALDAV, name: 'supported-calendar-component-set' }, ofBook(() => components, CALDAV)],
  [{ ns: CALDAV, name: 'supported-calendar-data' }, ofBook(() => calendarData, CALDAV)],
  [
    { ns: CALDAV, name: 'supported-collation-set' },
    ofBook(() => collations.map((one) => named({ ns: CALDAV, name: 'supported-collation' }, one)).join(''), CALDAV),
  ],
  [{ ns: CALDAV, name: 'max-resource-size' }, ofBook(({ area }) => String(area.maxSize), CALDAV)],
  [{ ns: APPLE, name: 'calendar-color' }, ofBook(({ book }) => book.colour)],
  [{ ns: APPLE, name: 'calendar-order' }, ofBook(({ book }) => String(book.sortOrder), CALDAV)],
  [{ ns: CARDDAV, name: 'supported-address-data' }, ofBook(() => addressData, CARDDAV)],
  [
    { ns: CARDDAV, name: 'supported-collation-set' },
    ofBook(() => collations.map((one) => card('supported-collation', one)).join(''), CARDDAV),
  ],
  [{ ns: CARDDAV, name: 'max-resource-size' }, ofBook(({ area }) => String(area.maxSize), CARDDAV)],
  [{ ns: CARDDAV, name: 'max-image-size' }, ofBook(() => String(maxMediaOctets), CARDDAV)],
  [{ ns: DAV, name: 'sync-token' }, ofBook(({ book }) => tokenOf({ modseq: book.modseq }))],
  [{ ns: CALENDARSERVER, name: 'getctag' }, ofBook(({ book }) => `"${book.modseq}"`)],
]

const byKey = new Map(table.map(([name, value]) => [keyOf(name), value]))

/** What `allprop` gives: what RFC 4918 defines (§9.1). */
export const commonNames: readonly Name[] = table.flatMap(([name, , isCheap]) => (isCheap ? [name] : []))
/** What `propname` gives: the data of a report is no property (RFC 4791 §9.6, RFC 6352 §10.4). */
export const allNames: readonly Name[] = table.flatMap(([name]) =>
  /^(?:address|calendar)-data$/.test(name.name) ? [] : [name],
)

/** Properties for which the text itself must be read. */
export const needsText = (names: readonly Name[]): boolean =>
  names.some(
    ({ ns, name }) =>
      (ns === DAV && name === 'getcontentlength') ||
      (ns === CARDDAV && name === 'address-data') ||
      (ns === CALDAV && name === 'calendar-data'),
  )

const propstat = (status: string, properties: readonly string[]): string =>
  properties.length === 0 ? '' : dav('propstat', dav('prop', ...properties), dav('status', `HTTP/1.1 ${status}`))

/** The value of a property as XML; undefined when the resource has no such property. */
export const propertyValue = (
  name: Name,
  resource: Resource,
  principal: DavPrincipal,
  loaded: Loaded = {},
): string | undefined => byKey.get(keyOf(name))?.(resource, principal, loaded)

/** What every text would be: only whether there is one counts where values are not told. */
const anyText: Loaded = { text: ' ' }

/** The response element of one resource. `quiet`: properties that it does not have are left out (Brief, allprop). */
export const responseOf = (
  resource: Resource,
  principal: DavPrincipal,
  names: readonly Name[],
  options: { readonly loaded?: Loaded; readonly quiet?: boolean; readonly namesOnly?: boolean } = {},
): string => {
  const there: string[] = []
  const missing: string[] = []
  for (const name of names) {
    const value = propertyValue(name, resource, principal, options.namesOnly ? anyText : options.loaded)
    if (value !== undefined) there.push(named(name, options.namesOnly ? '' : value))
    else if (!options.quiet) missing.push(named(name))
  }
  const stats = propstat('200 OK', there) + propstat('404 Not Found', missing)
  const body = stats === '' ? dav('status', 'HTTP/1.1 200 OK') : stats
  return dav('response', href(hrefOf(principal, resource)), body)
}

/** The response element of what is not there, or not any more. */
export const missingResponse = (path: string, status = '404 Not Found'): string =>
  dav('response', href(path), dav('status', `HTTP/1.1 ${status}`))
